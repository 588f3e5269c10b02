-- One row per raw row of authority_orders, typed, with the rules of the contract that it breaks.
{{ contract_base('authority_orders') }}
