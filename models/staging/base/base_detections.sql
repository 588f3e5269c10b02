-- One row per raw row of detections, typed, with the rules of the contract that it breaks.
{{ contract_base('detections') }}
