"""The coverage page names only what exists, and leaves out nothing the specification prints."""

import csv
import re
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
PAGE = PROJECT / "docs/reference/specification-coverage.md"
SPECIFICATION = sorted((PROJECT / "../shared/spec").glob("*.txt"))
LABEL = re.compile(r"^(?:\s*[├└]── |\s*\d\. )?(\+? ?[A-Z][A-Za-z0-9 &()%,/-]*?)(?::|\s{3,})\s*\S")
# Heads of columns.
NO_LINES = {"Metric", "Baseline"}


def rows() -> list[list[str]]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines if line[:2] == "| "
    ]
    return [row for row in cells if row[0] != "section"]


def columns_by_model() -> dict[str, set[str]]:
    files = (PROJECT / "models").rglob("_*__models.yml")
    properties = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in files]
    return {
        model["name"]: {column["name"] for column in model.get("columns", ())}
        for content in properties
        for model in content.get("models", ())
    }


def seed(name: str) -> list[dict[str, str]]:
    with (PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_names_what_it_is_read_from() -> None:
    assert all(len(row) == 3 and "`" in row[2] for row in rows())


def test_every_name_on_the_page_exists() -> None:
    known = columns_by_model()
    metric_ids = {row["metric_id"] for row in seed("metric_definitions")}
    names = {name for row in rows() for name in re.findall(r"`([^`]+)`", row[2])}
    unknown = set()
    for name in names:
        if name.startswith("metric:"):
            is_known = name.removeprefix("metric:") in metric_ids
        else:
            model, _, column = name.partition(".")
            is_known = column in known.get(model, set())
        if not is_known:
            unknown.add(name)
    assert unknown == set()


def test_the_checklist_on_the_page_is_the_registry() -> None:
    page = {row[1] for row in rows() if row[0] in ("Validation Checklist", "Success Criteria")}
    assert page == {row["line_text"] for row in seed("validation_checklist")}


def test_the_layout_shows_every_metric_and_no_other() -> None:
    metric_ids = {row["metric_id"] for row in seed("metric_definitions")}
    assert {row["metric_id"] for row in seed("report_layout")} == metric_ids


@pytest.mark.skipif(not SPECIFICATION, reason="the specification is not beside the project")
def test_every_line_the_specification_prints_is_on_the_page() -> None:
    page = {label for row in rows() for label in (row[1], *row[1].split(", "))}
    labels = set(report_labels(SPECIFICATION[0].read_text(encoding="utf-8")))
    assert len(labels) > 50
    assert labels - page == set()


@pytest.mark.skipif(not SPECIFICATION, reason="the specification is not beside the project")
def test_every_checklist_line_of_the_specification_is_in_the_registry() -> None:
    text = SPECIFICATION[0].read_text(encoding="utf-8")
    checklist = re.findall(r"^- \[ \] (.+)$", text, re.MULTILINE)
    found = re.findall(r"^\*\*✅ (.+):\*\*(.+)$", text, re.MULTILINE)
    criteria = [f"{name}: {sentence.strip()}" for name, sentence in found]
    assert len(checklist) == 10
    assert len(criteria) == 6
    assert {row["line_text"] for row in seed("validation_checklist")} == {*checklist, *criteria}


def report_labels(text: str) -> list[str]:
    """Return the labels of the lines in the specification's report blocks."""
    blocks = re.split(r"^```.*$", text, flags=re.MULTILINE)[1::2]
    lines = [line for block in blocks if "═══" in block for line in block.splitlines()]
    labels = [match.group(1).strip() for match in map(LABEL.match, lines) if match]
    return [label for label in labels if label not in NO_LINES and is_closed(label)]


def is_closed(label: str) -> bool:
    """Return whether parentheses match; in a session's name the colon stands inside them."""
    return label.count("(") == label.count(")")
