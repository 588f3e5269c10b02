-- One row per entity of moderator_shifts: its newest valid version as of as_of.
{{ contract_entities('moderator_shifts') }}
