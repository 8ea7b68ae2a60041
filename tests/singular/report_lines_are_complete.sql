-- No line is blank: it has a value, or a reason. No layout line and no metric is lost:
-- the layout's lines are all there for each reported phase, and every metric is in some
-- report.
with report_lines as (

    select * from {{ ref('report_lines') }}

),

report_layout as (

    select * from {{ ref('report_layout') }}

),

metric_definitions as (

    select * from {{ ref('metric_definitions') }}

),

reports as (

    select distinct
        report_lines.report_kind,
        report_lines.phase_id
    from report_lines

),

blank_lines as (

    select
        'blank line' as problem,
        report_lines.metric_id as subject
    from report_lines
    where report_lines.phase_value is null and report_lines.missing_reason is null

),

lost_lines as (

    select
        'line of the layout is not in the report' as problem,
        report_layout.line_label as subject
    from report_layout
    inner join reports on report_layout.report_kind = reports.report_kind
    left join report_lines
        on
            reports.report_kind = report_lines.report_kind
            and reports.phase_id = report_lines.phase_id
            and report_layout.section_order = report_lines.section_order
            and report_layout.line_order = report_lines.line_order
    where report_lines.metric_id is null

),

unshown_metrics as (

    select
        'metric without a line in any report' as problem,
        metric_definitions.metric_id as subject
    from metric_definitions
    left join report_layout on metric_definitions.metric_id = report_layout.metric_id
    where report_layout.metric_id is null

),

final as (
    {% for problems in ['blank_lines', 'lost_lines', 'unshown_metrics'] %}
        select
            {{ problems }}.problem,
            {{ problems }}.subject
        from {{ problems }}
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}

)

select * from final
