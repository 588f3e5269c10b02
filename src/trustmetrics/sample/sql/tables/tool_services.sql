-- Grain: one row per service of the moderators' tools. case_search came within the period.
with final as (
    select
        service,
        critical,
        in_service_from,
        greatest(in_service_from, date '2025-04-01')::timestamp as known_at,
    from (
        values
            ('review_console', true, date '2019-01-01'),
            ('action_gateway', true, date '2019-01-01'),
            ('detector_bus', true, date '2021-07-01'),
            ('case_search', true, date '2025-09-15'),
            ('appeal_portal', false, date '2022-02-01'),
            ('report_builder', false, date '2023-10-01')
    ) as services (service, critical, in_service_from)
)

select * from final
