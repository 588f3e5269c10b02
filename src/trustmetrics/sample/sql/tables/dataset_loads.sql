-- Grain: one row per dataset and day: due at six in the morning after. Nearly all come in time;
-- prevalence_labels is late every third day from 2026-05-18 on (story 5); some never come.
with due as (
    select
        feeds.dataset,
        days.day as partition_date,
        epoch_ms(days.day::timestamp) as day_ms,
        day_ms + hours(30) as expected_ms,
        feeds.rows_per_case * days.level as rows_due,
    from days_of_history as days
    cross join (
        values
            ('reports', 1.1), ('detections', 0.95), ('cases', 1.0),
            ('decisions', 1.0), ('prevalence_labels', 0.0)
    ) as feeds (dataset, rows_per_case)
),

loaded as (
    select
        *,
        case
            when chance('never loaded ' || dataset, day_ms, 0.001) then null
            when chance('late load ' || dataset, day_ms, 0.006)
                or dataset = 'prevalence_labels'
                and partition_date >= date '2026-05-18'
                and chance('late labels', day_ms, 0.35)
                then if_happened(
                    expected_ms + hours(0.5 + 8 * waiting('late by ' || dataset, day_ms))
                )
            else expected_ms - hours(0.2 + 2.5 * uniform('early by ' || dataset, day_ms))
        end as completed_ms,
        round(
            case dataset when 'prevalence_labels'
                then getvariable('n_labels') / (select count(*) from days_of_history)
                else rows_due * getvariable('n_accounts') / getvariable('n_days')
            end
            * (0.9 + 0.2 * uniform('rows of ' || dataset, day_ms))
        )::bigint as rows_loaded,
    from due
),

final as (
    select
        dataset,
        partition_date,
        to_moment(expected_ms) as expected_at,
        to_moment(completed_ms) as completed_at,
        case when completed_ms is not null then rows_loaded end as rows_loaded,
        case when completed_ms is not null then rows_loaded // 9000 end as rows_rejected,
        to_moment(coalesce(completed_ms, expected_ms)) as known_at,
    from loaded
    where expected_ms < getvariable('end_ms')
)

select * from final
