-- One row per raw row of active_accounts, typed, with the rules of the contract that it breaks.
{{ contract_base('active_accounts') }}
