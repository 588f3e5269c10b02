-- One row per raw row of case_events, typed, with the rules of the contract that it breaks.
{{ contract_base('case_events') }}
