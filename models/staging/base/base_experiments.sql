-- One row per raw row of experiments, typed, with the rules of the contract that it breaks.
{{ contract_base('experiments') }}
