"""A true saving in Claude Code transcripts comes out as established, from file to answer.

The transcripts are two weeks of usual work and two of the same work made cheaper: the same
projects, the same number of turns of the same size, drawn anew.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from build_helpers import MODELS_ONLY, PROJECT, Build
from load_helpers import Place
from transcript_lines import answer, failure, prompt, tool_result

START = date(2026, 1, 5)  # a Monday
DAYS = 14
PROJECTS = {"shop": 1.0, "search": 0.6}
READ, WRITTEN, OUTPUT = 40_000, 3_000, 400  # tokens of a usual call


@dataclass(frozen=True)
class Way:
    """How the work is done: how much of the usual context is sent."""

    context: float = 1


@dataclass(frozen=True)
class Found:
    """What came of it: question → answer, the headline, and what is wrong with the log."""

    answers: dict[str, dict[str, Any]]
    verdict: str
    faults: list[tuple[Any, ...]]


def session(day: date, number: int, project: str, way: Way, draws: Any) -> Iterator[str]:
    """One conversation of three turns of about five calls each."""
    name = f"{day}-{project}-{number}"
    at = datetime.combine(day, datetime.min.time()) + timedelta(hours=9 + 2 * number)
    style = draws.lognormal(0, 0.15) * PROJECTS[project]
    for turn in range(3):
        yield prompt(at.isoformat(), name, f"{name}-{turn}", cwd=f"/home/someone/{project}")
        for call in range(1 + draws.poisson(4)):
            at += timedelta(seconds=int(draws.integers(3, 9)))
            message = f"{name}-{turn}-{call}"
            size = style * draws.lognormal(0, 0.2)
            yield answer(
                at.isoformat(), name, message, round(OUTPUT * size), cwd=f"/home/someone/{project}",
                uncached=10, read=round(READ * size * way.context),
                written=round(WRITTEN * size * way.context),
            )  # fmt: skip
            at += timedelta(seconds=int(draws.integers(1, 30)))
            yield tool_result(at.isoformat(), name, f"{message}-tool")
        at += timedelta(minutes=int(draws.integers(2, 20)))
    if number == 0 and day.weekday() == 2 and project == "shop":
        yield failure(at.isoformat(), name, f"{name}-failed")


def write_transcripts(place: Place, first: date, way: Way, seed: int) -> None:
    draws = np.random.default_rng(seed)
    for day in (first + timedelta(days=number) for number in range(DAYS)):
        for project in PROJECTS:
            for number in range(3):
                lines = "".join(session(day, number, project, way, draws))
                place.write(f"projects/-home-someone-{project}/{day}-{number}.jsonl", lines)


def answered(folder: Path, way: Way) -> Found:
    seeds = folder / "seeds"
    shutil.copytree(PROJECT / "seeds", seeds, dirs_exist_ok=True)
    (seeds / "phase_strategies.csv").write_text("phase_id,strategy_id\n")
    head, *_ = (seeds / "phases.csv").read_text().splitlines()
    plan, second = [head], START + timedelta(days=DAYS)
    for order, first in enumerate((START, second)):
        last = first + timedelta(days=DAYS - 1)
        flag = str(order == 0).lower()
        plan.append(f"phase_{order},Phase {order},{order},{first},{last},{flag},false,,")
    (seeds / "phases.csv").write_text("\n".join(plan) + "\n")
    build = Build(folder, environment={"TARS_BENCH_SEED_PATH": str(seeds)})
    build.database.unlink(missing_ok=True)
    place = Place(folder / "data", build.database, "claude_code")
    write_transcripts(place, START, Way(), 1)
    write_transcripts(place, second, way, 2)
    build.load(place)
    build.build("--select", "+headline_verdicts", *MODELS_ONLY)
    columns = [
        "question_id", "answer", "is_established", "unit_of_work",
        "change_ratio", "change_ratio_low", "change_ratio_high",
    ]  # fmt: skip
    rows = build.query(f"select {', '.join(columns)} from marts.verdict_answers")
    ((verdict,),) = build.query("select verdict from marts.headline_verdicts")
    return Found(
        {row[0]: dict(zip(columns, row, strict=True)) for row in rows},
        verdict,
        build.query(
            "select check_id, status, baseline_reading, phase_reading from marts.hygiene_checks"
            " where status in ('serious', 'warning')"
        ),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all: dbt reads the project once and goes on from what it knows."""
    return tmp_path_factory.mktemp("saving")


def test_a_true_saving_is_established(folder: Path) -> None:
    """Half of the context: of a call's 0.012 $ of reads and 0.01125 $ of writes, not its output.

    With 0.006 $ of output and 10 tokens of uncached input 39.7 % less, whatever the call's size.
    """
    found = answered(folder, Way(context=0.5))
    unit = found.answers["unit_cost"]
    assert (unit["answer"], unit["is_established"], unit["unit_of_work"]) == (
        "cheaper", True, "task",
    )  # fmt: skip
    assert unit["change_ratio_low"] < -0.397 < unit["change_ratio_high"] < -0.25
    assert (found.answers["bill"]["answer"], found.verdict) == ("fell", "established saving")
    assert found.faults == []


def test_the_same_work_is_no_saving(folder: Path) -> None:
    found = answered(folder, Way())
    unit = found.answers["unit_cost"]
    assert (unit["answer"], unit["is_established"]) == ("no_clear_change", False)
    assert found.verdict != "established saving"
    assert found.faults == []
