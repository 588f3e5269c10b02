-- One row per entity of reports: its newest valid version as of as_of.
{{ contract_entities('reports') }}
