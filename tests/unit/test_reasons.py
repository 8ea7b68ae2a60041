"""A sentence is said of whatever a mart may hold: a count that is not known stops nothing."""

from __future__ import annotations

import inspect
import re
from itertools import product
from typing import Any

import pytest

from tars_bench.shared import reasons

INTERVAL_CODES = (*reasons._INTERVAL_REASONS, "few_groups", "few_days", "few_tail_values", None)
STRATEGY_CODES = re.findall(r'"(\w+)": lambda', inspect.getsource(reasons.strategy_reason))


def row(code: str | None, baseline: int | None, phase: int | None, limit: int | None) -> Any:
    return {
        "reason_code": code,
        "reason_limit": limit,
        "baseline_cluster_count": baseline,
        "phase_cluster_count": phase,
    }


@pytest.mark.parametrize("code", INTERVAL_CODES)
def test_no_missing_count_stops_the_reason_of_an_interval(code: str | None) -> None:
    for baseline, phase, limit in product((None, 0, 1234), (None, 2), (None, 9)):
        said = reasons.interval_reason(row(code, baseline, phase, limit))
        assert said
        assert "None" not in said


@pytest.mark.parametrize(
    ("baseline", "phase", "limit", "said"),
    [
        (4, 7, 9, "4 and 7 independent groups of calls; at least 9 are needed in each"),
        (None, 7, 9, "7 independent groups of calls; at least 9 are needed"),
        (None, None, 9, "too few independent groups of calls; at least 9 are needed"),
        (4, 7, None, "4 and 7 independent groups of calls"),
    ],
)
def test_only_the_windows_that_are_known_are_counted(
    baseline: int | None, phase: int | None, limit: int | None, said: str
) -> None:
    assert reasons.interval_reason(row("few_groups", baseline, phase, limit)) == said


@pytest.mark.parametrize("code", STRATEGY_CODES)
def test_no_missing_figure_stops_the_reason_of_a_strategy(code: str) -> None:
    found = {
        **{f"interval_{name}": None for name in ("reason_code", "reason_limit")},
        **row(code, None, None, None),
        "driver_metric_name": None,
    }
    assert reasons.strategy_reason(found)


def test_there_are_reasons_of_strategies() -> None:
    assert len(STRATEGY_CODES) > 5


@pytest.mark.parametrize("code", ["no_interval", "interval_straddles", "unplanned", None])
@pytest.mark.parametrize("interval_code", INTERVAL_CODES)
def test_no_missing_figure_stops_a_note(code: str | None, interval_code: str | None) -> None:
    found = {
        "note_code": code,
        "interval_reason_code": interval_code,
        "interval_reason_limit": None,
        "driver_metric_name": None,
        "baseline_cluster_count": None,
        "phase_cluster_count": None,
    }
    assert "None" not in reasons.note(found)
