-- One row per entity of tool_outages: its newest valid version as of as_of.
{{ contract_entities('tool_outages') }}
