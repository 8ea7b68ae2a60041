"""What the seeds promise, read from their property files and held before anything runs.

dbt tests the same rules inside the database; here a broken one is told at once with the file, the
line and the value, minutes before dbt would name a test. The rules stand in one place, the
``seeds/*.yml`` of the project: column types, and the arguments of ``sound_rows`` and
``relationships``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tars_bench.workspace.seeds import SeedTable


@dataclass(frozen=True)
class SeedRules:
    """What one seed promises of its rows."""

    types: Mapping[str, str] = field(default_factory=dict)
    """Column → SQL type."""
    not_null: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    grain: tuple[str, ...] = ()
    accepted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    references: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Column → the seed and the column that hold its values."""
    later: tuple[str, ...] = ()
    """Columns a workspace's file may lack, for it may be older than they are."""


def check_rules(tables: Mapping[str, SeedTable], own: Iterable[str], folder: Path) -> None:
    """Hold every seed against its rules.

    Args:
        tables: Every seed dbt would read, by file name.
        own: The file names that are the workspace's own. The project's seeds are held only
            against what they refer to, for the rest is tested where the project is.
        folder: Where the property files are.

    Raises:
        UsageError: A rule is broken; the message names file, line and value.
    """
    own = set(own)
    for name, table in tables.items():
        rules = read_rules(folder).get(name.removesuffix(".csv"), SeedRules())
        if name in own:
            _check_rows(table, rules)
        _check_references(table, rules, tables, own)


@cache
def read_rules(folder: Path) -> Mapping[str, SeedRules]:
    """Read the rules of every seed, by seed name, from the property files in a folder."""
    import yaml

    found = {}
    for path in sorted(folder.glob("*.yml")):
        for seed in yaml.safe_load(path.read_text(encoding="utf-8")).get("seeds") or ():
            found[seed["name"]] = _rules(seed)
    return found


def _rules(seed: Mapping[str, Any]) -> SeedRules:
    tests = [test["sound_rows"] for test in seed.get("data_tests", ()) if "sound_rows" in test]
    promised = tests[0]["arguments"] if tests else {}
    return SeedRules(
        types=seed.get("config", {}).get("column_types", {}),
        not_null=tuple(promised.get("not_null", ())),
        unique=tuple(promised.get("unique", ())),
        grain=tuple(promised.get("grain", ())),
        accepted={
            column: tuple(str(value) for value in values)
            for column, values in promised.get("accepted", {}).items()
        },
        references=dict(_references(seed)),
        later=tuple(seed.get("config", {}).get("meta", {}).get("later_columns", ())),
    )


def _references(seed: Mapping[str, Any]) -> Iterable[tuple[str, tuple[str, str]]]:
    for column in seed.get("columns", ()):
        for test in column.get("data_tests", ()):
            if isinstance(test, dict) and "relationships" in test:
                arguments = test["relationships"]["arguments"]
                target = re.search(r"ref\('(\w+)'\)", arguments["to"])
                if target:
                    yield column["name"], (f"{target.group(1)}.csv", arguments["field"])


def _check_rows(table: SeedTable, rules: SeedRules) -> None:
    for line, row in table.rows:
        for column, text in row.items():
            _check_value(table, rules, line, column, text.strip())
    for columns in (*((column,) for column in rules.unique), rules.grain):
        _check_repeats(table, columns)


def _check_value(table: SeedTable, rules: SeedRules, line: int, column: str, text: str) -> None:
    if not text:
        if column in rules.not_null:
            table.reject(line, f"{column} is empty")
        return
    kind = rules.types.get(column, "varchar")
    reads, wanted = _READERS.get(kind.partition("(")[0], _READERS["varchar"])
    if not reads(text):
        table.reject(line, f"{column} is {text!r}: {wanted}")
    if column in rules.accepted and text not in rules.accepted[column]:
        known = ", ".join(rules.accepted[column])
        table.reject(line, f"{column} is {text!r}; known: {known}")
    if is_percent_for_ratio(column, table_unit(table, line), text):
        share = f"{Decimal(text) / 100:f}"
        table.reject(line, f"{column} is {text}, which is {text}00 %: write {share} for {text} %")


def table_unit(table: SeedTable, line: int) -> str:
    """Return what the row says its figures are in, '' where it says nothing."""
    row = dict(table.rows)[line]
    return "ratio" if row.get("measure") == "reduction_ratio" else row.get("unit", "")


def is_percent_for_ratio(column: str, unit: str, text: str) -> bool:
    """Tell whether a share is written as a percentage: 20 where 0.20 is meant."""
    is_share = column.endswith("_ratio") or (unit == "ratio" and column in _THRESHOLDS)
    return is_share and abs(Decimal(text)) > 1


_THRESHOLDS: Final = ("threshold", "min_threshold", "max_threshold")


def _check_repeats(table: SeedTable, columns: tuple[str, ...]) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for line, row in table.rows:
        key = tuple(row[column].strip() for column in columns)
        if not any(key):
            continue
        if key in seen:
            named = ", ".join(
                f"{column} {value!r}" for column, value in zip(columns, key, strict=True)
            )
            table.reject(line, f"{named} stands on line {seen[key]} already")
        seen[key] = line


def _check_references(
    table: SeedTable, rules: SeedRules, tables: Mapping[str, SeedTable], own: set[str]
) -> None:
    for column, (target, target_column) in rules.references.items():
        if target not in tables or not {table.path.name, target} & own:
            continue
        known = {row[target_column].strip() for _, row in tables[target].rows}
        for line, row in table.rows:
            value = row[column].strip()
            if value and value not in known:
                table.reject(line, f"{column} {value!r} is not in {target}{_known(known)}")


def _known(values: set[str]) -> str:
    return f" ({', '.join(sorted(values))})" if 0 < len(values) <= _FEW else ""


_FEW: Final = 12


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


_Reader = tuple[Callable[[str], bool], str]
_NUMBER: Final[_Reader] = (_is_number, "write a number with a point, such as 0.25")
_WHOLE: Final[_Reader] = (
    lambda text: re.fullmatch(r"[-+]?\d+", text) is not None,
    "write a whole number",
)
_READERS: Final[Mapping[str, _Reader]] = {
    "varchar": (lambda _: True, ""),
    "date": (_is_date, "write a date as YYYY-MM-DD"),
    "boolean": (lambda text: text.lower() in {"true", "false"}, "write true or false"),
    "double": _NUMBER,
    "decimal": _NUMBER,
    "integer": _WHOLE,
    "bigint": _WHOLE,
}
