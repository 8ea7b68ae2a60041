"""Verbs over a small warehouse made by hand: query, metrics, status, init."""

import csv
import io
import json
from decimal import Decimal

import duckdb
import pytest

from tars_bench import app
from tars_bench.shared.exit_codes import ExitCode
from tars_bench.workspace.config import load_workspace
from tars_bench.workspace.lock import exclusive

MARTS = """
    create schema raw;
    create schema seeds;
    create schema marts;
    create schema meta;
    create schema validation;
    create table marts.metrics_daily (metric_date date, daily_cost decimal(18, 9));
    insert into marts.metrics_daily values ('2026-02-12', 8.25), ('2026-02-11', 8.5);
    create table marts.metrics_hourly (metric_hour_at timestamp, cache_hit_rate double);
    create table marts.phase_metrics (phase_id varchar, metric_id varchar, metric_value double);
    insert into marts.phase_metrics values
        ('phase_1', 'daily_cost', 6.5),
        ('baseline', 'daily_cost', 8.5),
        ('baseline', 'error_rate', 1);
    create table seeds.phases (
        phase_id varchar, phase_order integer, start_date date, end_date date
    );
    insert into seeds.phases values
        ('baseline', 0, '2026-02-11', '2026-02-13'), ('phase_1', 1, '2026-02-14', '2026-02-16');
    create table marts.fct_requests (
        request_id varchar, requested_date date, requested_at timestamp, task_type varchar
    );
    insert into marts.fct_requests values
        ('r1', '2026-02-11', '2026-02-11 10:00', '=1+1'),
        ('r2', '2026-02-11', '2026-02-11 11:00', e'\\x1b[2J');
    create table raw.files (
        file_id varchar, source_system varchar, source_table varchar, path varchar,
        byte_count bigint, line_count bigint, modified_at timestamp
    );
    insert into raw.files values
        ('f1', 'tars', 'tars_api_responses', 'b.jsonl', 200, 5, '2026-02-12 01:00'),
        ('f2', 'tars', 'tars_api_responses', 'a.jsonl', 100, 3, '2026-02-11 01:00');
    create table raw.line_outcomes (
        file_id varchar, load_id bigint, outcome varchar, rule varchar, line_count bigint
    );
    insert into raw.line_outcomes values
        ('f1', 1, 'kept', null, 2), ('f1', 2, 'kept', null, 1),
        ('f1', 1, 'quarantined', 'not_json', 2),
        ('f2', 1, 'kept', null, 1), ('f2', 1, 'quarantined', 'not_json', 1),
        ('f2', 1, 'dropped', 'blank', 1);
    create table raw.quarantined_lines (
        file_id varchar, line_number bigint, rule varchar, detail varchar
    );
    insert into raw.quarantined_lines values
        ('f1', 1, 'not_json', 'b'), ('f1', 4, 'not_json', 'b'),
        ('f2', 2, 'not_json', 'half a line');
    create table raw.load_runs (load_id bigint);
    insert into raw.load_runs values (1), (2);
    create table raw.file_deliveries (
        load_id bigint, source_system varchar, path varchar, outcome varchar, detail varchar
    );
    insert into raw.file_deliveries values
        (1, 'tars', 'old.jsonl', 'unreadable', 'permission denied'),
        (2, 'tars', 'c.jsonl.gz', 'unreadable', 'no gzip file');
    create table meta.release (released_at timestamp);
    insert into meta.release values ('2026-03-09 06:00');
    create table validation.checklist_results (kind varchar, status varchar);
    insert into validation.checklist_results values ('checklist', 'pass'), ('checklist', 'pass');
"""


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    (tmp_path / "tars-bench.toml").write_text("[budget]\nmonthly_usd = 200\n")
    (tmp_path / "warehouse").mkdir()
    (tmp_path / ".tars-bench").mkdir()
    made = load_workspace(tmp_path)
    with duckdb.connect(str(made.published_database)) as published:
        published.execute(MARTS)
    made.published_database.chmod(0o444)
    monkeypatch.chdir(tmp_path)
    return made


