-- One row per raw row of activity_daily, typed, with the rules of the contract that it breaks.
{{ contract_base('activity_daily') }}
