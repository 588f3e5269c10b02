-- One row per entity of prevalence_labels: its newest valid version as of as_of.
{{ contract_entities('prevalence_labels') }}
