-- The loader's tables. Timestamps are naive UTC, money is DECIMAL(18,9), and only
-- raw.load_runs holds wall-clock times: the same files give the same rows.

create schema if not exists raw;

-- One row per load; a row left at 'running' is a load that was stopped half-way.
create table if not exists raw.load_runs (
    load_id bigint not null,
    started_at timestamp not null,
    finished_at timestamp,
    status varchar not null
);

-- One row per distinct content, under whatever name it was delivered.
-- content_sha256 is the SHA-256 of block_digests and tail_digest: the digests of each
-- 256 KiB block of the loaded bytes, so an append need not read the file again.
create table if not exists raw.files (
    file_id varchar not null,
    source_system varchar not null,
    source_table varchar not null,
    path varchar not null,
    byte_count bigint not null,
    line_count bigint not null,
    content_sha256 varchar not null,
    head_sha256 varchar not null,
    first_load_id bigint not null,
    last_load_id bigint not null,
    restated_load_id bigint,
    modified_at timestamp,
    block_digests blob not null,
    tail_digest blob not null,
    is_last_line_open boolean not null
);

alter table raw.files drop column if exists last_line_sha256;

-- One row per path ever seen: what the file system said of it when it was last read, and how
-- many of its lines are accounted for.
create table if not exists raw.file_paths (
    source_system varchar not null,
    source_table varchar not null,
    path varchar not null,
    disk_byte_count bigint not null,
    modified_ns bigint not null,
    changed_ns bigint not null,
    inode bigint not null,
    file_id varchar,
    line_count bigint not null,
    pending_byte_count bigint not null,
    is_missing boolean not null
);

-- One row per path that was new or changed in a load; line_count is what it brought
-- (for a duplicate: the lines that were loaded before).
create table if not exists raw.file_deliveries (
    load_id bigint not null,
    source_system varchar not null,
    path varchar not null,
    file_id varchar,
    outcome varchar not null,
    detail varchar,
    line_count bigint not null
);

-- What lies under a source and is not read now, and the rule that says so.
create table if not exists raw.skipped_paths (
    source_system varchar not null,
    root varchar not null,
    path varchar not null,
    rule varchar not null,
    detail varchar,
    load_id bigint not null
);

-- Where every line went: per file the counts of kept, dropped and quarantined lines add up to
-- raw.files.line_count. Lines of copies come on top: outcome repeated, rule duplicate_file,
-- under the id of what they are a copy of.
create table if not exists raw.line_outcomes (
    file_id varchar not null,
    load_id bigint not null,
    outcome varchar not null,
    rule varchar,
    line_count bigint not null
);

-- Earlier versions counted the lines of copies as dropped.
update raw.line_outcomes
set outcome = 'repeated'
where
    outcome = 'dropped'
    and rule = 'duplicate_file';

-- One row per line set aside: what its contract's fields hold, never its text.
create table if not exists raw.quarantined_lines (
    file_id varchar not null,
    line_number bigint not null,
    load_id bigint not null,
    byte_length bigint not null,
    line_sha256 varchar not null,
    rule varchar not null,
    detail varchar,
    fields varchar
);

-- Earlier versions kept the text.
alter table raw.quarantined_lines drop column if exists line_text;
alter table raw.quarantined_lines add column if not exists fields varchar;

create table if not exists raw.tars_api_responses (
    file_id varchar not null,
    line_number bigint not null,
    load_id bigint not null,
    requested_at timestamp not null,
    request_id varchar,
    session_id varchar,
    task_id varchar,
    batch_id varchar,
    model varchar not null,
    task_type varchar,
    complexity_score double,
    token_input bigint not null,
    token_output bigint not null,
    cache_read_tokens bigint,
    cache_write_tokens bigint,
    response_time_ms double,
    time_to_first_token_ms double,
    is_cache_hit boolean,
    cost_usd decimal(18, 9),
    error varchar,
    quality_score double
);

create table if not exists raw.tars_optimization_events (
    file_id varchar not null,
    line_number bigint not null,
    load_id bigint not null,
    occurred_at timestamp not null,
    event_type varchar not null,
    subject varchar,
    attributes json not null
);

create table if not exists raw.tars_daily_costs (
    file_id varchar not null,
    line_number bigint not null,
    load_id bigint not null,
    cost_date date not null,
    cost_usd decimal(18, 9),
    tokens bigint,
    api_calls bigint
);

create table if not exists raw.tars_session_costs (
    file_id varchar not null,
    line_number bigint not null,
    load_id bigint not null,
    cost_date date not null,
    session_id varchar not null,
    cost_usd decimal(18, 9),
    tokens bigint,
    api_calls bigint,
    duration_minutes double
);

create table if not exists raw.tars_feedback (
    file_id varchar not null,
    line_number bigint not null,
    load_id bigint not null,
    submitted_at timestamp not null,
    task_id varchar,
    session_id varchar,
    user_satisfaction double,
    quality_score double,
    is_cached_response_correct boolean
);

create table if not exists raw.claude_code_responses (
    file_id varchar not null,
    line_number bigint not null,
    load_id bigint not null,
    responded_at timestamp not null,
    session_id varchar,
    request_id varchar,
    message_id varchar,
    line_uuid varchar,
    is_sidechain boolean not null,
    is_api_error boolean not null,
    client_version varchar,
    recorded_cost_usd decimal(18, 9),
    model varchar not null,
    stop_reason varchar,
    input_tokens bigint not null,
    output_tokens bigint not null,
    cache_read_input_tokens bigint not null,
    cache_creation_input_tokens bigint not null,
    ephemeral_5m_input_tokens bigint,
    ephemeral_1h_input_tokens bigint,
    web_search_request_count bigint not null,
    service_tier varchar,
    speed varchar,
    inference_geo varchar
);

-- What stands between the responses: what a person asked, what a tool gave. Ids, time and kind;
-- never a text.
create table if not exists raw.claude_code_turn_lines (
    file_id varchar not null,
    line_number bigint not null,
    load_id bigint not null,
    responded_at timestamp not null,
    session_id varchar,
    line_uuid varchar,
    is_sidechain boolean,
    agent_id varchar,
    prompt_id varchar,
    line_kind varchar not null
);

-- Earlier versions took a missing cacheHit for false.
alter table raw.tars_api_responses alter column is_cache_hit drop not null;

-- Columns that came later: rows loaded before have none.
alter table raw.tars_api_responses add column if not exists is_cost_unreadable boolean;
alter table raw.claude_code_responses add column if not exists is_cost_unreadable boolean;
alter table raw.tars_api_responses add column if not exists project varchar;
alter table raw.tars_api_responses add column if not exists user_name varchar;
alter table raw.tars_api_responses add column if not exists arm varchar;
alter table raw.tars_api_responses add column if not exists tags varchar;
alter table raw.tars_api_responses add column if not exists is_batch_told boolean;
alter table raw.claude_code_turn_lines add column if not exists compacted_tokens bigint;
alter table raw.claude_code_responses add column if not exists cwd varchar;
alter table raw.claude_code_responses add column if not exists git_branch varchar;
alter table raw.claude_code_responses add column if not exists agent_id varchar;
alter table raw.claude_code_responses add column if not exists iterations varchar;
