-- One row per raw row of stakeholder_surveys, typed, with the rules of the contract that it breaks.
{{ contract_base('stakeholder_surveys') }}
