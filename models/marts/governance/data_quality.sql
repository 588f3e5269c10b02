-- Grain: one row per raw table.
-- Why: every raw row is accounted for: rejected, not yet visible, superseded, or an entity.
{{ data_quality() }}
