{#- Whether a span holds at the instant of a period of int_count_periods: what is stamped strictly
    before the period's end, or up to as_of in a period that is not complete, has happened. starts
    and ends: timestamps; ends is NULL where it has not ended. -#}
{% macro is_state_at(periods, starts, ends) -%}
    {{ starts }} < {{ periods }}.stamped_before
    and ({{ ends }} is null or {{ ends }} >= {{ periods }}.stamped_before)
{%- endmacro %}
