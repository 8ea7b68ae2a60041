"""`tars-bench alert`: tell a person what has begun or ended since they were last told."""

from __future__ import annotations

import typer

from tars_bench.commands.options import (
    DebugOption,
    QuietOption,
    WorkspaceOption,
    open_workspace,
)
from tars_bench.shared.console import narrate, write


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        short_help="Tell a person by webhook or e-mail what is wrong.",
        epilog="\b\nExample:\n  tars-bench run; tars-bench alert",
    )(alert)


def alert(
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Send what began or ended: a step that failed, a source that went stale, an alert that turned.

    Each is told once. Where to is set under [alerts] in tars-bench.toml; with nothing set, the
    message is only printed.
    """
    from tars_bench.alerting.send import message_of, send_email, send_webhook
    from tars_bench.alerting.watch import look, remember, turned

    place = open_workspace(workspace)
    current = look(place)
    turn = turned(place, current)
    if not turn:
        narrate("nothing has begun or ended since the last alert")
        return
    write(message_of(place.name, turn))
    if place.alert_webhook:
        send_webhook(place.alert_webhook, place.name, turn)
    if place.alert_email:
        send_email(place.alert_email, place.name, turn)
    remember(place, current)
