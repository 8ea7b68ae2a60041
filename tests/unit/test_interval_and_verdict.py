"""No report claims a change beside an interval that has a zero in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures import report_periods
from fixtures.report_warehouse import specification
from tars_bench.reports.model import Cell, Report, Row, number
from tars_bench.reports.words.cells import interval
from tars_bench.reports.words.formatting import Unit

CLAIMS = ("improved", "regressed", "changed")
ENDS = st.tuples(st.floats(-5, 5), st.floats(-5, 5)).map(sorted)


def has_zero(cell: Cell) -> bool:
    low, high = number(cell.value), number(cell.high)
    assert low is not None
    assert high is not None
    return low <= 0 <= high


@given(ENDS, ENDS | st.none(), st.sampled_from(["ratio", "points", "absolute"]))
def test_what_is_shown_has_a_zero_only_if_the_verdict_knows(
    value: list[float], ratio: list[float] | None, change_display: str
) -> None:
    """The verdict asks both intervals (`proof_intervals`); one of them is shown."""
    found = dict(zip(("change_value_low", "change_value_high"), value, strict=True))
    if ratio is not None:
        found |= dict(zip(("change_ratio_low", "change_ratio_high"), ratio, strict=True))
    is_claimed = not any(low <= 0 <= high for low, high in (value, ratio or value))
    shown = interval(found, change_display, Unit.USD)
    assert not (is_claimed and has_zero(shown))
    if change_display == "ratio" and not is_claimed:
        assert has_zero(shown)


def test_no_row_claims_a_change_whose_interval_has_a_zero(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = specification().write(tmp_path_factory.mktemp("specified") / "w.duckdb")
    claimed = [
        (row.row_id, intervals[cells["metric"].text])
        for build in report_periods.KINDS.values()
        for report in (build(path),)
        for intervals in (intervals_of(report),)
        for cells, row in rows_of(report)
        if cells.keys() >= {"metric", "verdict"}
        and cells["metric"].text in intervals
        and cells["verdict"].text.startswith(CLAIMS)
    ]
    assert [row for row, cell in claimed if has_zero(cell)] == []
    assert len(claimed) > 20


def rows_of(report: Report) -> Iterator[tuple[dict[str, Cell], Row]]:
    """Every row of a report with its cells by column."""
    for section in report.all_sections():
        for table in section.tables:
            for row in table.rows:
                yield dict(zip([one.key for one in table.columns], row.cells, strict=True)), row


def intervals_of(report: Report) -> dict[str, Cell]:
    """The intervals stand in a section of their own, by the metric's name."""
    return {
        cells["metric"].text: cells["interval"]
        for cells, _ in rows_of(report)
        if cells.keys() >= {"metric", "change", "interval"} and cells["interval"].high is not None
    }
