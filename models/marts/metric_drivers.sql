{{ config(materialized='view') }}
{%- set later = ['value', 'ci_lower', 'ci_upper'] -%}
{%- set earlier = ['previous_value', 'previous_ci_lower', 'previous_ci_upper'] -%}
{%- set measures = ['numerator', 'denominator'] + later + ['sample_size'] -%}
{%- set times = ['', 'previous_'] -%}
{%- set of_period = 'partition by metric, period_grain, period_start' -%}
{%- set of_slice = 'partition by metric, period_grain, period_start, slice' -%}
-- Grain: one row per metric (its newest version), complete week, month or quarter, and slice value
-- that it or the period before has, in the slices that add up to overall; and one for overall.
-- Why: whoever reads that a number moved asks what moved it. Each change is split exactly over the
-- values of a slice, into what their own ratios and what their weights did (Kitagawa 1955).
with kpi_values as (
    select * from {{ ref('kpi_values') }}
    where
        period_grain in ('week', 'month', 'quarter')
        and is_complete
        and value is not null
),

catalog as (
    select
        metric,
        metric_version,
        statistic,
        {{ version_recency() }} as recency
    from {{ ref('metric_catalog') }}
),

series as (
    select kpi_values.*
    from kpi_values
    inner join catalog
        on
            kpi_values.metric = catalog.metric
            and kpi_values.metric_version = catalog.metric_version
            and catalog.recency = 1
    where {{ is_made_of_sums('catalog.statistic') }}
),

-- Each value twice: in its own period, and in the next as the one before. So a slice value that one
-- of the two periods lacks has a row, and a filter on the period reaches kpi_values.
placed as (
    {%- for is_previous in [false, true] %}
    select
        metric,
        metric_version,
        period_grain,
        {%- if is_previous %}
        {{ period_end('period_grain', 'period_start') }} as period_start,
        {%- else %}
        period_start,
        {%- endif %}
        slice,
        slice_value,
        {%- for measure in measures %}
        {{ measure }},
        {%- endfor %}
        is_mature,
        as_of,
        {{ is_previous | lower }} as is_previous
    from series
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

paired as (
    select
        metric,
        metric_version,
        period_grain,
        period_start,
        slice,
        slice_value,
        {%- for measure in measures %}
        max({{ measure }}) filter (where not is_previous) as {{ measure }},
        max({{ measure }}) filter (where is_previous) as previous_{{ measure }},
        {%- endfor %}
        bool_or(is_mature) filter (where not is_previous) as has_matured,
        max(as_of) as as_of
    from placed
    group by
        metric,
        metric_version,
        period_grain,
        period_start,
        slice,
        slice_value
),

held_against_overall as (
    select
        *,
        {%- for total in ['denominator', 'value', 'previous_denominator', 'previous_value'] %}
        max({{ total }}) filter (where slice = 'overall') over ({{ of_period }})
            as total_{{ total }},
        {%- endfor %}
        bool_or(has_matured) over ({{ of_period }}) as is_mature
    from paired
),

-- These sums only decide whether a slice adds up, so that the order of their terms does not matter.
summed as (
    select
        *,
        {%- for time in times %}
        sum({{ time }}value) over ({{ of_slice }}) as {{ time }}value_sum,
        sum({{ time }}denominator) over ({{ of_slice }}) as {{ time }}denominator_sum,
        sum({{ time }}denominator * {{ time }}value) over ({{ of_slice }}) as {{ time }}product_sum,
        {%- endfor %}
        count(*) filter (
            where
            not {{ is_the_total('denominator', 'total_denominator') }}
            or not {{ is_the_total('previous_denominator', 'total_previous_denominator') }}
        ) over ({{ of_slice }}) as own_count,
        count(*) over ({{ of_slice }}) as value_count
    from held_against_overall
),

kinds as (
    select
        *,
        case
            when slice <> 'overall' and value_count = 1 then null
            when
                {{ is_the_total('denominator_sum', 'total_denominator') }}
                and {{ is_the_total('product_sum', 'total_denominator * total_value') }}
                and {{ is_the_total('previous_denominator_sum', 'total_previous_denominator') }}
                and {{ is_the_total(
                    'previous_product_sum', 'total_previous_denominator * total_previous_value'
                ) }}
                then 'own_denominator'
            when
                own_count = 0
                and {{ is_the_total('value_sum', 'total_value') }}
                and {{ is_the_total('previous_value_sum', 'total_previous_value') }}
                then 'shared_denominator'
        end as split_kind
    from summed
),

-- A slice value that a period lacks has no weight in it, and the ratio of the other period; where
-- the denominator is shared it is 0.
weighed as (
    select
        *,
        {%- for time, other in [times, times | reverse | list] %}
        coalesce({{ time }}numerator, 0) as {{ time }}events,
        coalesce({{ time }}denominator, 0) as {{ time }}size,
        case split_kind
            when 'own_denominator'
                then coalesce(
                    {{ ratio(time ~ 'denominator', 'total_' ~ time ~ 'denominator') }}, 0
                )
        end as {{ time }}share,
        case split_kind
            when 'own_denominator' then coalesce({{ time }}value, {{ other }}value)
            else coalesce({{ time }}value, 0)
        end as {{ time }}rate,
        case split_kind
            when 'own_denominator'
                then coalesce(
                    {{ ratio(time ~ 'numerator', time ~ 'denominator') }},
                    {{ ratio(other ~ 'numerator', other ~ 'denominator') }}
                )
        end as {{ time }}per_unit,
        {%- endfor %}
        total_value - total_previous_value as change
    from kinds
    where split_kind is not null
),

split as (
    select
        *,
        case split_kind
            when 'own_denominator' then (rate - previous_rate) * (share + previous_share) / 2
            else rate - previous_rate
        end as by_rate,
        case split_kind
            when 'own_denominator'
                then
                    (share - previous_share)
                    * (rate + previous_rate - total_value - total_previous_value) / 2
            else 0
        end as by_mix,
        events - previous_events as count_change,
        (size - previous_size) * (per_unit + previous_per_unit) / 2 as by_volume,
        (per_unit - previous_per_unit) * (size + previous_size) / 2 as by_count_rate
    from weighed
),

-- As published, so that a 0 has no sign and equal effects tie.
effects as (
    select
        *,
        {{ published('by_rate') }} as rate_effect,
        {{ published('by_mix') }} as mix_effect,
        {{ published('(by_rate + by_mix)') }} as effect,
        {{ published('change') }} as total_change,
        {{ published('by_volume') }} as volume_effect,
        {{ published('by_count_rate') }} as count_rate_effect
    from split
),

final as (
    select
        metric,
        metric_version,
        period_grain,
        period_start,
        slice,
        slice_value,
        cast(split_kind as varchar) as split_kind,
        value,
        previous_value,
        ci_lower,
        ci_upper,
        {{ mover_difference('lower', later, earlier) }} as change_lower,
        {{ mover_difference('upper', later, earlier) }} as change_upper,
        share,
        previous_share,
        rate_effect,
        mix_effect,
        effect,
        total_change,
        {{ published('(' ~ ratio('effect', 'total_change') ~ ')') }} as share_of_change,
        cast(
            row_number() over (
                {{ of_slice }} order by abs(effect) desc, {{ by_bytes('slice_value') }} asc
            ) as integer
        ) as driver_rank,
        count_change,
        volume_effect,
        count_rate_effect,
        sample_size,
        previous_sample_size,
        is_mature,
        as_of
    from effects
)

select * from final
