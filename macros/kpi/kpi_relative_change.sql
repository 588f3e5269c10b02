{#- The relative change of a proportion from control to treatment, p_t / p_c - 1, with the interval of
    the log ratio (Katz and others 1978): the CTEs from subjects to estimates. subjects: period_at,
    variant, converted and a column per slice. Each experiment stands alone: there is no overall. No
    row where a variant is empty or p_c is 0. -#}
{% macro kpi_relative_change(slices=metric_slices(), grains=metric_grains()) %}
{{ kpi_sliced(
    slices,
    {
        'treatment_count': "count(*) filter (where variant = 'treatment')",
        'treatment_converted': "count(*) filter (where variant = 'treatment' and converted)",
        'control_count': "count(*) filter (where variant = 'control')",
        'control_converted': "count(*) filter (where variant = 'control' and converted)",
    },
    grains
) }},

shares as (
    select
        *,
        {{ ratio('treatment_converted', 'treatment_count') }} as numerator,
        {{ ratio('control_converted', 'control_count') }} as denominator
    from sliced
    where
        slice <> 'overall'
        and treatment_count > 0
        and control_converted > 0
),

changes as (
    select
        *,
        {{ ratio('numerator', 'denominator') }} as risk_ratio,
        {{ z_95() }} * sqrt(
            {{ ratio('1 - numerator', 'treatment_count * numerator') }}
            + {{ ratio('1 - denominator', 'control_count * denominator') }}
        ) as margin
    from shares
),

estimates as (
    select
        *,
        risk_ratio - 1 as value,
        risk_ratio * exp(-margin) - 1 as ci_lower,
        risk_ratio * exp(margin) - 1 as ci_upper,
        treatment_count + control_count as sample_size
    from changes
)
{%- endmacro %}
