{#- Whether a span holds in the state of a period of int_count_periods: it began strictly before the
    period's end and had not ended strictly before it. In a period that is not complete the same
    comparison reads the state at as_of, because nothing that is visible is stamped later. starts and
    ends: timestamps; ends is NULL where the span has not ended. -#}
{% macro is_state_at(periods, starts, ends) -%}
    {{ starts }} < {{ periods }}.ends_at
    and ({{ ends }} is null or {{ ends }} >= {{ periods }}.ends_at)
{%- endmacro %}
