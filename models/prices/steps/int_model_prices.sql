-- Which price holds: for each model name, speed, token class and moment the tiers of
-- exactly one price version. In order of precedence
--   1  a contract price for the name itself,
--   2  where that names no service tier, the same for a tier that another one names,
--   3, 4  while the name is an alias: 1 and 2 for its target,
--   5  while the name is an alias: the book's price for its target,
--   6  while the name is no alias: the book's price for the name.
-- A contract price replaces all tiers of its class for its dates. A history is cut at
-- every date on which one of its sources begins or ends; each piece takes the best one.
-- A service tier that a contract names is a speed of its own. What the contract leaves
-- out of it costs there what it costs elsewhere; in a batch, less the batch discount.
{% set price_columns = [
    'provider',
    'priced_model_id',
    'speed',
    'token_class',
    'min_prompt_tokens',
    'usd_per_million_tokens',
    'price_id',
    'price_source',
    'price_book_version',
] %}
with

book_prices as (
    select * from {{ ref('stg_prices__model_prices') }}
),

overrides as (
    select * from {{ ref('price_overrides') }}
),

aliases as (
    select
        model_id,
        priced_as_model_id,
        coalesce(valid_from, {{ since_ever() }}) as valid_from,
        coalesce(valid_to, {{ until_further_notice() }}) as valid_to
    from overrides
    where override_kind = 'alias'
),

service_tiers as (
    select distinct service_tier
    from overrides
    where
        override_kind = 'price'
        and coalesce(service_tier, 'standard') <> 'standard'
),

identified_models as (
    select
        model_id,
        min(provider) as provider,
        min(priced_model_id) as priced_model_id
    from book_prices
    group by model_id
),

contract_prices as (
    select
        overrides.model_id,
        identified_models.provider,
        coalesce(identified_models.priced_model_id, overrides.model_id)
            as priced_model_id,
        {{ rate_speed('overrides.speed', 'overrides.service_tier') }} as speed,
        coalesce(overrides.service_tier, 'standard') = 'standard' as is_base,
        overrides.token_class,
        coalesce(overrides.min_prompt_tokens, 0) as min_prompt_tokens,
        overrides.usd_per_million_tokens,
        concat_ws(
            '/',
            'price_overrides',
            overrides.model_id,
            nullif(
                {{ rate_speed('overrides.speed', 'overrides.service_tier') }},
                'standard'
            ),
            overrides.token_class,
            cast(coalesce(overrides.min_prompt_tokens, 0) as {{ dbt.type_string() }}),
            coalesce(cast(overrides.valid_from as {{ dbt.type_string() }}), 'ever')
        ) as price_id,
        'price_overrides.csv' as price_source,
        cast(null as {{ dbt.type_string() }}) as price_book_version,
        coalesce(overrides.valid_from, {{ since_ever() }}) as valid_from,
        coalesce(overrides.valid_to, {{ until_further_notice() }}) as valid_to
    from overrides
    left join identified_models
        on overrides.model_id = identified_models.model_id
    where overrides.override_kind = 'price'
),

base_prices as (
    select
        2 as precedence,
        model_id,
        {%- for column in price_columns %}
            {{ column }},
        {%- endfor %}
        valid_from,
        valid_to
    from contract_prices
    where is_base
    union all
    select
        6 as precedence,
        model_id,
        {%- for column in price_columns %}
            {{ column }},
        {%- endfor %}
        coalesce(valid_from, {{ since_ever() }}) as valid_from,
        coalesce(valid_to, {{ until_further_notice() }}) as valid_to
    from book_prices
),

