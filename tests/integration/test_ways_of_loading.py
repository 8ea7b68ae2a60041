"""However the same files came in, the marts are the same; and what comes later moves nothing.

One log of four weeks, tasks in both sources: loaded in one go; and day by day, each day's files in
another order, renamed, packed and rotated in between, a load that no build followed, loads without
anything new. Then a week more, in which everything goes on and much goes wrong.
"""

from __future__ import annotations

import gzip
import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from build_helpers import MODELS_ONLY, PROJECT, Build
from load_helpers import Place
from transcript_lines import answer, failure, prompt, retry, tool_result

START = date(2026, 1, 5)
DAYS = [START + timedelta(days=number) for number in range(28)]
LATER = [START + timedelta(days=28 + number) for number in range(3)]
HISTORY = {
    "load_id", "fingerprint", "reported_load_id", "first_load_id", "last_load_id",
    "changed_load_id", "file_id", "line_number", "event_id", "loaded_at", "path",
}  # fmt: skip
"""Columns that say how a row came in."""
OF_ALL_DATA = {
    "cost_reconciliation_daily", "line_ledger", "report_provenance", "dashboard_alerts",
    "dashboard_metrics", "dashboard_models", "dashboard_savings", "dashboard_totals",
    "dashboard_windows",
}  # fmt: skip
"""Tables about all that is loaded, or about the last days of it."""


OF_FILES = {"line_ledger", "report_provenance"}
"""Tables about the files themselves."""


@dataclass(frozen=True)
class Log:
    """The files of a day, by place under the source's root, and what costs.json says of it."""

    tars: dict[str, str]
    claude: dict[str, str]
    cost: float


def log_of(day: date) -> Log:
    """Four sessions of two tasks of two calls, and a transcript of two turns with a sub-agent."""
    draws = random.Random(day.toordinal())
    calls, events, ratings, cost = [], [], [], 0.0
    for number in range(8):
        at = datetime.combine(day, datetime.min.time()) + timedelta(hours=8 + number, minutes=3)
        name = f"{day}-{number}"
        read = draws.randint(3000, 5000) // (2 if day >= DAYS[14] else 1)
        call: dict[str, Any] = {
            "timestamp": f"{at.isoformat()}Z",
            "requestId": name,
            "sessionId": f"{day}-{number // 2}",
            # The last task of a day goes on on the next one.
            "taskId": f"{day - timedelta(days=number == 0)}-{(number - 1) % 8 // 2}",
            "model": "claude-haiku-4-5" if number % 4 == 3 else "claude-sonnet-4-5",
            "taskType": "review" if number % 2 else "triage",
            "complexityScore": 10 * number,
            "tokenInput": read,
            "tokenOutput": draws.randint(200, 400),
            "responseTime": draws.randint(800, 4000),
            "cacheHit": number == 5,
            "batchId": f"b-{day}" if number in (2, 3) else None,
            "project": "shop" if number % 2 else "search",
        }
        call["cost"] = 0 if call["cacheHit"] else round(read * 4e-6, 9)
        cost += call["cost"]
        calls.append(call)
        if call["cacheHit"]:
            events.append(f"[{at.isoformat()}Z] CACHE_HIT h tokens_saved={read} request={name}\n")
        ratings.append({"timestamp": f"{at.isoformat()}Z", "taskId": call["taskId"],
                        "userSatisfaction": 4, "qualityScore": 0.9})  # fmt: skip
    session = f"cc-{day}"
    agent = {"isSidechain": True, "agentId": "a1"}
    main = "".join(
        prompt(f"{day}T{9 + turn:02}:00:00", session, f"{session}-p{turn}", cwd="/home/x/shop")
        + answer(
            f"{day}T{9 + turn:02}:00:{5 + draws.randint(0, 9):02}",
            session,
            f"{session}-{turn}",
            draws.randint(300, 600),
            read=draws.randint(9000, 20000),
        )
        + tool_result(f"{day}T{9 + turn:02}:01:00", session, f"{session}-t{turn}")
        + answer(f"{day}T{9 + turn:02}:01:08", session, f"{session}-{turn}b", 1)
        + answer(
            f"{day}T{9 + turn:02}:01:12", session, f"{session}-{turn}b", draws.randint(300, 600)
        )
        for turn in range(2)
    )
    sub = prompt(f"{day}T09:00:30", session, f"{session}-a", **agent) + answer(
        f"{day}T10:30:00", session, f"{session}-a", draws.randint(300, 600), **agent
    )
    return Log(
        {
            f"api_responses/{day}.jsonl": lines(calls),
            f"monitoring_logs/{day}.log": "".join(events),
            f"feedback/{day}.jsonl": lines(ratings),
        },
        {
            f"projects/-shop/{session}.jsonl": main,
            f"projects/-shop/{session}/subagents/agent-a1.jsonl": sub,
        },
        cost,
    )


