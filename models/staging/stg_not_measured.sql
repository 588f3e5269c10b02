-- One row per entity of not_measured: its newest valid version as of as_of.
{{ contract_entities('not_measured') }}
