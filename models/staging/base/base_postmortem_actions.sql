-- One row per raw row of postmortem_actions, typed, with the rules of the contract that it breaks.
{{ contract_base('postmortem_actions') }}
