-- One row per raw row of moderator_shifts, typed, with the rules of the contract that it breaks.
{{ contract_base('moderator_shifts') }}
