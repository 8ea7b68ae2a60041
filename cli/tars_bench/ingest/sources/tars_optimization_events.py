"""``monitoring_logs/``: one optimisation event per line of text.

``[2026-02-13T08:15:00Z] CACHE_HIT query_hash_abc123 tokens_saved=1500``: a time, the event's
type, an optional subject, and key=value pairs in any order. Unknown events are kept.
"""

import re
from typing import Final

from tars_bench.ingest.feed import Feed
from tars_bench.ingest.limits import MAX_COUNT, MAX_TOKENS, MAX_USD
from tars_bench.ingest.timestamp_sql import timestamp_rule, timestamp_value

_LINE: Final = (
    r"^\[([^\[\]]*)\][ \t]+([A-Za-z][A-Za-z0-9_]*)((?:[ \t]+[^ \t=]+)?)"
    r"((?:[ \t]+[A-Za-z_][A-Za-z0-9_.-]*=[^ \t]*)*)[ \t]*$"
)
_PAIR: Final = r"([A-Za-z_][A-Za-z0-9_.-]*)=([^ \t]*)"

_GROUPED: Final = r"-?\d{1,3}(,\d{3})+(\.\d+)?"
"""A number with its thousands set apart."""
_LIMITS: Final = {"tokens_saved": MAX_TOKENS, "count": MAX_COUNT, "saved_usd": MAX_USD}
"""The largest number of each pair that is one, on either side of zero."""


_LEAST: Final = {"count": 0}
"""The smallest number of a pair; savings may be negative: a claim that something cost more."""


def _limit_rules() -> str:
    rules = []
    for key, limit in _LIMITS.items():
        text = f"texts[list_position(keys, '{key}')]"
        number = f"try_cast({text} as double)"
        rules.append(f"when {text} is not null and {number} is null then 'bad_type:{key}'")
        rules.append(f"when abs({number}) > {limit} then 'out_of_range:{key}'")
        if key in _LEAST:
            rules.append(f"when {number} < {_LEAST[key]} then 'negative:{key}'")
    return " ".join(rules)


_SELECT: Final = f"""
with

matched as (
    select
        segment,
        line_number,
        line,
        case when trim(line, ' \t') = '' then 'blank_line' end as dropped,
        regexp_matches(line, '{_LINE}') as is_event,
        regexp_extract(line, '{_LINE}', 1) as time_text,
        regexp_extract(line, '{_LINE}', 2) as event_type,
        nullif(trim(regexp_extract(line, '{_LINE}', 3), ' \t'), '') as subject,
        regexp_extract(line, '{_LINE}', 4) as pairs_text,
    from lines
),

typed as (
    select
        *,
        {timestamp_value("time_text")} as occurred_at,
        regexp_extract_all(pairs_text, '{_PAIR}', 1) as keys,
        list_transform(
            regexp_extract_all(pairs_text, '{_PAIR}', 2),
            lambda text: case
                when regexp_full_match(text, '{_GROUPED}') then replace(text, ',', '')
                else text
            end
        ) as texts,
    from matched
),

ruled as (
    select
        *,
        case
            when not is_event then 'malformed_line'
            when list_unique(keys) <> len(keys) then 'duplicate_key'
            {_limit_rules()}
            else {timestamp_rule("occurred_at")}
        end as broken,
    from typed
)

select
    segment,
    line_number,
    line,
    case
        when dropped is not null then 'dropped'
        when broken is not null then 'quarantined'
        else 'kept'
    end as outcome,
    coalesce(dropped, broken) as rule,
    case
        when broken in ('bad_timestamp', 'timestamp_out_of_range') then time_text
    end as detail,
    occurred_at,
    event_type,
    subject,
    case
        when broken is null then to_json(map_from_entries(list_zip(keys, texts)))
    end as attributes,
from ruled
"""  # noqa: S608  # made of constants only


def _is_whole_event(line: bytes) -> bool:
    return re.fullmatch(_LINE, line.decode("utf-8", errors="replace")) is not None


FEED: Final = Feed(
    source_system="tars",
    table="tars_optimization_events",
    patterns=("monitoring_logs/**/*.log",),
    columns=("occurred_at", "event_type", "subject", "attributes"),
    select_sql=_SELECT,
    is_whole_record=_is_whole_event,
    shown_columns=("occurred_at",),
    control_rule="malformed_line",
)
