{{ config(schema='restricted') }}
-- Grain: one row per breach of the contract; a raw row can have several.
-- Why: what breaks the contract is in no metric; it is kept, counted and shown here.
{{ rejected_rows() }}
