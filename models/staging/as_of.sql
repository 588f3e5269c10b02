-- One row: the instant that the build looks from. Without a given one it is the greatest
-- ingested_at of the valid rows of all tables, so that a build is a function of its input alone.
{{ as_of_instant(env_var('TRUSTMETRICS_AS_OF', '')) }}
