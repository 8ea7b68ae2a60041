"""`tars-bench init`: a workspace of one's own."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from tars_bench.commands.options import DebugOption, QuietOption
from tars_bench.shared.console import complain, narrate, write


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        short_help="Make a workspace of your own.",
        epilog="\b\nExample:\n  tars-bench init ~/llm-costs --source tars=/var/log/tars \\\n"
        "    --timezone Europe/Berlin --budget 200",
    )(init)


def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where to make it.")],
    source: Annotated[
        list[str] | None,
        typer.Option(
            "--source",
            metavar="TYPE[=PATH]",
            help="A source of logs, tars or claude_code, and its folder; may be repeated. "
            "Default: tars=data, inside the workspace.",
        ),
    ] = None,
    timezone: Annotated[
        str, typer.Option("--timezone", metavar="ZONE", help="Whose calendar days are reported.")
    ] = "UTC",
    budget: Annotated[
        str | None,
        typer.Option("--budget", metavar="USD", help="What a month may cost.", show_default=False),
    ] = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Make a workspace: its settings, and your own plan, checklist and prices to edit."""
    from tars_bench.workspace.init import create_workspace

    created = create_workspace(directory, tuple(source or ()), timezone, _amount(budget))
    for path in created.files:
        narrate(f"wrote {path}")
    for problem in created.problems:
        complain("some logs could not be looked at, so the plan may not fit them", problem)
    write("\n".join(created.next_steps))


def _amount(budget: str | None) -> Decimal | None:
    from decimal import InvalidOperation

    try:
        amount = None if budget is None else Decimal(budget)
    except InvalidOperation:
        raise typer.BadParameter(f"{budget!r} is no amount in USD", param_hint="--budget") from None
    if amount is not None and not (amount.is_finite() and amount >= 0):
        raise typer.BadParameter("it must be 0 or more", param_hint="--budget")
    return amount
