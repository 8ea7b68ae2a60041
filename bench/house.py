"""Count the house: how many models and macros there are, how deep and how long they stand.

Read from the files as text, so that it needs no build:

    python bench/house.py [DATABASE]            every figure
    python bench/house.py --list [DATABASE]     and what each of them is made of

With a working database that was built, columns without a description are counted too.

tests/unit/test_house.py holds a ceiling over each figure that is to stay small.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import duckdb
import yaml

PROJECT: Final = Path(__file__).parents[1]
CHAPTERS: Final = (
    "staging",
    "prices",
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
HEADLINE: Final = "headline_verdicts"
LONGEST_MODEL: Final = 150
HIGHEST_COMPLEXITY: Final = 10

MODELS: Final = {path.stem: path for path in (PROJECT / "models").rglob("*.sql")}
MACROS: Final = {
    re.findall(r"\bmacro (\w+)", path.read_text(encoding="utf-8"))[0]: path
    for path in (PROJECT / "macros").rglob("*.sql")
}
_COUNTED: Final = ("models", "macros", "tests/generic", "tests/singular")
_CALLED_BY_DBT: Final = frozenset(
    {
        "generate_schema_name",
        *re.findall(r"\{\{ (\w+)\(", (PROJECT / "dbt_project.yml").read_text(encoding="utf-8")),
    }
)


def figures() -> dict[str, list[str]]:
    """Return what each figure counts, one entry for each thing counted."""
    behind = sorted({HEADLINE} | _above(HEADLINE))
    return {
        "models": sorted(MODELS),
        f"models over {LONGEST_MODEL} lines": sorted(_long_models()),
        "models on the longest way": _longest_way(),
        f"models behind {HEADLINE}": behind,
        f"SQL lines behind {HEADLINE}": [line for name in behind for line in _sql(name)],
        "edges against the order of the chapters": sorted(_backward_edges()),
        "macros": sorted(MACROS),
        "macros called once": sorted(filter(_is_called_once, MACROS)),
        "models without a description": sorted(filter(_is_undescribed, MODELS)),
        "macros without a description": sorted(_undescribed_macros()),
        f"Python blocks of a complexity over {HIGHEST_COMPLEXITY}": sorted(_complex_blocks()),
    }


def parents(name: str) -> set[str]:
    """Return the models a model reads."""
    return set(re.findall(r"ref\('(\w+)'\)", _text(MODELS[name]))) & set(MODELS)


def properties(kind: str, folder: str) -> dict[str, dict[str, object]]:
    """Return what the yml files of a folder say of its models or macros."""
    found = {}
    for path in (PROJECT / folder).rglob("*.yml"):
        for one in (yaml.safe_load(_text(path)) or {}).get(kind) or ():
            found[one["name"]] = one
    return found


def undescribed_columns(database: str) -> list[str]:
    """Return the columns of a built database that have no description."""
    with duckdb.connect(database, read_only=True) as connection:
        rows = connection.execute(
            """
            select concat_ws('.', schema_name, table_name, column_name)
            from duckdb_columns()
            where
                schema_name in ('staging', 'intermediate', 'marts')
                and coalesce(comment, '') = ''
            order by all
            """
        ).fetchall()
    return [name for (name,) in rows]


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _sql(name: str) -> list[str]:
    return _text(MODELS[name]).splitlines()


def _long_models() -> Iterator[str]:
    for name in MODELS:
        if len(_sql(name)) > LONGEST_MODEL:
            yield f"{name} {len(_sql(name))}"


def _backward_edges() -> Iterator[str]:
    for name in MODELS:
        for parent in parents(name):
            if _chapter(parent) > _chapter(name):
                yield f"{parent} -> {name}"


def _chapter(name: str) -> int:
    return CHAPTERS.index(MODELS[name].relative_to(PROJECT / "models").parts[0])


@cache
def _above(name: str) -> frozenset[str]:
    return frozenset(parents(name)).union(*(_above(parent) for parent in parents(name)))


@cache
def _way_to(name: str) -> tuple[str, ...]:
    longest = max((_way_to(parent) for parent in sorted(parents(name))), key=len, default=())
    return (*longest, name)


def _longest_way() -> list[str]:
    return list(max((_way_to(name) for name in sorted(MODELS)), key=len))


def _is_called_once(macro: str) -> bool:
    if macro in _CALLED_BY_DBT or "adapter.dispatch" in _text(MACROS[macro]):
        return False
    call = re.compile(rf"\b{macro}\(")
    return sum(len(call.findall(text)) for text in _calling_texts()) < 2


@cache
def _calling_texts() -> tuple[str, ...]:
    paths: list[Path] = []
    for part in _COUNTED:
        paths += sorted((PROJECT / part).rglob("*.sql"))
    aside = re.compile(r"\{#.*?#\}|\bmacro \w+\(", flags=re.DOTALL)
    return tuple(aside.sub("", _text(path)) for path in paths)


@cache
def _model_properties() -> dict[str, dict[str, object]]:
    return properties("models", "models")


def _is_undescribed(name: str) -> bool:
    return not str(_model_properties().get(name, {}).get("description") or "").strip()


def _named(properties: dict[str, object], part: str) -> list[dict[str, object]]:
    found = properties.get(part)
    return found if isinstance(found, list) else []


def _undescribed_macros() -> Iterator[str]:
    described = properties("macros", "macros")
    for name in MACROS:
        macro = described.get(name, {})
        named = {one["name"] for one in _named(macro, "arguments")}
        if not macro.get("description"):
            yield name
        yield from (f"{name}({one})" for one in _arguments(name) if one not in named)


def _arguments(macro: str) -> list[str]:
    found = re.search(rf"macro {macro}\((.*?)\)\s*-?%", _text(MACROS[macro]), flags=re.DOTALL)
    return re.findall(r"(\w+)(?:\s*=[^,]+)?(?:,|$)", found[1].strip()) if found else []


def _complex_blocks() -> Iterator[str]:
    for path in sorted([*(PROJECT / "cli").rglob("*.py"), *(PROJECT / "bench").rglob("*.py")]):
        for node in ast.walk(ast.parse(_text(path))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                number = 1 + sum(_branches(child) for child in node.body)
                if number > HIGHEST_COMPLEXITY:
                    yield f"{path.relative_to(PROJECT)}:{node.name} {number}"


def _branches(node: ast.AST) -> int:
    """Return the decisions in a statement, as radon counts them; closures have their own."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return 0
    return _decisions(node) + sum(_branches(child) for child in ast.iter_child_nodes(node))


def _decisions(node: ast.AST) -> int:
    match node:
        case ast.If() | ast.IfExp() | ast.Assert():
            return 1
        case ast.For() | ast.While() | ast.AsyncFor():
            return 1 + bool(node.orelse)
        case ast.Try(handlers=several) | ast.comprehension(ifs=several) | ast.Match(cases=several):
            return len(several) + isinstance(node, ast.comprehension)
        case ast.BoolOp():
            return len(node.values) - 1
    return 0


def main(arguments: list[str]) -> None:
    """Print each figure, and with `--list` what it is made of."""
    counts = figures()
    for database in arguments:
        if database != "--list":
            counts["columns without a description"] = undescribed_columns(database)
    for name, counted in counts.items():
        print(f"{len(counted):6,d}  {name}")
        if "--list" in arguments and "SQL lines" not in name:
            print(*(f"        {one}" for one in counted), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
