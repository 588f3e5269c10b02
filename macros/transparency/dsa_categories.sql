{#- The category of a policy code joined to the taxonomy, as the templates know it: those that the
    transparency database had up to 30 June 2025 become the ones that took their place. NULL where
    the code has none, or is not in the taxonomy on that day. -#}
{% macro dsa_category(taxonomy) -%}
    case {{ taxonomy }}.dsa_category
            when 'STATEMENT_CATEGORY_SCOPE_OF_PLATFORM_SERVICE'
                then 'STATEMENT_CATEGORY_OTHER_VIOLATION_TC'
            when 'STATEMENT_CATEGORY_PORNOGRAPHY_OR_SEXUALIZED_CONTENT'
                then 'STATEMENT_CATEGORY_OTHER_VIOLATION_TC'
            when 'STATEMENT_CATEGORY_UNSAFE_AND_ILLEGAL_PRODUCTS'
                then 'STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS'
            when 'STATEMENT_CATEGORY_NON_CONSENSUAL_BEHAVIOUR'
                then 'STATEMENT_CATEGORY_CYBER_VIOLENCE'
            else {{ taxonomy }}.dsa_category
        end
{%- endmacro %}

{#- A category of illegal content: instead of one that is for terms and conditions alone, or of none,
    the category for what was not specified. -#}
{% macro dsa_illegal_category(category, not_specified) -%}
    coalesce(
            nullif({{ category }}, 'STATEMENT_CATEGORY_OTHER_VIOLATION_TC'), {{ not_specified }}
        )
{%- endmacro %}

{#- The sub-category that dsa_keywords gives a policy code, as two columns: keyword, a code of the
    templates, or description, in words of one's own; the other is NULL, or both are. -#}
{% macro dsa_sub_category(dsa_keyword) -%}
    case when {{ dsa_keyword }} like 'KEYWORD_%' then {{ dsa_keyword }} end as keyword,
        case when {{ dsa_keyword }} not like 'KEYWORD_%' then {{ dsa_keyword }} end as description
{%- endmacro %}

{#- Eurostat's code of a member state. -#}
{% macro dsa_member_state(code) -%}
    case upper({{ code }}) when 'GR' then 'EL' else upper({{ code }}) end
{%- endmacro %}

{#- Eurostat's codes of the 27 member states, as a list in SQL. -#}
{% macro dsa_member_states() -%}
    (
            'AT', 'BE', 'BG', 'CY', 'CZ', 'DE', 'DK', 'EE', 'EL', 'ES', 'FI', 'FR', 'HR', 'HU',
            'IE', 'IT', 'LT', 'LU', 'LV', 'MT', 'NL', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK'
        )
{%- endmacro %}
