-- One row per raw row of enforcement_actions, typed, with the rules of the contract that it breaks.
{{ contract_base('enforcement_actions') }}
