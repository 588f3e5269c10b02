-- One row per raw row of tool_outages, typed, with the rules of the contract that it breaks.
{{ contract_base('tool_outages') }}
