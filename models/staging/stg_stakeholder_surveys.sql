-- One row per entity of stakeholder_surveys: its newest valid version as of as_of.
{{ contract_entities('stakeholder_surveys') }}
