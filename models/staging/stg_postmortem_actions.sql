-- One row per entity of postmortem_actions: its newest valid version as of as_of.
{{ contract_entities('postmortem_actions') }}
