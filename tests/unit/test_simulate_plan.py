"""The files of the default simulation, read by code of its own, against the specification."""

import json
import math
import re
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tars_bench.simulate.generate import SimulationOptions, simulate

WINDOWS = {
    "baseline": (date(2026, 2, 11), date(2026, 2, 13)),
    "phase_1": (date(2026, 2, 14), date(2026, 2, 16)),
    "phase_2": (date(2026, 2, 17), date(2026, 2, 23)),
    "phase_3_rollout": (date(2026, 2, 24), date(2026, 3, 1)),
    "phase_3": (date(2026, 3, 2), date(2026, 3, 8)),
}
USD_PER_TOKEN = {
    "claude-sonnet-4-5": (Decimal("0.000003"), Decimal("0.000015")),
    "claude-haiku-4-5": (Decimal("0.000001"), Decimal("0.000005")),
}
# The specification's tables, without the lines that contradict the rest of their table.
SPECIFIED = {
    "baseline": {
        "daily cost": 8.50,
        "calls": 234,
        "tokens": 850_000,
        "cost per call": 8.50 / 234,
        "cost per task": 8.50 / 234,
        "cost per million tokens": 10.00,
        "response avg": 2_300,
        "response p95": 4_500,
        "response p99": 6_200,
        "error rate": 0.020,
        "completion rate": 0.980,
        "quality": 0.95,
        "satisfaction": 4.2,
    },
    "phase_1": {
        "daily cost": 6.43,
        "calls": 212,
        "tokens": 729_000,
        "cost per call": 6.43 / 212,
        "cost per million tokens": 6.43 / 0.729,
        "response avg": 2_100,
        "cache hit rate": 0.18,
        "haiku share": 0.45,
        "error rate": 0.021,
        "completion rate": 0.979,
        "quality": 0.94,
        "routing saved": 1.62,
        "caching saved": 0.45,
    },
    "phase_2": {
        "daily cost": 5.73,
        "calls": 198,
        "tokens": 637_500,
        "cost per call": 0.0287,
        "cost per million tokens": 9.00,
        "response avg": 1_950,
        "cache hit rate": 0.20,
        "batch efficiency": 0.18,
        "pruning saved": 0.36,
        "batching saved": 0.34,
    },
    "phase_3": {
        "daily cost": 4.97,
        "calls": 180,
        "tokens": 530_000,
        "cost per call": 0.0276,
        "cost per task": 0.0276,
        "cost per million tokens": 9.38,
        "response avg": 1_500,
        "response p95": 3_000,
        "response p99": 4_100,
        "cache hit rate": 0.25,
        "cache tokens saved": 112_500,
        "batch efficiency": 0.25,
        "batches": 18,
        "deferred": 17,
        "haiku share": 0.50,
        "error rate": 0.018,
        "completion rate": 0.982,
        "quality": 0.96,
        "satisfaction": 4.3,
        "routing saved": 0.89,
        "caching saved": 0.45,
        "pruning saved": 0.36,
        "batching saved": 0.34,
        "lazy saved": 0.26,
    },
}
STRATEGY_OF_EVENT = {
    "MODEL_ROUTED": "routing saved",
    "CACHE_HIT": "caching saved",
    "CONTEXT_PRUNED": "pruning saved",
    "BATCH_PROCESSED": "batching saved",
    "LAZY_DEFERRED": "lazy saved",
}
FIRST_DAY_OF_EVENT = {
    "MODEL_ROUTED": date(2026, 2, 14),
    "CACHE_HIT": date(2026, 2, 14),
    "CONTEXT_PRUNED": date(2026, 2, 17),
    "BATCH_PROCESSED": date(2026, 2, 17),
    "LAZY_DEFERRED": date(2026, 2, 24),
    "LAZY_LOADED": date(2026, 2, 24),
}
EVENT_LINE = re.compile(
    r"\[(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\] ([A-Z_]+) ([\w:=.-]+)((?: \w+=\S+)*)"
)

Record = dict[str, Any]


class Event(NamedTuple):
    at: datetime
    kind: str
    values: dict[str, str]


class Written(NamedTuple):
    directory: Path
    requests: list[Record]
    events: list[Event]
    feedback: list[Record]
    costs: Record


def json_lines(folder: Path) -> list[Record]:
    return [
        json.loads(line, parse_float=Decimal)
        for file in sorted(folder.glob("*.jsonl"))
        for line in file.read_text().splitlines()
    ]


def read_event(line: str) -> Event:
    found = EVENT_LINE.fullmatch(line)
    assert found, line
    words = [found[3], *found[4].split()] if "=" in found[3] else found[4].split()
    values = dict(word.split("=", 1) for word in words)
    return Event(datetime.fromisoformat(found[1]), found[2], values)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    directory = tmp_path_factory.mktemp("simulated") / "data"
    simulate(SimulationOptions(directory), lambda line: None)
    logs = sorted((directory / "monitoring_logs").iterdir())
    return Written(
        directory=directory,
        requests=json_lines(directory / "api_responses"),
        events=[read_event(line) for log in logs for line in log.read_text().splitlines()],
        feedback=json_lines(directory / "feedback"),
        costs=json.loads((directory / "costs.json").read_text(), parse_float=Decimal),
    )


