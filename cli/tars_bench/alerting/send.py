"""Sending: a webhook that takes JSON, and the system's own mailer."""

from __future__ import annotations

import json
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict
from email.message import EmailMessage
from typing import Final

from tars_bench.alerting.watch import Trouble, Turn
from tars_bench.shared.errors import TarsBenchError
from tars_bench.shared.text import printable

_PATIENCE_SECONDS: Final = 20


def message_of(name: str, turn: Turn) -> str:
    """Return what a person reads: one line for each trouble that began or ended."""
    return "\n".join(_lines(name, turn))


def send_webhook(url: str, name: str, turn: Turn) -> None:
    """Post the message as JSON: ``text`` as chat services take it, and each trouble by itself.

    Raises:
        TarsBenchError: The address cannot be reached or answers with an error.
    """
    document = {
        "text": message_of(name, turn),
        "workspace": name,
        "begun": [asdict(trouble) for trouble in turn.begun],
        "ended": [asdict(trouble) for trouble in turn.ended],
    }
    if not url.startswith(("http://", "https://")):
        raise TarsBenchError(f"the webhook is no web address: {url}", "it begins with https://")
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked above
        url, json.dumps(document).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE_SECONDS):  # noqa: S310
            pass
    except (urllib.error.URLError, OSError) as error:
        raise TarsBenchError(
            f"the webhook does not take the alert: {error}", "see [alerts] in tars-bench.toml"
        ) from error


def send_email(address: str, name: str, turn: Turn) -> None:
    """Hand the message to the system's ``sendmail``.

    Raises:
        TarsBenchError: There is no mailer, or it refuses.
    """
    mailer = shutil.which("sendmail")
    if mailer is None:
        raise TarsBenchError(
            "there is no `sendmail` on this machine", "install a mailer, or set a webhook"
        )
    mail = EmailMessage()
    mail["To"] = address
    mail["Subject"] = f"tars-bench: {printable(name)}: {_subject(turn)}"
    mail.set_content(message_of(name, turn))
    done = subprocess.run(  # noqa: S603 - the system's mailer; addresses go in the message
        [mailer, "-t", "-i"],
        input=mail.as_bytes(),
        capture_output=True,
        check=False,
        timeout=_PATIENCE_SECONDS,
    )
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().splitlines()[:1]
        raise TarsBenchError(f"sendmail refuses the alert: {' '.join(reason) or done.returncode}")


def _subject(turn: Turn) -> str:
    if turn.begun:
        more = len(turn.begun) - 1
        return printable(turn.begun[0].subject) + (f" and {more} more" if more else "")
    return "all is well again"


def _lines(name: str, turn: Turn) -> Iterator[str]:
    yield f"tars-bench, {printable(name)}:"
    for trouble in turn.begun:
        yield f"  {trouble.level}: {_told(trouble)}"
    for trouble in turn.ended:
        yield f"  over: {_told(trouble)}"


def _told(trouble: Trouble) -> str:
    return f"{printable(trouble.subject)}: {printable(trouble.text)}"
