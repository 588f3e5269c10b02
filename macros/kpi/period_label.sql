{#- The short name of the period of a grain that starts on a date: 2026-05-31, 2026-W22, 2026-05 or
    2026-Q2. An ISO week belongs to the year that its Thursday lies in. -#}
{% macro period_label(grain, start) -%}
    {%- set thursday = start ~ " + interval '3' day" -%}
    case {{ grain }}
        when 'day' then cast({{ start }} as varchar)
        when 'week'
            then
                cast(cast(extract(year from {{ thursday }}) as integer) as varchar) || '-W'
                || right(
                    '0' || cast(
                        cast(floor((extract(doy from {{ thursday }}) + 6) / 7) as integer) as varchar
                    ),
                    2
                )
        when 'month' then substr(cast({{ start }} as varchar), 1, 7)
        when 'quarter'
            then
                substr(cast({{ start }} as varchar), 1, 4) || '-Q'
                || cast(cast(extract(quarter from {{ start }}) as integer) as varchar)
    end
{%- endmacro %}

{#- The last day of the period. -#}
{% macro period_last_day(grain, start) -%}
    cast({{ period_end(grain, start) }} - interval '1' day as date)
{%- endmacro %}

{#- Who looks at periods of a grain: operational (days, weeks) or outcome (months, quarters). -#}
{% macro period_view(grain) -%}
    cast(case when {{ grain }} in ('day', 'week') then 'operational' else 'outcome' end as varchar)
{%- endmacro %}