@pytest.fixture
def run(capsys):
    def call(*arguments):
        with pytest.raises(SystemExit) as caught:
            app.main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return int(caught.value.code), captured.out, captured.err

    return call


@pytest.mark.usefixtures("workspace")
class TestQuery:
    def test_rows_go_to_stdout(self, run):
        sql = "select metric_date, daily_cost from marts.metrics_daily order by 1"
        assert run("query", sql) == (
            0,
            "metric_date   daily_cost\n"
            "───────────  ───────────\n"
            "2026-02-11   8.500000000\n"
            "2026-02-12   8.250000000\n",
            "",
        )

    def test_json_keeps_every_digit(self, run):
        code, out, _ = run(
            "query", "select 0.1234567890123456789 as n, [1, 2] as l", "--format", "json"
        )
        assert code == 0
        assert json.loads(out, parse_float=Decimal) == [
            {"n": Decimal("0.1234567890123456789"), "l": [1, 2]}
        ]

    def test_csv_is_guarded_and_the_terminal_too(self, run):
        sql = "select task_type from marts.fct_requests order by request_id"
        _, out, _ = run("query", sql, "--format", "csv")
        assert list(csv.reader(io.StringIO(out))) == [["task_type"], ["'=1+1"], ["\x1b[2J"]]
        _, out, _ = run("query", sql, "--format", "csv", "--no-formula-guard")
        assert out.splitlines()[1] == "=1+1"
        _, out, _ = run("query", sql)
        assert "\x1b" not in out

    def test_a_table_is_cut_and_says_so_and_csv_is_not(self, run):
        code, out, err = run("query", "select * from range(101)")
        assert (code, len(out.splitlines())) == (0, 102)
        assert err == "only the first 100 rows are shown; --limit 0 shows all\n"
        assert len(run("query", "select * from range(101)", "--limit", 0)[1].splitlines()) == 103
        assert len(run("query", "from range(101)", "--format", "csv")[1].splitlines()) == 102
        _, out, err = run("query", "from range(9)", "--limit", 2, "--format", "csv", "--quiet")
        assert (out, err) == ("range\n0\n1\n", "")

    def test_sql_comes_from_a_file_or_stdin(self, run, tmp_path, monkeypatch):
        (tmp_path / "q.sql").write_text("select 1 as a;\n")
        assert run("query", "@q.sql")[1] == "a\n─\n1\n"
        monkeypatch.setattr("sys.stdin", io.StringIO("select 2 as a"))
        assert run("query", "-")[1] == "a\n─\n2\n"
        assert run("query", "@gone.sql")[0] == ExitCode.USAGE

    @pytest.mark.parametrize(
        "sql",
        [
            "selec 1",
            "select nothing from marts.metrics_daily",
            "from marts.gone",
            "select 1; select 2",
            "",
            "create table marts.x as select 1 as a",
            "delete from marts.metrics_daily",
        ],
    )
    def test_wrong_sql_is_a_line_and_changes_nothing(self, run, sql):
        code, out, err = run("query", sql)
        assert code in (ExitCode.USAGE, ExitCode.ERROR)
        assert out == ""
        assert err.startswith("error: ")
        assert len(err.splitlines()) <= 2

    @pytest.mark.parametrize(
        "sql",
        [
            "copy (select 1) to 'out.csv'",
            "from read_csv('tars-bench.toml')",
            "from 'tars-bench.toml'",
            "attach 'other.duckdb' as other",
            "set enable_external_access = true",
            "install httpfs",
        ],
    )
    def test_no_other_file_is_reached(self, run, tmp_path, sql):
        before = sorted(path.name for path in tmp_path.iterdir())
        code, _, err = run("query", sql)
        assert code != 0
        assert err.startswith("error: ")
        assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.usefixtures("workspace")
