-- Who served the calls of a phase, per model family. Every family seen in any phase has
-- a row in each, with zero calls where it was not used. cost_efficiency_ratio is the
-- list price of a million tokens of the baseline's main family over the same of this
-- one, as measured in the phase (the main one's in the baseline where it is unused).

with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

summed_models as (

    select
        phase_windows.phase_id,
        requests.model_family,
        count(*) as api_call_count,
        count(*) filter (where requests.status = 'error') as api_error_count,
        sum(requests.total_tokens) as token_count,
        sum(requests.priced_tokens) as priced_tokens,
        {{ total_cost('requests.cost_usd') }} as cost_usd,
        {{ total_cost('requests.list_cost_usd') }} as list_cost_usd,
        sum(requests.list_cost_usd) as known_list_cost_usd,
        sum(requests.total_tokens) filter (where requests.list_cost_usd is not null)
            as listed_tokens
    from phase_windows
    inner join requests
        on
            requests.requested_date
            between phase_windows.start_date and phase_windows.end_date
    where requests.is_api_call
    group by
        phase_windows.phase_id,
        requests.model_family

),

seen_families as (

    select distinct summed_models.model_family
    from summed_models

),

reference_families as (

    select
        phase_windows.baseline_phase_id,
        max_by(
            summed_models.model_family,
            (summed_models.api_call_count, summed_models.model_family)
        ) as reference_model_family
    from phase_windows
    inner join summed_models on phase_windows.phase_id = summed_models.phase_id
    where phase_windows.phase_id = phase_windows.baseline_phase_id
    group by phase_windows.baseline_phase_id

),

complete_families as (

    select
        phase_windows.phase_id,
        phase_windows.baseline_phase_id,
        seen_families.model_family,
        reference_families.reference_model_family,
        phase_windows.active_day_count,
        phase_windows.api_call_count as phase_api_call_count,
        phase_windows.cost_usd as phase_cost_usd,
        {%- for count in [
            'api_call_count', 'api_error_count', 'token_count', 'priced_tokens'
        ] %}
            coalesce(summed_models.{{ count }}, 0) as {{ count }},
        {%- endfor %}
        {%- for cost in ['cost_usd', 'list_cost_usd'] %}
            case
                when summed_models.api_call_count is null then 0
                else summed_models.{{ cost }}
            end as {{ cost }},
        {%- endfor %}
        {{ safe_divide(
            'summed_models.known_list_cost_usd', 'summed_models.listed_tokens'
        ) }} * 1e6 as list_usd_per_million_tokens
    from phase_windows
    cross join seen_families
    left join reference_families
        on phase_windows.baseline_phase_id = reference_families.baseline_phase_id
    left join summed_models
        on
            phase_windows.phase_id = summed_models.phase_id
            and seen_families.model_family = summed_models.model_family

),

families as (

    select
        complete_families.*,
        coalesce(
            same_phase.list_usd_per_million_tokens,
            in_baseline.list_usd_per_million_tokens
        ) as reference_usd_per_million_tokens
    from complete_families
    left join complete_families as same_phase
        on
            complete_families.phase_id = same_phase.phase_id
            and complete_families.reference_model_family = same_phase.model_family
    left join complete_families as in_baseline
        on
            complete_families.baseline_phase_id = in_baseline.phase_id
            and complete_families.reference_model_family = in_baseline.model_family

),

final as (

    select
        families.phase_id,
        families.model_family,
        families.reference_model_family,
        families.active_day_count,
        families.api_call_count,
        families.api_error_count,
        {{ safe_divide('families.api_call_count', 'families.active_day_count') }}
            as calls_per_day,
        {{ safe_divide('families.api_call_count', 'families.phase_api_call_count') }}
            as call_share,
        cast(families.token_count as bigint) as token_count,
        cast(families.priced_tokens as bigint) as priced_tokens,
        cast(families.cost_usd as decimal(18, 9)) as cost_usd,
        cast(families.list_cost_usd as decimal(18, 9)) as list_cost_usd,
        {{ safe_divide('families.cost_usd', 'families.phase_cost_usd') }} as cost_share,
        {{ safe_divide('families.cost_usd', 'families.token_count') }} * 1e6
            as usd_per_million_tokens,
        families.list_usd_per_million_tokens,
        {{ safe_divide(
            'families.reference_usd_per_million_tokens',
            'families.list_usd_per_million_tokens'
        ) }} as cost_efficiency_ratio
    from families

)

select * from final
