-- One row per entity of calibration_ratings: its newest valid version as of as_of.
{{ contract_entities('calibration_ratings') }}
