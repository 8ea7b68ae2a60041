"""A serious check says which source, project or model it is about, and what each window showed."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from tars_bench.reports.words.hygiene import _READINGS, sentence_of

SEED = Path(__file__).parents[2] / "seeds" / "hygiene_thresholds.csv"


def check(check_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "check_id": check_id,
        "status": "serious",
        "sentence": "Something is wrong.",
        "source_system": None,
        "project": None,
        "model_id": None,
        "baseline_reading": None,
        "phase_reading": None,
        **changes,
    }


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            check("placeholder_outputs", source_system="claude_code", model_id="all",
                  baseline_reading=0.512, phase_reading=0.918),
            "Something is wrong (claude_code, answers of 1 to 8 output tokens 51.2% in the baseline"
            " and 91.8% in the phase).",
        ),
        (
            check("project_coverage", source_system="tars", project="shop", model_id="all",
                  baseline_reading=190, phase_reading=0),
            "Something is wrong (tars, project shop, API calls 190 in the baseline and 0 in the"
            " phase).",
        ),
        (
            check("billed_list_ratio", source_system="tars", model_id="opus", phase_reading=0.92),
            "Something is wrong (tars, model opus, billed of list price 92.0% in the phase).",
        ),
        (
            check("days_without_calls", baseline_reading=0, phase_reading=0.25),
            "Something is wrong (days without calls 0.0% in the baseline and 25.0% in the phase).",
        ),
        (check("phase_length"), "Something is wrong."),
        (
            check("zero_usage", status="ok", source_system="tars", baseline_reading=0),
            "Something is wrong.",
        ),
    ],
)  # fmt: skip
def test_a_check_names_what_it_is_about(found: dict[str, Any], words: str) -> None:
    assert sentence_of(found) == words


def test_every_reading_is_of_a_check() -> None:
    with SEED.open() as stream:
        assert set(_READINGS) <= {row["check_id"] for row in csv.DictReader(stream)}
