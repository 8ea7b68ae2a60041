"""The main job on a small workspace, through the command: run, fail, recover."""

import json
import re
import signal
import subprocess
import sys
import time

import duckdb
import pytest

from tars_bench.shared.exit_codes import ExitCode

CALL = {
    "model": "claude-sonnet-4-5",
    "tokenInput": 2500,
    "tokenOutput": 1200,
    "responseTime": 2300,
    "cacheHit": False,
    "taskType": "research",
}
PHASES = """\
phase_id,phase_name,phase_order,start_date,end_date,is_baseline,is_final,\
target_reduction_ratio,target_reduction_max_ratio
baseline,Baseline,0,2026-02-11,2026-02-11,true,false,,
phase_1,Phase 1,1,2026-02-12,2026-02-12,false,true,0.2,
"""


def tars_bench(workspace, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "tars_bench", *arguments, "--workspace", str(workspace)],
        capture_output=True,
        text=True,
    )


def cost(workspace):
    done = tars_bench(
        workspace, "metrics", "daily_cost_calendar", "--grain", "phase", "--format", "json"
    )
    return {row["phase_id"]: row["daily_cost_calendar"] for row in json.loads(done.stdout)}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("workspace")
    subprocess.run([sys.executable, "-m", "tars_bench", "init", str(folder)], check=True)
    (folder / "seeds" / "phases.csv").write_text(PHASES)
    (folder / "seeds" / "phase_strategies.csv").write_text("phase_id,strategy_id\n")
    responses = folder / "data" / "api_responses"
    responses.mkdir(parents=True)
    calls = [
        CALL | {"timestamp": "2026-02-11T10:00:00Z", "cost": 0.5},
        CALL | {"timestamp": "2026-02-11T11:00:00Z", "cost": 0.25},
        CALL | {"timestamp": "2026-02-12T10:00:00Z", "cost": 0.5},
    ]
    lines = [json.dumps(call) for call in calls]
    (responses / "a.jsonl").write_text("\n".join([*lines, "no json", ""]))
    return folder


def test_a_run_publishes_and_tells_of_bad_lines_once(workspace):
    first = tars_bench(workspace, "run")
    assert first.returncode == ExitCode.INPUT_QUARANTINED, first.stderr
    assert first.stdout == ""
    steps = [line.split()[0] for line in first.stderr.splitlines() if not line.startswith(" ")]
    assert steps == ["load", "build", "validate", "publish"]
    assert cost(workspace) == {"baseline": 0.75, "phase_1": 0.5}
    validated = next(line for line in first.stderr.splitlines() if line.startswith("validate"))
    assert re.search(r"checklist: .*\d+ fail.*; (\d+) of \d+ guards held", validated)
    status = json.loads(tars_bench(workspace, "status", "--format", "json").stdout)
    assert [rule["line_count"] for rule in status["quarantine"]] == [1]
    assert tars_bench(workspace, "load").returncode == ExitCode.OK


def built(workspace):
    """Return what the last build made: how many nodes, and of which release."""
    with duckdb.connect(str(workspace / "warehouse" / "working.duckdb"), read_only=True) as file:
        return file.execute(
            "select max_by(node_count, build_number), max(build_number), max(last_load_id)"
            " from meta.build_runs"
        ).fetchone()


def last_day(workspace):
    """Return the last day of the phase, as the marts have it."""
    sql = "select end_date from marts.phase_windows where phase_id = 'phase_1'"
    done = tars_bench(workspace, "query", sql, "--format", "json")
    return json.loads(done.stdout)[0]["end_date"]


