"""``api_responses/``: one record per request, as JSON lines or as a JSON array."""

from typing import Final

from tars_bench.ingest.feed import Feed
from tars_bench.ingest.json_sql import Field, is_whole_json_object, json_select, shown_columns
from tars_bench.ingest.limits import MAX_COUNT, MAX_MILLISECONDS, MAX_TOKENS, MAX_USD

_UNLESS_EMPTY: Final = "not coalesce(is_cache_hit, false) and coalesce(error, '') = ''"
"""A response-cache hit or a failed call may have no token counts; any other record must."""

_HAS_BATCH: Final = """case when contains(text, '"batchId"') then 'true' end"""
"""Whether a line has a place for a batch: a null there says that the call was in none."""

_FIELDS: Final = (
    Field("timestamp", "requested_at", "timestamp", required="true"),
    Field("requestId", "request_id", "id"),
    Field("sessionId", "session_id", "id"),
    Field("taskId", "task_id", "id"),
    Field("batchId", "batch_id", "id"),
    Field("batchId", "is_batch_told", "flag", json=_HAS_BATCH),
    Field("model", "model", "text", required="true"),
    Field("taskType", "task_type", "text"),
    Field("complexityScore", "complexity_score", "number", minimum=-MAX_COUNT, maximum=MAX_COUNT),
    Field(
        "tokenInput",
        "token_input",
        "integer",
        required=_UNLESS_EMPTY,
        default="0",
        maximum=MAX_TOKENS,
    ),
    Field(
        "tokenOutput",
        "token_output",
        "integer",
        required=_UNLESS_EMPTY,
        default="0",
        maximum=MAX_TOKENS,
    ),
    Field("cacheReadTokens", "cache_read_tokens", "integer", maximum=MAX_TOKENS),
    Field("cacheWriteTokens", "cache_write_tokens", "integer", maximum=MAX_TOKENS),
    Field("responseTime", "response_time_ms", "number", maximum=MAX_MILLISECONDS),
    Field("timeToFirstToken", "time_to_first_token_ms", "number", maximum=MAX_MILLISECONDS),
    Field("cacheHit", "is_cache_hit", "flag"),
    Field("cost", "cost_usd", "money", maximum=MAX_USD),
    Field("cost", "is_cost_unreadable", "unreadable_money", default="false", of="cost_usd"),
    Field("error", "error", "any"),
    Field("qualityScore", "quality_score", "number", maximum=1),
    Field("project", "project", "any"),
    Field("user", "user_name", "any"),
    Field("arm", "arm", "any"),
    Field("tags", "tags", "any"),
)

_FOREIGN: Final = """case
                when contains(line, '"resourceSpans"') then 'looks_like:otel'
                when contains(line, '"traceId"') and contains(line, '"spanId"')
                    then 'looks_like:otel'
                when contains(line, '"litellm') or contains(line, '"call_type"')
                    then 'looks_like:litellm'
                when contains(line, '"observations"') or contains(line, '"usageDetails"')
                    then 'looks_like:langfuse'
                when contains(line, '"calculatedTotalCost"') then 'looks_like:langfuse'
                when contains(line, '"prompt_tokens"') then 'looks_like:openai'
                when contains(line, '"sessionId"') and contains(line, '"input_tokens"')
                    then 'looks_like:claude_code'
            end"""
"""Records of other tools, known by fields that only they have; asked of bad lines only."""

FEED: Final = Feed(
    source_system="tars",
    table="tars_api_responses",
    patterns=("api_responses/**/*.jsonl", "api_responses/**/*.json"),
    columns=tuple(field.column for field in _FIELDS),
    select_sql=json_select(
        {field.name: "JSON" for field in _FIELDS},
        _FIELDS,
        rules_sql=("case when trim(model) = '' then 'missing_model' end",),
        goods_sql=("trim(model) <> ''",),
        foreign_sql=_FOREIGN,
    ),
    is_whole_record=is_whole_json_object,
    key_paths=("$",),
    shown_columns=shown_columns(_FIELDS),
)