def lines(records: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def costs_json(logs: dict[date, Log]) -> str:
    return json.dumps(
        {
            str(day): {"daily": {"cost": round(log.cost, 4), "tokens": 30_000, "apiCalls": 7}}
            for day, log in logs.items()
        }
    )


@dataclass
class Warehouse:
    """A database and the sources it is loaded from."""

    build: Build
    tars: Place
    claude: Place

    def write(self, logs: dict[date, Log], seed: int = 0) -> None:
        files = [
            (place, name, content)
            for log in logs.values()
            for place, part in ((self.tars, log.tars), (self.claude, log.claude))
            for name, content in part.items()
        ]
        random.Random(seed).shuffle(files)
        for place, name, content in files:
            place.write(name, content)

    def load(self) -> None:
        self.build.load(self.tars, self.claude)

    def make(self) -> dict[str, list[Any]]:
        """Build, and return every table of the marts without how its rows came in."""
        write_seeds(self.build.folder / "seeds")  # dbt writes what it ran over seeds it was given
        self.build.build(*MODELS_ONLY)
        return self.build.tables(without=tuple(HISTORY))


def write_seeds(seeds: Path) -> None:
    shutil.copytree(PROJECT / "seeds", seeds, dirs_exist_ok=True)
    head, *_ = (seeds / "phases.csv").read_text().splitlines()
    (seeds / "phases.csv").write_text(
        f"{head}\nbaseline,Baseline,0,{DAYS[0]},{DAYS[13]},true,false,,\n"
        f"phase_1,Phase 1,1,{DAYS[14]},{DAYS[-1]},false,false,0.2,\n"
    )


def warehouse(folder: Path, name: str) -> Warehouse:
    build = Build(folder, name, environment={"TARS_BENCH_SEED_PATH": str(folder / "seeds")})
    root = folder / name
    return Warehouse(
        build,
        Place(root / "tars", build.database),
        Place(root / "claude", build.database, "claude_code"),
    )


def disturb(root: Path, draws: random.Random) -> None:
    """Rename, pack or rotate one of the files that are loaded."""
    files = sorted(
        path for path in root.rglob("*.*") if path.suffix in (".jsonl", ".log") and path.is_file()
    )
    path = draws.choice(files)
    way = draws.randrange(3)
    if way == 0:
        path.rename(path.with_name(f"{path.stem}-moved{path.suffix}"))
    elif way == 1:
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    else:
        path.rename(path.with_name(f"{path.name}.1"))


@dataclass
class Ways:
    """What each way came to, and what the second held before and after a week more."""

    once: dict[str, list[Any]]
    by_day: dict[str, list[Any]]
    before: dict[str, list[Any]]
    after: dict[str, list[Any]]


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Ways:
    folder = tmp_path_factory.mktemp("ways")
    logs = {day: log_of(day) for day in DAYS}
    once = warehouse(folder, "once")
    once.write(logs)
    once.tars.write("costs.json", costs_json(logs))
    once.load()
    all_in_one = once.make()

    again = warehouse(folder, "again")
    draws = random.Random(7)
    for number, day in enumerate(DAYS):
        again.write({day: logs[day]}, seed=number)
        again.tars.write("costs.json", costs_json({one: logs[one] for one in DAYS[: number + 1]}))
        again.load()
        if number == 13:
            again.make()  # the only build before the last: others were killed
        disturb(again.tars.root if number % 2 else again.claude.root, draws)
    again.load()
    again.load()
    by_day = again.make()
    before = earlier(again.build)
    again.write({day: log_of(day) for day in LATER})
    again.tars.write("api_responses/later.jsonl", lines(list(trouble())))
    again.claude.write("projects/-other/later.jsonl", later_transcript())
    again.load()
    again.make()
    return Ways(all_in_one, by_day, before, earlier(again.build))


def trouble() -> Iterator[dict[str, Any]]:
    """Tasks and sessions of before go on, fail, cost more; another project, an unpriced model."""
    for number, day in enumerate(DAYS):
        yield {
            "timestamp": f"{LATER[0]}T{number % 20:02}:30:00Z",
            "requestId": f"later-{day}",
            "sessionId": f"{day}-1",
            "taskId": f"{day}-1",
            "model": "a-house-model" if number % 3 else "claude-opus-4-5",
            "tokenInput": 90_000,
            "tokenOutput": 1,
            "responseTime": 99_000,
            "cacheHit": number % 2 == 0,
            "error": "overloaded" if number % 2 else None,
            "cost": 9,
            "project": "another",
        }


def later_transcript() -> str:
    """The first errors of the transcripts, and a session of before that goes on."""
    session, at = f"cc-{DAYS[-1]}", f"{LATER[1]}T10:00"
    return (
        retry(f"{at}:00", session, "e1")
        + failure(f"{at}:05", session, "f1")
        + prompt(f"{at}:10", session, "late")
        + answer(f"{at}:15", session, "late", 9000)
    )


def earlier(build: Build) -> dict[str, list[Any]]:
    """The rows of every table that are about the plan's windows, or about days in them."""
    found = {}
    for table, columns in build.query(
        "select table_name, list(column_name) from information_schema.columns"
        " where table_schema = 'marts' group by 1"
    ):
        kept = ", ".join(sorted(set(columns) - HISTORY))
        (day,) = [
            one for one in ("metric_date", "usage_date", "requested_date") if one in columns
        ] or (None,)
        if table in OF_ALL_DATA or not ({"phase_id", day} & set(columns)):
            continue
        condition = "phase_id in ('baseline', 'phase_1')" if "phase_id" in columns else "true"
        if day:
            condition += f" and {day} <= date '{DAYS[-1]}'"
        found[table] = build.query(
            f"select {kept} from marts.{table} where {condition} order by all"
        )
    return found


def differences(one: dict[str, list[Any]], other: dict[str, list[Any]]) -> str:
    """The first rows of each table that only one of the two has, one a line."""
    return "\n".join(
        f"{table} {which}: {row}"
        for table in sorted(one)
        for which, rows, rest in (
            ("has", one[table], other[table]),
            ("has not", other[table], one[table]),
        )
        for row in [row for row in rows if row not in rest][:3]
    )


def test_every_way_of_loading_ends_in_the_same_marts(ways: Ways) -> None:
    once = {name: rows for name, rows in ways.once.items() if name not in OF_FILES}
    assert {"hygiene_checks", "verdict_answers", "headline_verdicts"} <= set(once)
    assert all(once[name] for name in ("hygiene_checks", "verdict_answers", "phase_metrics"))
    assert differences(once, ways.by_day) == ""


def test_what_comes_later_moves_nothing_in_a_window_that_is_over(ways: Ways) -> None:
    assert len(ways.before) > 25
    assert differences(ways.before, ways.after) == ""
