{#- The last microsecond at which something is not yet older than some hours. An age is a whole
    number of seconds, so it exceeds the hours from one second after them on. -#}
{% macro just_before_older_than(born_at, hours) -%}
    {{ born_at }} + {{ hours }} * interval '1' hour + interval '0.999999' second
{%- endmacro %}
