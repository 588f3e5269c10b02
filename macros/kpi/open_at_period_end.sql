{#- How many spans are open at the end of each period of int_count_periods: the CTEs from spans to
    counts. spans: opened_at, closed_at and a column per slice. A span is open at an instant where
    it started strictly before it and did not end strictly before it; all that is stamped up to
    as_of counts in the period that as_of lies in. Both come to the same sum over days: what started
    less what ended on the days before the period's end. -#}
{% macro open_at_period_end(slices) %}
changes as (
    select
        cast(opened_at as date) as changed_on,
        {{ slices | join(', ') }},
        1 as change
    from spans
    union all
    select
        cast(closed_at as date) as changed_on,
        {{ slices | join(', ') }},
        -1 as change
    from spans
    where closed_at is not null
),

daily_changes as (
    select
        changes.changed_on,
        slices.slice,
        case slices.slice
            when 'overall' then 'all'
            {%- for slice in slices %}
            when '{{ slice }}' then coalesce(changes.{{ slice }}, 'unknown')
            {%- endfor %}
        end as slice_value,
        sum(changes.change) as change
    from changes
    cross join ({{ kpi_values_list('slice', ['overall'] + slices) }}) as slices
    group by 1, 2, 3
),

running as (
    select
        changed_on,
        slice,
        slice_value,
        sum(change) over (
            partition by slice, slice_value
            order by changed_on
            rows between unbounded preceding and current row
        ) as counted,
        lead(changed_on) over (
            partition by slice, slice_value
            order by changed_on
        ) as next_changed_on
    from daily_changes
),

counts as (
    select
        periods.period_grain,
        periods.period_start,
        running.slice,
        running.slice_value,
        running.counted
    from {{ ref('int_count_periods') }} as periods
    inner join running
        on
            running.changed_on < {{ period_end('periods.period_grain', 'periods.period_start') }}
            and (
                running.next_changed_on is null
                or running.next_changed_on
                >= {{ period_end('periods.period_grain', 'periods.period_start') }}
            )
)
{%- endmacro %}
