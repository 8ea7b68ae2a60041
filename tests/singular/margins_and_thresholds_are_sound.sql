-- A margin is above zero and its metric has a better direction; a threshold has the
-- sentence for it, and the serious one lies beyond the one that warns.
select
    'margin' as problem,
    margins.metric_id as subject
from {{ ref('quality_margins') }} as margins
inner join {{ ref('metric_definitions') }} as definitions
    on margins.metric_id = definitions.metric_id
where margins.margin <= 0 or definitions.direction = 'neutral'
union all
select
    'threshold' as problem,
    check_id as subject
from {{ ref('hygiene_thresholds') }}
where
    (warning_threshold is null) is distinct from (warning_sentence is null)
    or (serious_threshold is null) is distinct from (serious_sentence is null)
    or (worse_is = 'above' and serious_threshold < warning_threshold)
    or (worse_is = 'below' and serious_threshold > warning_threshold)
