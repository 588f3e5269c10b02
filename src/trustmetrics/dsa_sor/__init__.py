"""The DSA Transparency Database: its daily dumps in, statements of reasons out."""
