"""Claude Code transcripts: the lines that carry token usage, one row each, not yet merged.

A response is written as several lines, and the same session lies in several files: merging is
SQL's work. Lines can hold message text, so nothing of a bad line is kept but its hash.
"""

import json
from typing import Final

from tars_bench.ingest.feed import Feed
from tars_bench.ingest.json_sql import Field, is_whole_json_object, json_select, shown_columns
from tars_bench.ingest.limits import MAX_COUNT, MAX_TOKENS, MAX_USD

_MESSAGE: Final = {"id": "JSON", "model": "JSON", "stop_reason": "JSON", "usage": "JSON"}
_LINE: Final = {
    "timestamp": "JSON",
    "requestId": "JSON",
    "uuid": "JSON",
    "isSidechain": "JSON",
}
_STRUCTURE: Final = {
    **_LINE,
    "type": "JSON",
    "sessionId": "JSON",
    "version": "JSON",
    "costUSD": "JSON",
    "isApiErrorMessage": "JSON",
    "cwd": "JSON",
    "gitBranch": "JSON",
    "agentId": "JSON",
    "message": _MESSAGE,
    "data": {"message": {**_LINE, **_MESSAGE, "message": _MESSAGE}},
}
_USAGE: Final = {
    "input_tokens": "JSON",
    "output_tokens": "JSON",
    "cache_read_input_tokens": "JSON",
    "cache_creation_input_tokens": "JSON",
    "cache_creation": {"ephemeral_5m_input_tokens": "JSON", "ephemeral_1h_input_tokens": "JSON"},
    "server_tool_use": {"web_search_requests": "JSON"},
    "service_tier": "JSON",
    "speed": "JSON",
    "inference_geo": "JSON",
    "iterations": "JSON",
}
_ITERATION: Final = {
    "type": "VARCHAR",
    "model": "VARCHAR",
    "input_tokens": "BIGINT",
    "output_tokens": "BIGINT",
    "cache_read_input_tokens": "BIGINT",
    "cache_creation_input_tokens": "BIGINT",
    "cache_creation": {"ephemeral_1h_input_tokens": "BIGINT"},
}
"""What is kept of one billed pass of a response; of what else stands there, nothing."""

_PREPARED: Final = """located as (
    select
        *,
        record.type::varchar = '"progress"' as is_progress,
        case
            when record.type::varchar = '"assistant"' then record.message
            when record.type::varchar <> '"progress"' then null
            when record.data.message.message.usage is not null then record.data.message.message
            else {
                'id': record.data.message.id,
                'model': record.data.message.model,
                'stop_reason': record.data.message.stop_reason,
                'usage': record.data.message.usage,
            }
        end as message,
    from transformed
),

prepared as (
    select
        *,
        case
            when (message.usage::varchar)[1] = '{' then json_transform(message.usage, '%s')
        end as usage,
    from located
)"""

_DROPPED: Final = """case
            when coalesce(record.type::varchar, '') not in ('"assistant"', '"progress"')
                then 'other_type'
            when coalesce(message.usage::varchar, '')[1] <> '{' then 'no_usage'
        end"""


def _nested(name: str) -> str:
    """Return SQL for a line's field, which a progress line has in the message it holds."""
    own = f"record.{name}::varchar"
    held = f"record.data.message.{name}::varchar"
    return f"case when is_progress then coalesce({held}, {own}) else {own} end"


def _usage(name: str) -> str:
    return f"usage.{name}::varchar"


_ITERATIONS: Final = (
    "case when (usage.iterations::varchar)[1] = '[' then to_json(json_transform("
    f"usage.iterations, '[{json.dumps(_ITERATION)}]'))::varchar end"
)


def _tokens(name: str, place: str = "", default: str = "0") -> Field:
    source = _usage(place or name)
    return Field(name, name, "integer", json=source, default=default, maximum=MAX_TOKENS)


_FIELDS: Final = (
    Field("timestamp", "responded_at", "timestamp", json=_nested("timestamp"), required="true"),
    Field("sessionId", "session_id", "id"),
    Field("requestId", "request_id", "id", json=_nested("requestId")),
    Field("message.id", "message_id", "id", json="message.id::varchar"),
    Field("uuid", "line_uuid", "text", json=_nested("uuid")),
    Field(
        "isSidechain",
        "is_sidechain",
        "flag",
        json="case when is_progress then coalesce(record.data.message.isSidechain::varchar, 'true')"
        " else record.isSidechain::varchar end",
        default="false",
    ),
    Field("isApiErrorMessage", "is_api_error", "flag", default="false"),
    Field("version", "client_version", "text"),
    Field("costUSD", "recorded_cost_usd", "money", maximum=MAX_USD),
    Field("costUSD", "is_cost_unreadable", "unreadable_money", default="false", maximum=MAX_USD),
    Field("model", "model", "text", json="message.model::varchar", required="true"),
    Field("stop_reason", "stop_reason", "text", json="message.stop_reason::varchar"),
    _tokens("input_tokens"),
    _tokens("output_tokens"),
    _tokens("cache_read_input_tokens"),
    _tokens("cache_creation_input_tokens"),
    _tokens("ephemeral_5m_input_tokens", "cache_creation.ephemeral_5m_input_tokens", "null"),
    _tokens("ephemeral_1h_input_tokens", "cache_creation.ephemeral_1h_input_tokens", "null"),
    Field(
        "web_search_requests",
        "web_search_request_count",
        "integer",
        json=_usage("server_tool_use.web_search_requests"),
        default="0",
        maximum=MAX_COUNT,
    ),
    Field("service_tier", "service_tier", "text", json=_usage("service_tier")),
    Field("speed", "speed", "text", json=_usage("speed")),
    Field("inference_geo", "inference_geo", "text", json=_usage("inference_geo")),
    Field("cwd", "cwd", "any"),
    Field("gitBranch", "git_branch", "any"),
    Field("agentId", "agent_id", "any"),
    Field("iterations", "iterations", "any", json=_ITERATIONS),
)


def _select() -> str:
    return json_select(
        _STRUCTURE,
        _FIELDS,
        preparations=(_PREPARED % json.dumps(_USAGE),),
        dropped_sql=_DROPPED,
        rules_sql=("case when trim(model) = '' then 'missing_model' end",),
        goods_sql=("trim(model) <> ''",),
    )


FEED: Final = Feed(
    source_system="claude_code",
    table="claude_code_responses",
    patterns=("**/*.jsonl",),
    columns=tuple(field.column for field in _FIELDS),
    select_sql=_select(),
    is_whole_record=is_whole_json_object,
    shown_columns=shown_columns(_FIELDS),
    keeps_copies=True,
    subfolder="projects",
)
