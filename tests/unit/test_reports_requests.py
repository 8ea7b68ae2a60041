"""What a report asked for comes to: unknown phases, missing files and tables, many sessions."""

import re
from pathlib import Path

import duckdb
import pytest
import yaml

from fixtures.report_warehouse import SCHEMA, specification
from tars_bench.reports.documents.build import build_report
from tars_bench.reports.words.answers import UNIT_REASONS
from tars_bench.shared.errors import NotReadyError, UsageError

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def warehouse():
    return specification()


def section(report, section_id):
    return next(one for one in report.all_sections() if one.section_id == section_id)


def rows(report, section_id):
    return rows_of(section(report, section_id))


def rows_of(found):
    return {
        row.row_id: [cell.text for cell in row.cells]
        for table in found.tables
        for row in table.rows
    }


def test_ten_thousand_sessions_are_added_up(warehouse, tmp_path):
    session = warehouse.tables["marts.phase_session_usage"][0]
    warehouse.tables["marts.phase_session_usage"] = [session]
    path = warehouse.write(tmp_path / "w.duckdb")
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            insert into marts.phase_session_usage
            select 'baseline', 'tars', 'session ' || number, null, 1.5, 100, 2, 0.5, 30, false
            from range(9999) as numbers(number)
            """
        )
    shown = rows(build_report(path, "baseline"), "session_breakdown")
    assert len(shown) == 11
    # 9,999 at $1.50, $0.50 on each of three days, less the nine listed ones.
    assert shown["other_sessions"][:5] == [
        *("9,990 other sessions", "$14,985.00", "$4,995.00", "999,000", "19,980")
    ]


def test_one_means_phase_1(warehouse, tmp_path):
    path = warehouse.write(tmp_path / "w.duckdb")
    assert build_report(path, "phase", "1") == build_report(path, "phase", "phase_1")


@pytest.mark.parametrize("phase_id", ["9", "baseline", "phase_1' or true --"])
def test_an_unknown_phase_is_a_usage_error(warehouse, tmp_path, phase_id):
    path = warehouse.write(tmp_path / "w.duckdb")
    with pytest.raises(UsageError) as error:
        build_report(path, "phase", phase_id)
    assert "phase_1, phase_3" in error.value.hint


def test_a_missing_file_is_not_ready(tmp_path):
    with pytest.raises(NotReadyError):
        build_report(tmp_path / "nothing.duckdb", "final")


@pytest.mark.parametrize("table", ["target_achievement", "headline_verdicts", "cost_bridge_models"])
def test_a_missing_table_is_not_ready(warehouse, tmp_path, table):
    path = warehouse.write(tmp_path / "w.duckdb")
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"drop table marts.{table}")
    with pytest.raises(NotReadyError) as error:
        build_report(path, "final")
    assert table in error.value.message
    assert "tars-bench run" in error.value.hint


def test_a_report_needs_no_checklist(warehouse, tmp_path):
    path = warehouse.write(tmp_path / "w.duckdb")
    with duckdb.connect(str(path)) as connection:
        connection.execute("drop schema validation cascade")
        connection.execute("drop schema meta cascade")
    report = build_report(path, "final")
    assert "checklist" not in {one.section_id for one in report.sections}
    assert rows(report, "provenance")["released_at"][1] == "not published"


def test_the_hand_made_marts_have_columns_of_the_real_ones():
    contracts = {}
    for file in (PROJECT / "models").rglob("*.yml"):
        for model in yaml.safe_load(file.read_text(encoding="utf-8")).get("models") or ():
            columns = model.get("columns") or ()
            contracts[model["name"]] = {one["name"]: one.get("data_type") for one in columns}
    for table, body in re.findall(
        r"create table marts\.(\w+) \((.*?)\n\);", SCHEMA.read_text(), flags=re.DOTALL
    ):
        for column in body.strip().splitlines():
            name, data_type = column.strip().rstrip(",").split(" ", 1)
            assert contracts[table].get(name) == data_type, f"{table}.{name}"


def test_every_reason_of_an_answer_has_words():
    """The codes stand in the SQL that gives them; each is said, none is said to be unknown."""
    steps = PROJECT / "models" / "verdict" / "steps"
    sql = (steps / "int_unit_cost_answers.sql").read_text(encoding="utf-8")
    reasons = sql[sql.index("'instrument'") : sql.index("end as reason_code")]
    codes = set(re.findall(r"then\s+'(\w+)'", f"then {reasons}"))
    assert {"instrument", "chance", "too_little_data"} <= codes
    assert codes <= UNIT_REASONS.keys()
