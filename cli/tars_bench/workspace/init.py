"""Make a new workspace: a commented ``tars-bench.toml`` and the seeds a user will want to edit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from tars_bench.shared.errors import TarsBenchError, UsageError
from tars_bench.shared.text import printable
from tars_bench.workspace.config import (
    CONFIG_NAME,
    SOURCE_TYPES,
    check_timezone,
    default_claude_code_roots,
)
from tars_bench.workspace.proposal import proposed_seeds, proposed_windows
from tars_bench.workspace.seeds import project_seeds
from tars_bench.workspace.survey import Survey, survey

EDITABLE_SEEDS: Final = (
    "phases.csv",
    "phase_strategies.csv",
    "validation_checklist.csv",
    "price_overrides.csv",
    "session_names.csv",
    "alerts.csv",
)
"""What differs from user to user: plan, thresholds, contract prices, names of sessions."""


@dataclass(frozen=True)
class CreatedWorkspace:
    """What was written, and what to do now."""

    root: Path
    files: tuple[Path, ...]
    next_steps: tuple[str, ...]
    problems: tuple[str, ...] = ()
    """What of the logs could not be looked at."""


def create_workspace(
    directory: Path, sources: Sequence[str], timezone: str, budget: Decimal | None
) -> CreatedWorkspace:
    """Write a workspace.

    Args:
        directory: Where; made if it does not exist.
        sources: Each ``TYPE=PATH`` or, where the type has a usual place, ``TYPE``.
        timezone: An IANA name.
        budget: USD a month, or None.

    Raises:
        UsageError: A workspace is there already, or an argument is wrong; nothing was written.
        TarsBenchError: The folder cannot be written.
    """
    root = directory.expanduser().resolve()
    check_timezone("--timezone", timezone)
    parsed = [_parse_source(item) for item in sources] or [("tars", "data")]
    folders = [(kind, folder) for kind, path in parsed for folder in _folders(root, path)]
    found = survey(folders, timezone)
    seeds = {root / "seeds" / name: text for name, text in _seeds(found, budget).items()}
    config = root / CONFIG_NAME
    for path in (config, *seeds):
        if path.exists():
            raise UsageError(f"{path} exists already", "nothing was written; edit that file")
    text = _toml(root.name, parsed, timezone, budget)
    try:
        _write(config, text.encode())
        for path, content in seeds.items():
            _write(path, content)
    except OSError as error:
        raise TarsBenchError(f"{error.filename} cannot be written: {error.strerror}") from error
    return CreatedWorkspace(root, (config, *seeds), _next_steps(root, found), found.problems)


def _seeds(found: Survey, budget: Decimal | None) -> dict[str, bytes]:
    """Return the seeds a user will want to edit: fitted to the logs where there are any."""
    project = project_seeds()
    texts = {name: project[name].read_bytes() for name in EDITABLE_SEEDS if name in project}
    return texts | (proposed_seeds(project, found, budget) if found.days else {})


def _folders(root: Path, path: str | None) -> Sequence[Path]:
    """Return where a source is looked for: what its entry in the settings will mean."""
    return default_claude_code_roots() if path is None else (root / path,)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)


def _parse_source(item: str) -> tuple[str, str | None]:
    kind, _, path = item.partition("=")
    if kind not in SOURCE_TYPES:
        raise UsageError(
            f"--source {item}: {kind!r} is no known source", f"known: {', '.join(SOURCE_TYPES)}"
        )
    if not path and kind != "claude_code":
        raise UsageError(f"--source {item}: the folder is missing", f"--source {kind}=PATH")
    return kind, str(Path(path).expanduser().absolute()) if path else None


def _toml(
    name: str, sources: Sequence[tuple[str, str | None]], timezone: str, budget: Decimal | None
) -> str:
    entries = "\n".join(_source_entry(kind, path) for kind, path in sources or [("tars", "data")])
    amount = "# monthly_usd = 200.00" if budget is None else f"monthly_usd = {budget:f}"
    return _TEMPLATE.format(
        name=_quoted(name), timezone=_quoted(timezone), amount=amount, entries=entries
    )


def _source_entry(kind: str, path: str | None) -> str:
    line = '# path = "…"        # default: ~/.claude' if path is None else f"path = {_quoted(path)}"
    return f"[[sources]]\ntype = {_quoted(kind)}\n{line}\n"


def _quoted(text: str) -> str:
    """Return a TOML basic string; JSON's escapes are a subset of TOML's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _next_steps(root: Path, found: Survey) -> tuple[str, ...]:
    if found.days:
        return _what_was_found(root, found)
    return (
        f"{root} is a workspace. Next:",
        f"  1. Write your baseline and your phases into {root / 'seeds' / 'phases.csv'}",
        "     (it holds the specification's plan as an example), and which strategies were on",
        "     in each into phase_strategies.csv beside it.",
        f"  2. tars-bench run --workspace {root}",
        f"  3. tars-bench report final --workspace {root}",
    )


def _what_was_found(root: Path, found: Survey) -> tuple[str, ...]:
    windows = proposed_windows(found)
    models = ", ".join(printable(name) for name in list(found.calls_by_model)[:_MODELS_SHOWN])
    more = len(found.calls_by_model) - _MODELS_SHOWN
    plan = [
        f"     {name} {start} to {end}"
        for name, (start, end) in zip(("baseline", "phase_1 "), windows, strict=False)
    ]
    return (
        f"{root} is a workspace. The logs have calls on {len(found.days)} days,"
        f" {found.days[0]} to {found.days[-1]}, of {models}"
        + (f" and {more} more models." if more > 0 else "."),
        "Next:",
        f"  1. Look at the plan that is proposed in {root / 'seeds' / 'phases.csv'}:",
        *plan,
        "     Write there when your change began, and look over validation_checklist.csv and",
        "     alerts.csv beside it: they ask only what these logs can tell.",
        f"  2. tars-bench run --workspace {root}",
        f"  3. tars-bench report final --workspace {root}",
    )


_MODELS_SHOWN: Final = 4


_TEMPLATE: Final = """\
# A workspace of tars-bench. Paths are relative to this file's folder.

[workspace]
# How the reports call it.
name = {name}
# Whose calendar days are reported: a name of the IANA database. Logs stay in UTC.
timezone = {timezone}

[budget]
# What a month may cost, in USD; without it the reports compare with no budget.
{amount}

# Where logs are read from; one entry for each place.
#   tars         a folder with api_responses/, monitoring_logs/, feedback/ and costs.json
#   claude_code  a folder with projects/: Claude Code's transcripts (no text of them is stored)
{entries}
# The files in seeds/ stand in for the project's seeds of the same name:
#   phases.csv                which days are the baseline and which a phase
#   phase_strategies.csv      which strategies were on in each phase
#   validation_checklist.csv  the lines `tars-bench validate` checks, with their thresholds
#   price_overrides.csv       what a logged model name stands for, and contract prices
#   session_names.csv         how the reports call a session
#   alerts.csv                what the dashboard warns of, with its thresholds
# Delete one to have the project's again.
"""
