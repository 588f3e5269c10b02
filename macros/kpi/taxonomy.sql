{#- Whether a row of the policy taxonomy is the one that holds for a code on a day; both ends of its
    validity are inclusive. -#}
{% macro taxonomy_matches(taxonomy, code, day) -%}
    {{ taxonomy }}.policy_code = {{ code }}
    and {{ taxonomy }}.valid_from <= {{ day }}
    and coalesce({{ taxonomy }}.valid_to, cast('9999-12-31' as date)) >= {{ day }}
{%- endmacro %}

{#- The harm type of a code joined to the taxonomy: no code is unknown, a code that the taxonomy
    lacks on that day is unmapped. -#}
{% macro harm_type(taxonomy, code) -%}
    case
        when {{ code }} is null then 'unknown'
        else coalesce({{ taxonomy }}.harm_type, 'unmapped')
    end
{%- endmacro %}