own_prices as (
    select
        1 as precedence,
        model_id,
        {%- for column in price_columns %}
            {{ column }},
        {%- endfor %}
        valid_from,
        valid_to
    from contract_prices
    union all
    select *
    from base_prices
    where precedence = 6
    union all
    select
        base_prices.precedence,
        base_prices.model_id,
        {%- for column in price_columns %}
            {%- if column == 'speed' %}
                {{ rate_speed('base_prices.speed', 'service_tiers.service_tier') }}
                    as speed,
            {%- elif column == 'usd_per_million_tokens' %}
                cast(
                    base_prices.usd_per_million_tokens * case
                        when
                            service_tiers.service_tier = 'batch'
                            and base_prices.token_class <> 'web_search'
                            then {{ batch_price_factor() }}
                        else cast(1 as decimal(5, 4))
                    end as decimal(18, 9)
                ) as usd_per_million_tokens,
            {%- else %}
                base_prices.{{ column }},
            {%- endif %}
        {%- endfor %}
        base_prices.valid_from,
        base_prices.valid_to
    from base_prices
    cross join service_tiers
),

candidates as (
    select
        precedence,
        model_id,
        {%- for column in price_columns %}
            {{ column }},
        {%- endfor %}
        valid_from,
        valid_to
    from own_prices
    union all
    select
        case
            when own_prices.precedence = 6 then 5
            else own_prices.precedence + 2
        end as precedence,
        aliases.model_id,
        {%- for column in price_columns %}
            own_prices.{{ column }},
        {%- endfor %}
        greatest(own_prices.valid_from, aliases.valid_from) as valid_from,
        least(own_prices.valid_to, aliases.valid_to) as valid_to
    from aliases
    inner join own_prices
        on
            aliases.priced_as_model_id = own_prices.model_id
            and aliases.valid_from < own_prices.valid_to
            and aliases.valid_to > own_prices.valid_from
),

cuts as (
    {% for end in ['valid_from', 'valid_to'] %}
        select
            model_id,
            speed,
            token_class,
            {{ end }} as cut_at
        from candidates
        union
        select
            candidates.model_id,
            candidates.speed,
            candidates.token_class,
            aliases.{{ end }} as cut_at
        from candidates
        inner join aliases
            on candidates.model_id = aliases.model_id
        {% if not loop.last %}union{% endif %}
    {% endfor %}
),

pieces as (
    select
        model_id,
        speed,
        token_class,
        cut_at as valid_from,
        lead(cut_at) over (
            partition by model_id, speed, token_class
            order by cut_at
        ) as valid_to
    from cuts
),

aliased_pieces as (
    select
        pieces.model_id,
        pieces.speed,
        pieces.token_class,
        pieces.valid_from,
        pieces.valid_to,
        aliases.model_id is not null as is_alias
    from pieces
    left join aliases
        on
            pieces.model_id = aliases.model_id
            and pieces.valid_from >= aliases.valid_from
            and pieces.valid_from < aliases.valid_to
    where pieces.valid_to is not null
),

applicable as (
    select
        candidates.precedence,
        candidates.model_id,
        {%- for column in price_columns %}
            candidates.{{ column }},
        {%- endfor %}
        aliased_pieces.valid_from,
        aliased_pieces.valid_to,
        min(candidates.precedence) over (
            partition by
                candidates.model_id,
                candidates.speed,
                candidates.token_class,
                aliased_pieces.valid_from
        ) as best_precedence
    from aliased_pieces
    inner join candidates
        on
            aliased_pieces.model_id = candidates.model_id
            and aliased_pieces.speed = candidates.speed
            and aliased_pieces.token_class = candidates.token_class
            and aliased_pieces.valid_from >= candidates.valid_from
            and aliased_pieces.valid_from < candidates.valid_to
    where not (aliased_pieces.is_alias and candidates.precedence = 6)
),

final as (
    select
        model_id,
        priced_model_id,
        price_id,

        provider,
        speed,
        token_class,
        min_prompt_tokens,
        coalesce(
            lead(min_prompt_tokens) over (
                partition by model_id, speed, token_class, valid_from
                order by min_prompt_tokens
            ),
            {{ no_prompt_limit() }}
        ) as below_prompt_tokens,

        usd_per_million_tokens,

        price_source,
        price_book_version,

        valid_from,
        valid_to
    from applicable
    where precedence = best_precedence
)

select * from final
