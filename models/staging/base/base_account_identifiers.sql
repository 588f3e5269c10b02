-- One row per raw row of account_identifiers, typed, with the rules of the contract that it breaks.
{{ contract_base('account_identifiers') }}
