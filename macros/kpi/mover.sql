{#- A bound of a change by MOVER, the method of variance estimates recovery: each value's own interval
    says how far it may lie off on the side that matters (Zou and Donner 2008). side: lower or upper.
    later, earlier: the columns of a value and of its lower and upper bound, the two independent. -#}

{#- Of the difference later - earlier; NULL where a number that it takes is. -#}
{% macro mover_difference(side, later, earlier) -%}
    {%- set near, far = (1, 2) if side == 'lower' else (2, 1) -%}
    {{ later[0] }} - {{ earlier[0] }} {{ '-' if side == 'lower' else '+' }} sqrt(
        power({{ later[0] }} - {{ later[near] }}, 2)
        + power({{ earlier[far] }} - {{ earlier[0] }}, 2)
    )
{%- endmacro %}

{#- Of the relative change later / earlier - 1, on the scale of logarithms; NULL where one of
    the six numbers is NULL or not above 0. -#}
{% macro mover_relative_change(side, later, earlier) -%}
    {%- set near, far = (1, 2) if side == 'lower' else (2, 1) -%}
    case
        when {% for number in later + earlier %}{{ number }} > 0{{ ' and ' if not loop.last }}{% endfor %}
            then exp(
                ln({{ later[0] }} / {{ earlier[0] }}) {{ '-' if side == 'lower' else '+' }} sqrt(
                    power(ln({{ later[0] }} / {{ later[near] }}), 2)
                    + power(ln({{ earlier[far] }} / {{ earlier[0] }}), 2)
                )
            ) - 1
    end
{%- endmacro %}