def test_a_run_with_nothing_new_does_nothing_and_a_changed_day_builds_what_hangs_on_it(workspace):
    settled = tars_bench(workspace, "run")  # the load of the test before has moved the database
    assert settled.returncode == ExitCode.OK, settled.stderr
    nodes, number, load_id = built(workspace)
    published = (workspace / "warehouse" / "tars_bench.duckdb").resolve()
    code = (
        "import sys\n"
        "from tars_bench.app import main\n"
        "try:\n"
        "    main(sys.argv[1:])\n"
        "finally:\n"
        "    print([n for n in ('duckdb', 'dbt', 'pandas') if n in sys.modules], file=sys.stderr)\n"
    )
    arguments = ["run", "--json", "--workspace", str(workspace)]
    again = subprocess.run(
        [sys.executable, "-c", code, *arguments[:1], *arguments[2:]], capture_output=True, text=True
    )
    assert again.returncode == ExitCode.OK
    assert again.stderr == "nothing new since release 1\n[]\n"
    told = json.loads(tars_bench(workspace, "run", "--json").stdout)
    assert (told["outcome"], told["exit_code"], told["release"]) == ("nothing_new", 0, 1)
    assert [verdict["phase_id"] for verdict in told["verdict"]] == ["phase_1"]
    assert (workspace / "data" / "api_responses" / "a.jsonl").touch() is None
    touched = tars_bench(workspace, "run")
    assert touched.stderr.splitlines()[-1] == "nothing new since release 1"
    assert built(workspace) == (nodes, number, load_id)
    assert (workspace / "warehouse" / "tars_bench.duckdb").resolve() == published

    phases = workspace / "seeds" / "phases.csv"
    phases.write_text(PHASES.replace("2026-02-12,2026-02-12", "2026-02-12,2026-02-13"))
    told = json.loads(tars_bench(workspace, "run", "--json").stdout)
    phases.write_text(PHASES)
    assert (told["outcome"], told["release"]) == ("published", 2)
    assert [step["step"] for step in told["steps"]] == ["load", "build", "validate", "publish"]
    assert built(workspace)[0] < 0.8 * nodes
    assert built(workspace)[1:] == (number + 1, load_id)
    assert last_day(workspace) == "2026-02-13"
    back = tars_bench(workspace, "run")
    assert back.returncode == ExitCode.OK, back.stderr
    assert last_day(workspace) == "2026-02-12"


def test_what_a_stopped_build_left_is_built_whole(workspace):
    phases = workspace / "seeds" / "phases.csv"
    phases.write_text(PHASES.replace("2026-02-12,2026-02-12", "2026-02-12,2026-02-13"))
    command = [sys.executable, "-m", "tars_bench", "run", "--workspace", str(workspace)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as child:
        assert child.stderr.readline().startswith("load")
        time.sleep(4)
        child.send_signal(signal.SIGTERM)
        said = child.stderr.read()
    phases.write_text(PHASES)
    assert child.returncode == ExitCode.INTERRUPTED, said
    assert "error: interrupted" in said
    steps = json.loads(tars_bench(workspace, "status", "--format", "json").stdout)["steps"]
    assert not steps["build"]["is_success"]
    told = json.loads(tars_bench(workspace, "run", "--json").stdout)
    assert told["outcome"] == "published"
    assert told["build"]["seed_count"] > 5, "everything, the seeds included"
    assert last_day(workspace) == "2026-02-12"


def test_a_source_that_logs_no_errors_passes_no_error_rate(workspace):
    sql = (
        "select distinct condition_text, status, observed_value"
        " from validation.checklist_conditions"
        " where condition_text like '%error rate%' or condition_text like '%completed tasks%'"
    )
    found = json.loads(tars_bench(workspace, "query", sql, "--format", "json").stdout)
    assert found
    assert all(row["status"] != "pass" and row["observed_value"] is None for row in found), found


def change(workspace, sql):
    with duckdb.connect(str(workspace / "warehouse" / "working.duckdb")) as working:
        working.execute(sql)


def test_a_failed_build_leaves_what_was_published(workspace):
    published = workspace / "warehouse" / "tars_bench.duckdb"
    before = published.read_bytes()
    change(workspace, "alter table raw.tars_api_responses rename column model to lost")
    failed = tars_bench(workspace, "build", "--select", "stg_tars__api_responses")
    assert failed.returncode == ExitCode.BUILD_FAILED
    assert "failed: model stg_tars__api_responses" in failed.stderr
    assert tars_bench(workspace, "publish").returncode == ExitCode.BUILD_FAILED
    assert published.read_bytes() == before

    change(workspace, "alter table raw.tars_api_responses rename column lost to model")
    healed = tars_bench(workspace, "build", "--select", "stg_tars__api_responses")
    assert healed.returncode == ExitCode.OK, healed.stderr
    partial = tars_bench(workspace, "publish")
    assert partial.returncode == ExitCode.BUILD_FAILED, "a part that succeeds heals no failed whole"
    assert published.read_bytes() == before


def test_a_wrong_plan_is_refused_before_anything_runs(workspace):
    phases = workspace / "seeds" / "phases.csv"
    phases.write_text(PHASES.replace("2026-02-12,2026-02-12", "2026-02-30,2026-02-30"))
    refused = tars_bench(workspace, "run")
    phases.write_text(PHASES)
    assert refused.returncode == ExitCode.USAGE
    assert "phases.csv, line 3: start_date is no date: '2026-02-30'" in refused.stderr
