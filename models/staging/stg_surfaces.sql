-- One row per entity of surfaces: its newest valid version as of as_of.
{{ contract_entities('surfaces') }}
