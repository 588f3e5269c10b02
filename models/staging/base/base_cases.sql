-- One row per raw row of cases, typed, with the rules of the contract that it breaks.
{{ contract_base('cases') }}
