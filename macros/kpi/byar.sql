{#- Byar's approximation to the exact Poisson interval of a rate (Breslow and Day 1987, after
    Rothman and Boice 1979): the columns ci_lower and ci_upper. events: a whole number; exposure:
    what they are divided by; factor: the units of exposure that the rate is per. -#}
{% macro byar(events, exposure, factor) -%}
    case
        when {{ events }} = 0 then 0
        else {{ factor }} * {{ ratio(byar_bound(events, '-'), exposure) }}
    end as ci_lower,
    {{ factor }} * {{ ratio(byar_bound('(' ~ events ~ ' + 1)', '+'), exposure) }} as ci_upper
{%- endmacro %}

{% macro byar_bound(count, sign) -%}
    {{ count }} * power(
        1 - 1 / nullif(cast(9 * {{ count }} as {{ t_double() }}), 0)
        {{ sign }} {{ z_95() }} / nullif(3 * sqrt(cast({{ count }} as {{ t_double() }})), 0),
        3
    )
{%- endmacro %}
