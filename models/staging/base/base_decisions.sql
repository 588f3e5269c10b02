-- One row per raw row of decisions, typed, with the rules of the contract that it breaks.
{{ contract_base('decisions') }}
