-- One row per entity of activity_daily: its newest valid version as of as_of.
{{ contract_entities('activity_daily') }}
