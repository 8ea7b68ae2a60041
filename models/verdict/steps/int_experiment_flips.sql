-- What a switchback shows, by an exact sign-flip test: had nothing been changed, each
-- pair's difference could as well have had the other sign, for a draw decided which of
-- its two days was on. A true difference is possible as far as means of subsets of the
-- pairs lie on both sides of it (Hartigan 1969): between each two of the 2^n - 1 means
-- it lies with a chance of 1 / 2^n. So their quantiles are the ends of the interval,
-- and those beyond zero give p. Up to `switchback_enumerated_pairs` pairs every subset
-- is looked at, beyond that some drawn ones, the same on every run.
--   mean_change         mean difference, each pair by its weight
--   assignment_count    assignments looked at; 2 / that is the smallest p there can be
{% set enumerated = var('switchback_enumerated_pairs') %}
{% set drawn = var('switchback_drawn_subsets') %}
{% set number = 'thousands.thousand_number * 1024 + singles.single_number' %}
{% set drawn_number = 'thousands.thousand_number * 32 + singles.single_number' %}

with pairs as (

    select * from {{ ref('int_experiment_pairs') }}

),

-- Exact decimals, so that equal means are equal whatever order they were added up in.
numbered as (

    select
        pairs.comparison_id,
        pairs.measure_id,
        pairs.pair_number,
        cast(pairs.weight as decimal(12, 0)) as weight,
        cast(pairs.weight as decimal(12, 0))
        * cast(pairs.difference as decimal(18, 12)) as weighted_difference,
        pow(2, row_number() over (
            partition by pairs.comparison_id, pairs.measure_id
            order by pairs.pair_number
        ) - 1) as subset_bit,
        count(*) over (
            partition by pairs.comparison_id, pairs.measure_id
        ) as pair_count
    from pairs
    where pairs.difference is not null

),

digits as (

    {%- for digit in range(10) %}
        select {{ digit }} as digit
        {{- ' union all' if not loop.last }}
    {%- endfor %}

),

thousands as (

    {{ number_series(1024, 'thousand_number') }}

),

singles as (

    {{ number_series(1024, 'single_number') }}

),

chosen_pairs as (

    select
        numbered.*,
        {{ number }} as subset_number
    from numbered
    inner join thousands
        on thousands.thousand_number * 1024 < pow(2, numbered.pair_count)
    cross join singles
    where
        numbered.pair_count <= {{ enumerated }}
        and {{ number }} < pow(2, numbered.pair_count)
        and mod(floor(({{ number }}) / numbered.subset_bit), 2) = 1
    union all
    select
        numbered.*,
        {{ drawn_number }} as subset_number
    from numbered
    inner join thousands on thousands.thousand_number * 32 < {{ drawn }}
    inner join singles on singles.single_number < 32
    where
        numbered.pair_count > {{ enumerated }}
        and {{ drawn_number }} < {{ drawn }}
        and substr(
            {{ surrogate_key(['numbered.pair_number', 'thousands.thousand_number']) }},
            cast(singles.single_number + 1 as integer),
            1
        ) < '8'

),

subset_means as (

    select
        comparison_id,
        measure_id,
        subset_number,
        round(
            cast(sum(weighted_difference) as double) / cast(sum(weight) as double), 12
        ) as mean_difference
    from chosen_pairs
    group by comparison_id, measure_id, subset_number

),

ranked as (

    select
        subset_means.*,
        row_number() over (
            partition by subset_means.comparison_id, subset_means.measure_id
            order by subset_means.mean_difference
        ) as rank_from_below,
        row_number() over (
            partition by subset_means.comparison_id, subset_means.measure_id
            order by subset_means.mean_difference desc
        ) as rank_from_above,
        floor(
            (1 + count(*) over (
                partition by subset_means.comparison_id, subset_means.measure_id
            ))
            * {{ (1 - var('confidence_level')) / 2 }} + 1e-9
        ) as bound_rank
    from subset_means

),

tested as (

    select
        comparison_id,
        measure_id,
        1 + count(*) as assignment_count,
        max(mean_difference) filter (where rank_from_below = bound_rank) as change_low,
        max(mean_difference) filter (where rank_from_above = bound_rank) as change_high,
        2.0 * (1 + least(
            count(*) filter (where mean_difference <= 0),
            count(*) filter (where mean_difference >= 0)
        )) / (1 + count(*)) as doubled_tail
    from ranked
    group by comparison_id, measure_id

),

estimates as (

    select
        comparison_id,
        measure_id,
        count(*) as pair_count,
        round(
            cast(sum(weighted_difference) as double) / cast(sum(weight) as double), 12
        ) as mean_change
    from numbered
    group by comparison_id, measure_id

),

final as (

    select
        estimates.comparison_id,
        estimates.measure_id,
        estimates.mean_change,
        tested.change_low,
        tested.change_high,
        least(tested.doubled_tail, 1) as p_value,
        2.0 / tested.assignment_count as smallest_p_value,
        estimates.pair_count,
        tested.assignment_count,
        estimates.pair_count <= {{ enumerated }} as is_enumerated
    from estimates
    inner join tested
        on
            estimates.comparison_id = tested.comparison_id
            and estimates.measure_id = tested.measure_id

)

select * from final
