-- One row per raw row of not_measured, typed, with the rules of the contract that it breaks.
{{ contract_base('not_measured') }}
