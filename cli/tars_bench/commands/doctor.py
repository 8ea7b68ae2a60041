"""`tars-bench doctor`: is the workspace well, and would its checks see a fault if there was one?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from tars_bench.commands.options import (
    DebugOption,
    QuietOption,
    TextFormat,
    TextFormatOption,
    WorkspaceOption,
    open_workspace,
)
from tars_bench.shared.console import narrate, write
from tars_bench.shared.exit_codes import ExitCode

if TYPE_CHECKING:
    from tars_bench.doctor.examine import Diagnosis
    from tars_bench.doctor.inject import Finding


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        short_help="Say whether a workspace is well, and what to do if not.",
        epilog="\b\nExample:\n  tars-bench doctor",
    )(doctor)


def doctor(
    inject: Annotated[
        bool,
        typer.Option(
            "--inject",
            help="Plant known faults in scratch logs, one at a time, and show which check tells "
            "of each. Takes some minutes; the workspace is not touched.",
        ),
    ] = False,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            "--fault",
            metavar="ID",
            help="With --inject: only this fault; may be repeated.",
            show_default=False,
        ),
    ] = None,
    output_format: TextFormatOption = TextFormat.TERMINAL,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Look at installation, rights, disk, lock, seeds, sources, freshness and release.

    Exit code 1 if anything is ill, or if a planted fault is missed.
    """
    is_well = _inject(fault or (), output_format) if inject else _examine(workspace, output_format)
    if not is_well:
        raise typer.Exit(ExitCode.ERROR)


def _examine(workspace: object, output_format: TextFormat) -> bool:
    from pathlib import Path

    from tars_bench.doctor.examine import Health, examine
    from tars_bench.shared.tables import json_text

    place = open_workspace(workspace if isinstance(workspace, Path) else None)
    found = examine(place)
    if output_format is TextFormat.JSON:
        write(json_text([vars(one) for one in found]))
    else:
        write("\n".join(_diagnosis_lines(found)))
    return all(one.health is not Health.ILL for one in found)


def _diagnosis_lines(found: Sequence[Diagnosis]) -> Iterator[str]:
    from tars_bench.shared.text import printable

    width = max(len(one.subject) for one in found)
    for one in found:
        yield f"{one.health:<5}  {one.subject:<{width}}  {printable(one.found)}"
        if one.advice:
            yield f"{'':<5}  {'':<{width}}  → {printable(one.advice)}"


def _inject(only: Sequence[str], output_format: TextFormat) -> bool:
    from tars_bench.doctor.faults import FAULTS
    from tars_bench.doctor.inject import inject
    from tars_bench.shared.errors import UsageError
    from tars_bench.shared.tables import json_text

    known = {fault.fault_id for fault in FAULTS}
    if strangers := [name for name in only if name not in known]:
        raise UsageError(
            f"no fault is called {strangers[0]!r}", f"known: {', '.join(sorted(known))}"
        )
    found = inject(narrate, only)
    if output_format is TextFormat.JSON:
        write(json_text([_finding_document(one) for one in found]))
    else:
        write("\n".join(_finding_lines(found)))
    return all(one.is_caught for one in found)


def _finding_document(one: Finding) -> dict[str, object]:
    return {
        "fault_id": one.fault.fault_id,
        "sentence": one.fault.sentence,
        "is_caught": one.is_caught,
        "is_called_saving": one.is_called_saving,
        "caught_by": [f"{signal.place}: {signal.name}" for signal in one.caught_by],
    }


_SIGNALS_SHOWN = 3


def _finding_lines(found: Sequence[Finding]) -> Iterator[str]:
    for one in found:
        yield f"{'caught' if one.is_caught else 'MISSED'}  {one.fault.sentence}"
        for signal in one.caught_by[:_SIGNALS_SHOWN]:
            yield f"          {signal.place}: {signal.name}"
        if one.is_called_saving:
            yield "          and it was called an established saving"
    caught = sum(one.is_caught for one in found)
    yield f"{caught} of {len(found)} faults caught"
