"""Writing a workload as the files of the TARS sources.

DuckDB turns the arrays into text, one file a day; the SQL is constant and every value is bound.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from tars_bench.simulate.draws import Ints
from tars_bench.simulate.options import day_after
from tars_bench.simulate.requests import Requests
from tars_bench.simulate.sessions import SESSION_IDS, session_id
from tars_bench.simulate.vocabulary import (
    ERRORS,
    EVENT_TYPES,
    MODELS,
    PRUNED_CONTEXTS,
    TASK_TYPES,
)
from tars_bench.simulate.workload import PhaseWorkload

COSTS_FILE = "costs.json"
_MARKS = ("", "t")

REQUESTS_SQL = """
copy (
    select
        strftime(
            make_timestamp_ms($midnight_ms + time_ms), '%Y-%m-%dT%H:%M:%S.%gZ'
        ) as "timestamp",
        'req_' || $day || '_' || format('{:06d}', ordinal) as "requestId",
        if(
            session_code < len($session_ids),
            $session_ids[session_code + 1],
            'agent:' || format('{:010x}', session_code - len($session_ids))
        ) || $mark as "sessionId",
        'task_' || $day || '_' || format('{:06d}', task) as "taskId",
        if(batch < 0, null, 'batch_' || $day || '_' || format('{:05d}', batch)) as "batchId",
        $models[model + 1] as model,
        $task_types[task_type + 1] as "taskType",
        complexity as "complexityScore",
        input_tokens as "tokenInput",
        output_tokens as "tokenOutput",
        response_ms as "responseTime",
        if(first_token_ms < 0, null, first_token_ms) as "timeToFirstToken",
        is_hit as "cacheHit",
        (cost_nano::decimal(18, 0) * 0.000000001::decimal(10, 9))::decimal(18, 9) as "cost",
        if(error < 0, null, $errors[error + 1]) as "error",
        if(quality < 0, null, (quality * 0.0001)::decimal(5, 4)) as "qualityScore"
    from requests
) to $path (format json)
"""

LABELLED_SQL = REQUESTS_SQL.replace(
    "    from requests", '        , $arm as "arm"\n    from requests'
)
"""The same with the label of an arm."""

EVENTS_SQL = """
copy (
    select
        '[' || strftime(make_timestamp_ms($midnight_ms + time_ms), '%Y-%m-%dT%H:%M:%SZ') || '] '
        || $event_types[kind + 1]
        || case kind
            when 0 then ' query_hash_' || format('{:08x}', (subject + 1) * 2654435761 % 4294967296)
            when 1 then ' ' || $task_types[subject + 1]
            when 2 then ' ' || $contexts[subject + 1]
            when 3 then ' category=' || $task_types[subject + 1] || ' count=' || "count"
            else ' deferred_' || $day || '_' || format('{:06d}', subject)
        end
        || if(tokens_saved < 0, '', ' tokens_saved=' || tokens_saved)
        || if(model < 0, '', ' model=' || $models[model + 1])
        || if(kind = 1, ' from=' || $models[1], '')
        || if(request < 0, '', ' request=req_' || $day || '_' || format('{:06d}', request))
        || if(batch < 0, '', ' batch=batch_' || $day || '_' || format('{:05d}', batch))
        || if(task < 0, '', ' task=task_' || $day || '_' || format('{:06d}', task))
        || if(
            saved_nano < 0,
            '',
            ' saved_usd='
            || (saved_nano::decimal(18, 0) * 0.000000001::decimal(10, 9))::decimal(18, 9)
        ) as line
    from events
) to $path (format csv, header false, quote '', escape '', delimiter e'\\x01')
"""

FEEDBACK_SQL = """
copy (
    select
        strftime(
            make_timestamp_ms($midnight_ms + time_ms), '%Y-%m-%dT%H:%M:%S.%gZ'
        ) as "timestamp",
        'task_' || $day || '_' || format('{:06d}', task) as "taskId",
        satisfaction as "userSatisfaction",
        (quality * 0.0001)::decimal(5, 4) as "qualityScore",
        if(cached_correct < 0, null, cached_correct = 1) as "cachedResponseCorrect"
    from feedback
) to $path (format json)
"""

_WORDS: dict[str, dict[str, list[str]]] = {
    "requests": {
        "session_ids": list(SESSION_IDS),
        "models": list(MODELS),
        "task_types": list(TASK_TYPES),
        "errors": list(ERRORS),
    },
    "events": {
        "event_types": list(EVENT_TYPES),
        "task_types": list(TASK_TYPES),
        "contexts": list(PRUNED_CONTEXTS),
        "models": list(MODELS),
    },
    "feedback": {},
}


@dataclass(frozen=True)
class DayFiles:
    """Where a day's parts go, relative to the data directory."""

    requests: str
    events: str
    feedback: str


