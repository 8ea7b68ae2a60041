"""Write `docs/reference/tables.md` from the models' property files.

    python docs/catalogue.py

A test holds the page equal to what this writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

PROJECT: Final = Path(__file__).parents[1]
PAGE: Final = PROJECT / "docs" / "reference" / "tables.md"
CHAPTERS: Final = (
    "requests",
    "days",
    "events",
    "phases",
    "bridge",
    "intervals",
    "claims",
    "verdict",
    "reports",
)
_HEAD: Final = """\
# Tables

Every table of the schema `marts`, chapter by chapter. The first words of a description are its
grain. In the published file each table and column carries its description as a comment, which any
SQL client shows.
"""


def page() -> str:
    """Return the page."""
    return "\n".join([_HEAD, *_chapters()]) + "\n"


def _chapters() -> Iterator[str]:
    shared = _doc_blocks()
    questions = {
        group["name"]: group["description"]
        for group in _read(PROJECT / "models" / "_groups.yml")["groups"]
    }
    for chapter in CHAPTERS:
        folder = PROJECT / "models" / chapter
        models = [
            model
            for file in sorted(folder.glob("*__models.yml"))
            for model in _read(file)["models"]
        ]
        if models:
            yield f"## {chapter}\n\n{questions[chapter]}\n"
            for model in sorted(models, key=lambda one: str(one["name"])):
                yield from _table(model, shared)


def _table(model: Mapping[str, Any], shared: Mapping[str, str]) -> Iterator[str]:
    columns = model.get("columns") or ()
    shown = ", ".join(str(column["name"]) for column in columns[:4])
    yield f"### {model['name']}\n\n{_text(model['description'], shared)}\n"
    yield f"```sql\nselect {shown} from marts.{model['name']} limit 10\n```\n"
    yield "| column | type | meaning |\n|---|---|---|"
    for column in columns:
        meaning = _text(column.get("description", ""), shared).replace("|", "\\|")
        yield f"| `{column['name']}` | {column.get('data_type', '')} | {meaning} |"
    yield ""


def _text(text: str, shared: Mapping[str, str]) -> str:
    filled = re.sub(r"\{\{ doc\('(\w+)'\) \}\}", lambda found: shared[found.group(1)], text)
    return " ".join(filled.split())


def _doc_blocks() -> dict[str, str]:
    return {
        name: " ".join(body.split())
        for file in (PROJECT / "models").rglob("*.md")
        for name, body in re.findall(
            r"\{% docs (\w+) %\}(.*?)\{% enddocs %\}", file.read_text("utf-8"), re.DOTALL
        )
    }


def _read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return document


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
