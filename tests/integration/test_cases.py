"""Small logs made after public bug reports, each with its right value worked out by hand.

They lie beside the project (`../shared/cases`); where they do not, there is nothing to test.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from build_helpers import MODELS_ONLY, PROJECT, Build
from load_helpers import Place

CASES = PROJECT.parent / "shared" / "cases"
USUAL = """
    C01 C01b C02 C04 C04b C05 C05b C05e C06 C08 C09 C11 C12 C14 C15 C16 C16c C17 C18 C20 C21 C22
    C31 C37 C38 C39 C40 C41 C42 C43
""".split()  # noqa: SIM905
ASKED = ("+fct_requests", "+line_ledger")

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not beside the project")


class Cases:
    """All cases in one warehouse: each is a source of its own, told apart by its path."""

    def __init__(self, folder: Path) -> None:
        self.build = Build(folder)
        made = shutil.copytree(CASES / "C38", folder / "cases" / "C38") / "make.py"
        subprocess.run([sys.executable, made], check=True)
        sources = {"cc": "claude_code", "tars": "tars", "tars_a": "tars", "tars_b": "tars"}
        self.build.load(
            *(
                Place(root, self.build.database, sources[root.name])
                for case in USUAL
                for root in sorted((made.parent if case == "C38" else CASES / case).iterdir())
                if root.is_dir()
            )
        )
        self.build.build("--select", *ASKED, *MODELS_ONLY)

    def requests(self, case: str, columns: str) -> list[tuple[Any, ...]]:
        return self.build.query(
            f"select {columns} from marts.fct_requests as requests"
            " join marts.line_ledger as ledger using (file_id)"
            f" where ledger.path like '%/cases/{case}/%' order by requested_at, line_number"
        )

    def count(self, case: str) -> int:
        return len(self.requests(case, "request_id"))

    def total(self, case: str, column: str) -> Any:
        return self.requests(case, f"sum({column}) over ()")[0][0]


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    return Cases(tmp_path_factory.mktemp("cases"))


def expected(case: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CASES / case / "expected.json").read_text())
    return found


@pytest.mark.parametrize(
    "case",
    """C05 C05b C05e C06 C08 C09 C15 C16 C17 C20 C21 C38 C39 C43""".split(),  # noqa: SIM905
)
def test_every_call_counts_once(cases, case):
    # A call that failed is one, too (C39 has one); the cases count those that were answered.
    answered = [one for (one,) in cases.requests(case, "status") if one != "error"]
    assert len(answered) == expected(case)["requests"]


def test_a_placeholder_names_no_request(cases):
    assert cases.count("C16c") in (5, 6)


def test_equal_names_on_two_machines_are_two_files(cases):
    assert cases.count("C40") == expected("C40")["own"] + expected("C40")["shared"]


@pytest.mark.parametrize("case", ["C14", "C16", "C17", "C18", "C41"])
def test_a_cost_that_is_none_is_not_taken(cases, case):
    assert cases.total(case, "cost_usd") == Decimal(str(expected(case)["cost"]))


def test_a_bad_recorded_cost_loses_the_cost_and_not_the_call(cases):
    costs = [cost for (cost,) in cases.requests("C15", "cost_usd")]
    assert costs == [Decimal("0.525")] * 4 + [Decimal("0.000000123")]


def test_a_placeholder_is_no_batch(cases):
    costs = [cost for (cost,) in cases.requests("C42", "list_cost_usd")]
    assert costs == [Decimal(1)] * 7 + [Decimal("0.5")]


@pytest.mark.parametrize("case", ["C05", "C06", "C08"])
def test_a_response_keeps_its_tokens(cases, case):
    for name, column in (("uncached_input", "uncached_input_tokens"), ("output", "output_tokens")):
        if name in expected(case):
            assert cases.total(case, column) == expected(case)[name]


def test_the_price_of_the_day_of_the_call_holds(cases):
    costs = {cost for (cost,) in cases.requests("C37", "list_cost_usd")}
    assert costs == {Decimal(str(expected("C37")[key])) for key in "ab"}


@pytest.mark.parametrize("case", ["C01", "C01b", "C02", "C04", "C04b", "C12"])
def test_every_billed_pass_is_priced_with_its_own_model(cases, case):
    assert cases.total(case, "list_cost_usd") == Decimal(str(expected(case)["list_cost"]))


@pytest.mark.parametrize("case", ["C04", "C04b"])
def test_the_rest_of_a_flat_count_is_written_for_five_minutes(cases, case):
    written = cases.total(case, "cache_write_5m_tokens + cache_write_1h_tokens")
    assert written == expected(case)["cache_write"]


def test_a_count_that_never_became_final_is_a_lower_bound(cases):
    assert {quality for (quality,) in cases.requests("C09", "usage_quality")} == {"lower_bound"}
    assert {quality for (quality,) in cases.requests("C08", "usage_quality")} == {"measured"}


def test_a_transcript_says_where_its_calls_came_from(cases):
    assert {
        (project, branch, agent, is_subagent)
        for project, branch, agent, is_subagent in cases.requests(
            "C09", "project, branch, agent, is_subagent"
        )
    } == {("-home-u-proj", "main", "c09", True)}


def test_every_spelling_of_a_name_is_priced(cases):
    costs = [cost for (cost,) in cases.requests("C22", "list_cost_usd")]
    assert len(costs) == expected("C22")["priced"]
    assert set(costs) == {Decimal("0.315"), Decimal("0.3465")}


def test_fast_mode_is_never_priced_as_standard(cases):
    costs = [cost for (cost,) in cases.requests("C11", "list_cost_usd")]
    assert costs == [Decimal("0.15"), None, Decimal("0.15"), None]


def test_a_time_is_read_right_or_told(cases):
    """The first five lines are well formed; of the others none may be read at a wrong time."""
    lines = (CASES / "C31" / "tars" / "api_responses" / "c31.jsonl").read_text().splitlines()
    read = dict(cases.requests("C31", "line_number, requested_at"))
    told = dict(
        cases.build.query(
            "select line_number, rule from raw.quarantined_lines"
            " join marts.line_ledger as ledger using (file_id)"
            " where ledger.path like '%/cases/C31/%'"
        )
    )
    assert read.keys() | told.keys() == set(range(1, len(lines) + 1))
    assert read.keys() >= {1, 2, 3, 4, 5}
    assert not read.keys() & told.keys()
    assert set(told.values()) <= {"bad_timestamp", "missing_timestamp"}
    for number, at in read.items():
        assert at.isoformat(sep=" ", timespec="milliseconds") == meant(number), lines[number - 1]


def meant(number: int) -> str:
    """The moment that each line of C31 can mean, worked out by hand; '' where it means none."""
    others = {
        2: "2026-08-10 08:15:00.123",
        8: "2026-08-10 08:15:00.123",
        11: "",
        12: "2026-08-11 00:00:00.000",
        16: "2026-08-10 13:15:00.000",
        17: "",
        19: "2026-08-10 08:15:00.123",
        20: "2026-08-10 08:15:00.500",
    }
    return others.get(number, "2026-08-10 08:15:00.000")
