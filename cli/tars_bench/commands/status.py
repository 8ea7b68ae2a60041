"""`tars-bench status`: what was loaded, set aside, built, checked and published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from tars_bench.commands.options import (
    DebugOption,
    QuietOption,
    TextFormat,
    TextFormatOption,
    WorkspaceOption,
    open_workspace,
)
from tars_bench.shared.console import count, write

if TYPE_CHECKING:
    from tars_bench.warehouse.status import Record, WorkspaceStatus

_STEPS = ("load", "build", "validate", "publish")

_COUNTED = ("file", "byte", "line", "request")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        short_help="Show what was loaded, set aside, checked and published.",
        epilog="\b\nExample:\n  tars-bench status --format json",
    )(status)


def status(
    output_format: TextFormatOption = TextFormat.TERMINAL,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Show the workspace: the last run, every source's lines, the quarantine, the checklist."""
    from tars_bench.shared.tables import json_text
    from tars_bench.warehouse.status import read_status

    found = read_status(open_workspace(workspace))
    if output_format is TextFormat.JSON:
        write(json_text(found.as_document()))
        return
    for line in _lines(found):
        write(line)


def _lines(found: WorkspaceStatus) -> Iterator[str]:
    yield from _workspace_lines(found)
    yield from _step_lines(found)
    yield from _section("Lines of the sources", found.files, "nothing is loaded yet")
    if found.dropped:
        yield from _section("Lines left out on purpose", found.dropped, "")
    yield from _section("Lines set aside", found.quarantine, "none")
    if found.skipped:
        yield from _section("Paths under the sources that are not read", found.skipped, "")
    if found.problems:
        yield from _section("Files the last load could not use", found.problems, "")
    yield from _section("Phases", found.phases, "nothing is built yet")
    yield from _section("Checklist", found.checklist, "nothing is validated yet")


def _workspace_lines(found: WorkspaceStatus) -> Iterator[str]:
    from tars_bench.shared.text import printable

    place = found.workspace
    budget = "none" if place.monthly_budget_usd is None else f"${place.monthly_budget_usd:,f}"
    yield printable(f"{place.name} · {place.root}")
    yield f"days of {place.timezone} · monthly budget {budget}"
    for source in place.sources:
        missing = "" if source.path.exists() else "  (does not exist)"
        yield printable(f"source {source.type}: {source.path}{missing}")
    if found.is_busy:
        yield "A command is at work in this workspace; the figures are the published ones."


def _step_lines(found: WorkspaceStatus) -> Iterator[str]:
    from tars_bench.shared.text import printable

    yield ""
    for name in (*_STEPS, "live"):
        entry = found.steps.get(name)
        if entry is None:
            if name in _STEPS:
                yield f"{name:<9} never"
            continue
        word = "" if entry.is_success else "FAILED: "
        yield printable(f"{name:<9} {entry.finished_at}  {word}{entry.summary}")
    if found.published is None:
        yield "nothing is published yet"
    else:
        released = found.published.get("released_at", "")
        size = count(int(found.published["byte_count"]), "byte")
        yield printable(f"readers open {found.published['path']}: {released} UTC, {size}")


def _section(title: str, records: Sequence[Record], empty: str) -> Iterator[str]:
    from tars_bench.shared.tables import Rows, as_table

    yield ""
    yield title
    if not records:
        yield f"  {empty}"
        return
    columns = tuple(_heading(name) for name in records[0])
    rows = [tuple(_shown(value) for value in record.values()) for record in records]
    for line in as_table(Rows(columns, rows)):
        yield f"  {line}"


def _heading(column: str) -> str:
    """Return a column's name for reading: `line_count` is `lines`, `_at` is a UTC time."""
    name = column.removeprefix("source_").replace("_", " ")
    if name.endswith(" at"):
        return f"{name.removesuffix(' at')} (UTC)"
    counted = name.removesuffix(" count")
    return f"{counted}s" if name != counted and counted in _COUNTED else counted


def _shown(value: object) -> object:
    return value.replace(microsecond=0) if isinstance(value, datetime) else value
