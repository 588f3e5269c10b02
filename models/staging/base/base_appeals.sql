-- One row per raw row of appeals, typed, with the rules of the contract that it breaks.
{{ contract_base('appeals') }}
