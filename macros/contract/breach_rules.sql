{#- The rules that a row of one raw table can break, derived from its contract: a list of dicts
    (column, reason, condition), the condition in SQL over the columns of the view raw.<table>.
    A value that could not be parsed is NULL there and named in raw_unparsable. -#}
{% macro breach_rules(table) %}
    {%- set contract = table_contract(table) -%}
    {%- set declared = raw_source(table).columns -%}
    {%- set rules = [] -%}
    {%- for column in contract.columns -%}
        {%- set name = column.name -%}
        {%- set meta = declared[name].config.meta -%}
        {%- set unparsable = "position('|" ~ name ~ "|' in raw_unparsable) > 0" -%}
        {%- set bounds = [] -%}
        {%- if column.min is not none -%}
            {%- do bounds.append(
                name ~ (' <= ' if column.exclusive_min else ' < ') ~ column.min) -%}
        {%- endif -%}
        {%- if column.max is not none -%}
            {%- do bounds.append(name ~ ' > ' ~ column.max) -%}
        {%- endif -%}
        {%- set grain = meta.aligned_to if meta.aligned_to in declared
            else "'" ~ meta.aligned_to ~ "'" -%}
        {#- Bounded, for an engine may look for the period of the column's least and greatest date,
            which no timestamp need hold. -#}
        {%- set days = ["cast('2000-01-01' as date)", "cast('2099-12-31' as date)"] -%}
        {%- for reason, condition in [
            ('not_parsable', "(raw_unparsable is not null and " ~ unparsable ~ ")"),
            ('null_value', "(" ~ name ~ " is null and (raw_unparsable is null or not "
                ~ unparsable ~ "))" if not column.nullable),
            ('not_finite', "not " ~ is_finite(name) if column.type == 'double'),
            ('not_in_enum', name ~ " not in ('" ~ column.enum | join("', '") ~ "')"
                if column.enum),
            ('out_of_bounds', (is_finite(name) ~ " and " if column.type == 'double' else "")
                ~ "(" ~ bounds | join(' or ') ~ ")" if bounds),
            ('out_of_calendar', "(" ~ name ~ " < cast('2000-01-01' as " ~ column.type ~ ") or "
                ~ name ~ " >= cast('2100-01-01' as " ~ column.type ~ "))"
                if column.type in ('date', 'timestamp')),
            ('reserved_value', name ~ " = '" ~ meta.reserved ~ "'" if meta.reserved),
            ('misaligned_period', "case when " ~ name ~ " between " ~ days[0] ~ " and " ~ days[1]
                ~ " then " ~ name ~ " <> " ~ period_start(grain,
                    "least(greatest(" ~ name ~ ", " ~ days[0] ~ "), " ~ days[1] ~ ")")
                ~ " end" if meta.aligned_to),
        ] if condition -%}
            {%- do rules.append({'column': name, 'reason': reason, 'condition': condition}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if contract.ordered -%}
        {%- do rules.append({'column': contract.ordered[1], 'reason': 'out_of_order',
            'condition': contract.ordered[1] ~ " < " ~ contract.ordered[0]}) -%}
    {%- endif -%}
    {{- return(rules) -}}
{% endmacro %}
