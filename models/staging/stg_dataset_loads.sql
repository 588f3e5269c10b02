-- One row per entity of dataset_loads: its newest valid version as of as_of.
{{ contract_entities('dataset_loads') }}
