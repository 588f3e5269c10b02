{#- The raw tables in alphabetical order. Written out, because dbt must know a model's references
    while it parses, before it has read the sources; a test compares the list with them. -#}
{% macro raw_tables() %}
    {{- return([
        'account_identifiers',
        'accounts',
        'active_accounts',
        'activity_daily',
        'appeals',
        'authority_orders',
        'calibration_ratings',
        'case_events',
        'cases',
        'dataset_loads',
        'decisions',
        'detections',
        'enforcement_actions',
        'experiment_units',
        'experiments',
        'incidents',
        'moderator_shifts',
        'not_measured',
        'postmortem_actions',
        'prevalence_labels',
        'prevalence_strata',
        'qa_reviews',
        'reports',
        'stakeholder_surveys',
        'surface_monitors',
        'surfaces',
        'tool_outages',
        'tool_services',
    ]) -}}
{% endmacro %}
