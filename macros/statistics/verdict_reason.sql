{#- Why the verdict is what it is, in words. `relation` has the columns of proof_intervals and
    has_enough_clusters, has_zero_change and has_zero_ratio. -#}
{% macro verdict_reason(relation) -%}
    {%- set percent = (var('confidence_level') * 100) | round | int -%}
    {%- set units = {
        'cluster': ['independent groups of calls', var('minimum_clusters')],
        'day': ['days', var('minimum_days')],
    } -%}
    case
        when {{ relation }}.missing_reason is not null then {{ relation }}.missing_reason
        {%- for unit, words in units.items() %}
        when
            {{ relation }}.resampled_unit = '{{ unit }}'
            and not {{ relation }}.has_enough_clusters
            then
                {{ relation }}.baseline_cluster_count || ' and '
                || {{ relation }}.phase_cluster_count
                || ' {{ words[0] }}; at least {{ words[1] }} are needed in each'
        {%- endfor %}
        when {{ relation }}.verdict = 'not enough data'
            then
                'fewer than {{ var("minimum_tail_count") }} values lie beyond the percentile'
        when
            {{ relation }}.verdict = 'no clear change'
            and {{ relation }}.change_value_low = {{ relation }}.change_value_high
            then 'the same in both, without any variation'
        when
            {{ relation }}.verdict = 'no clear change'
            and {{ relation }}.has_zero_change
            and not {{ relation }}.has_zero_ratio
            then
                'the {{ percent }}% interval of the change includes zero, '
                || 'that of its percentage does not'
        when
            {{ relation }}.verdict = 'no clear change'
            and {{ relation }}.has_zero_ratio
            and not {{ relation }}.has_zero_change
            then
                'the {{ percent }}% interval of the percentage includes zero, '
                || 'that of the change does not'
        when
            {{ relation }}.verdict = 'no clear change'
            and {{ relation }}.is_trend_continued
            and not ({{ relation }}.has_zero_change or {{ relation }}.has_zero_ratio)
            then 'the metric moved this way before; beyond that trend nothing is clear'
        when {{ relation }}.verdict = 'no clear change'
            then 'the {{ percent }}% interval includes zero'
        when {{ relation }}.change_value < 0
            then 'the {{ percent }}% interval lies below zero'
        else 'the {{ percent }}% interval lies above zero'
    end
    || case
        when {{ relation }}.verdict = 'not enough data' then ''
        when {{ relation }}.has_day_effects
            then '; resampled by day: days differ by more than their calls explain'
        when
            {{ relation }}.resampled_unit = 'day'
            and least(
                {{ relation }}.baseline_cluster_count, {{ relation }}.phase_cluster_count
            ) < {{ var('few_days') }}
            then
                '; ' || {{ relation }}.baseline_cluster_count || ' and '
                || {{ relation }}.phase_cluster_count
                || ' days cannot show how the load drifts'
        else ''
    end
{%- endmacro %}
