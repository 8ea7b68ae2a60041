"""The registry, the macro made from it and the columns name the same metrics."""

import csv
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "bench"))

import metric_macros  # noqa: E402


def registered() -> list[dict[str, str]]:
    with (ROOT / "seeds" / "metric_definitions.csv").open() as file:
        return list(csv.DictReader(file))


IDS = [row["metric_id"] for row in registered()]


def test_the_macro_says_what_the_seed_says() -> None:
    assert metric_macros.MACRO.read_text() == metric_macros.macro_text(), (
        "run `python bench/metric_macros.py`"
    )


@pytest.mark.parametrize("row", registered(), ids=lambda row: row["metric_id"])
def test_a_metric_says_all_there_is_to_say(row: dict[str, str]) -> None:
    assert all(text for name, text in row.items() if name not in ("quantile", "requires"))
    assert (row["kind"] == "percentile") == bool(row["quantile"])
    assert row["kind"] in ("ratio", "percentile")


@pytest.mark.parametrize("model", ["metrics_daily", "metrics_weekly", "metrics_monthly"])
def test_every_metric_is_a_described_column(model: str) -> None:
    path = ROOT / "models" / "days" / "_days__models.yml"
    models = {entry["name"]: entry for entry in yaml.safe_load(path.read_text())["models"]}
    columns = [column["name"] for column in models[model]["columns"]]
    assert [name for name in columns if name in IDS] == IDS
