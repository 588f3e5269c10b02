{#- The weeks that a week is compared with: the CTEs from reports (reported_at, surface) and targets
    (week_start) to usual_weeks (week_start, usual_week_start, is_unusual).
    They are the latest `weeks` of twice as many weeks before it that are not unusual themselves, so
    that neither the spike nor an earlier one is in its own baseline. A week is unusual where reports,
    all or those of one surface, lie more than 3.5 scales from the median of the weeks before: the
    modified z-score of Iglewicz and Hoaglin (1993), its scale 1.4826 times the median absolute
    deviation, but no less than Poisson's, nor than 1. Where fewer than four are left, the latest
    unusual ones fill up. No rows where fewer than four whole weeks lie before: the week in which the
    reports begin is cut off. -#}
{% macro usual_weeks(weeks) %}
{%- set fewest = [weeks, 4] | min -%}
{%- set earlier = 'cast(targets.week_start - cast(steps.step as integer) * interval \'7\' day as date)'
-%}
all_subjects as (
    select
        reported_at as period_at,
        surface
    from reports
),

{{ kpi_sliced(
    slices=['surface'], measures={'reports': 'count(*)'}, grains=['week'],
    subjects='all_subjects', prefix='all_'
) }},

first_week as (
    select min(period_start) as first_week_start from all_sliced
),

candidates as (
    select
        targets.week_start,
        {{ earlier }} as usual_week_start
    from targets
    cross join ({{ literal_rows('step', range(1, 2 * weeks + 1)) }}) as steps
    cross join first_week
    where {{ earlier }} > first_week.first_week_start
),

candidate_reports as (
    select
        candidates.week_start,
        candidates.usual_week_start,
        series.slice,
        series.slice_value,
        coalesce(all_sliced.reports, 0) as reports
    from candidates
    cross join (select distinct slice, slice_value from all_sliced) as series
    left join all_sliced
        on
            candidates.usual_week_start = all_sliced.period_start
            and series.slice = all_sliced.slice
            and series.slice_value = all_sliced.slice_value
),

medians as (
    select
        week_start,
        slice,
        slice_value,
        percentile_cont(0.5) within group (order by reports) as median_reports
    from candidate_reports
    group by
        week_start,
        slice,
        slice_value
),

deviations as (
    select
        candidate_reports.*,
        medians.median_reports,
        abs(candidate_reports.reports - medians.median_reports) as deviation
    from candidate_reports
    inner join medians
        on
            candidate_reports.week_start = medians.week_start
            and candidate_reports.slice = medians.slice
            and candidate_reports.slice_value = medians.slice_value
),

scales as (
    select
        week_start,
        slice,
        slice_value,
        greatest(
            1.4826 * percentile_cont(0.5) within group (order by deviation),
            sqrt(max(median_reports)),
            1
        ) as scale
    from deviations
    group by
        week_start,
        slice,
        slice_value
),

judged_weeks as (
    select
        deviations.week_start,
        deviations.usual_week_start,
        max(case when deviations.deviation > 3.5 * scales.scale then 1 else 0 end) = 1
            as is_unusual
    from deviations
    inner join scales
        on
            deviations.week_start = scales.week_start
            and deviations.slice = scales.slice
            and deviations.slice_value = scales.slice_value
    group by
        deviations.week_start,
        deviations.usual_week_start
),

ranked_weeks as (
    select
        *,
        row_number() over (
            partition by week_start
            order by case when is_unusual then 1 else 0 end, usual_week_start desc
        ) as usual_rank,
        count(*) over (partition by week_start) as candidate_count
    from judged_weeks
),

usual_weeks as (
    select
        week_start,
        usual_week_start,
        is_unusual
    from ranked_weeks
    where
        candidate_count >= {{ fewest }}
        and usual_rank <= {{ weeks }}
        and (not is_unusual or usual_rank <= {{ fewest }})
)
{%- endmacro %}
