-- One row per entity of account_identifiers: its newest valid version as of as_of.
{{ contract_entities('account_identifiers') }}
