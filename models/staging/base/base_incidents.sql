-- One row per raw row of incidents, typed, with the rules of the contract that it breaks.
{{ contract_base('incidents') }}
