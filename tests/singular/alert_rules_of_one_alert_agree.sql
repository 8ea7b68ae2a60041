-- Rows of one alert differ in threshold, severity and wording only; an alert with two
-- thresholds is worse beyond the critical one.
select
    alert_id,
    count(*) as rule_count
from {{ ref('alerts') }}
group by alert_id
having
    count(distinct metric_id) > 1
    or count(distinct measure) > 1
    or count(distinct time_window) > 1
    or count(distinct comparison) > 1
    or count(distinct alert_order) > 1
    or count(distinct ok_label) > 1
