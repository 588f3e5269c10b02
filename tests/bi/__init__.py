"""What BI tools read, by a real Superset, a real Postgres and SQLAlchemy: make bi-test."""
