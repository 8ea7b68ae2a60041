"""`tars-bench run`: load, build, validate, publish, as far as there is anything new."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

import typer

from tars_bench.commands import steps
from tars_bench.commands.options import (
    AllTestsOption,
    DebugOption,
    FullRefreshOption,
    QuietOption,
    WorkspaceOption,
    open_workspace,
)
from tars_bench.shared.console import narrate, write
from tars_bench.shared.errors import TarsBenchError
from tars_bench.shared.exit_codes import ExitCode
from tars_bench.workspace.config import Workspace, check_sources
from tars_bench.workspace.journal import finished_steps


@dataclass
class _Outcome:
    """What a run came to, as `--json` prints it."""

    outcome: str = "failed"
    exit_code: ExitCode = ExitCode.ERROR
    release: int | None = None
    parts: dict[str, Any] = field(default_factory=dict)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        short_help="Load, build, validate and publish.",
        epilog="\b\nExample:\n  tars-bench run && tars-bench report final",
    )(run)


def run(
    full_refresh: FullRefreshOption = False,
    all_tests: AllTestsOption = False,
    force: Annotated[
        bool, typer.Option("--force", help="Build everything, also if nothing is new.")
    ] = False,
    wait: Annotated[
        float | None,
        typer.Option(
            "--wait",
            min=0,
            metavar="[SECONDS]",
            help="Wait for another command to finish, for ever if no number follows.",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object about the run on stdout.")
    ] = False,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Load, build, validate and publish: one line per step with its time.

    If nothing is new in files, seeds, prices, code and settings, it says so and does nothing. A
    failed model or data test stops it before anything is published (exit code 4). A failed
    checklist line is a result: it is published. Exits with 3 if this load set lines aside.
    """
    place = open_workspace(workspace)
    outcome = _Outcome()
    finished_steps.clear()
    is_whole = force or full_refresh or all_tests
    try:
        if is_whole or not _is_unchanged(place, outcome):
            with steps.held(place, sources=True, wait=wait):
                _run(place, outcome, is_whole, full_refresh=full_refresh, all_tests=all_tests)
    except TarsBenchError as error:
        outcome.exit_code = error.exit_code
        outcome.parts["error"] = {"message": error.message, "hint": error.hint}
        raise
    except KeyboardInterrupt:
        outcome.exit_code = ExitCode.INTERRUPTED
        raise
    finally:
        if as_json:
            _print_outcome(place, outcome)
    raise typer.Exit(outcome.exit_code)


def _is_unchanged(place: Workspace, outcome: _Outcome) -> bool:
    """Look, without opening a database, whether the last run did all there is to do."""
    from tars_bench.warehouse.inputs import look, unchanged_release

    check_sources(place)
    release = unchanged_release(place, look(place))
    if release is None:
        return False
    _nothing_new(outcome, release)
    return True


def _nothing_new(outcome: _Outcome, release: int) -> None:
    outcome.outcome, outcome.release = "nothing_new", release
    if outcome.exit_code is ExitCode.ERROR:
        outcome.exit_code = ExitCode.OK
    narrate(f"nothing new since release {release}")


def _run(
    place: Workspace, outcome: _Outcome, is_whole: bool, *, full_refresh: bool, all_tests: bool
) -> None:
    from tars_bench.warehouse.changes import BuildPlan, last_invocation
    from tars_bench.warehouse.inputs import Made, look, remember_release, write_made

    inputs = look(place)
    loaded = steps.load(place)
    outcome.parts["load"] = steps.load_counts(loaded)
    inputs = steps.settled(inputs, loaded)
    plan = BuildPlan() if is_whole else steps.what_to_build(place, inputs, loaded)
    made = plan.made
    if plan.is_needed:
        built = steps.build(
            place,
            full_refresh=full_refresh,
            all_tests=all_tests,
            select=plan.select,
            is_rest_current=bool(plan.select),
        )
        outcome.parts["build"] = steps.build_counts(built)
        made = Made(inputs, last_invocation(place) or "")
        write_made(place, made)
    elif made and made.release is not None and place.published_database.is_file():
        remember_release(place, Made(inputs, made.invocation_id), made.release)
        outcome.exit_code = loaded.exit_code
        _nothing_new(outcome, made.release)
        return
    checked = steps.validate(place)
    outcome.parts["checklist"] = steps.checklist_counts(checked)
    published = steps.publish(place)
    outcome.outcome, outcome.release = "published", published.number
    outcome.exit_code = loaded.exit_code
    if made and published.number:
        remember_release(place, Made(inputs, made.invocation_id), published.number)


def _print_outcome(place: Workspace, outcome: _Outcome) -> None:
    from tars_bench.shared.tables import json_text

    document = {
        "outcome": outcome.outcome,
        "exit_code": int(outcome.exit_code),
        "release": outcome.release,
        "steps": [vars(step) for step in finished_steps],
        **outcome.parts,
        "verdict": _verdicts(place),
    }
    write(json_text(document))


def _verdicts(place: Workspace) -> list[dict[str, object]]:
    """Return the verdict of every phase of the release readers see."""
    from tars_bench.warehouse.files import has_table, open_reader

    if not place.published_database.is_file():
        return []
    with open_reader(place.published_database) as connection:
        if not has_table(connection, "marts", "headline_verdicts"):
            return []
        found = connection.execute("from marts.headline_verdicts order by all")
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
