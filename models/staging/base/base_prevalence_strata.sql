-- One row per raw row of prevalence_strata, typed, with the rules of the contract that it breaks.
{{ contract_base('prevalence_strata') }}
