"""Values of every kind: how they arrive, how far they may go, and how other programs write them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from load_helpers import Place, record

FILE = "api_responses/day.jsonl"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "data").mkdir()
    return Place(tmp_path / "data", tmp_path / "warehouse" / "w.duckdb")


def test_values_arrive_as_they_were_written(place: Place) -> None:
    place.write(
        FILE,
        record(
            0, timestamp="2026-02-13T08:15:00.123456+05:30", cost=0.47177800000000003,
            requestId=42, taskId='say "hé"\n', batchId=None, tokenInput=12.0, cacheHit=True,
            error={"type": "overloaded"},
        )
        + "\n" + record(1, timestamp="2026-02-13 08:15:00", error="timeout", tokenInput=...) + "\n",
    )  # fmt: skip
    place.load()
    rows = place.query(
        """
        select
            requested_at, cost_usd, request_id, task_id,
            batch_id, token_input, is_cache_hit, error
        from raw.tars_api_responses order by line_number
        """
    )
    assert rows == [
        (
            datetime(2026, 2, 13, 2, 45, 0, 123456), Decimal("0.471778"), "42", 'say "hé"\n',
            None, 12, True, '{"type":"overloaded"}',
        ),
        (datetime(2026, 2, 13, 8, 15), Decimal("0.0125"), None, None, None, 0, False, "timeout"),
    ]  # fmt: skip


def test_log_lines(place: Place) -> None:
    place.write(
        "monitoring_logs/deep/a.log",
        "[2026-02-13T08:15:00Z] CACHE_HIT query_hash_abc123 tokens_saved=1500\n"
        "[2026-02-13T08:20:00Z] MODEL_ROUTED simple_task model=haiku\n"
        "[2026-02-13T08:25:00Z] BATCH_PROCESSED category=dataExtraction count=5\n"
        "[2026-02-13T08:26:00Z] SOMETHING_NEW\n"
        "[2026-02-30T08:25:00Z] CACHE_HIT q\n"
        "not an event\n"
        "[2026-02-13T08:27:00Z] CACHE_HIT q a=1 a=2\n"
        "[2026-02-13T08:27:00Z] CACHE_HIT two subjects\n"
        "[2026-02-13T08:28:00Z] CACHE_HIT q tab\x1f=1\n",
    )
    place.load()
    assert place.query(
        """
        select event_type, subject, attributes::varchar
        from raw.tars_optimization_events
        order by line_number
        """
    ) == [
        ("CACHE_HIT", "query_hash_abc123", '{"tokens_saved":"1500"}'),
        ("MODEL_ROUTED", "simple_task", '{"model":"haiku"}'),
        ("BATCH_PROCESSED", None, '{"category":"dataExtraction","count":"5"}'),
        ("SOMETHING_NEW", None, "{}"),
    ]
    assert place.quarantined() == [
        ("a.log", 5, "bad_timestamp"),
        ("a.log", 6, "malformed_line"),
        ("a.log", 7, "duplicate_key"),
        ("a.log", 8, "malformed_line"),
        ("a.log", 9, "malformed_line"),
    ]


def test_feedback(place: Place) -> None:
    good = '{"timestamp": "2026-02-13T08:00:00Z", "taskId": "t", "userSatisfaction": 4.5}\n'
    place.write(
        "feedback/f.jsonl",
        good + good.replace("4.5", "9") + good.replace("taskId", "task"),
    )
    place.load()
    assert place.quarantined() == [
        ("f.jsonl", 2, "out_of_range:userSatisfaction"),
        ("f.jsonl", 3, "missing:taskId"),
    ]


def test_the_largest_values_are_kept(place: Place) -> None:
    largest = record(
        0,
        tokenInput=10**8,
        tokenOutput=10**8,
        cacheReadTokens=10**8,
        responseTime=604_800_000,
        cost=10_000,
        complexityScore=-1_000_000,
    )
    place.write(FILE, largest + "\n")
    place.write(
        "monitoring_logs/a.log", "[2026-02-13T08:15:00Z] A tokens_saved=100000000 saved_usd=10000\n"
    )
    result = place.load()
    assert (result.kept_count, result.quarantined_count) == (2, 0)


@pytest.mark.parametrize(
    ("pair", "rule"),
    [
        ("tokens_saved=100000001", "out_of_range:tokens_saved"),
        ("tokens_saved=-9e18", "out_of_range:tokens_saved"),
        ("tokens_saved=inf", "out_of_range:tokens_saved"),
        ("count=1000001", "out_of_range:count"),
        ("saved_usd=1e300", "out_of_range:saved_usd"),
    ],
)
def test_absurd_numbers_of_events_are_set_aside(place: Place, pair: str, rule: str) -> None:
    place.write("monitoring_logs/a.log", f"[2026-02-13T08:15:00Z] A {pair} other=9e99\n")
    place.load()
    assert place.quarantined() == [("a.log", 1, rule)]


def test_times_as_other_programs_write_them(place: Place) -> None:
    written = (
        1770969600,
        1770969600123,
        1770969600.5,
        "1770969600",
        "2026-02-13T08:00:00,500Z",
        "2026-02-13 08:00:00,500",
        "2026-02-13t08:00:00z",
        "2026-02-13 08:00:00 UTC",
    )
    place.write(FILE, "".join(record(1, timestamp=time) + "\n" for time in written))
    place.load()
    rows = place.query("select requested_at from raw.tars_api_responses order by line_number")
    assert [time.isoformat() for (time,) in rows] == [
        "2026-02-13T08:00:00",
        "2026-02-13T08:00:00.123000",
        "2026-02-13T08:00:00.500000",
        "2026-02-13T08:00:00",
        "2026-02-13T08:00:00.500000",
        "2026-02-13T08:00:00.500000",
        "2026-02-13T08:00:00",
        "2026-02-13T08:00:00",
    ]
    assert place.quarantined() == []


def test_half_an_emoji_costs_no_usage(place: Place) -> None:
    for number, text in enumerate(("\\ud83d", "a\\uDE00b", "\\ud83d\\ude00 \\ud83d")):
        line = record(number, taskType="?").replace('"?"', f'"{text}"')
        place.write(f"api_responses/{number}.jsonl", line + "\n")
    assert place.load().kept_count == 3
    assert place.quarantined() == []


def test_numbers_of_events_with_thousands_set_apart(place: Place) -> None:
    pairs = ("tokens_saved=1,500", "tokens_saved=-20", "tokens_saved=many", "count=-1")
    lines = "".join(f"[2026-02-13 08:15:00,250] CACHE_HIT q {pair}\n" for pair in pairs)
    place.write("monitoring_logs/a.log", lines)
    place.load()
    assert place.query(
        """
        select attributes ->> 'tokens_saved', occurred_at::varchar
        from raw.tars_optimization_events
        order by line_number
        """
    ) == [("1500", "2026-02-13 08:15:00.25"), ("-20", "2026-02-13 08:15:00.25")]
    assert place.quarantined() == [
        ("a.log", 3, "bad_type:tokens_saved"),
        ("a.log", 4, "negative:count"),
    ]
