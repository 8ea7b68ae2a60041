-- The share of API calls that go to other models than in the baseline: half the sum of
-- the absolute differences of the models' shares (total variation distance). It needs
-- no event.
with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

model_usage as (

    select * from {{ ref('model_usage_daily') }}

),

count_calls as (

    select
        phase_windows.phase_id,
        phase_windows.api_call_count as phase_call_count,
        model_usage.model_id,
        sum(model_usage.api_call_count) as api_call_count
    from phase_windows
    inner join model_usage
        on
            model_usage.usage_date
            between phase_windows.start_date and phase_windows.end_date
    group by
        phase_windows.phase_id,
        phase_windows.api_call_count,
        model_usage.model_id

),

share_calls as (

    select
        count_calls.phase_id,
        count_calls.model_id,
        {{ safe_divide('count_calls.api_call_count', 'count_calls.phase_call_count') }}
            as call_share
    from count_calls

),

seen_models as (

    select distinct share_calls.model_id
    from share_calls

),

final as (

    select
        phase_windows.phase_id,
        {{ sum_in_order(
            'abs(
                coalesce(phase_shares.call_share, 0)
                - coalesce(baseline_shares.call_share, 0)
            )',
            ['seen_models.model_id']
        ) }} / 2 as shifted_call_share
    from phase_windows
    inner join phase_windows as baseline_windows
        on phase_windows.baseline_phase_id = baseline_windows.phase_id
    cross join seen_models
    left join share_calls as phase_shares
        on
            phase_windows.phase_id = phase_shares.phase_id
            and seen_models.model_id is not distinct from phase_shares.model_id
    left join share_calls as baseline_shares
        on
            phase_windows.baseline_phase_id = baseline_shares.phase_id
            and seen_models.model_id is not distinct from baseline_shares.model_id
    where
        not phase_windows.is_baseline
        and phase_windows.api_call_count > 0
        and baseline_windows.api_call_count > 0
    group by phase_windows.phase_id

)

select * from final
