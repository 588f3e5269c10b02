{#- The entries of metric_change_log that belong on a trend line, all but the introduction. marked_on is
    the date from which the register vouches for one meaning: that of the entry or, where history was
    restated from a date, that date. breaks_line: periods before it mean something else. -#}
{% macro trend_marks() -%}
    select
        *,
        coalesce(restated_from, effective_from) as marked_on,
        coalesce(restates_history, 'no') <> 'yes' as breaks_line
    from {{ ref('metric_change_log') }}
    where
        marks_trend
        and change <> 'introduced'
{%- endmacro %}
