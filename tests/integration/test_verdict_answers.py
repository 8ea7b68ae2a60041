"""Kinds of log that look like a saving and are none, and true savings: from file to answer.

Each workspace has one baseline of two weeks and phases of a week after it. A phase is the same work
as the baseline, made anew and then changed by one function; its name says what happened.
"""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from build_helpers import PROJECT, Build
from load_helpers import Place

from tars_bench.pricing.book import refresh_prices

Call = dict[str, Any]
Log = list[Call]
Change = Callable[[Log], Log]

START = date(2026, 1, 5)  # a Monday: every window is made of whole weeks
SONNET, OPUS, HAIKU = "claude-sonnet-4-5", "claude-opus-4-5", "claude-haiku-4-5"
LIST = {SONNET: (3, 15), OPUS: (5, 25), HAIKU: (1, 5)}  # dollars per million tokens, in and out
# Type of work: model, input and output tokens of a call. Reviews are about half of the cost.
WORK = {
    "summary": (SONNET, 4000, 400),
    "extraction": (SONNET, 2500, 300),
    "review": (OPUS, 4000, 500),
}


def calls(first: date, days: int, sessions: float = 1, seed: int = 1) -> Log:
    """Return the usual work of some days: six sessions of three tasks of two calls a day."""
    draws = np.random.default_rng(seed)
    log: Log = []
    for day in (first + timedelta(days=number) for number in range(days)):
        for session in range(round((4 if day.weekday() >= 5 else 6) * sessions)):
            style = draws.lognormal(0, 0.1)  # calls of a session are alike
            for number in range(6):
                kind = tuple(WORK)[number // 2]
                model, read, written = WORK[kind]
                name = f"{day:%m%d}-{session}"
                at = datetime.combine(day, datetime.min.time()) + timedelta(
                    hours=8 + session % 12, minutes=5 * number + 30 * (session // 12)
                )
                call: Call = {
                    "timestamp": f"{at.isoformat()}Z",
                    "requestId": f"{name}-{number}",
                    "sessionId": name,
                    "taskId": f"{name}-{kind}",
                    "model": model,
                    "taskType": kind,
                    "complexityScore": 50,
                    "tokenInput": round(read * style * draws.lognormal(0, 0.2)),
                    "tokenOutput": round(written * style * draws.lognormal(0, 0.2)),
                    "responseTime": round(float(draws.lognormal(7.3, 0.25)), 1),
                    "cacheHit": False,
                }
                log.append(billed(call))
    return log


def billed(call: Call, **changes: Any) -> Call:
    """Return the call with changes, and what it costs at list price."""
    call = {**call, **changes}
    read, written = LIST.get(call["model"], (3, 15))
    used = call["tokenInput"] * read + call["tokenOutput"] * written
    return {**call, "cost": round(used / 1_000_000, 9)}


def each(**changes: Callable[[Call], Any]) -> Change:
    """Return a change of every call's fields, its cost left as it is."""
    return lambda log: [{**one, **{k: f(one) for k, f in changes.items()}} for one in log]


def tokens(factor: float) -> Change:
    def shrink(one: Call) -> Call:
        return billed(
            one,
            tokenInput=round(one["tokenInput"] * factor),
            tokenOutput=round(one["tokenOutput"] * factor),
        )

    return lambda log: [shrink(one) for one in log]


def costs(factor: float, model: str | None = None, every: int = 1) -> Change:
    """Return a change of what the log says calls cost, of one model or every n-th call."""

    def scaled(log: Log) -> Log:
        return [
            {**one, "cost": round(one["cost"] * factor, 9)}
            if model in (None, one["model"]) and number % every == 0
            else one
            for number, one in enumerate(log)
        ]

    return scaled


def then(*changes: Change) -> Change:
    def changed(log: Log) -> Log:
        for change in changes:
            log = change(log)
        return log

    return changed


def repeated(times: float, model: str | None = None, suffix: bool = False) -> Change:
    """Return each call asked again until it was asked so many times on average."""

    def again(log: Log) -> Log:
        made: Log = []
        for number, one in enumerate(log):
            for copy in range(int((number + 1) * times) - int(number * times)):
                new = billed(one, model=model or one["model"])
                for name in ("requestId", "taskId") if suffix else ("requestId",):
                    if name in new:
                        new[name] = f"{new[name]}-{copy}"
                made.append(new)
        return made

    return again


def split_tasks(log: Log) -> Log:
    return [one | {"taskId": f"{one['taskId']}-{n % 2}"} for n, one in enumerate(log)]


def hits(task_id: Callable[[Call], str]) -> Change:
    """Return the log with a response-cache hit after every call."""

    def added(log: Log) -> Log:
        return log + [
            one
            | {"requestId": f"{one['requestId']}-hit", "cacheHit": True, "cost": 0}
            | {"taskId": task_id(one)}
            for one in log
        ]

    return added


def polled(one: Call) -> str:
    return f"poll-{one['requestId']}"


def without(*names: str) -> Change:
    return lambda log: [{k: v for k, v in one.items() if k not in names} for one in log]


def without_model(model: str) -> Change:
    return lambda log: [one for one in log if one["model"] != model]


def same(log: Log) -> Log:
    return log


def no_usage(log: Log) -> Log:
    return [
        one | {"tokenInput": 0, "tokenOutput": 0} if number % 2 else one
        for number, one in enumerate(log)
    ]


@dataclass(frozen=True)
class Phase:
    """What happened in a window: how much work, and what became of its calls."""

    change: Change = same
    work: float = 1
    price: dict[str, float] = field(default_factory=dict)  # model → factor on its list price


@dataclass(frozen=True)
class Workspace:
    """A baseline and its phases."""

    phases: dict[str, Phase]
    baseline: Change = same
    everywhere: Change = same  # after all other changes


def placeholder_outputs(log: Log) -> Log:
    return [one | {"tokenOutput": 1 + number % 8} for number, one in enumerate(log)]


def cached_in(log: Log) -> Log:
    """Log 2,000 cached tokens a call inside the input, beside their own count."""
    return [one | {"tokenInput": one["tokenInput"] + 2000, "cacheReadTokens": 2000} for one in log]


def cached_out(log: Log) -> Log:
    return [one | {"cacheReadTokens": 2000} for one in log]


LOGGED = Workspace(
    {
        "saving": Phase(tokens(0.6)),
        "growing": Phase(tokens(0.74), work=1.53),
        "saving_at_a_higher_price": Phase(
            then(tokens(0.6), costs(1.5)), price={SONNET: 1.5, OPUS: 1.5}
        ),
        "fewer_calls_a_task": Phase(lambda log: log[::2]),
        "same": Phase(),
        "price_and_work": Phase(costs(0.8), work=0.75, price={SONNET: 0.8, OPUS: 0.8}),
        "discount_on_a_model": Phase(costs(0.4, OPUS)),
        "discount_on_all": Phase(costs(0.91)),
        "costs_x_0": Phase(costs(0)),
        "costs_x_0.5": Phase(costs(0.5)),
        "costs_x_0.92": Phase(costs(0.92)),
        "costs_x_0_on_most": Phase(costs(0, every=2)),
        "costs_x_3": Phase(costs(3)),
        "two_task_ids": Phase(split_tasks),
        "two_task_ids_less_work": Phase(split_tasks, work=0.75),
        "asked_again_in_the_task": Phase(then(repeated(2.6, HAIKU), tokens(1.4))),
        "asked_again_as_tasks": Phase(then(repeated(2.6, HAIKU, suffix=True), tokens(1.4))),
        "hits_of_their_own": Phase(hits(lambda one: f"{one['requestId']}-hit")),
        "hits_of_a_neighbour": Phase(hits(lambda one: one["taskId"])),
        "poller": Phase(then(hits(polled), hits(polled))),
        "expensive_work_gone": Phase(without_model(OPUS)),
        "no_usage_on_every_second": Phase(no_usage),
        "no_usage_nor_cost": Phase(then(no_usage, lambda log: [billed(one) for one in log])),
        "placeholder_outputs": Phase(placeholder_outputs),
    }
)  # fmt: skip

WORKSPACES = {
    "logged": LOGGED,
    # The specification's record and nothing else.
    "bare": Workspace(
        {
            "saving": Phase(tokens(0.6)),
            "half_the_calls": Phase(lambda log: log[::2]),
            "half_the_calls_dearer": Phase(then(lambda log: log[::2], tokens(1.5))),
            "more_and_cheaper_calls": Phase(then(repeated(1.7), tokens(0.7))),
            "same": Phase(),
        },
        everywhere=without("requestId", "sessionId", "taskId"),
    ),
    "untyped": Workspace(
        {
            "saving": Phase(tokens(0.6)),
            "expensive_work_gone": Phase(without_model(OPUS)),
            "placeholder_outputs": Phase(placeholder_outputs),
        },
        everywhere=without("taskType", "complexityScore"),
    ),
    "unpriced": Workspace(
        {"halved": Phase(costs(0.5, "inhouse-1"))},
        everywhere=each(model=lambda one: HAIKU if one["model"] == OPUS else "inhouse-1"),
    ),
    "free": Workspace({"same": Phase()}, baseline=costs(0)),
    "half_billed": Workspace({"same": Phase(), "saving": Phase(tokens(0.6))}, baseline=costs(0.5)),
    "over_billed": Workspace({"same": Phase(), "halved": Phase(costs(0.5))}, baseline=costs(4)),
    "twice": Workspace(
        {"same": Phase()}, baseline=lambda log: log + log, everywhere=without("requestId")
    ),
    "cached_convention": Workspace(
        {"left_out": Phase(cached_out)}, baseline=cached_in
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Answers:
    """What one workspace came to: phase → question → row."""

    rows: dict[str, dict[str, dict[str, Any]]]
    logs: dict[str, Log]
    verdicts: dict[str, str]


def windows(workspace: Workspace) -> Iterator[tuple[str, date, date, Phase]]:
    yield "baseline", START, START + timedelta(days=14), Phase(workspace.baseline)
    for number, (name, phase) in enumerate(workspace.phases.items()):
        first = START + timedelta(days=14 + 7 * number)
        yield name, first, first + timedelta(days=7), phase


def made_logs(workspace: Workspace) -> dict[str, Log]:
    return {
        name: workspace.everywhere(
            phase.change(calls(first, (after - first).days, phase.work, seed))
        )
        for seed, (name, first, after, phase) in enumerate(windows(workspace), start=1)
    }


def write_seeds(folder: Path, workspace: Workspace) -> None:
    shutil.copytree(PROJECT / "seeds", folder)
    (folder / "phase_strategies.csv").write_text("phase_id,strategy_id\n")
    head, *_ = (folder / "phases.csv").read_text().splitlines()
    plan, prices = [head], (folder / "price_overrides.csv").read_text().splitlines()
    for order, (name, first, after, phase) in enumerate(windows(workspace)):
        flag = str(order == 0).lower()
        plan.append(f"{name},{name},{order},{first},{after - timedelta(days=1)},{flag},false,,")
        for model, factor in phase.price.items():
            for token_class, usd in zip(("uncached_input", "output"), LIST[model], strict=True):
                price = Decimal(str(factor)) * usd
                prices.append(f"price,{model},,{token_class},0,{price},{first},{after},test,,")
    (folder / "phases.csv").write_text("\n".join(plan) + "\n")
    (folder / "price_overrides.csv").write_text("\n".join(prices) + "\n")


def answered(folder: Path, workspace: Workspace, logs: dict[str, Log]) -> Answers:
    seeds = folder / "seeds"
    write_seeds(seeds, workspace)
    build = Build(folder, environment={"TARS_BENCH_SEED_PATH": str(seeds)})
    place = Place(folder / "data", build.database)
    write_logs(place, logs)
    place.load()
    refresh_prices(build.database, seeds / "price_overrides.csv", print)
    return read_answers(build, logs)


def write_logs(place: Place, logs: dict[str, Log]) -> None:
    reported: dict[str, float] = defaultdict(float)
    for name, log in logs.items():
        place.write(f"api_responses/{name}.jsonl", "".join(f"{json.dumps(one)}\n" for one in log))
        for one in log:
            reported[one["timestamp"][:10]] += one["cost"]
    daily = {day: {"daily": {"cost": round(cost, 2)}} for day, cost in reported.items()}
    place.write("costs.json", json.dumps(daily))


def read_answers(build: Build, logs: dict[str, Log]) -> Answers:
    done = build.dbt(
        "build", "--select", "+headline_verdicts", "--resource-type", "seed",
        "--resource-type", "model",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:]
    with duckdb.connect(str(build.database), read_only=True) as connection:
        table = connection.execute("select * from marts.verdict_answers")
        columns = [one[0] for one in table.description]
        rows: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
        for values in table.fetchall():
            row = dict(zip(columns, values, strict=True))
            rows[row["phase_id"]][row["question_id"]] = row
        verdicts = connection.execute("select phase_id, verdict from marts.headline_verdicts")
        return Answers(dict(rows), logs, dict(verdicts.fetchall()))


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Answers]:
    @cache
    def of(name: str) -> Answers:
        workspace = WORKSPACES[name]
        logs = made_logs(workspace)
        return answered(tmp_path_factory.mktemp(name), workspace, logs)

    return of


def kinds() -> Iterator[Any]:
    for name, workspace in WORKSPACES.items():
        for phase in workspace.phases:
            kind = f"{name}/{phase}"
            if kind not in TRUE_SAVINGS:
                yield pytest.param(name, phase, id=kind)


TRUE_SAVINGS = {
    "logged/saving": -0.4,
    "logged/growing": -0.26,
    "logged/saving_at_a_higher_price": -0.4,
    "logged/fewer_calls_a_task": -0.5,
    "bare/saving": -0.4,
    "untyped/saving": -0.4,
}


@pytest.mark.parametrize(("name", "phase"), kinds())
def test_no_saving_is_established_where_there_is_none(
    answers: Callable[[str], Answers], name: str, phase: str
) -> None:
    found = answers(name)
    row = found.rows[phase]["unit_cost"]
    assert not (row["answer"] == "cheaper" and row["is_established"]), row
    assert found.verdicts[phase] != "established saving"


@pytest.mark.parametrize(("kind", "change"), TRUE_SAVINGS.items(), ids=TRUE_SAVINGS)
def test_a_true_saving_is_established(
    answers: Callable[[str], Answers], kind: str, change: float
) -> None:
    name, phase = kind.split("/")
    found = answers(name)
    row = found.rows[phase]["unit_cost"]
    assert (row["answer"], row["is_established"], row["reason_code"]) == ("cheaper", True, None)
    assert row["change_ratio_low"] < change < row["change_ratio_high"] < 0
    assert found.verdicts[phase] == "established saving"
