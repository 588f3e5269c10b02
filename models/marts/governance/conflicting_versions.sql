{{ config(schema='restricted') }}
-- Grain: one row per valid version that ties with another one on key and ingested_at but differs.
-- Why: a fixed rule picks the greatest of them; whoever sends them should know.
{{ conflicting_versions() }}
