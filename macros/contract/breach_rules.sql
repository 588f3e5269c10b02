{#- The rules that a row of one raw table can break, derived from its contract: a list of dicts
    (column, reason, condition), the condition in SQL over the columns of the view raw.<table>.
    A value that did not parse is NULL there and named in raw_unparsable. -#}
{% macro breach_rules(table) %}
    {%- set contract = table_contract(table) -%}
    {%- set rules = [] -%}
    {%- for column in contract.columns -%}
        {%- set name = column.name -%}
        {%- set unparsable = "position('|" ~ name ~ "|' in raw_unparsable) > 0" -%}
        {%- do rules.append({'column': name, 'reason': 'not_parsable',
            'condition': "(raw_unparsable is not null and " ~ unparsable ~ ")"}) -%}
        {%- if not column.nullable -%}
            {%- do rules.append({'column': name, 'reason': 'null_value',
                'condition': "(" ~ name ~ " is null and (raw_unparsable is null or not "
                    ~ unparsable ~ "))"}) -%}
        {%- endif -%}
        {%- if column.type == 'double' -%}
            {%- do rules.append({'column': name, 'reason': 'not_finite',
                'condition': "not " ~ is_finite(name)}) -%}
        {%- endif -%}
        {%- if column.enum -%}
            {%- do rules.append({'column': name, 'reason': 'not_in_enum',
                'condition': name ~ " not in ('" ~ column.enum | join("', '") ~ "')"}) -%}
        {%- endif -%}
        {%- set bounds = [] -%}
        {%- if column.min is not none -%}
            {%- do bounds.append(
                name ~ (' <= ' if column.exclusive_min else ' < ') ~ column.min) -%}
        {%- endif -%}
        {%- if column.max is not none -%}
            {%- do bounds.append(name ~ ' > ' ~ column.max) -%}
        {%- endif -%}
        {%- if bounds and column.type == 'double' -%}
            {%- do rules.append({'column': name, 'reason': 'out_of_bounds',
                'condition': is_finite(name) ~ " and (" ~ bounds | join(' or ') ~ ")"}) -%}
        {%- elif bounds -%}
            {%- do rules.append({'column': name, 'reason': 'out_of_bounds',
                'condition': "(" ~ bounds | join(' or ') ~ ")"}) -%}
        {%- endif -%}
        {%- if column.type in ('date', 'timestamp') -%}
            {%- do rules.append({'column': name, 'reason': 'out_of_calendar',
                'condition': "(" ~ name ~ " < cast('2000-01-01' as " ~ column.type ~ ") or "
                    ~ name ~ " >= cast('2100-01-01' as " ~ column.type ~ "))"}) -%}
        {%- endif -%}
        {%- if name in ('surface', 'region') and table != 'active_accounts' -%}
            {%- do rules.append({'column': name, 'reason': 'reserved_value',
                'condition': name ~ " = 'all'"}) -%}
        {%- endif -%}
        {%- if name == 'period_start_date' -%}
            {%- set grain = 'period_grain' if table == 'active_accounts' else "'week'" -%}
            {%- do rules.append({'column': name, 'reason': 'misaligned_period',
                'condition': name ~ " <> " ~ period_start(grain, name)}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if contract.ordered -%}
        {%- do rules.append({'column': contract.ordered[1], 'reason': 'out_of_order',
            'condition': contract.ordered[1] ~ " < " ~ contract.ordered[0]}) -%}
    {%- endif -%}
    {{- return(rules) -}}
{% endmacro %}
