"""trustmetrics: SQL-first analytics and metrics governance for trust and safety."""
