-- One row per raw row of prevalence_labels, typed, with the rules of the contract that it breaks.
{{ contract_base('prevalence_labels') }}
