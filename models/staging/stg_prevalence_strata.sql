-- One row per entity of prevalence_strata: its newest valid version as of as_of.
{{ contract_entities('prevalence_strata') }}
