-- One row per raw row of experiment_units, typed, with the rules of the contract that it breaks.
{{ contract_base('experiment_units') }}
