{{ config(materialized='table') }}
-- Grain: one row per published number that was restated.
-- Why: the one place where the file beside the ledger is read. A table: the database then holds
-- what it says, wherever the file goes.
{{ restated_numbers() }}
