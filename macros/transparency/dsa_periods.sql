{#- The reporting periods of Implementing Regulation (EU) 2024/2835, Article 2: the calendar year, and
    its halves for very large platforms and search engines. -#}
{% macro dsa_grains() %}{{ return(['half_year', 'year']) }}{% endmacro %}

{#- The first date of the reporting period that a date lies in. grain and day are expressions. -#}
{% macro dsa_period_start(grain, day) -%}
    case
            when {{ grain }} = 'year' or extract(month from {{ day }}) <= 6
                then cast(date_trunc('year', {{ day }}) as date)
            else cast(date_trunc('year', {{ day }}) + interval '6' month as date)
        end
{%- endmacro %}

{#- The first date after the reporting period that starts on a date. -#}
{% macro dsa_period_end(grain, start) -%}
    case {{ grain }}
            when 'year' then cast({{ start }} + interval '12' month as date)
            else cast({{ start }} + interval '6' month as date)
        end
{%- endmacro %}
