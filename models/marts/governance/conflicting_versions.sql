{{ config(schema='restricted') }}
-- Grain: one row per valid version that ties with another one on key and ingested_at but differs.
-- Why: the greatest of them is used, by a fixed rule; whoever sends them should know.
{{ conflicting_versions() }}
