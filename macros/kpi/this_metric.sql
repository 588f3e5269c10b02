{#- The metric whose model is being compiled (in a unit test, the model that it tests): a dict of
    metric and version, read off the model's name. While dbt parses, the name ends in
    _v1, afterwards in .v1. -#}
{% macro this_metric() %}
    {%- set name = (model.tested_node_unique_id or model.unique_id).split('.', 2)[2] -%}
    {%- set parts = modules.re.fullmatch('(.+)[._]v([0-9]+)', name) -%}
    {%- if not parts -%}
        {%- do exceptions.raise_compiler_error(
            name ~ " is not the model of a metric: its file must be called <metric>_v<version>.sql"
        ) -%}
    {%- endif -%}
    {{- return({'metric': parts.group(1), 'version': parts.group(2) | int}) -}}
{% endmacro %}

{#- A fact of a metric from its entry in the register (metrics/<metric>.yml); without a name, one of
    the metric being compiled. -#}
{% macro metric_fact(fact, metric=none) %}
    {%- set name = metric or this_metric().metric -%}
    {%- if name not in metric_facts() -%}
        {%- do exceptions.raise_compiler_error(
            "the register has no metric " ~ name ~ " that has a model. Write metrics/" ~ name
            ~ ".yml, then run: trustmetrics metric sync") -%}
    {%- endif -%}
    {{- return(metric_facts()[name][fact]) -}}
{% endmacro %}

{#- The period grains and the slices of a metric. They are macros of their own so that a unit test
    can override them: with fewer grains and slices there are fewer rows to read. -#}
{% macro metric_grains(metric=none) %}{{ return(metric_fact('grains', metric)) }}{% endmacro %}

{% macro metric_slices(metric=none) %}{{ return(metric_fact('slices', metric)) }}{% endmacro %}

{#- The names of the metrics whose statistic is one of those given. -#}
{% macro metrics_of(statistics) %}
    {%- set found = [] -%}
    {%- for metric, facts in metric_facts().items() if facts.statistic in statistics -%}
        {%- do found.append(metric) -%}
    {%- endfor -%}
    {{- return(found) -}}
{% endmacro %}

{#- The names of the metrics whose longer periods are the sums of their days. -#}
{% macro additive_metrics() %}
    {%- set found = [] -%}
    {%- for metric, facts in metric_facts().items() if facts.additive -%}
        {%- do found.append(metric) -%}
    {%- endfor -%}
    {{- return(found) -}}
{% endmacro %}
