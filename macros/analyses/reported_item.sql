{#- What a report is about: a piece of content, or the account itself. -#}
{% macro reported_item(reports) -%}
    coalesce('content ' || {{ reports }}.content_id, 'account ' || {{ reports }}.subject_account_id)
{%- endmacro %}
