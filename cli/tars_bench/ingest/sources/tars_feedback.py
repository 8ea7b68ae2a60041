"""``feedback/``: what users said of a task or a session."""

from typing import Final

from tars_bench.ingest.feed import Feed
from tars_bench.ingest.json_sql import Field, is_whole_json_object, json_select, shown_columns

_FIELDS: Final = (
    Field("timestamp", "submitted_at", "timestamp", required="true"),
    Field("taskId", "task_id", "id"),
    Field("sessionId", "session_id", "id"),
    Field("userSatisfaction", "user_satisfaction", "number", minimum=1, maximum=5),
    Field("qualityScore", "quality_score", "number", maximum=1),
    Field("cachedResponseCorrect", "is_cached_response_correct", "flag"),
)

FEED: Final = Feed(
    source_system="tars",
    table="tars_feedback",
    patterns=("feedback/**/*.jsonl",),
    columns=tuple(field.column for field in _FIELDS),
    select_sql=json_select(
        {field.name: "JSON" for field in _FIELDS},
        _FIELDS,
        rules_sql=("case when task_id is null and session_id is null then 'missing:taskId' end",),
        goods_sql=("(task_id is not null or session_id is not null)",),
    ),
    is_whole_record=is_whole_json_object,
    key_paths=("$",),
    shown_columns=shown_columns(_FIELDS),
)
