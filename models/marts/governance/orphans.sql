-- Grain: one row per reference from a raw table to another one.
-- Why: what points to nothing stays in the counts that it belongs to, and is shown here.
{{ orphans() }}
