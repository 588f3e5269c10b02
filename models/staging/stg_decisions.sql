-- One row per entity of decisions: its newest valid version as of as_of.
{{ contract_entities('decisions') }}
