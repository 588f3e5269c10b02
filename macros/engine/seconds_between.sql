{#- Whole seconds from one timestamp to another, rounded down; a negative duration counts as 0
    (methodology, Time); NULL where either is NULL. -#}
{% macro seconds_between(earlier, later) %}
    {{- return(adapter.dispatch('seconds_between')(earlier, later)) -}}
{% endmacro %}

{% macro duckdb__seconds_between(earlier, later) -%}
    case
        when {{ later }} < {{ earlier }} then 0
        else (epoch_us({{ later }}) - epoch_us({{ earlier }})) // 1000000
    end
{%- endmacro %}

{% macro postgres__seconds_between(earlier, later) -%}
    case
        when {{ later }} < {{ earlier }} then 0
        else cast(floor(extract(epoch from ({{ later }} - {{ earlier }}))) as bigint)
    end
{%- endmacro %}
