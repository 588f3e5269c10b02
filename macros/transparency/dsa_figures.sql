{#- In which levels of category and in which regions a subject counts. -#}
{% macro dsa_levels() %}{{ return(['total', 'category', 'keyword']) }}{% endmacro %}
{% macro dsa_regions() %}{{ return(['all', 'own']) }}{% endmacro %}

{#- A select of subjects in every reporting period, region and level of category that they count in:
    all their columns but for these. Region 'all' and the subject's own; TOTAL, the category, and the
    sub-category within it. A category without sub-categories (what was not specified) has no such
    row. day: the timestamp that puts a subject into its period. -#}
{% macro dsa_placed(relation, day, has_region=true) -%}
    select
        grains.period_grain,
        {{ dsa_period_start('grains.period_grain', relation ~ '.' ~ day) }} as period_start,
        {%- if has_region %}
        case regions.region when 'all' then 'all' else coalesce({{ relation }}.region, 'unknown') end
            as placed_region,
        {%- else %}
        'all' as placed_region,
        {%- endif %}
        case levels.level when 'total' then 'TOTAL' else {{ relation }}.category end
            as placed_category,
        case levels.level when 'keyword' then coalesce({{ relation }}.keyword, 'KEYWORD_OTHER') end
            as placed_keyword,
        case levels.level when 'keyword' then {{ relation }}.description end as placed_description,
        {{ relation }}.*
    from {{ relation }}
    cross join ({{ literal_rows('period_grain', dsa_grains()) }}) as grains
    {%- if has_region %}
    cross join ({{ literal_rows('region', dsa_regions()) }}) as regions
    {%- endif %}
    cross join ({{ literal_rows('level', dsa_levels()) }}) as levels
    where
        levels.level <> 'keyword'
        or {{ relation }}.category not like 'STATEMENT_CATEGORY_NOT_SPECIFIED_%'
{%- endmacro %}

{#- The columns of dsa_placed that say where a figure counts, as a list in SQL. -#}
{% macro dsa_place(relation=none) -%}
    {%- set prefix = relation ~ '.' if relation else '' -%}
    {{ prefix }}period_grain,
        {{ prefix }}period_start,
        {{ prefix }}placed_region,
        {{ prefix }}placed_category,
        {{ prefix }}placed_keyword,
        {{ prefix }}placed_description
{%- endmacro %}

{#- Figures that stand beside each other as rows of their own. indicators: a dict of the indicator to
    the column of how many subjects stand behind it. A median of none has no row. -#}
{% macro dsa_unpivoted(relation, indicators) -%}
    {%- for indicator, size in indicators.items() %}
    select
        {{ dsa_place() }},
        part,
        scope,
        '{{ indicator }}' as indicator,
        cast({{ indicator }} as {{ t_double() }}) as value,
        cast({{ size }} as bigint) as sample_size
    from {{ relation }}
    where {{ indicator }} is not null
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
{%- endmacro %}

{#- The median of durations in whole seconds, in hours; linearly interpolated, as every percentile
    here; NULL values play no part. -#}
{% macro dsa_median_hours(seconds) -%}
    percentile_cont(0.5) within group (order by {{ ratio(seconds, 3600) }})
{%- endmacro %}

{#- The last step of both marts: the columns in order, typed, and what the period is. -#}
{% macro dsa_final(relation) -%}
    select
        cast({{ relation }}.period_grain as varchar) as period_grain,
        cast({{ relation }}.period_start as date) as period_start,
        cast(
            {{ dsa_period_end(relation ~ '.period_grain', relation ~ '.period_start') }}
            - interval '1' day as date
        ) as period_end,
        cast(
            {{ dsa_period_end(relation ~ '.period_grain', relation ~ '.period_start') }} as timestamp
        ) <= as_of.as_of as is_complete,
        cast({{ relation }}.placed_region as varchar) as region,
        cast({{ relation }}.part as integer) as part,
        cast({{ relation }}.placed_category as varchar) as category,
        cast({{ relation }}.placed_keyword as varchar) as keyword,
        cast({{ relation }}.placed_description as varchar) as description,
        cast({{ relation }}.scope as varchar) as scope,
        cast({{ relation }}.indicator as varchar) as indicator,
        {{ published(relation ~ '.value') }} as value,
        {{ relation }}.sample_size,
        as_of.as_of
    from {{ relation }}
    cross join {{ ref('as_of') }} as as_of
{%- endmacro %}

{#- A select of events in every reporting period, in region 'all' and in their own. -#}
{% macro dsa_in_periods(relation, day) -%}
    select
        grains.period_grain,
        {{ dsa_period_start('grains.period_grain', relation ~ '.' ~ day) }} as period_start,
        case regions.region when 'all' then 'all' else coalesce({{ relation }}.region, 'unknown') end
            as placed_region,
        {{ relation }}.*
    from {{ relation }}
    cross join ({{ literal_rows('period_grain', dsa_grains()) }}) as grains
    cross join ({{ literal_rows('region', dsa_regions()) }}) as regions
{%- endmacro %}

{#- A select of one figure by period and region. All but relation are expressions over it. -#}
{% macro dsa_line(relation, part, indicator, scope, value, size) -%}
    select
        period_grain,
        period_start,
        placed_region,
        {{ part }} as part,
        {{ scope }} as scope,
        {{ indicator }} as indicator,
        cast({{ value }} as {{ t_double() }}) as value,
        cast({{ size }} as bigint) as sample_size
    from {{ relation }}
{%- endmacro %}
