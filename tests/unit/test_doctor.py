"""The doctor's examination, and the sound logs its faults are planted in."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import duckdb
import pytest

from tars_bench.doctor.examine import Health, examine
from tars_bench.doctor.faults import FAULTS
from tars_bench.doctor.world import LAST_DAY, PHASE_BEGINS, is_in_phase, sound_world
from tars_bench.workspace.config import load_workspace

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path):
    (tmp_path / "logs").mkdir()
    (tmp_path / "tars-bench.toml").write_text('[[sources]]\ntype = "tars"\npath = "logs"\n')
    return load_workspace(tmp_path)


def by_subject(workspace, now=NOW):
    return {one.subject: one for one in examine(workspace, now)}


def load(workspace, newest, aside):
    workspace.working_database.parent.mkdir()
    with duckdb.connect(str(workspace.working_database)) as connection:
        connection.execute("create schema raw")
        connection.execute("create table raw.files (source_system varchar, modified_at timestamp)")
        connection.execute(
            "insert into raw.files values ('tars', ?)", [newest.replace(tzinfo=None)]
        )
        connection.execute("create table raw.line_outcomes (outcome varchar, line_count bigint)")
        connection.execute(
            "insert into raw.line_outcomes values ('kept', ?), ('quarantined', ?)",
            [100 - aside, aside],
        )


def release(workspace, at):
    workspace.published_database.parent.mkdir(exist_ok=True)
    with duckdb.connect(str(workspace.published_database)) as connection:
        connection.execute("create schema meta")
        connection.execute("create table meta.release (released_at timestamp)")
        connection.execute("insert into meta.release values (?)", [at.replace(tzinfo=None)])


def test_a_new_workspace_is_well_and_says_what_comes_first(workspace):
    found = by_subject(workspace)
    assert found["freshness"].found == "nothing is loaded yet"
    assert found["release"].advice == "`tars-bench run`"
    assert not [one for one in found.values() if one.health is Health.ILL]


@pytest.mark.parametrize(
    ("hours", "aside", "freshness", "quarantine"),
    [
        (1, 0, Health.WELL, Health.WELL),
        (47, 1, Health.WELL, Health.WELL),
        (49, 2, Health.WATCH, Health.ILL),
    ],
)
def test_ages_and_shares_have_their_limits(workspace, hours, aside, freshness, quarantine):
    load(workspace, NOW - timedelta(hours=hours), aside)
    found = by_subject(workspace)
    assert found["freshness of tars"].health is freshness
    assert found["quarantine"].health is quarantine
    assert found["quarantine"].found == f"{aside} of 100 lines are set aside"


@pytest.mark.parametrize(("hours", "health"), [(25, Health.WELL), (27, Health.WATCH)])
def test_a_release_of_yesterday_is_fresh_and_an_older_one_is_not(workspace, hours, health):
    release(workspace, NOW - timedelta(hours=hours))
    assert by_subject(workspace)["release"].health is health


def test_a_source_that_is_gone_is_ill(workspace):
    (workspace.root / "logs").rmdir()
    assert by_subject(workspace)["source tars"].health is Health.ILL


def test_a_working_database_that_cannot_be_read_is_ill_and_not_empty(workspace):
    workspace.working_database.parent.mkdir()
    workspace.working_database.write_bytes(b"this is no database" * 100)
    found = by_subject(workspace)["working database"]
    assert found.health is Health.ILL
    assert "working.duckdb" in found.found


def test_a_broken_seed_is_named_with_its_line(workspace):
    (workspace.root / "seeds").mkdir()
    (workspace.root / "seeds" / "phases.csv").write_text("phase_id\nx\n")
    found = by_subject(workspace)["seeds"]
    assert found.health is Health.ILL
    assert "line 1" in found.found


def test_the_sound_logs_agree_with_themselves():
    world = sound_world()
    days = {call["timestamp"][:10] for call in world.calls}
    # 24 calls on each of 28 days.
    assert len(world.calls) == 24 * 28
    assert max(days) == f"{LAST_DAY}"
    for day, reported in world.costs.items():
        cost = sum(Decimal(str(c["cost"])) for c in world.calls if c["timestamp"][:10] == day)
        assert abs(Decimal(str(reported["daily"]["cost"])) - cost) < Decimal("1e-9")
    assert sum(is_in_phase(call) for call in world.calls) == 24 * 14
    assert f"{PHASE_BEGINS}" == "2026-05-18"


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.fault_id)
def test_a_fault_changes_the_logs(fault, tmp_path):
    world = sound_world()
    fault.plant(world)
    (before, after) = (tmp_path / "before", tmp_path / "after")
    sound_world().write(before)
    world.write(after)
    texts = [
        {
            path.relative_to(folder): path.read_bytes()
            for path in folder.rglob("*.*")
            if path.is_file()
        }
        for folder in (before, after)
    ]
    assert texts[0] != texts[1]
    json.loads(texts[1][next(path for path in texts[1] if path.name == "costs.json")])