def day_of(record: Record) -> date:
    return datetime.fromisoformat(record["timestamp"]).date()


def quantile(values: list[int], share: float) -> float:
    """Linear interpolation between the two values next to the place."""
    ordered, place = sorted(values), share * (len(values) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def tokens_of(record: Record) -> int:
    return int(record["tokenInput"] + record["tokenOutput"])


def mean(values: list[Any]) -> float:
    return float(sum(values) / len(values)) if values else 0.0


def completion_rate(requests: list[Record]) -> float:
    last = {}
    for record in sorted(requests, key=lambda record: record["timestamp"]):
        last[record["taskId"]] = record["error"] is None
    return mean(list(last.values()))


def measured(written: Written, phase: str) -> dict[str, float]:
    first, last = WINDOWS[phase]
    days = (last - first).days + 1
    requests = [record for record in written.requests if first <= day_of(record) <= last]
    events = [event for event in written.events if first <= event.at.date() <= last]
    ratings = [record for record in written.feedback if first <= day_of(record) <= last]
    calls = [record for record in requests if not record["cacheHit"]]
    hits = [record for record in requests if record["cacheHit"]]
    cost = float(sum(record["cost"] for record in requests))
    tokens = sum(map(tokens_of, calls))
    times = [record["responseTime"] for record in calls]
    figures = {
        "daily cost": cost / days,
        "calls": len(calls) / days,
        "tokens": tokens / days,
        "cost per call": cost / len(calls),
        "cost per task": cost / len({record["taskId"] for record in requests}),
        "cost per million tokens": cost / tokens * 1e6,
        "response avg": mean(times),
        "response p95": quantile(times, 0.95),
        "response p99": quantile(times, 0.99),
        "cache hit rate": len(hits) / len(requests),
        "cache tokens saved": sum(map(tokens_of, hits)) / days,
        "batch efficiency": mean([record["batchId"] is not None for record in calls]),
        "batches": len({record["batchId"] for record in calls} - {None}) / days,
        "deferred": sum(event.kind == "LAZY_DEFERRED" for event in events) / days,
        "haiku share": mean([record["model"] == "claude-haiku-4-5" for record in calls]),
        "error rate": mean([record["error"] is not None for record in calls]),
        "completion rate": completion_rate(requests),
        "quality": mean([r["qualityScore"] for r in calls if r["qualityScore"] is not None]),
        "satisfaction": mean([record["userSatisfaction"] for record in ratings]),
    }
    for kind, name in STRATEGY_OF_EVENT.items():
        saved = [float(event.values["saved_usd"]) for event in events if event.kind == kind]
        figures[name] = sum(saved) / days
    return figures


@pytest.mark.parametrize("phase", SPECIFIED)
def test_every_consistent_figure_of_the_specification_is_met_within_two_per_cent(
    written: Written, phase: str
) -> None:
    figures = measured(written, phase)
    off = {
        name: (figures[name], wanted)
        for name, wanted in SPECIFIED[phase].items()
        if abs(figures[name] / wanted - 1) > 0.02
    }
    assert not off


def test_the_baseline_has_no_optimisation_at_all(written: Written) -> None:
    figures = measured(written, "baseline")
    for name in ("cache hit rate", "batch efficiency", "haiku share", "deferred", "batches"):
        assert figures[name] == 0


@pytest.mark.parametrize(
    ("session", "cost", "tokens", "calls", "minutes"),
    [
        ("main:abc123", 3.20, 320_000, 85, 510),
        ("agent:e9a8c7f", 2.10, 210_000, 67, 165),
        ("agent:b2d4f9e", 3.20, 320_000, 82, 150),
    ],
)
def test_the_baselines_sessions(
    written: Written, session: str, cost: float, tokens: int, calls: int, minutes: float
) -> None:
    days = [written.costs[f"2026-02-{day}"]["sessions"][session] for day in (11, 12, 13)]
    assert mean([day["cost"] for day in days]) == pytest.approx(cost, rel=0.02)
    assert mean([day["tokens"] for day in days]) == pytest.approx(tokens, rel=0.02)
    assert mean([day["apiCalls"] for day in days]) == pytest.approx(calls, rel=0.02)
    assert mean([day["durationMinutes"] for day in days]) == pytest.approx(minutes, rel=0.02)


def test_recorded_cost_is_list_price_and_half_of_it_in_a_batch(written: Written) -> None:
    for record in written.requests:
        price_in, price_out = USD_PER_TOKEN[record["model"]]
        cost = record["tokenInput"] * price_in + record["tokenOutput"] * price_out
        cost = cost / 2 if record["batchId"] else cost
        assert record["cost"] == (0 if record["cacheHit"] else cost)


def test_costs_json_is_the_sum_of_the_days_calls_to_the_last_digit(written: Written) -> None:
    sums: dict[tuple[str, str], list[Any]] = defaultdict(lambda: [Decimal(0), 0, 0])
    for record in written.requests:
        if not record["cacheHit"]:
            for owner in ("daily", record["sessionId"]):
                total = sums[str(day_of(record)), owner]
                total[0] += record["cost"]
                total[1] += tokens_of(record)
                total[2] += 1
    reported = {}
    for day, entry in written.costs.items():
        for owner, values in {"daily": entry["daily"], **entry["sessions"]}.items():
            reported[day, owner] = [values["cost"], values["tokens"], values["apiCalls"]]
    assert reported == dict(sums)


def test_every_event_names_the_requests_it_is_about(written: Written) -> None:
    by_id = {record["requestId"]: record for record in written.requests}
    named = defaultdict(set)
    for event in written.events:
        assert event.at.date() >= FIRST_DAY_OF_EVENT[event.kind]
        if "request" in event.values:
            record = by_id[event.values["request"]]
            assert day_of(record) == event.at.date()
            named[event.kind].add(event.values["request"])
        if event.kind == "CACHE_HIT":
            assert int(event.values["tokens_saved"]) == tokens_of(record)
    calls = [record for record in written.requests if not record["cacheHit"]]
    haiku = {record["requestId"] for record in calls if record["model"] == "claude-haiku-4-5"}
    assert named["MODEL_ROUTED"] == haiku
    assert named["CACHE_HIT"] == {r["requestId"] for r in written.requests if r["cacheHit"]}
    assert named["CONTEXT_PRUNED"] <= {r["requestId"] for r in calls} - haiku


def test_batch_events_count_their_calls_and_share_their_category(written: Written) -> None:
    members = defaultdict(list)
    for record in written.requests:
        if record["batchId"]:
            members[record["batchId"]].append(record)
    events = [event for event in written.events if event.kind == "BATCH_PROCESSED"]
    assert len(events) == len(members)
    for event in events:
        batch = members[event.values["batch"]]
        assert int(event.values["count"]) == len(batch)
        assert {record["taskType"] for record in batch} == {event.values["category"]}
        assert len({record["timestamp"] for record in batch}) == 1


def test_deferred_work_is_loaded_later_or_never(written: Written) -> None:
    deferred = {e.values["task"]: e.at for e in written.events if e.kind == "LAZY_DEFERRED"}
    loaded = {e.values["task"]: e.at for e in written.events if e.kind == "LAZY_LOADED"}
    tasks = {record["taskId"] for record in written.requests}
    assert loaded.keys() < deferred.keys() <= tasks
    assert all(at > deferred[task] for task, at in loaded.items())


def test_a_hit_comes_before_the_one_call_of_its_task(written: Written) -> None:
    calls = {r["taskId"]: r for r in written.requests if not r["cacheHit"]}
    assert len(calls) == sum(not record["cacheHit"] for record in written.requests)
    for record in written.requests:
        if record["cacheHit"]:
            call = calls[record["taskId"]]
            assert record["timestamp"] < call["timestamp"]
            assert day_of(record) == day_of(call)
            assert record["sessionId"] == call["sessionId"]


def test_request_ids_are_unique_and_lines_are_in_order_of_time(written: Written) -> None:
    ids = Counter(record["requestId"] for record in written.requests)
    assert ids.most_common(1)[0][1] == 1
    times = [record["timestamp"] for record in written.requests]
    assert times == sorted(times)


def test_feedback_follows_a_task_and_judges_only_cached_answers(written: Written) -> None:
    calls = {r["taskId"]: r for r in written.requests if not r["cacheHit"]}
    cached = {record["taskId"] for record in written.requests if record["cacheHit"]}
    for record in written.feedback:
        assert record["timestamp"] > calls[record["taskId"]]["timestamp"]
        assert (record["cachedResponseCorrect"] is not None) == (record["taskId"] in cached)
        assert record["userSatisfaction"] in (1, 2, 3, 4, 5)
        assert 0 <= record["qualityScore"] <= 1


def test_days_differ_but_not_by_much(written: Written) -> None:
    costs = [float(written.costs[f"2026-03-0{day}"]["daily"]["cost"]) for day in range(2, 9)]
    assert len(set(costs)) == 7
    assert all(abs(cost / mean(costs) - 1) < 0.2 for cost in costs)


def test_every_day_of_the_plan_has_calls(written: Written) -> None:
    days = [str(date(2026, 2, 11) + timedelta(days=number)) for number in range(26)]
    assert list(written.costs) == days
