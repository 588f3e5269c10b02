{#- A select of as many days as asked for, one row each, starting from a date: that of a one-row CTE
    whose column has the CTE's name. No row where the date is NULL. -#}
{% macro days_since(first_day, day_count) -%}
    {%- set digits = ['ones', 'tens', 'hundreds', 'thousands', 'ten_thousands'] -%}
    select cast({{ first_day }}.{{ first_day }} + numbers.number * interval '1' day as date) as day
    from {{ first_day }}
    cross join (
        select
            {%- for digit in digits %}
            {{ 10 ** loop.index0 }} * {{ digit }}.digit{{ ' +' if not loop.last }}
            {%- endfor %} as number
        from
            {%- for digit in digits %}
            {{ 'cross join ' if not loop.first }}(
                {%- for value in range(10) -%}
                select {{ value }} as digit{{ ' union all ' if not loop.last }}
                {%- endfor -%}
            ) as {{ digit }}
            {%- endfor %}
    ) as numbers
    where
        numbers.number < {{ day_count }}
        and {{ first_day }}.{{ first_day }} is not null
{%- endmacro %}
