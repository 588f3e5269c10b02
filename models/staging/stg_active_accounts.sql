-- One row per entity of active_accounts: its newest valid version as of as_of.
{{ contract_entities('active_accounts') }}
