{{ config(schema='restricted') }}
-- Grain: one row per vocabulary, table and code of the data that the vocabulary lacks.
-- Why: a code without an entry is counted as unmapped, or left out, and nobody sees it in a number.
{{ unmapped_codes() }}
