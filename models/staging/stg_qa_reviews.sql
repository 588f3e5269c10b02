-- One row per entity of qa_reviews: its newest valid version as of as_of.
{{ contract_entities('qa_reviews') }}
