-- What validation found. The tables hold the latest run, one row per line, condition or
-- expectation; their *_history twins hold every run, one set of rows per build.

create schema if not exists validation;

-- One row per validated build; validating a build again replaces its row.
create table if not exists validation.runs (
    run_id varchar primary key,
    build_id varchar,
    last_load_id bigint,
    validated_at timestamp not null,
    passed_line_count bigint not null,
    failed_line_count bigint not null,
    inconclusive_line_count bigint not null,
    not_applicable_line_count bigint not null,
    error_line_count bigint not null,
    broken_guard_count bigint not null,
    has_critical_guard_failure boolean not null
);

-- One row per checklist line or success criterion. Value, interval, thresholds and sample are those
-- of the condition that decides the line: the first with the line's status.
create or replace table validation.checklist_results (
    run_id varchar not null,
    line_id varchar not null,
    kind varchar not null,
    line_order bigint not null,
    line_text varchar not null,
    status varchar not null,
    verdict varchar not null,
    position varchar,
    metric_id varchar,
    measure varchar not null,
    phase_id varchar,
    observed_value double,
    min_threshold double,
    min_inclusive boolean not null,
    max_threshold double,
    max_inclusive boolean not null,
    unit varchar not null,
    sample_count bigint,
    day_count bigint,
    condition_count bigint not null,
    passed_condition_count bigint not null,
    detail varchar not null,
    validated_at timestamp not null,
    interval_low double,
    interval_high double,
    cluster_count bigint,
    baseline_cluster_count bigint,
    is_inconclusive boolean not null,
    days_needed bigint
);

-- One row per condition of a checklist line.
create or replace table validation.checklist_conditions (
    run_id varchar not null,
    line_id varchar not null,
    condition_order bigint not null,
    condition_text varchar not null,
    status varchar not null,
    verdict varchar not null,
    position varchar,
    metric_id varchar,
    measure varchar not null,
    phase_id varchar,
    observed_value double,
    min_threshold double,
    min_inclusive boolean not null,
    max_threshold double,
    max_inclusive boolean not null,
    unit varchar not null,
    sample_count bigint,
    day_count bigint,
    missing_reason varchar,
    detail varchar not null,
    validated_at timestamp not null,
    interval_low double,
    interval_high double,
    cluster_count bigint,
    baseline_cluster_count bigint,
    is_inconclusive boolean not null,
    days_needed bigint
);

-- One row per expectation of every suite, the checklist's and the guards'.
create or replace table validation.expectation_results (
    run_id varchar not null,
    suite varchar not null,
    expectation_order bigint not null,
    line_id varchar,
    expectation varchar not null,
    column_name varchar,
    description varchar not null,
    severity varchar not null,
    status varchar not null,
    observed varchar,
    element_count bigint,
    missing_count bigint,
    unexpected_count bigint,
    exception_text varchar,
    validated_at timestamp not null
);

create table if not exists validation.checklist_results_history as
select * from validation.checklist_results limit 0;

create table if not exists validation.checklist_conditions_history as
select * from validation.checklist_conditions limit 0;

create table if not exists validation.expectation_results_history as
select * from validation.expectation_results limit 0;

-- A history that was begun before intervals were kept gains their columns.
alter table validation.checklist_results_history add column if not exists interval_low double;
alter table validation.checklist_results_history add column if not exists interval_high double;
alter table validation.checklist_results_history add column if not exists cluster_count bigint;
alter table validation.checklist_results_history add column if not exists baseline_cluster_count bigint;
alter table validation.checklist_results_history add column if not exists is_inconclusive boolean;
alter table validation.checklist_results_history add column if not exists days_needed bigint;
alter table validation.checklist_conditions_history add column if not exists interval_low double;
alter table validation.checklist_conditions_history add column if not exists interval_high double;
alter table validation.checklist_conditions_history add column if not exists cluster_count bigint;
alter table validation.checklist_conditions_history add column if not exists baseline_cluster_count bigint;
alter table validation.checklist_conditions_history add column if not exists is_inconclusive boolean;
alter table validation.checklist_conditions_history add column if not exists days_needed bigint;
