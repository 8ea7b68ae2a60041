"""Kinds of log that look like a saving and are none, and true savings: from file to answer."""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from build_helpers import PROJECT, Build
from load_helpers import Place

from fixtures.log_changes import LIST
from fixtures.made_logs import TRUE_SAVINGS, WORKSPACES, Workspace, kinds
from tars_bench.ingest.load import load_sources
from tars_bench.pricing.book import refresh_prices


@dataclass(frozen=True)
class Answers:
    """What one workspace came to: phase → question → row, and phase → headline."""

    rows: dict[str, dict[str, dict[str, Any]]]
    headlines: dict[str, dict[str, Any]]
    serious: dict[str, set[str]]


def write_seeds(folder: Path, workspace: Workspace) -> None:
    shutil.copytree(PROJECT / "seeds", folder)
    (folder / "phase_strategies.csv").write_text("phase_id,strategy_id\n")
    head, *_ = (folder / "phases.csv").read_text().splitlines()
    plan, prices = [head], (folder / "price_overrides.csv").read_text().splitlines()
    for order, (name, first, after, phase) in enumerate(workspace.windows()):
        flag = str(order == 0).lower()
        plan.append(f"{name},{name},{order},{first},{after - timedelta(days=1)},{flag},false,,")
        for model, factor in phase.price.items():
            for token_class, usd in zip(("uncached_input", "output"), LIST[model], strict=True):
                price = Decimal(str(factor)) * usd
                prices.append(f"price,{model},,{token_class},0,{price},{first},{after},test,,")
    for model, usd in workspace.prices.items():
        for token_class, price in zip(("uncached_input", "output"), usd, strict=True):
            prices.append(f"price,{model},,{token_class},0,{price},,,test,,")
    (folder / "phases.csv").write_text("\n".join(plan) + "\n")
    (folder / "price_overrides.csv").write_text("\n".join(prices) + "\n")


def answered(folder: Path, workspace: Workspace) -> Answers:
    seeds = folder / "seeds"
    write_seeds(seeds, workspace)
    build = Build(folder, environment={"TARS_BENCH_SEED_PATH": str(seeds)})
    places = []
    for name, files in workspace.files(workspace.logs()).items():
        kind = "claude_code" if name == "claude" else "tars"
        place = Place(folder / name, build.database, kind)
        for file, content in files.items():
            place.write(file, content)
        places.append(place)
    load_sources(build.database, places, print)
    refresh_prices(build.database, seeds / "price_overrides.csv", print)
    return read_answers(build)


def read_answers(build: Build) -> Answers:
    done = build.dbt(
        "build", "--select", "+headline_verdicts", "--resource-type", "seed",
        "--resource-type", "model",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:]
    rows: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in records(build, "select * from marts.verdict_answers"):
        rows[row["phase_id"]][row["question_id"]] = row
    serious: dict[str, set[str]] = defaultdict(set)
    for row in records(build, "select * from marts.hygiene_checks where status = 'serious'"):
        serious[row["phase_id"]].add(row["check_id"])
    headlines = records(build, "select * from marts.headline_verdicts")
    return Answers(dict(rows), {row["phase_id"]: row for row in headlines}, serious)


def records(build: Build, sql: str) -> list[dict[str, Any]]:
    with duckdb.connect(str(build.database), read_only=True) as connection:
        table = connection.execute(sql)
        columns = [one[0] for one in table.description or ()]
        return [dict(zip(columns, values, strict=True)) for values in table.fetchall()]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Answers]:
    @cache
    def of(name: str) -> Answers:
        return answered(tmp_path_factory.mktemp(name), WORKSPACES[name])

    return of


SAVINGS, LOOK_LIKE_SAVINGS = [*kinds(is_saving=True)], [*kinds(is_saving=False)]
CAUSES = {
    "chance": "unclear",
    "not_billed": "not billed",
    "drivers_disagree": "drivers disagree",
    "mix_not_comparable": "mix not comparable",
    "prices_unknown": "prices unknown",
    "baseline_zero": "baseline zero",
}


def test_the_kinds_the_method_names_are_made() -> None:
    text = (PROJECT / "docs" / "method.md").read_text()
    section = text[text.index("## Three answers") : text.index("## Three reductions")]
    named = set(re.findall(r"`([a-z_]+)/([a-z_0-9.]+)`", section)) - {("workspace", "phase")}
    assert named
    assert named <= {*SAVINGS, *LOOK_LIKE_SAVINGS}


@pytest.mark.parametrize(("name", "phase"), LOOK_LIKE_SAVINGS, ids=map("/".join, LOOK_LIKE_SAVINGS))
def test_what_only_looks_like_a_saving_is_none_and_says_why(
    answers: Callable[[str], Answers], name: str, phase: str
) -> None:
    found, happened = answers(name), WORKSPACES[name].phases[phase]
    row, headline = found.rows[phase]["unit_cost"], found.headlines[phase]
    assert (row["answer"], row["is_established"]) != ("cheaper", True), row
    assert headline["verdict"] in ("no saving established", "not established")
    if happened.told in CAUSES:
        assert (row["reason_code"], headline["cause"]) == (happened.told, CAUSES[happened.told])
    else:
        assert happened.told in found.serious[phase], row
        assert headline["cause"] == "hygiene"
    assert set(happened.named) <= found.serious[phase]


@pytest.mark.parametrize(("name", "phase"), SAVINGS, ids=map("/".join, SAVINGS))
def test_a_true_saving_is_established(
    answers: Callable[[str], Answers], name: str, phase: str
) -> None:
    found, change = answers(name), TRUE_SAVINGS[f"{name}/{phase}"]
    row = found.rows[phase]["unit_cost"]
    assert (row["answer"], row["is_established"], row["reason_code"]) == ("cheaper", True, None)
    assert row["change_ratio_low"] < change < row["change_ratio_high"] < 0
    assert found.headlines[phase]["verdict"] == "established saving"
    assert found.serious[phase] == set(WORKSPACES[name].phases[phase].named)
