-- One row per entity of experiments: its newest valid version as of as_of.
{{ contract_entities('experiments') }}
