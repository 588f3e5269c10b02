"""A dashboard for Apache Superset on the marts: made into a bundle, imported and served."""
