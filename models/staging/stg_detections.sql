-- One row per entity of detections: its newest valid version as of as_of.
{{ contract_entities('detections') }}
