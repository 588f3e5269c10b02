-- One row per raw row of reports, typed, with the rules of the contract that it breaks.
{{ contract_base('reports') }}
