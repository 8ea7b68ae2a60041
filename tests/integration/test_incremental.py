"""Loads in portions, built one by one, end in the tables of a full refresh."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from build_helpers import MODELS_ONLY, Build
from load_helpers import Place

LOAD_COLUMNS = (
    "load_id",
    "fingerprint",
    "reported_load_id",
    "first_load_id",
    "last_load_id",
    "file_id",
    "event_id",
    "request_id",
    "task_id",
    "matched_request_id",
    "line_number",
)
TABLES_WITH_HISTORY = (
    "line_ledger",
    "cost_reconciliation_daily",
    "session_usage_daily",
    "dim_sessions",
    "report_provenance",
    "hygiene_checks",
    "instrument_readings",
    "headline_verdicts",
    "phase_session_usage",
)


def call(at: str, request: str | None, **fields: Any) -> str:
    record = {
        "timestamp": at,
        "model": "claude-sonnet-4-5",
        "tokenInput": 1000,
        "tokenOutput": 200,
        "responseTime": 1500,
        "cacheHit": False,
        "requestId": request,
        **fields,
    }
    return json.dumps(record) + "\n"


def answer(at: str, message: str, request: str, output: int, *, sidechain: bool = False) -> str:
    record = {
        "type": "assistant",
        "timestamp": at,
        "sessionId": "s1",
        "requestId": request,
        "uuid": f"{message}-{request}-{output}",
        "isSidechain": sidechain,
        "message": {
            "id": message,
            "model": "claude-sonnet-4-5",
            "usage": {"input_tokens": 3, "output_tokens": output},
        },
    }
    return json.dumps(record) + "\n"


def first_portion(tars: Place, claude: Place) -> None:
    tars.write(
        "api_responses/a.jsonl",
        call("2026-02-12T00:30:00Z", "r1", taskId="t1", error="timeout")
        + call("2026-02-11T11:00:00Z", "r2", taskId="t2", batchId="b1", sessionId="main:x")
        + call("2026-02-11T12:00:00Z", None)
        + call("2026-02-12T10:00:00Z", "r3", cacheHit=True)
        # The only request of its day, which a later line moves away.
        + call("2026-02-10T23:00:00Z", "r9", taskId="t9"),
    )
    tars.write(
        "monitoring_logs/m.log",
        "[2026-02-12T10:00:00Z] CACHE_HIT h tokens_saved=1200 request=r3\n"
        "[2026-02-12T11:00:00Z] LAZY_DEFERRED t2\n"
        "[2026-02-12T12:00:00Z] MODEL_ROUTED simple model=haiku from=sonnet request=r7\n"
        "[2026-02-11T12:30:00Z] BATCH_PROCESSED category=x count=1 batch=b1\n"
        "[2026-02-11T12:31:00Z] MODEL_ROUTED simple model=sonnet from=opus request=r1\n"
        # The task loses its only request; the hit's task has none yet.
        "[2026-02-12T09:00:00Z] CONTEXT_PRUNED history tokens_saved=10 task=t9\n"
        "[2026-02-12T12:01:00Z] CACHE_HIT h tokens_saved=7 task=t4\n",
    )
    tars.write(
        "feedback/f.jsonl",
        '{"timestamp":"2026-02-11T13:00:00Z","taskId":"t1","userSatisfaction":4}\n',
    )
    tars.write("costs.json", costs({"2026-02-11": 0.02, "2026-02-12": 0.01}))
    claude.write(
        "projects/p/s1.jsonl",
        answer("2026-02-11T10:00:00Z", "m1", "q1", 5)
        + answer("2026-02-11T10:00:01Z", "m2", "q2", 50, sidechain=True)
        + answer("2026-02-11T23:59:59Z", "m3", "q3", 7),
    )


def second_portion(tars: Place, claude: Place) -> None:
    """Late rows, a request that moves to another day, a task retried, answers that grow.

    The batch has a further call; a late event makes repeats of what counted before.
    """
    tars.append(
        "api_responses/a.jsonl",
        call("2026-02-13T00:10:00Z", "r1", taskId="t1")
        + call("2026-02-11T20:00:00Z", "r4", taskId="t4", responseTime=99, batchId="b1")
        + call("2026-02-11T22:30:00Z", "r9", taskId="t9b"),
    )
    tars.write(
        "api_responses/b.jsonl", call("2026-02-12T12:00:00Z", "r7", model="claude-haiku-4-5")
    )
    tars.append(
        "monitoring_logs/m.log",
        "[2026-02-13T11:00:00Z] LAZY_LOADED t2\n"
        "[2026-02-11T12:00:00Z] MODEL_ROUTED simple model=sonnet from=opus request=r1\n"
        "[2026-02-13T12:00:00Z] BATCH_PROCESSED category=x count=2 batch=b1\n",
    )
    tars.write("costs.json", costs({"2026-02-11": 0.03, "2026-02-13": 0.01}))
    claude.append(
        "projects/p/s1.jsonl",
        answer("2026-02-12T00:00:01Z", "m3", "q3", 700)
        + answer("2026-02-11T10:00:02Z", "m1", "q1", 4),
    )
    claude.write(
        "projects/p/s2.jsonl",
        # Days apart, an id of a message alone merges nothing.
        answer("2026-02-14T10:00:01Z", "m2", "q5", 40)
        + answer("2026-02-11T10:00:00Z", "m1", "q1", 5),
    )


def third_portion(tars: Place, claude: Place) -> None:
    """A day of feedback after the last request, a file that moved, an unpriced model."""
    tars.append(
        "api_responses/b.jsonl",
        call("2026-02-15T12:00:00Z", "r8", model="a-model-nobody-prices"),
    )
    tars.append(
        "feedback/f.jsonl",
        '{"timestamp":"2026-02-17T13:00:00Z","taskId":"t1","qualityScore":0.5}\n',
    )
    moved = claude.root / "projects" / "p" / "s1.jsonl"
    moved.rename(claude.root / "projects" / "p" / "z.jsonl")


def restatement(tars: Place) -> None:
    """A file whose first line changed after it was loaded: r7 is r10 now, a day earlier."""
    path = tars.root / "api_responses" / "b.jsonl"
    last = path.read_text().splitlines(keepends=True)[1]
    path.write_text(call("2026-02-11T12:00:00Z", "r10", model="claude-haiku-4-5") + last)


def costs(days: dict[str, float]) -> str:
    return json.dumps(
        {
            day: {
                "daily": {"cost": cost, "tokens": 1200, "apiCalls": 1},
                "sessions": {
                    "main:x": {"cost": cost, "tokens": 1, "apiCalls": 1, "durationMinutes": 5}
                },
            }
            for day, cost in days.items()
        }
    )


@dataclass
class Portions:
    """A database built after each of three loads, and its tables then."""

    build: Build
    tars: Place
    claude: Place
    built: Path
    tables: dict[str, list[Any]]

    def restore(self, **environment: str) -> Build:
        """Put the built database back in its place (dbt parses again for another one)."""
        shutil.copy(self.built, self.build.database)
        self.build.environment = environment
        return self.build


@pytest.fixture(scope="module")
def portions(tmp_path_factory: pytest.TempPathFactory) -> Portions:
    folder = tmp_path_factory.mktemp("incremental")
    build = Build(folder)
    tars = Place(folder / "tars", build.database)
    claude = Place(folder / "claude", build.database, "claude_code")
    for write in (first_portion, second_portion, third_portion):
        write(tars, claude)
        build.load(tars, claude)
        build.build(*MODELS_ONLY)
    built = folder / "built.duckdb"
    shutil.copy(build.database, built)
    return Portions(build, tars, claude, built, every_table(build))


def every_table(build: Build) -> dict[str, list[Any]]:
    """Marts, and what they are made of; only when a row last changed is history."""
    return build.tables() | build.tables("intermediate", without=("changed_load_id",))


def test_the_portions_are_what_they_ought_to_be(portions: Portions) -> None:
    build = portions.restore()
    assert build.query(
        "select metric_date::varchar, request_count, task_count, completed_task_count"
        " from marts.metrics_daily order by metric_date"
    ) == [
        # r2, the request without an id, r4, r9 (from the 10th), m1 and m2's sidechain: three days
        # lie between it and the main chain's. r1 and m3 moved on. Tasks t2, t4 and t9b: a
        # request that names no task is none.
        ("2026-02-11", 6, 3, 3),
        # The hit r3, r7 and m3 (from the 11th).
        ("2026-02-12", 3, 0, 0),
        ("2026-02-13", 1, 1, 1),
        # m2 of the main chain.
        ("2026-02-14", 1, 0, 0),
        ("2026-02-15", 1, 0, 0),
        ("2026-02-16", 0, 0, 0),
        ("2026-02-17", 0, 0, 0),
    ]
    assert build.query(
        "select sum(day_count), sum(quality_score_count) from marts.metrics_daily"
    ) == [(5, 1)]
    assert build.query(
        "select sum(output_tokens) from marts.fct_requests where source_system = 'claude_code'"
    ) == [(5 + 50 + 40 + 700,)]


def test_portions_make_the_tables_of_a_full_refresh(portions: Portions) -> None:
    build = portions.restore()
    build.build("--full-refresh", *MODELS_ONLY)
    assert every_table(build) == portions.tables


def test_a_build_without_news_changes_nothing(portions: Portions) -> None:
    build = portions.restore()
    build.build(*MODELS_ONLY)
    assert every_table(build) == portions.tables


def test_events_follow_the_requests_they_are_about(portions: Portions) -> None:
    build = portions.restore()
    assert build.query(
        "select event_type, occurred_at::varchar, match_rule, source_request_id, is_repeat"
        " from intermediate.int_optimization_events_matched"
        " left join marts.fct_requests on matched_request_id = request_id"
        " order by occurred_at"
    ) == [
        ("MODEL_ROUTED", "2026-02-11 12:00:00", "request", "r1", False),
        ("BATCH_PROCESSED", "2026-02-11 12:30:00", "batch", "r2", False),
        ("MODEL_ROUTED", "2026-02-11 12:31:00", "request", "r1", True),
        # Its task has no request any more: r9 is of another task now.
        ("CONTEXT_PRUNED", "2026-02-12 09:00:00", "none", None, False),
        ("CACHE_HIT", "2026-02-12 10:00:00", "request", "r3", False),
        ("LAZY_DEFERRED", "2026-02-12 11:00:00", "task", "r2", False),
        ("MODEL_ROUTED", "2026-02-12 12:00:00", "request", "r7", False),
        ("CACHE_HIT", "2026-02-12 12:01:00", "task", "r4", False),
        ("LAZY_LOADED", "2026-02-13 11:00:00", "task", "r2", False),
        ("BATCH_PROCESSED", "2026-02-13 12:00:00", "batch", "r2", True),
    ]
    # Two calls of 1,000 and 200 tokens at half of $0.006 each: the discount is as much.
    assert build.query(
        "select valued_savings_usd::varchar, valuation_rule from marts.fct_optimization_events"
        " where event_type in ('BATCH_PROCESSED', 'LAZY_DEFERRED') order by occurred_at"
    ) == [
        ("0.006000000", "batch discount"),
        ("0.000000000", "loaded later"),
        ("0.000000000", "counted once"),
    ]


def test_portions_make_the_tables_of_one_load(portions: Portions) -> None:
    expected = portions.restore().tables(without=LOAD_COLUMNS)
    build = portions.build
    build.database.unlink()
    build.load(portions.tars, portions.claude)
    build.build(*MODELS_ONLY)
    found = build.tables(without=LOAD_COLUMNS)
    # Older versions of costs.json, moved paths and which rows came late are history that one
    # load cannot see.
    for table in TABLES_WITH_HISTORY:
        expected.pop(table)
        found.pop(table)
    assert found == expected


def test_another_time_zone_rebuilds_the_days(portions: Portions) -> None:
    build = portions.restore(TARS_BENCH_TIMEZONE="Asia/Kolkata")
    build.build(*MODELS_ONLY)
    once = build.tables()
    assert build.query(
        "select count(*) filter (where requested_date <> requested_at::date) > 0,"
        " bool_and(requested_date = (requested_at + interval '5 hours 30 minutes')::date)"
        " from marts.fct_requests"
    ) == [(True, True)]
    build.build("--full-refresh", *MODELS_ONLY)
    assert build.tables() == once


def test_an_unknown_time_zone_is_an_error(portions: Portions) -> None:
    build = portions.restore(TARS_BENCH_TIMEZONE="Mars/Olympus")
    done = build.dbt("build", *MODELS_ONLY)
    assert done.returncode != 0
    assert "Mars/Olympus" in done.stdout
    assert build.query("select max_by(is_success, build_number) from meta.build_runs") == [(False,)]


def test_a_restated_file_is_built_anew(portions: Portions) -> None:
    build = portions.restore()
    restatement(portions.tars)
    build.load(portions.tars)
    build.build(*MODELS_ONLY)
    assert build.query(
        "select source_request_id, requested_date::varchar from marts.fct_requests"
        " where source_request_id in ('r7', 'r8', 'r10') order by all"
    ) == [("r10", "2026-02-11"), ("r8", "2026-02-15")]
    once = build.tables()
    build.build("--full-refresh", *MODELS_ONLY)
    assert build.tables() == once


def test_a_table_whose_model_is_gone_goes_too(portions: Portions) -> None:
    build = portions.restore()
    with duckdb.connect(str(build.database)) as connection:
        connection.execute("create table marts.of_an_earlier_version as select 1 as figure")
        connection.execute("create table marts.of_somebody_else as select 1 as figure")
        connection.execute(
            "insert into meta.compiled_models values ('model.tars_bench.of_an_earlier_version',"
            " current_database(), 'marts', 'of_an_earlier_version', [], 'select 1 as figure')"
        )
    build.build("--select", "dim_models")
    assert build.query(
        "select table_name from duckdb_tables() where table_name like 'of_%' order by all"
    ) == [("of_somebody_else",)]


def test_every_column_of_every_model_is_described(portions: Portions) -> None:
    build = portions.restore()
    assert (
        build.query(
            "select schema_name, table_name, column_name from duckdb_columns()"
            " where schema_name in ('staging', 'intermediate', 'marts')"
            " and coalesce(comment, '') = '' order by all"
        )
        == []
    )


def test_every_column_of_what_is_loaded_is_described(portions: Portions) -> None:
    described = {
        table.get("identifier", table["name"]): sorted(one["name"] for one in table["columns"])
        for path in (Path(__file__).parents[2] / "models" / "staging").rglob("*sources.yml")
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]
        for table in source["tables"]
    }
    found = dict(
        portions.restore().query(
            "select table_name, list(column_name order by column_name)"
            " from duckdb_columns() where schema_name = 'raw' group by all"
        )
    )
    assert {table: found.get(table) for table in described} == described
