-- Every alert of the seed stands on the dashboard once, with a value or the reason.
select
    coalesce(alerts.alert_id, dashboard_alerts.alert_id) as alert_id,
    dashboard_alerts.status
from (select distinct alert_id from {{ ref('alerts') }}) as alerts
full join {{ ref('dashboard_alerts') }} as dashboard_alerts
    on alerts.alert_id = dashboard_alerts.alert_id
where
    alerts.alert_id is null
    or dashboard_alerts.alert_id is null
    or (dashboard_alerts.observed_value is null)
    != (dashboard_alerts.status = 'not measurable')
    or (dashboard_alerts.missing_cause is null)
    != (dashboard_alerts.observed_value is not null)
