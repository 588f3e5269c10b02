-- One row per raw row of qa_reviews, typed, with the rules of the contract that it breaks.
{{ contract_base('qa_reviews') }}
