{#- How much worse a quality metric may have become, beside what its margin allows, as words:
    'Error Rate may be up to 1.07 points worse (1.00 allowed)'. Without an interval the reason.

    Args:
        checks: The relation with the columns of quality_checks. -#}
{% macro worsening_text(checks) -%}
    {%- set scaled = "case when " ~ checks ~ ".margin_kind = 'relative' or "
        ~ checks ~ ".unit = 'ratio' then 100 else 1 end" -%}
    {%- set worded = {} -%}
    {%- for column in ['worsening_low', 'worsening_high', 'margin'] -%}
        {%- do worded.update({column: 'cast(cast(' ~ scaled ~ ' * ' ~ checks ~ '.' ~ column
            ~ ' as decimal(18, 2)) as ' ~ dbt.type_string() ~ ')'}) -%}
    {%- endfor -%}
    {{ checks }}.metric_name
    || case
        when {{ checks }}.worsening_low is null or {{ checks }}.worsening_high is null
            then ' (' || coalesce({{ checks }}.reason, 'no interval') || ')'
        else
            case
                when {{ checks }}.worsening_high <= 0 then ' is no worse'
                when {{ checks }}.worsening_low > 0
                    then
                        ' is ' || {{ worded['worsening_low'] }} || ' to '
                        || {{ worded['worsening_high'] }}
                else ' may be up to ' || {{ worded['worsening_high'] }}
            end
            || case
                when {{ checks }}.worsening_high <= 0 then ''
                when {{ checks }}.margin_kind = 'relative' then '% worse'
                when {{ checks }}.unit = 'ratio' then ' points worse'
                else ' worse'
            end
            || ' (' || {{ worded['margin'] }} || ' allowed)'
    end
{%- endmacro %}
