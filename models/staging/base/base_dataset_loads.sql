-- One row per raw row of dataset_loads, typed, with the rules of the contract that it breaks.
{{ contract_base('dataset_loads') }}
