"""The registry, the macros, the list of ids and the columns name the same metrics."""

import csv
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
MACROS = ROOT / "macros" / "metrics"


def registered() -> list[dict[str, str]]:
    with (ROOT / "seeds" / "metric_definitions.csv").open() as file:
        return list(csv.DictReader(file))


IDS = [row["metric_id"] for row in registered()]


def test_every_registered_metric_has_its_macro_and_no_other() -> None:
    assert {path.stem for path in MACROS.glob("*.sql")} == set(IDS)


@pytest.mark.parametrize("metric_id", IDS)
def test_a_macro_is_called_like_its_file_and_states_its_formula(metric_id: str) -> None:
    text = (MACROS / f"{metric_id}.sql").read_text()
    row = next(row for row in registered() if row["metric_id"] == metric_id)
    assert f"{{% macro {metric_id}() -%}}" in text
    assert " ".join(f"{row['metric_name']} = {row['formula']}.".split()) in " ".join(text.split())


def test_the_list_of_ids_is_in_the_order_of_the_registry() -> None:
    text = (MACROS / "_helpers" / "metric_ids.sql").read_text()
    listed = re.findall(r"^\s+'(\w+)',$", text, flags=re.MULTILINE)
    assert listed == IDS


@pytest.mark.parametrize("model", ["metrics_daily", "metrics_weekly", "metrics_monthly"])
def test_every_metric_is_a_described_column(model: str) -> None:
    path = ROOT / "models" / "days" / "_days__models.yml"
    models = {entry["name"]: entry for entry in yaml.safe_load(path.read_text())["models"]}
    columns = [column["name"] for column in models[model]["columns"]]
    assert [name for name in columns if name in IDS] == IDS
