"""A workspace: what a user set in ``tars-bench.toml``, checked before anything runs."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from tars_bench.shared.errors import UsageError

CONFIG_NAME: Final = "tars-bench.toml"
WORKSPACE_VARIABLE: Final = "TARS_BENCH_WORKSPACE"
SOURCE_TYPES: Final = ("tars", "claude_code")
"""What a ``[[sources]]`` entry may be; a test holds it equal to the loader's registry."""

_KNOWN_KEYS: Final[Mapping[str, frozenset[str]]] = {
    "workspace": frozenset({"name", "timezone"}),
    "budget": frozenset({"monthly_usd"}),
    "releases": frozenset({"keep"}),
    "sources": frozenset({"type", "path"}),
    "alerts": frozenset({"webhook", "email"}),
}


@dataclass(frozen=True)
class Source:
    """One place logs are read from: how they are written, and where they lie."""

    type: str
    path: Path


@dataclass(frozen=True)
class Workspace:
    """A user's own things: the sources, the calendar, the budget, and where results go.

    ``monthly_budget_usd`` is None when no budget was set.
    """

    root: Path
    name: str
    timezone: str
    monthly_budget_usd: Decimal | None
    sources: tuple[Source, ...]
    kept_release_count: int = 3
    alert_webhook: str | None = None
    alert_email: str | None = None

    @property
    def working_database(self) -> Path:
        """The file that loads and builds write to; no reader opens it."""
        return self.root / "warehouse" / "working.duckdb"

    @property
    def published_database(self) -> Path:
        """The read-only file that reports, queries and BI tools open."""
        return self.root / "warehouse" / "tars_bench.duckdb"

    @property
    def state_directory(self) -> Path:
        """What the command keeps for itself: dbt's artefacts, the lock, the Data Docs."""
        return self.root / ".tars-bench"

    @property
    def own_seeds_directory(self) -> Path:
        """The CSV files that stand in for the project's seeds of the same name."""
        return self.root / "seeds"


def project_directory() -> Path:
    """Return the dbt project's folder: inside the installed package, or the repository."""
    package = Path(__file__).resolve().parents[1]
    packaged = package / "_project"
    return packaged if packaged.is_dir() else package.parents[1]


def find_workspace(path: Path | None) -> Path:
    """Return the workspace's folder.

    The first of: ``path``, ``TARS_BENCH_WORKSPACE``, the current folder if it holds a
    ``tars-bench.toml``, the repository itself.

    Raises:
        UsageError: The folder holds no ``tars-bench.toml``.
    """
    named = path or _from_environment()
    root = (named or _current_folder() or project_directory()).expanduser().resolve()
    if not (root / CONFIG_NAME).is_file():
        if named is None:
            raise UsageError(
                "no workspace is named, and the current folder is none",
                "name one with --workspace DIR, or make one with `tars-bench init DIR`",
            )
        raise UsageError(
            f"{root} is no workspace: it holds no {CONFIG_NAME}",
            f"`tars-bench init {root}` makes one",
        )
    return root


def load_workspace(path: Path | None = None) -> Workspace:
    """Read and check ``tars-bench.toml``.

    Raises:
        UsageError: There is no such file, it is not TOML, or a key or value is wrong; the message
            names the file and the key.
    """
    root = find_workspace(path)
    file = root / CONFIG_NAME
    document = _read_toml(file)
    _check_keys(file, document)
    workspace = _table(file, document, "workspace")
    return Workspace(
        root=root,
        name=_text(file, "workspace.name", workspace.get("name", root.name)),
        timezone=check_timezone(f"{file}: `workspace.timezone`", workspace.get("timezone", "UTC")),
        monthly_budget_usd=_budget(file, _table(file, document, "budget")),
        sources=_sources(file, document.get("sources", [])),
        kept_release_count=_kept(file, _table(file, document, "releases")),
        alert_webhook=_optional_text(file, "alerts.webhook", _table(file, document, "alerts")),
        alert_email=_optional_text(file, "alerts.email", _table(file, document, "alerts")),
    )


def check_sources(workspace: Workspace) -> None:
    """Check that there is something to load, before anything is touched.

    The folder of a source that was loaded before may be gone for now; the load tells of it.

    Raises:
        UsageError: No source is configured, or the folder of one does not exist.
    """
    if not workspace.sources:
        raise UsageError(
            f"{workspace.root / CONFIG_NAME} names no source",
            'add a [[sources]] entry with type = "tars" and path = "…"',
        )
    for source in workspace.sources:
        if not source.path.exists() and not workspace.working_database.exists():
            raise UsageError(
                f"the {source.type} source's path does not exist: {source.path}",
                f"correct `path` in {workspace.root / CONFIG_NAME}, or create the folder",
            )


