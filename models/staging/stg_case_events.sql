-- One row per entity of case_events: its newest valid version as of as_of.
{{ contract_entities('case_events') }}
