"""What is wrong now, what was wrong when a person was last told, and the difference."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from tars_bench.doctor.examine import Health, examine
from tars_bench.shared.console import write_file
from tars_bench.shared.errors import TarsBenchError
from tars_bench.workspace.config import Workspace


@dataclass(frozen=True)
class Trouble:
    """Something a person should know.

    Attributes:
        subject: What it is about; the same trouble has the same subject on every look.
        level: ``warning`` or ``critical``.
        text: One sentence.
    """

    subject: str
    level: str
    text: str


@dataclass(frozen=True)
class Turn:
    """What has changed since a person was last told."""

    begun: tuple[Trouble, ...]
    ended: tuple[Trouble, ...]

    def __bool__(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.begun or self.ended)


def look(workspace: Workspace, now: datetime | None = None) -> dict[str, Trouble]:
    """Return what is wrong now, by subject: a failed step, a stale source, an alert that fires."""
    troubles = (*_from_doctor(workspace, now), *_from_dashboard(workspace))
    return {trouble.subject: trouble for trouble in troubles}


def turned(workspace: Workspace, current: Mapping[str, Trouble]) -> Turn:
    """Compare with what was told last; new figures of an old trouble are not told again."""
    told = _told(workspace)
    begun = [
        trouble
        for subject, trouble in current.items()
        if subject not in told or told[subject].level != trouble.level
    ]
    ended = [trouble for subject, trouble in told.items() if subject not in current]
    return Turn(tuple(begun), tuple(ended))


def remember(workspace: Workspace, current: Mapping[str, Trouble]) -> None:
    """Write down what a person has been told."""
    text = json.dumps([asdict(trouble) for trouble in current.values()], indent=2)
    workspace.state_directory.mkdir(parents=True, exist_ok=True)
    write_file(workspace.state_directory / _FILE, text + "\n")


_FILE: Final = "alerts.json"
_LEVELS: Final = {Health.ILL: "critical", Health.WATCH: "warning"}
_PASSING: Final = frozenset({"lock"})
"""Subjects that are no trouble: a command at work is as it should be."""


def _from_doctor(workspace: Workspace, now: datetime | None) -> Iterator[Trouble]:
    for found in examine(workspace, now):
        if found.health is not Health.WELL and found.subject not in _PASSING:
            yield Trouble(found.subject, _LEVELS[found.health], found.found)


_FIRING: Final = """
    select alert_id, status, alert_label
    from marts.dashboard_alerts
    where status in ('warning', 'critical')
    order by alert_order
"""


def _from_dashboard(workspace: Workspace) -> Iterator[Trouble]:
    from tars_bench.warehouse.files import has_table, open_reader

    try:
        with open_reader(workspace.published_database) as connection:
            if not has_table(connection, "marts", "dashboard_alerts"):
                return
            rows = connection.execute(_FIRING).fetchall()
    except TarsBenchError:
        return  # The doctor tells of a published file that is missing or broken.
    for alert_id, status, label in rows:
        yield Trouble(f"alert {alert_id}", status, label)


def _told(workspace: Workspace) -> dict[str, Trouble]:
    try:
        entries = json.loads((workspace.state_directory / _FILE).read_text(encoding="utf-8"))
        return {entry["subject"]: Trouble(**entry) for entry in entries}
    except (OSError, ValueError, TypeError, KeyError):
        return {}
