"""A workspace's own seeds: what is refused before anything runs, and what dbt gets to read."""

import csv
import os
from decimal import Decimal

import pytest

from tars_bench.shared.errors import UsageError
from tars_bench.workspace.config import Workspace, project_directory
from tars_bench.workspace.seeds import check_seeds, project_seeds, read_seed, seeds_overlay

PHASES = (
    "phase_id,phase_name,phase_order,start_date,end_date,is_baseline,is_final,"
    "target_reduction_ratio,target_reduction_max_ratio\n"
)


@pytest.fixture
def workspace(tmp_path):
    (tmp_path / "seeds").mkdir()
    return Workspace(tmp_path, "test", "UTC", Decimal("155.10"), ())


def put(workspace, name, text):
    (workspace.own_seeds_directory / name).write_bytes(text.encode())


def overlay_rows(workspace, name):
    with (seeds_overlay(workspace) / name).open(newline="") as file:
        return list(csv.DictReader(file))


def test_good_phases_pass_in_any_order_and_with_a_byte_order_mark(workspace):
    put(
        workspace,
        "phases.csv",
        "\ufeff"
        + PHASES
        + "phase_1,Phase 1,1,2026-07-14,2026-07-24,false,true,0.2,\n"
        + "baseline,Baseline,0,2026-07-03,2026-07-13,true,false,,\n",
    )
    check_seeds(workspace)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (
            ["b,B,0,2026-02-30,2026-03-01,true,false,,"],
            "line 2: start_date is no date: '2026-02-30'",
        ),
        (["b,B,0,11.2.2026,2026-03-01,true,false,,"], "line 2: start_date is no date"),
        (["b,B,0,2026-03-02,2026-03-01,true,false,,"], "line 2: end_date 2026-03-01 is before"),
        (
            [
                "b,B,0,2026-02-01,2026-02-03,true,false,,",
                "p,P,1,2026-02-03,2026-02-04,false,true,,",
            ],
            "line 3: p begins on 2026-02-03, while b lasts until 2026-02-03",
        ),
        (
            [
                "b,B,0,2026-02-01,2026-02-03,true,false,,",
                "b,P,1,2026-02-04,2026-02-04,false,true,,",
            ],
            "line 3: phase_id 'b' is empty or stands here twice",
        ),
        (["b,B,0,2026-02-01,2026-02-03,false,true,,"], "exactly one phase must have is_baseline"),
        (["b,B,0,2026-02-01"], "line 2: 4 fields where the header has 9"),
        ([], "there is no phase"),
    ],
)
def test_bad_phases_are_refused_with_their_line(workspace, rows, says):
    put(workspace, "phases.csv", PHASES + "".join(f"{row}\n" for row in rows))
    with pytest.raises(UsageError) as caught:
        check_seeds(workspace)
    assert says in caught.value.message
    assert "phases.csv" in caught.value.message


def test_a_seed_that_stands_in_for_none_is_refused(workspace):
    put(workspace, "phase.csv", PHASES)
    with pytest.raises(UsageError, match="stands in for no seed"):
        check_seeds(workspace)


def test_the_budget_is_set_in_one_place(workspace):
    put(workspace, "budgets.csv", "budget_id,monthly_budget_usd\n")
    with pytest.raises(UsageError, match="the budget is not set here"):
        check_seeds(workspace)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("session_pattern,match_order\n", "the column `session_name` is missing"),
        ("session_pattern,session_name,match_order,extra\n", "`extra`"),
        ("", "is empty"),
    ],
)
def test_columns_are_those_of_the_projects_seed(workspace, text, says):
    put(workspace, "session_names.csv", text)
    with pytest.raises(UsageError) as caught:
        check_seeds(workspace)
    assert says in caught.value.message


