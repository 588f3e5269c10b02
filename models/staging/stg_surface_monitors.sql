-- One row per entity of surface_monitors: its newest valid version as of as_of.
{{ contract_entities('surface_monitors') }}
