{#- What sqlfluff sees in place of the project's macros: a file is linted for what stands in it, not for
    what its macros expand to, which takes twenty times as long. -#}
{% macro by_bytes() %}{% if varargs or kwargs %}{% endif %}stub{% endmacro %}
{% macro earlier_period() %}{% if varargs or kwargs %}{% endif %}stub{% endmacro %}
{% macro harm_type() %}{% if varargs or kwargs %}{% endif %}stub{% endmacro %}
{% macro is_finite() %}{% if varargs or kwargs %}{% endif %}stub{% endmacro %}
{% macro is_state_at() %}{% if varargs or kwargs %}{% endif %}stub{% endmacro %}
{% macro no_interval() %}{% if varargs or kwargs %}{% endif %}stub{% endmacro %}
{% macro no_ratio() %}{% if varargs or kwargs %}{% endif %}stub{% endmacro %}
{% macro period_end() %}{% if varargs or kwargs %}{% endif %}stub{% endmacro %}
{% macro period_start() %}{% if varargs or kwargs %}{% endif %}stub{% endmacro %}
{% macro ratio() %}{% if varargs or kwargs %}{% endif %}stub{% endmacro %}
{% macro same_series() %}{% if varargs or kwargs %}{% endif %}stub{% endmacro %}
{% macro seconds_between() %}{% if varargs or kwargs %}{% endif %}stub{% endmacro %}
{% macro t_double() %}{% if varargs or kwargs %}{% endif %}varchar{% endmacro %}
{% macro taxonomy_matches() %}{% if varargs or kwargs %}{% endif %}stub{% endmacro %}
{% macro wilson() %}{% if varargs or kwargs %}{% endif %}stub{% endmacro %}
{% macro byar() %}{% if varargs or kwargs %}{% endif %}stub{% endmacro %}
{% macro z_95() %}{% if varargs or kwargs %}{% endif %}stub{% endmacro %}
{% macro byar_bound() %}{% if varargs or kwargs %}{% endif %}stub{% endmacro %}
{% macro kpi_capture_recapture() %}{% if varargs or kwargs %}{% endif %}stub as (select 1 as stub){% endmacro %}
{% macro kpi_count() %}{% if varargs or kwargs %}{% endif %}stub as (select 1 as stub){% endmacro %}
{% macro kpi_exploded() %}{% if varargs or kwargs %}{% endif %}stub as (select 1 as stub){% endmacro %}
{% macro kpi_mean() %}{% if varargs or kwargs %}{% endif %}stub as (select 1 as stub){% endmacro %}
{% macro kpi_percentile() %}{% if varargs or kwargs %}{% endif %}stub as (select 1 as stub){% endmacro %}
{% macro kpi_productivity() %}{% if varargs or kwargs %}{% endif %}stub as (select 1 as stub){% endmacro %}
{% macro kpi_proportion() %}{% if varargs or kwargs %}{% endif %}stub as (select 1 as stub){% endmacro %}
{% macro kpi_quantile() %}{% if varargs or kwargs %}{% endif %}stub as (select 1 as stub){% endmacro %}
{% macro kpi_rate() %}{% if varargs or kwargs %}{% endif %}stub as (select 1 as stub){% endmacro %}
{% macro kpi_relative_change() %}{% if varargs or kwargs %}{% endif %}stub as (select 1 as stub){% endmacro %}
{% macro kpi_rows() %}{% if varargs or kwargs %}{% endif %}stub as (select 1 as stub){% endmacro %}
{% macro kpi_sliced() %}{% if varargs or kwargs %}{% endif %}stub as (select 1 as stub){% endmacro %}
{% macro kpi_survival_probability() %}{% if varargs or kwargs %}{% endif %}stub as (select 1 as stub){% endmacro %}
{% macro kpi_uptime() %}{% if varargs or kwargs %}{% endif %}stub as (select 1 as stub){% endmacro %}
{% macro nominal_alpha() %}{% if varargs or kwargs %}{% endif %}stub as (select 1 as stub){% endmacro %}
{% macro stratified_share() %}{% if varargs or kwargs %}{% endif %}stub as (select 1 as stub){% endmacro %}
{% macro survival_curve() %}{% if varargs or kwargs %}{% endif %}stub as (select 1 as stub){% endmacro %}
{% macro survival_quantiles() %}{% if varargs or kwargs %}{% endif %}stub as (select 1 as stub){% endmacro %}
{% macro days_since() %}{% if varargs or kwargs %}{% endif %}select 1 as stub{% endmacro %}
{% macro in_each_period() %}{% if varargs or kwargs %}{% endif %}select 1 as stub{% endmacro %}
{% macro literal_rows() %}{% if varargs or kwargs %}{% endif %}select 1 as stub{% endmacro %}
{% macro kpi_union() %}{% if varargs or kwargs %}{% endif %}select 1 as stub{% endmacro %}
{% macro ref() %}{% if varargs or kwargs %}{% endif %}stub_table{% endmacro %}
{% macro config() %}{% if varargs or kwargs %}{% endif %}{% endmacro %}
{% macro all_grains() %}{{ return(['day']) if false }}{% endmacro %}
{% macro metric_grains() %}{{ return(['day']) if false }}{% endmacro %}
{% macro metric_slices() %}{{ return(['day']) if false }}{% endmacro %}
{% macro raw_tables() %}{% endmacro %}
