-- One row per entity of cases: its newest valid version as of as_of.
{{ contract_entities('cases') }}
