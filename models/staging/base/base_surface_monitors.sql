-- One row per raw row of surface_monitors, typed, with the rules of the contract that it breaks.
{{ contract_base('surface_monitors') }}
