-- Who served the calls of a phase, per model family. Every family seen in any phase has
-- a row in each, so a family that was not used shows zero calls instead of being
-- absent.
--   cost_efficiency_ratio = list price of a million tokens of the baseline's main
--                           family / the same of this family, both as measured in the
--                           phase (the main family in the baseline where it is unused)

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
        -- Tokens of the calls that have a list cost: what the list price is divided by.
        sum(requests.total_tokens) filter (
            where requests.list_cost_usd is not null
        ) as listed_tokens
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
        coalesce(summed_models.api_call_count, 0) as api_call_count,
        coalesce(summed_models.api_error_count, 0) as api_error_count,
        coalesce(summed_models.token_count, 0) as token_count,
        coalesce(summed_models.priced_tokens, 0) as priced_tokens,
        case
            when summed_models.api_call_count is null then 0
            else summed_models.cost_usd
        end as cost_usd,
        case
            when summed_models.api_call_count is null then 0
            else summed_models.list_cost_usd
        end as list_cost_usd,
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

referenced_families as (

    select
        complete_families.phase_id,
        complete_families.model_family,
        complete_families.reference_model_family,
        complete_families.active_day_count,
        complete_families.phase_api_call_count,
        complete_families.phase_cost_usd,
        complete_families.api_call_count,
        complete_families.api_error_count,
        complete_families.token_count,
        complete_families.priced_tokens,
        complete_families.cost_usd,
        complete_families.list_cost_usd,
        complete_families.list_usd_per_million_tokens,
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
        referenced_families.phase_id,
        referenced_families.model_family,
        referenced_families.reference_model_family,
        referenced_families.active_day_count,
        referenced_families.api_call_count,
        referenced_families.api_error_count,
        {{ safe_divide(
            'referenced_families.api_call_count', 'referenced_families.active_day_count'
        ) }} as calls_per_day,
        {{ safe_divide(
            'referenced_families.api_call_count',
            'referenced_families.phase_api_call_count'
        ) }} as call_share,
        cast(referenced_families.token_count as bigint) as token_count,
        cast(referenced_families.priced_tokens as bigint) as priced_tokens,
        cast(referenced_families.cost_usd as decimal(18, 9)) as cost_usd,
        cast(referenced_families.list_cost_usd as decimal(18, 9)) as list_cost_usd,
        {{ safe_divide(
            'referenced_families.cost_usd', 'referenced_families.phase_cost_usd'
        ) }} as cost_share,
        {{ safe_divide(
            'referenced_families.cost_usd', 'referenced_families.token_count'
        ) }} * 1e6 as usd_per_million_tokens,
        referenced_families.list_usd_per_million_tokens,
        {{ safe_divide(
            'referenced_families.reference_usd_per_million_tokens',
            'referenced_families.list_usd_per_million_tokens'
        ) }} as cost_efficiency_ratio
    from referenced_families

)

select * from final
