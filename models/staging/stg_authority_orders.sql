-- One row per entity of authority_orders: its newest valid version as of as_of.
{{ contract_entities('authority_orders') }}
