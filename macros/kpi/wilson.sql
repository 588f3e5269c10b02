{#- Wilson's score interval of a proportion (Wilson 1927), clipped to [0, 1]: the columns ci_lower
    and ci_upper. share: the proportion; size: the observations behind it, or the effective number
    of them. NULL where either is NULL. At a share of exactly 0 or 1 the bound there is that number;
    the subtraction below would leave an error in the last digit. -#}
{% macro wilson(share, size) -%}
    case
        when {{ share }} is null or {{ size }} is null then null
        when {{ share }} = 0 and {{ size }} > 0 then 0
        else greatest(
            ({{ wilson_centre(share, size) }} - {{ wilson_half(share, size) }})
            / {{ wilson_scale(size) }},
            0
        )
    end as ci_lower,
    case
        when {{ share }} is null or {{ size }} is null then null
        when {{ share }} = 1 and {{ size }} > 0 then 1
        else least(
            ({{ wilson_centre(share, size) }} + {{ wilson_half(share, size) }})
            / {{ wilson_scale(size) }},
            1
        )
    end as ci_upper
{%- endmacro %}

{% macro wilson_centre(share, size) -%}
    ({{ share }} + {{ z_95() }} * {{ z_95() }} / nullif(2 * {{ size }}, 0))
{%- endmacro %}

{% macro wilson_half(share, size) -%}
    {{ z_95() }} * sqrt(
        {{ share }} * (1 - {{ share }}) / nullif({{ size }}, 0)
        + {{ z_95() }} * {{ z_95() }} / nullif(4 * {{ size }} * {{ size }}, 0)
    )
{%- endmacro %}

{% macro wilson_scale(size) -%}
    (1 + {{ z_95() }} * {{ z_95() }} / nullif({{ size }}, 0))
{%- endmacro %}
