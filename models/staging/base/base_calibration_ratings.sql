-- One row per raw row of calibration_ratings, typed, with the rules of the contract that it breaks.
{{ contract_base('calibration_ratings') }}
