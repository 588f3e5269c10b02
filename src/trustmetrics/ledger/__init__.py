"""The published ledger: what was said, whether it can be said again, and why it differs now."""
