-- One row: the instant as of which everything is computed. Unless one is given it is the greatest
-- ingested_at of the valid rows of all tables, so that a build is a function of its input alone.
{{ as_of_instant(env_var('TRUSTMETRICS_AS_OF', '')) }}