def day_files(day: date, mark: str = "") -> DayFiles:
    """The names of one day's files, of the side with this mark."""
    return DayFiles(
        requests=f"api_responses/{day}{mark}.jsonl",
        events=f"monitoring_logs/optimization-metrics-{day}{mark}.log",
        feedback=f"feedback/{day}{mark}.jsonl",
    )


def possible_files(start: date, days: int) -> list[str]:
    """Every file a simulation of these days may write."""
    names = [COSTS_FILE]
    for number in range(days):
        for mark in _MARKS:
            names.extend(vars(day_files(day_after(start, number), mark)).values())
    return names


class PhaseWriter:
    """Writes phases below a directory; a day without events or feedback gets no such file."""

    def __init__(self, directory: Path, start: date) -> None:
        self._directory = directory
        self._start = start
        midnight = datetime(start.year, start.month, start.day, tzinfo=UTC)
        self._midnight_ms = round(midnight.timestamp()) * 1_000
        self._connection = duckdb.connect(config={"threads": 2})
        for name in ("api_responses", "monitoring_logs", "feedback"):
            (directory / name).mkdir(parents=True, exist_ok=True)

    def write(self, phase: PhaseWorkload) -> None:
        """Write every day of a phase."""
        mark, arm = phase.side.mark, phase.side.arm
        sql, own = (LABELLED_SQL, {"arm": arm}) if arm else (REQUESTS_SQL, {})
        for day in phase.written_days():
            files = day_files(day_after(self._start, day), mark)
            named = {"day": f"{day_after(self._start, day):%Y%m%d}{mark}"}
            self._copy(
                sql, "requests", phase.requests, day, files.requests, {**named, "mark": mark, **own}
            )
            self._copy(EVENTS_SQL, "events", phase.events, day, files.events, named)
            self._copy(FEEDBACK_SQL, "feedback", phase.feedback, day, files.feedback, named)

    def close(self) -> None:
        """Release the in-memory database."""
        self._connection.close()

    def _copy(
        self, sql: str, name: str, part: Any, day: int, path: str, named: dict[str, str]
    ) -> None:
        low, high = np.searchsorted(part.day, [day, day + 1])
        if low == high:
            return
        columns = {
            field.name: np.ascontiguousarray(getattr(part, field.name)[low:high])
            for field in fields(part)
        }
        values: dict[str, object] = {
            "midnight_ms": self._midnight_ms,
            "path": str(self._directory / path),
            **named,
        }
        self._connection.register(name, columns)
        self._connection.execute(sql, values | _WORDS[name])
        self._connection.unregister(name)


def daily_costs(phase: PhaseWorkload, start: date) -> Iterator[tuple[str, dict[str, Any]]]:
    """The phase's entries of costs.json: sums of the day's and of each session's API calls."""
    requests, sessions = phase.requests, phase.sessions
    count = len(sessions.day)
    call = ~requests.is_hit
    cost, tokens, calls = (
        np.bincount(requests.session[call], weights=weights, minlength=count)
        for weights in (
            requests.cost_nano[call],
            (requests.input_tokens + requests.output_tokens)[call],
            None,
        )
    )
    minutes = _duration_minutes(requests, count)
    for day in phase.written_days():
        rows = np.flatnonzero((sessions.day == day) & (calls > 0))
        entry = {
            "daily": _sums(cost[rows].sum(), tokens[rows].sum(), calls[rows].sum()),
            "sessions": {
                session_id(int(sessions.code[row]), phase.side.mark): _sums(
                    cost[row], tokens[row], calls[row]
                )
                | {"durationMinutes": round(float(minutes[row]), 1)}
                for row in rows
            },
        }
        if len(rows):
            yield day_after(start, day).isoformat(), entry


def write_costs(path: Path, entries: dict[str, Any]) -> None:
    """Write costs.json; the numbers are exact in nano-dollars."""
    path.write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")


def _sums(cost_nano: float, tokens: float, calls: float) -> dict[str, float | int]:
    return {"cost": float(cost_nano) / 1e9, "tokens": int(tokens), "apiCalls": int(calls)}


def _duration_minutes(requests: Requests, sessions: int) -> Any:
    """From a session's first request to its last, on each day."""
    first: Ints = np.full(sessions, np.iinfo(np.int64).max)
    last: Ints = np.full(sessions, np.iinfo(np.int64).min)
    np.minimum.at(first, requests.session, requests.time_ms)
    np.maximum.at(last, requests.session, requests.time_ms)
    is_used = last >= first
    return np.where(is_used, last - np.where(is_used, first, last), 0) / 60_000
