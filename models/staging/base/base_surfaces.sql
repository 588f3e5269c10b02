-- One row per raw row of surfaces, typed, with the rules of the contract that it breaks.
{{ contract_base('surfaces') }}
