-- Grain: one row per reporting period, region, part (7 and 8), indicator and scope that something
-- was counted for, and per count of what a report leaves out (scope note).
-- Why: what the templates of a DSA transparency report ask for by indicator and scope, under the
-- names that these have in src/trustmetrics/dsa/template.yml. A report puts 0 where a count has no
-- row. Precision and recall are known for all regions together alone.
with complaints as (
    select * from {{ ref('int_dsa_complaints') }}
),

measures as (
    select * from {{ ref('int_dsa_measures') }}
),

notices as (
    select * from {{ ref('int_dsa_notices') }}
),

orders as (
    select * from {{ ref('int_dsa_orders') }}
),

accuracy as (
    select
        'precision' as indicator,
        'detection_precision' as metric,
        precisions.*
    from {{ ref('int_dsa_precision') }} as precisions

    union all

    select
        'recall' as indicator,
        'detection_recall_estimate' as metric,
        recalls.*
    from {{ ref('int_dsa_recall') }} as recalls
),

unmeasured as (
    select metric from {{ ref('int_unmeasured_metrics') }}
),

-- Every event in each reporting period, in all regions and in its own.
complaint_lines as (
    {{ dsa_in_periods('complaints', 'filed_at') }}
),

measure_lines as (
    {{ dsa_in_periods('measures', 'actioned_at') }}
),

notice_lines as (
    {{ dsa_in_periods('notices', 'reported_at') }}
),

-- A complaint counts in all complaints and in those of its reason.
reasoned_lines as (
    select
        complaint_lines.*,
        case lines.line
            when 'all'
                then
                    case complaint_lines.channel
                        when 'internal' then 'complaints'
                        else 'disputes'
                    end
            when 'reason' then complaint_lines.reason
            else 'notice_tf'
        end as indicator
    from complaint_lines
    cross join ({{ literal_rows('line', ['all', 'reason', 'trusted']) }}) as lines
    where
        complaint_lines.reason is not null
        and (
            lines.line = 'all'
            or (
                complaint_lines.channel = 'internal'
                and (lines.line = 'reason' or complaint_lines.is_trusted)
            )
        )
),

complaint_figures as (
    select
        period_grain,
        period_start,
        placed_region,
        indicator,
        count(*) as total,
        count(*) filter (where result = 'upheld') as upheld,
        count(*) filter (where result = 'partially_reversed') as partially_reversed,
        count(*) filter (where result = 'reversed') as reversed,
        count(*) filter (where result = 'omitted') as omitted,
        count(*) filter (where result is null) as pending,
        {{ dsa_median_hours('decided_seconds') }} as median,
        count(decided_seconds) as decided,
        {{ ratio(
            "count(*) filter (where result in ('reversed', 'partially_reversed') "
            ~ "and is_implemented)",
            "count(*) filter (where result in ('reversed', 'partially_reversed') "
            ~ "and is_implemented is not null)"
        ) }} as implemented,
        count(*) filter (
            where result in ('reversed', 'partially_reversed') and is_implemented is not null
        ) as reversals
    from reasoned_lines
    group by
        period_grain,
        period_start,
        placed_region,
        indicator
),

measure_figures as (
    select
        period_grain,
        period_start,
        placed_region,
        count(*) filter (where is_newly_imposed) as newly_imposed,
        count(*) filter (where misuse_ground = 'manifestly_illegal_content') as suspended_content,
        count(*) filter (where misuse_ground = 'manifestly_unfounded_notices')
            as suspended_notices,
        count(*) filter (where misuse_ground = 'manifestly_unfounded_complaints')
            as suspended_complaints,
        count(*) filter (where is_solely_automated) as solely,
        count(*) filter (where not is_solely_automated) as not_solely,
        count(*) filter (where is_solely_automated and basis = 'own_initiative') as own_solely,
        count(*) filter (where not is_solely_automated and basis = 'own_initiative')
            as own_not_solely,
        count(*) filter (where part = 6 and is_illegal and basis = 'own_initiative')
            as illegal_in_part_6,
        count(*) as measures
    from measure_lines
    group by
        period_grain,
        period_start,
        placed_region
),

