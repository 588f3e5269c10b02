-- One row per entity of incidents: its newest valid version as of as_of.
{{ contract_entities('incidents') }}
