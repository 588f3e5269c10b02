-- One row per entity of appeals: its newest valid version as of as_of.
{{ contract_entities('appeals') }}
