-- One row per entity of experiment_units: its newest valid version as of as_of.
{{ contract_entities('experiment_units') }}
