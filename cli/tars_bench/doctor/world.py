"""A small, sound set of logs of two windows, into which one fault at a time is planted.

Two weeks of baseline and two weeks of a phase in which nothing changed: the same work each day, by
the same models, at list price, with `costs.json` agreeing to the cent. What any check says of it is
noise; what a check says of it with a fault planted, and not without, is that the fault was caught.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

Call = dict[str, Any]

FIRST_DAY: Final = date(2026, 5, 4)
"""A Monday."""
WINDOW_DAYS: Final = 14
PHASE_BEGINS: Final = FIRST_DAY + timedelta(days=WINDOW_DAYS)
LAST_DAY: Final = FIRST_DAY + timedelta(days=2 * WINDOW_DAYS - 1)

_WORK: Final = (
    # task type, model, input, output, calls a day
    ("research", "claude-sonnet-4-5", 9_000, 900, 8),
    ("coding", "claude-sonnet-4-5", 6_000, 1_200, 8),
    ("triage", "claude-haiku-4-5", 2_500, 300, 8),
)
_USD_PER_MILLION: Final = {
    "claude-sonnet-4-5": (Decimal(3), Decimal(15)),
    "claude-haiku-4-5": (Decimal(1), Decimal(5)),
}
"""List prices of input and output, so that the recorded costs of the sound logs are right."""


@dataclass
class World:
    """The files of the two sources, as records: what is planted is planted here."""

    calls: list[Call] = field(default_factory=list)
    """Records of ``api_responses/``, in order."""
    costs: dict[str, dict[str, Any]] = field(default_factory=dict)
    """``costs.json``."""
    transcripts: dict[str, list[Call]] = field(default_factory=dict)
    """Lines of Claude Code, by path under ``projects/``."""
    extra: dict[str, bytes] = field(default_factory=dict)
    """Other files of the TARS source, by path."""

    def write(self, folder: Path) -> None:
        """Write everything: ``tars/`` and ``claude/`` under a folder."""
        days: dict[str, list[Call]] = defaultdict(list)
        for call in self.calls:
            days[str(call["timestamp"])[:10]].append(call)
        for day, calls in days.items():
            _write(folder / "tars" / "api_responses" / f"{day}.jsonl", _lines(calls))
        _write(folder / "tars" / "costs.json", json.dumps(self.costs).encode())
        for name, content in self.extra.items():
            _write(folder / "tars" / name, content)
        for name, lines in self.transcripts.items():
            _write(folder / "claude" / "projects" / name, _lines(lines))


def sound_world() -> World:
    """Return the logs without a fault."""
    calls = [call for offset in range(2 * WINDOW_DAYS) for call in _day(offset)]
    costs = daily_costs(calls)
    transcripts = dict(_session(offset) for offset in range(2 * WINDOW_DAYS))
    return World(calls, costs, transcripts)


def daily_costs(calls: Iterable[Call]) -> dict[str, dict[str, Any]]:
    """Return ``costs.json`` as it agrees with the calls."""
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0), Decimal(0)])
    for call in calls:
        day = sums[str(call["timestamp"])[:10]]
        day[0] += Decimal(str(call["cost"]))
        day[1] += call["tokenInput"] + call["tokenOutput"]
        day[2] += 1
    return {
        day: {"daily": {"cost": float(cost), "tokens": int(tokens), "apiCalls": int(calls)}}
        for day, (cost, tokens, calls) in sorted(sums.items())
    }


def is_in_phase(record: Mapping[str, Any]) -> bool:
    """Tell whether a record is of the phase."""
    return str(record["timestamp"])[:10] >= f"{PHASE_BEGINS}"


def list_cost(model: str, input_tokens: int, output_tokens: int) -> float:
    """Return what a call costs at list price, in USD."""
    per_input, per_output = _USD_PER_MILLION[model]
    return float((input_tokens * per_input + output_tokens * per_output) / 1_000_000)


def _day(offset: int) -> Iterable[Call]:
    """One day's calls: sizes vary by a fixed pattern, so that days are alike and not equal."""
    day = FIRST_DAY + timedelta(days=offset)
    number = 0
    for task_type, model, input_tokens, output_tokens, count in _WORK:
        for index in range(count):
            wave = 1 + ((offset * 7 + index * 5) % 11 - 5) / 25
            tokens_in, tokens_out = round(input_tokens * wave), round(output_tokens * wave)
            moment = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
            moment += timedelta(minutes=17 * number, seconds=offset % 7)
            number += 1
            yield {
                "timestamp": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
                "requestId": f"r-{day}-{number}",
                "sessionId": f"s-{day}-{number % 4}",
                "taskId": f"t-{day}-{(number + 1) // 2}",
                "model": model,
                "taskType": task_type,
                "tokenInput": tokens_in,
                "tokenOutput": tokens_out,
                "responseTime": 900 + tokens_out * 2,
                "cacheHit": False,
                "error": "timeout" if number == 1 and offset % 5 == 0 else None,
                "cost": list_cost(model, tokens_in, tokens_out),
                "project": "shop" if index % 2 else "search",
            }


def _session(offset: int) -> tuple[str, list[Call]]:
    """A day's transcript: a main session of six responses."""
    day = FIRST_DAY + timedelta(days=offset)
    lines: list[Call] = []
    for index in range(6):
        moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC) + timedelta(
            minutes=9 * index
        )
        asked, answered = moment - timedelta(seconds=20), moment
        lines.append(
            {
                "type": "user",
                "uuid": f"u-{day}-{index}",
                "sessionId": f"cc-{day}",
                "timestamp": f"{asked:%Y-%m-%dT%H:%M:%S.000Z}",
                "version": "2.1.40",
                "cwd": "/home/someone/shop",
                "message": {"role": "user", "content": "<removed>"},
            }
        )
        lines.append(
            {
                "type": "assistant",
                "uuid": f"a-{day}-{index}",
                "parentUuid": f"u-{day}-{index}",
                "sessionId": f"cc-{day}",
                "requestId": f"req-{day}-{index}",
                "timestamp": f"{answered:%Y-%m-%dT%H:%M:%S.000Z}",
                "version": "2.1.40",
                "cwd": "/home/someone/shop",
                "isSidechain": False,
                "message": {
                    "id": f"msg-{day}-{index}",
                    "model": "claude-sonnet-4-5-20250929",
                    "role": "assistant",
                    "stop_reason": "end_turn",
                    "usage": {
                        "input_tokens": 40 + index,
                        "cache_read_input_tokens": 20_000 + 500 * ((offset + index) % 6),
                        "cache_creation_input_tokens": 2_000,
                        "cache_creation": {
                            "ephemeral_5m_input_tokens": 2_000,
                            "ephemeral_1h_input_tokens": 0,
                        },
                        "output_tokens": 400 + 30 * ((offset * 3 + index) % 7),
                    },
                },
            }
        )
    return f"-home-someone-shop/cc-{day}.jsonl", lines


def _lines(records: Iterable[Mapping[str, Any]]) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
