"""The models stand in chapters, in the order of the story; arrows point down it only.

Read from the SQL as text, so that the order holds without a database; that the steps of a chapter
are private to it is dbt's own check (`group` and `access`) whenever the project is parsed.
"""

import re
import runpy
from pathlib import Path

import pytest
import yaml

from tars_bench.warehouse.lineage import _OWN_WINDOWS, _ROOT

MODELS = Path(__file__).parents[2] / "models"
CHAPTERS = runpy.run_path(str(Path(__file__).parents[2] / "bench" / "house.py"))["CHAPTERS"]
FILES = {path.stem: path for path in MODELS.rglob("*.sql")}


def chapter_of(path: Path) -> str:
    return path.relative_to(MODELS).parts[0]


def parents(path: Path) -> set[str]:
    return set(re.findall(r"ref\('(\w+)'\)", path.read_text(encoding="utf-8"))) & set(FILES)


def properties() -> dict[str, dict[str, object]]:
    found = {}
    for file in MODELS.rglob("*.yml"):
        for model in (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get("models") or ():
            found[model["name"]] = {**model, "file": file}
    return found


PROPERTIES = properties()


def test_every_folder_is_a_chapter() -> None:
    folders = {path.name for path in MODELS.iterdir() if path.is_dir()}
    assert folders == set(CHAPTERS)


@pytest.mark.parametrize("name", sorted(FILES))
def test_arrows_point_down_the_story(name: str) -> None:
    own = CHAPTERS.index(chapter_of(FILES[name]))
    backward = [one for one in parents(FILES[name]) if CHAPTERS.index(chapter_of(FILES[one])) > own]
    assert not backward


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_step_lies_in_steps_and_a_public_table_does_not(name: str) -> None:
    path = FILES[name]
    if chapter_of(path) == "staging":
        assert name.startswith("stg_")
    else:
        assert (path.parent.name == "steps") == name.startswith("int_")


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_model_is_described_beside_its_sql_with_its_grain(name: str) -> None:
    model = PROPERTIES[name]
    assert model["file"].parent == FILES[name].parent
    assert re.match(r"(One row|At most one row|No row)", str(model["description"]).strip()), name
    columns = model.get("columns") or ()
    if not name.startswith("int_"):
        assert columns, "no column is described"
    assert all(column.get("description") for column in columns)


def test_a_step_is_open_only_where_another_chapter_reads_it() -> None:
    readers: dict[str, set[str]] = {}
    for path in FILES.values():
        for parent in parents(path):
            readers.setdefault(parent, set()).add(chapter_of(path))
    for name, model in PROPERTIES.items():
        if name.startswith("int_"):
            is_read_outside = bool(readers.get(name, set()) - {chapter_of(FILES[name])})
            assert (model.get("access") == "protected") == is_read_outside, name


def test_the_exposures_name_what_the_package_reads() -> None:
    """What reports, dashboard and alerts read, and no more, hangs on them in dbt's lineage."""
    exposures = yaml.safe_load(
        (MODELS / "reports" / "_reports__exposures.yml").read_text(encoding="utf-8")
    )["exposures"]
    named = {
        name
        for exposure in exposures
        if exposure["name"] != "bi"
        for name in re.findall(r"ref\('(\w+)'\)", " ".join(exposure["depends_on"]))
    }
    package = MODELS.parent / "cli" / "tars_bench"
    read = {
        name
        for path in package.rglob("*.py")
        for name in re.findall(r"marts\.(\w+)", path.read_text(encoding="utf-8"))
    }
    assert named == read & set(FILES)


def ancestors(names: set[str]) -> set[str]:
    found, size = set(names), -1
    while size != len(found):
        size = len(found)
        found |= {parent for name in found for parent in parents(FILES[name])}
    return found


def test_other_windows_take_the_place_of_the_phases_in_every_model_that_reads_them() -> None:
    """Weekly and monthly reports and `compare` build the models below the root anew; no others.

    An event's value is the one published: it is taken from the baseline of the plan.
    """
    root = _ROOT.partition(".")[2]
    below = {name for name in FILES if root in ancestors({name})}
    rebuilt = {name for name in below if not name.startswith(_OWN_WINDOWS)}
    kept = ancestors(rebuilt) - rebuilt
    of_plan = {name for name in kept if "ref('phases')" in FILES[name].read_text(encoding="utf-8")}
    assert of_plan == {"int_model_routings_valued"}
