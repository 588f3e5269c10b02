-- One row per entity of enforcement_actions: its newest valid version as of as_of.
{{ contract_entities('enforcement_actions') }}