class TestMetrics:
    def test_the_registry_is_listed_before_anything_is_loaded(self, run, tmp_path):
        (tmp_path / "warehouse" / "tars_bench.duckdb").unlink()
        code, out, _ = run("metrics", "--format", "json")
        listed = {row["metric_id"]: row for row in json.loads(out)}
        assert code == 0
        assert listed["daily_cost"]["unit"] == "usd"
        assert listed["cache_hit_rate"]["direction"] == "higher"

    def test_values_come_in_order_of_time(self, run):
        _, out, _ = run("metrics", "daily_cost", "--format", "csv")
        assert out == "metric_date,daily_cost\n2026-02-11,8.500000000\n2026-02-12,8.250000000\n"
        _, out, _ = run("metrics", "daily_cost", "--grain", "phase", "--format", "csv")
        assert out == "phase_id,daily_cost\nbaseline,8.5\nphase_1,6.5\n"

    def test_a_metric_that_has_no_such_grain_says_so(self, run):
        code, _, err = run("metrics", "daily_cost", "--grain", "hour")
        assert code == ExitCode.USAGE
        assert "daily_cost is not measured by the hour" in err

    def test_a_misspelt_metric_is_recognised(self, run):
        assert "did you mean daily_cost" in run("metrics", "dialy_cost")[2]


class TestStatus:
    def status(self, run):
        code, out, _ = run("status", "--format", "json")
        assert code == 0
        return json.loads(out)

    def test_figures_are_the_working_ones_unless_a_command_is_at_work(self, run, workspace):
        assert self.status(run)["files"] == []
        with exclusive(workspace):
            found = self.status(run)
        assert found["is_busy"]
        assert found["files"] == [
            {
                "source_system": "tars",
                "source_table": "tars_api_responses",
                "file_count": 2,
                "byte_count": 300,
                "line_count": 8,
                "kept_count": 4,
                "dropped_count": 1,
                "quarantined_count": 3,
                "newest_file_at": "2026-02-12 01:00:00",
            }
        ]
        assert found["dropped"] == [{"source_system": "tars", "rule": "blank", "line_count": 1}]
        assert found["quarantine"] == [
            {
                "source_system": "tars",
                "rule": "not_json",
                "line_count": 3,
                "first_line": "a.jsonl:2",
                "first_detail": "half a line",
            }
        ]
        assert [problem["path"] for problem in found["problems"]] == ["c.jsonl.gz"]
        assert [phase["request_count"] for phase in found["phases"]] == [2, 0]
        assert found["checklist"] == [{"kind": "checklist", "status": "pass", "line_count": 2}]
        assert found["published"]["released_at"] == "2026-03-09 06:00:00"

    def test_it_reads_like_a_page(self, run, workspace):
        with exclusive(workspace):
            code, out, _ = run("status")
        assert code == 0
        for part in ("monthly budget $200", "load      never", "not_json", "a.jsonl:2", "phase_1"):
            assert part in out

    def test_nothing_is_an_answer_too(self, run, tmp_path, workspace):
        workspace.published_database.unlink()
        code, out, _ = run("status")
        assert code == 0
        assert "nothing is published yet" in out


def test_init_makes_a_workspace_that_every_command_reads(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, _ = run(
        *("init", "mine", "--source", 'tars=odd"name', "--source", "claude_code"),
        *("--timezone", "Europe/Berlin", "--budget", "155.10"),
    )
    assert code == 0
    assert f"tars-bench run --workspace {tmp_path / 'mine'}" in out
    made = load_workspace(tmp_path / "mine")
    assert (made.name, made.timezone) == ("mine", "Europe/Berlin")
    assert made.monthly_budget_usd == Decimal("155.10")
    assert made.sources[0].path == tmp_path / 'odd"name'
    assert made.sources[1].type == "claude_code"
    assert (made.own_seeds_directory / "phases.csv").is_file()


def test_init_overwrites_nothing(run, tmp_path):
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "phases.csv").write_text("mine\n")
    code, _, err = run("init", tmp_path)
    assert code == ExitCode.USAGE
    assert "exists already" in err
    assert [path.name for path in tmp_path.iterdir()] == ["seeds"]
    assert (tmp_path / "seeds" / "phases.csv").read_text() == "mine\n"
    assert len(list((tmp_path / "seeds").iterdir())) == 1