def check_timezone(where: str, value: object) -> str:
    """Return the name of a time zone.

    Raises:
        UsageError: There is no such zone; the message begins with ``where``.
    """
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(
            f"{where} is no time zone: {value!r}",
            "write a name of the IANA database, like Europe/Berlin or UTC",
        ) from error
    return str(value)


def default_claude_code_roots(environment: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """Return where Claude Code keeps its transcripts on this machine.

    ``CLAUDE_CONFIG_DIR`` (several folders separated by commas) if it is set, else those of
    ``~/.claude`` and ``~/.config/claude`` that exist, else ``~/.claude``.
    """
    configured = [part.strip() for part in environment.get("CLAUDE_CONFIG_DIR", "").split(",")]
    if any(configured):
        return tuple(Path(part).expanduser() for part in configured if part)
    usual = (Path.home() / ".claude", Path.home() / ".config" / "claude")
    return tuple(root for root in usual if root.is_dir()) or usual[:1]


def _from_environment() -> Path | None:
    value = os.environ.get(WORKSPACE_VARIABLE, "")
    return Path(value) if value else None


def _current_folder() -> Path | None:
    return Path.cwd() if (Path.cwd() / CONFIG_NAME).is_file() else None


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} is not valid TOML: {error}") from error
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error


def _check_keys(file: Path, document: Mapping[str, Any]) -> None:
    _reject_unknown(file, "", document, frozenset(_KNOWN_KEYS))
    for section in ("workspace", "budget", "releases", "alerts"):
        _reject_unknown(file, section, _table(file, document, section), _KNOWN_KEYS[section])


def _reject_unknown(
    file: Path, section: str, found: Mapping[str, Any], known: frozenset[str]
) -> None:
    for key in found:
        if key not in known:
            name = f"{section}.{key}" if section else key
            raise UsageError(
                f"{file}: unknown key `{name}`", f"known here: {', '.join(sorted(known))}"
            )


def _table(file: Path, document: Mapping[str, Any], section: str) -> Mapping[str, Any]:
    table = document.get(section, {})
    if not isinstance(table, dict):
        raise UsageError(f"{file}: `{section}` must be a table: [{section}]")
    return table


def _text(file: Path, key: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise UsageError(f"{file}: `{key}` must be a text, not {value!r}")
    return value


def _optional_text(file: Path, key: str, table: Mapping[str, Any]) -> str | None:
    value = table.get(key.partition(".")[2])
    return None if value is None else _text(file, key, value)


def _budget(file: Path, table: Mapping[str, Any]) -> Decimal | None:
    value = table.get("monthly_usd")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise UsageError(f"{file}: `budget.monthly_usd` must be a number, not {value!r}")
    amount = Decimal(value)
    if not amount.is_finite() or amount < 0:
        raise UsageError(f"{file}: `budget.monthly_usd` must be 0 or more, not {value}")
    return amount


def _kept(file: Path, table: Mapping[str, Any]) -> int:
    value: object = table.get("keep", 3)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise UsageError(f"{file}: `releases.keep` must be a whole number from 1 on, not {value!r}")
    return value


def _sources(file: Path, entries: object) -> tuple[Source, ...]:
    if not isinstance(entries, list):
        raise UsageError(f"{file}: `sources` must be a list: [[sources]]")
    found: list[Source] = []
    for number, entry in enumerate(entries, start=1):
        found += _source(file, f"sources[{number}]", entry)
    for source in found:
        if found.count(source) > 1:
            raise UsageError(f"{file}: the {source.type} source {source.path} is named twice")
    return tuple(found)


def _source(file: Path, key: str, entry: object) -> list[Source]:
    if not isinstance(entry, dict):
        raise UsageError(f"{file}: `{key}` must be a table: [[sources]]")
    _reject_unknown(file, key, entry, _KNOWN_KEYS["sources"])
    kind = _text(file, f"{key}.type", entry.get("type", ""))
    if kind not in SOURCE_TYPES:
        raise UsageError(
            f"{file}: `{key}.type` is no known source: {kind!r}",
            f"known: {', '.join(SOURCE_TYPES)}",
        )
    if "path" not in entry and kind == "claude_code":
        return [Source(kind, root) for root in default_claude_code_roots()]
    path = Path(_text(file, f"{key}.path", entry.get("path", ""))).expanduser()
    return [Source(kind, (file.parent / path).resolve())]
