"""Four ways for a bill to fall, of which one is a saving: logs made by hand, from file to headline.

One baseline of four weeks, then fortnights of the same work in which calls carry fewer tokens; the
same, but more of them fail; the vendor halves its prices; half as much is asked; nothing changes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pytest
from build_helpers import Build
from load_helpers import Place

START = date(2026, 3, 2)  # a Monday: every window is made of whole weeks
LIST_PRICE = {"input": Decimal(3), "output": Decimal(15)}  # dollars per million tokens
SESSIONS, WEEKEND_SESSIONS, TASKS, CALLS = 10, 6, 8, 2


@dataclass(frozen=True)
class Window:
    """What differs from the baseline in a phase."""

    name: str
    days: int = 14
    tokens: float = 1
    price: Decimal = Decimal(1)
    work: float = 1
    fails_every: int = 125  # odd: now the first, now the last call of a task


WINDOWS = (
    Window("baseline", days=28),
    Window("saving", tokens=0.6),
    Window("worse", tokens=0.6, fails_every=11),
    Window("price", price=Decimal("0.5")),
    Window("work", work=0.5),
    Window("same"),
)


def starts() -> Iterator[tuple[Window, date]]:
    day = START
    for window in WINDOWS:
        yield window, day
        day += timedelta(days=window.days)


def calls_of(window: Window, day: date, draws: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Yield a day's calls: session by session, two to a task."""
    usual = WEEKEND_SESSIONS if day.weekday() >= 5 else SESSIONS
    for session in range(round(usual * window.work)):
        style = draws.lognormal(0, 0.1)  # calls of a session are alike
        for number in range(TASKS * CALLS):
            tokens = {
                "input": round(4000 * window.tokens * style * draws.lognormal(0, 0.2)),
                "output": round(400 * window.tokens * style * draws.lognormal(0, 0.2)),
            }
            at = datetime.combine(day, datetime.min.time()) + timedelta(
                hours=8 + session, minutes=3 * number
            )
            name = f"{day:%m%d}-{session}"
            yield {
                "timestamp": f"{at.isoformat()}Z",
                "requestId": f"{name}-{number}",
                "sessionId": name,
                "taskId": f"{name}-{number // CALLS}",
                "model": "workhorse",
                "taskType": ("summary", "extraction", "review")[number % 3],
                "complexityScore": round(float(draws.uniform(10, 90)), 1),
                "tokenInput": tokens["input"],
                "tokenOutput": tokens["output"],
                "responseTime": round(float(draws.lognormal(7.3, 0.25)), 1),
                "qualityScore": round(float(draws.uniform(0.85, 0.95)), 4),
                "cost": cost(tokens["input"], tokens["output"], window.price),
            }


def cost(read: int, written: int, price: Decimal = Decimal(1)) -> Decimal:
    return (read * LIST_PRICE["input"] + written * LIST_PRICE["output"]) * price / 1_000_000


def made_log() -> dict[str, list[dict[str, Any]]]:
    draws = np.random.default_rng(20260302)
    log: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for window, first in starts():
        for number in range(window.days):
            log[window.name] += calls_of(window, first + timedelta(days=number), draws)
        for number, one in enumerate(log[window.name]):
            one["error"] = "timeout" if number % window.fails_every == 7 else None
    return log


def plan_sql() -> str:
    """The windows as phases, and the vendor's prices with the cut that one of them sees."""
    phases, prices = [], []
    for order, (window, first) in enumerate(starts()):
        after = first + timedelta(days=window.days)
        flags = f"{window.name == 'baseline'}, {window.name == 'same'}"
        phases.append(
            f"('{window.name}', '{window.name}', {order}, '{first}',"
            f" '{after - timedelta(days=1)}', {flags}, null, null)"
        )
        for kind, token_class in (("input", "uncached_input"), ("output", "output")):
            usd = LIST_PRICE[kind] * window.price
            prices.append(
                f"('price', 'workhorse', null, '{token_class}', 0, {usd}, '{first}', '{after}', '',"
                " null, null)"
            )
    return f"""
        truncate seeds.phase_strategies;
        truncate seeds.phases;
        insert into seeds.phases values {", ".join(phases)};
        insert into seeds.price_overrides values {", ".join(prices)};
    """


@pytest.fixture(scope="module")
def log() -> dict[str, list[dict[str, Any]]]:
    return made_log()


@pytest.fixture(scope="module")
def headlines(
    tmp_path_factory: pytest.TempPathFactory, log: dict[str, list[dict[str, Any]]]
) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("headlines")
    build = Build(folder)
    place = Place(folder / "data", build.database)
    for name, calls in log.items():
        lines = (json.dumps(one, default=float) for one in calls)
        place.write(f"api_responses/{name}.jsonl", "\n".join(lines) + "\n")
    build.load(place)
    for arguments in (("seed",), ("run", "--select", "+headline_verdicts")):
        if arguments[0] == "run":
            with duckdb.connect(str(build.database)) as connection:
                connection.execute(plan_sql())
        done = build.dbt(*arguments)
        assert done.returncode == 0, done.stdout[-6000:]
    with duckdb.connect(str(build.database), read_only=True) as connection:
        table = connection.execute("select * from marts.headline_verdicts")
        columns = [one[0] for one in table.description]
        found = [dict(zip(columns, row, strict=True)) for row in table.fetchall()]
    return {one["phase_id"]: one for one in found}


@pytest.mark.parametrize(
    ("phase", "verdict", "cause"),
    [
        ("saving", "established saving", "settled"),
        ("worse", "cheaper but worse", "worse"),
        ("price", "no saving established", "unclear"),
        ("work", "no saving established", "unclear"),
        ("same", "no saving established", "unclear"),
    ],
)
def test_only_a_true_saving_is_established(
    headlines: dict[str, dict[str, Any]], phase: str, verdict: str, cause: str
) -> None:
    found = headlines[phase]
    assert (found["verdict"], found["cause"]) == (verdict, cause)


def per_day(calls: Sequence[dict[str, Any]], *, at_list_price: bool = False) -> float:
    days = {one["timestamp"][:10] for one in calls}
    costs = (
        cost(one["tokenInput"], one["tokenOutput"]) if at_list_price else one["cost"]
        for one in calls
    )
    return float(sum(costs)) / len(days)


def completed_per_day(calls: Sequence[dict[str, Any]]) -> float:
    last = {one["taskId"]: one["error"] for one in calls}
    days = {one["timestamp"][:10] for one in calls}
    return sum(error is None for error in last.values()) / len(days)


@pytest.mark.parametrize("phase", [one.name for one in WINDOWS[1:]])
def test_its_three_reductions_are_those_of_the_log(
    headlines: dict[str, dict[str, Any]], log: dict[str, list[dict[str, Any]]], phase: str
) -> None:
    found, before, after = headlines[phase], log["baseline"], log[phase]
    billed = per_day(after) / per_day(before)
    listed = per_day(after, at_list_price=True) / per_day(before, at_list_price=True)
    done = completed_per_day(after) / completed_per_day(before)
    assert found["as_billed_reduction_ratio"] == pytest.approx(1 - billed, abs=1e-9)
    assert found["constant_price_reduction_ratio"] == pytest.approx(1 - listed, abs=1e-9)
    assert found["workload_adjusted_reduction_ratio"] == pytest.approx(1 - billed / done, abs=1e-9)
    for reduction in ("as_billed", "constant_price", "workload_adjusted"):
        value = found[f"{reduction}_reduction_ratio"]
        low, high = (found[f"{reduction}_reduction_ratio_{end}"] for end in ("low", "high"))
        assert low < value < high
