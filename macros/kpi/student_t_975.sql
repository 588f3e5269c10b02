{#- The 0.975 quantile of Student's t distribution, right to a relative 1e-10. degrees: whole degrees of
    freedom, 1 or more; NULL where they are fewer or NULL. Up to 39 it is looked up; beyond, it is the
    expansion of Cornish and Fisher (1960) about the normal quantile (Abramowitz and Stegun 1964,
    26.7.5, and its next term), whose error at 40 is a relative 8e-11. -#}
{% macro student_t_975(degrees) -%}
    {%- set x = z_95_number() -%}
    {%- set terms = [
        (x ** 3 + x) / 4,
        (5 * x ** 5 + 16 * x ** 3 + 3 * x) / 96,
        (3 * x ** 7 + 19 * x ** 5 + 17 * x ** 3 - 15 * x) / 384,
        (79 * x ** 9 + 776 * x ** 7 + 1482 * x ** 5 - 1920 * x ** 3 - 945 * x) / 92160,
        (27 * x ** 11 + 339 * x ** 9 + 930 * x ** 7 - 1782 * x ** 5 - 765 * x ** 3 + 17955 * x)
        / 368640,
    ] -%}
    case
        {%- for quantile in student_t_975_table() %}
        when {{ degrees }} = {{ loop.index }} then {{ quantile }}
        {%- endfor %}
        when {{ degrees }} >= {{ student_t_975_table() | length + 1 }}
            then
                {{ z_95() }}
                {%- for term in terms %}
                + {{ term }} / power(cast({{ degrees }} as {{ t_double() }}), {{ loop.index }})
                {%- endfor %}
    end
{%- endmacro %}

{#- The quantile at 1, 2, 3 ... degrees of freedom, to 15 digits. -#}
{% macro student_t_975_table() %}
    {{- return([
        12.7062047361747, 4.30265272974946, 3.18244630528371, 2.77644510519779, 2.57058183563632,
        2.44691185114497, 2.36462425159279, 2.30600413520417, 2.26215716279821, 2.22813885198627,
        2.20098516009164, 2.17881282966723, 2.16036865646279, 2.1447866879178, 2.13144954555978,
        2.11990529922125, 2.10981557783332, 2.10092204024104, 2.09302405440831, 2.08596344726586,
        2.07961384472768, 2.07387306790403, 2.06865761041905, 2.06389856162803, 2.0595385527533,
        2.05552943864287, 2.05183051648029, 2.04840714179525, 2.0452296421327, 2.04227245630124,
        2.03951344639641, 2.0369333434601, 2.03451529744934, 2.03224450931772, 2.03010792825034,
        2.02809400098045, 2.02619246302911, 2.02439416391197, 2.02269092003676,
    ]) -}}
{% endmacro %}