def test_a_seed_that_is_no_text_is_refused(workspace):
    (workspace.own_seeds_directory / "session_names.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="is not a CSV file in UTF-8"):
        check_seeds(workspace)


def test_the_overlay_is_the_projects_seeds_with_the_workspaces_in_their_place(workspace):
    put(workspace, "session_names.csv", "session_pattern,session_name,match_order\nx,X,1\n")
    rows = overlay_rows(workspace, "session_names.csv")
    assert rows == [{"session_pattern": "x", "session_name": "X", "match_order": "1"}]
    names = {path.name for path in seeds_overlay(workspace).glob("*.csv")}
    assert names == set(project_seeds())
    assert (seeds_overlay(workspace) / "_seeds.yml").is_file()


def test_the_budget_of_the_settings_is_the_seed(workspace):
    (row,) = overlay_rows(workspace, "budgets.csv")
    assert row["monthly_budget_usd"] == "155.10"


def test_no_budget_is_no_row(tmp_path):
    assert overlay_rows(Workspace(tmp_path, "test", "UTC", None, ()), "budgets.csv") == []


def test_own_phases_do_not_inherit_the_strategies_of_the_specification(workspace):
    inherited = overlay_rows(workspace, "phase_strategies.csv")
    assert inherited
    put(workspace, "phases.csv", PHASES + "b,B,0,2026-02-01,2026-02-03,true,false,,\n")
    assert overlay_rows(workspace, "phase_strategies.csv") == []


def test_only_changed_files_are_written_again(workspace):
    folder = seeds_overlay(workspace)
    for path in folder.iterdir():
        os.utime(path, (1, 1))
    put(workspace, "session_names.csv", "session_pattern,session_name,match_order\n")
    (folder / "stale.csv").write_text("a\n")
    seeds_overlay(workspace)
    rewritten = {path.name for path in folder.iterdir() if path.stat().st_mtime != 1}
    assert rewritten == {"session_names.csv"}


def test_the_projects_own_seeds_pass_the_checks():
    for path in project_seeds().values():
        assert read_seed(path).columns
    check_seeds(Workspace(project_directory(), "project", "UTC", None, ()))


BASELINE = "b,B,0,2026-02-01,2026-02-03,true,false,,\n"
OWN = {
    "phases.csv": PHASES + BASELINE + "p,P,1,2026-02-04,2026-02-05,false,true,0.2,\n",
    "phase_strategies.csv": "phase_id,strategy_id\np,model_routing\n",
}


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        (
            "phases.csv",
            PHASES + BASELINE + "p,P,1,2026-02-04,2026-02-05,false,true,20,\n",
            "line 3: target_reduction_ratio is 20, which is 2000 %: write 0.2 for 20 %",
        ),
        ("phases.csv", PHASES + BASELINE.replace("true", "WAHR"), "is_baseline is 'WAHR'"),
        ("phases.csv", PHASES + BASELINE.replace(",0,", ",zero,"), "write a whole number"),
        ("phases.csv", PHASES + BASELINE.replace(",B,", ",,"), "line 2: phase_name is empty"),
        (
            "phases.csv",
            OWN["phases.csv"].replace(",1,", ",0,"),
            "line 3: phase_order '0' stands on line 2 already",
        ),
        (
            "phases.csv",
            PHASES + BASELINE,
            "phase_strategies.csv, line 2: phase_id 'p' is not in phases.csv (b)",
        ),
        (
            "phase_strategies.csv",
            "phase_id,strategy_id\np,telepathy\n",
            "line 2: strategy_id 'telepathy' is not in optimization_strategies.csv",
        ),
        (
            "alerts.csv",
            "alert_id,alert_order,ok_label,alert_label,metric_id,measure,time_window,comparison,"
            "threshold,severity\ncost,1,ok,bad,daily_cost,reduction_ratio,7d,below,30,warning\n",
            "line 2: threshold is 30, which is 3000 %: write 0.3 for 30 %",
        ),
        (
            "alerts.csv",
            "alert_id,alert_order,ok_label,alert_label,metric_id,measure,time_window,comparison,"
            "threshold,severity\ncost,1,ok,bad,daily_costs,value,7d,below,30,warning\n",
            "line 2: metric_id 'daily_costs' is not in metric_definitions.csv",
        ),
    ],
)
def test_every_seed_is_held_against_its_rules_and_the_others(workspace, name, text, says):
    for other, good in OWN.items():
        put(workspace, other, good)
    check_seeds(workspace)
    put(workspace, name, text)
    with pytest.raises(UsageError) as error:
        check_seeds(workspace)
    assert says in error.value.message


def test_the_seeds_of_the_project_keep_their_own_rules(workspace):
    for name, path in project_seeds().items():
        if name != "budgets.csv":
            put(workspace, name, path.read_text())
    check_seeds(workspace)


def test_a_seed_older_than_its_later_columns_is_completed(workspace):
    old = "override_kind,model_id,priced_as_model_id,token_class,min_prompt_tokens,"
    old += "usd_per_million_tokens,valid_from,valid_to,note\n"
    put(workspace, "price_overrides.csv", old + 'price,m,,output,,9,,,"a, b"\n')
    check_seeds(workspace)
    lines = (seeds_overlay(workspace) / "price_overrides.csv").read_text().splitlines()
    assert lines[0].endswith(",note,speed,service_tier")
    assert lines[1:] == ['price,m,,output,,9,,,"a, b",,']
