-- One row per entity of accounts: its newest valid version as of as_of.
{{ contract_entities('accounts') }}