notice_figures as (
    select
        period_grain,
        period_start,
        placed_region,
        count(*) filter (where is_solely_automated) as solely,
        count(*) filter (where not is_solely_automated) as not_solely,
        count(*) filter (where is_solely_automated and is_trusted) as trusted_solely,
        count(*) filter (where not is_solely_automated and is_trusted) as trusted_not_solely,
        count(*) filter (where not is_recorded) as unrecorded,
        count(*) as notices
    from notice_lines
    group by
        period_grain,
        period_start,
        placed_region
),

left_out_complaints as (
    select
        period_grain,
        period_start,
        placed_region,
        count(*) as complaints
    from complaint_lines
    where reason is null
    group by
        period_grain,
        period_start,
        placed_region
),

foreign_orders as (
    select
        grains.period_grain,
        {{ dsa_period_start('grains.period_grain', 'orders.received_at') }} as period_start,
        'all' as placed_region,
        count(*) as orders
    from orders
    cross join ({{ literal_rows('period_grain', dsa_grains()) }}) as grains
    where orders.member_state not in {{ dsa_member_states() }}
    group by
        grains.period_grain,
        {{ dsa_period_start('grains.period_grain', 'orders.received_at') }}
),

accuracy_figures as (
    select
        accuracy.*,
        'all' as placed_region
    from accuracy
    left join unmeasured on accuracy.metric = unmeasured.metric
    where unmeasured.metric is null
),

figures as (
    {%- for scope, size in {
        'total': 'total', 'upheld': 'total', 'partially_reversed': 'total', 'reversed': 'total',
        'omitted': 'total', 'pending': 'total', 'median': 'decided', 'implemented': 'reversals',
    }.items() %}
    {{ dsa_line('complaint_figures', 7, 'indicator', "'" ~ scope ~ "'", scope, size) }}
    union all
    {%- endfor %}
    {%- for part, indicator, scope, value in [
        (7, 'newly_imposed', 'total', 'newly_imposed'),
        (7, 'suspended_content', 'total', 'suspended_content'),
        (7, 'suspended_notices', 'total', 'suspended_notices'),
        (7, 'suspended_complaints', 'total', 'suspended_complaints'),
        (8, 'solely', 'total', 'solely'),
        (8, 'not_solely', 'total', 'not_solely'),
        (8, 'solely', 'own', 'own_solely'),
        (8, 'not_solely', 'own', 'own_not_solely'),
        (6, 'illegal_in_part_6', 'note', 'illegal_in_part_6'),
    ] %}
    {{ dsa_line(
        'measure_figures', part, "'" ~ indicator ~ "'", "'" ~ scope ~ "'", value, 'measures'
    ) }}
    union all
    {%- endfor %}
    {%- for part, indicator, scope, value in [
        (8, 'notices_solely', 'nam', 'solely'),
        (8, 'notices_not_solely', 'nam', 'not_solely'),
        (8, 'notices_solely', 'nam_tf', 'trusted_solely'),
        (8, 'notices_not_solely', 'nam_tf', 'trusted_not_solely'),
        (4, 'unrecorded', 'note', 'unrecorded'),
    ] %}
    {{ dsa_line(
        'notice_figures', part, "'" ~ indicator ~ "'", "'" ~ scope ~ "'", value, 'notices'
    ) }}
    union all
    {%- endfor %}
    {%- for scope in ['total', 'own'] %}
    {{ dsa_line('accuracy_figures', 8, 'indicator', "'" ~ scope ~ "'", 'value', 'sample_size') }}
    union all
    {%- endfor %}
    {{ dsa_line(
        'left_out_complaints', 7, "'left_out'", "'note'", 'complaints', 'complaints'
    ) }}
    union all
    {{ dsa_line('foreign_orders', 3, "'foreign'", "'note'", 'orders', 'orders') }}
),

placed as (
    select
        figures.*,
        cast(null as varchar) as placed_category,
        cast(null as varchar) as placed_keyword,
        cast(null as varchar) as placed_description
    from figures
    where figures.value is not null
),

final as (
    {{ dsa_final('placed') }}
)

select * from final
