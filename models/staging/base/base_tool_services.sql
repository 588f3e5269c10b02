-- One row per raw row of tool_services, typed, with the rules of the contract that it breaks.
{{ contract_base('tool_services') }}
