-- One row per raw row of accounts, typed, with the rules of the contract that it breaks.
{{ contract_base('accounts') }}
