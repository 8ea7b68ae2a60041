"""The workspace's own seeds: checked before anything runs, laid over the project's for dbt."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Final, NoReturn

from tars_bench.shared.errors import UsageError
from tars_bench.workspace.config import CONFIG_NAME, Workspace, project_directory
from tars_bench.workspace.experiment_rules import check_experiments
from tars_bench.workspace.seed_rules import SeedRules, check_rules, read_rules

_BUDGETS: Final = "budgets.csv"
_PHASES: Final = "phases.csv"
_PHASE_STRATEGIES: Final = "phase_strategies.csv"


@dataclass(frozen=True)
class SeedTable:
    """A seed as it was read: its columns, and each row with the line of the file it stands on."""

    path: Path
    columns: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]

    def reject(self, line: int, message: str) -> NoReturn:
        """Refuse the file.

        Raises:
            UsageError: Always; it names the file and the line.

        """
        raise UsageError(f"{self.path}, line {line}: {message}")


def project_seeds() -> dict[str, Path]:
    """Return the project's seeds by file name."""
    return {path.name: path for path in sorted((project_directory() / "seeds").glob("*.csv"))}


def own_seeds(workspace: Workspace) -> dict[str, Path]:
    """Return the workspace's seeds by file name; none for the repository, whose seeds they are.

    Raises:
        UsageError: A file stands in for no seed of the project.
    """
    folder = workspace.own_seeds_directory
    if folder == project_directory() / "seeds":
        return {}
    found = {path.name: path for path in sorted(folder.glob("*.csv"))}
    known = project_seeds()
    for name, path in found.items():
        if name == _BUDGETS:
            raise UsageError(
                f"{path}: the budget is not set here",
                f"set `monthly_usd` under [budget] in {workspace.root / CONFIG_NAME}",
            )
        if name not in known:
            raise UsageError(f"{path} stands in for no seed", f"known: {', '.join(sorted(known))}")
    return found


def check_seeds(workspace: Workspace) -> None:
    """Check the workspace's own seeds before anything runs: each by itself, then against others.

    Raises:
        UsageError: Something is wrong; the message names the file, and the line where there is one.
    """
    known = project_seeds()
    tables = {name: read_seed(path) for name, path in known.items()}
    own = {name: read_seed(path) for name, path in own_seeds(workspace).items()}
    for name, table in own.items():
        _check_columns(table, tables[name].columns, later_columns(name))
        if name == _PHASES:
            _check_phases(table)
    if own:
        if _PHASES in own:
            # Which strategies the project's phases had says nothing of other phases.
            tables.pop(_PHASE_STRATEGIES, None)
        check_rules(tables | own, own, project_directory() / "seeds")
        check_experiments(tables | own, own)


def read_seed(path: Path) -> SeedTable:
    """Read a CSV file with a header.

    Raises:
        UsageError: It is not UTF-8, has no header, or a row has another number of fields.
    """
    try:
        reader = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
        lines = [(reader.line_num, fields) for fields in reader if fields]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path} is not a CSV file in UTF-8: {error}") from error
    if not lines:
        raise UsageError(f"{path} is empty: it needs at least its header line")
    columns = tuple(name.strip() for name in lines[0][1])
    table = SeedTable(path, columns, ())
    for line, fields in lines[1:]:
        if len(fields) != len(columns):
            table.reject(line, f"{len(fields)} fields where the header has {len(columns)}")
    rows = tuple((line, dict(zip(columns, fields, strict=True))) for line, fields in lines[1:])
    return SeedTable(path, columns, rows)


def overlay_directory(workspace: Workspace) -> Path:
    """Return the folder of the workspace's dbt project: the project's, but for its seeds."""
    return workspace.state_directory / "project"


def seeds_overlay(workspace: Workspace) -> Path:
    """Compose the folder dbt reads seeds from; return it. Rewrites only files that changed."""
    return _write_folder(overlay_directory(workspace) / "seeds", composed_seeds(workspace))


def composed_seeds(workspace: Workspace) -> dict[str, bytes]:
    """Return every seed and property file by name, as dbt is to read them.

    The project's seeds and their property file; the workspace's own in place of those of the same
    name; the budget of ``tars-bench.toml``. A workspace with phases of its own does not inherit
    which strategies the project's phases had.
    """
    wanted = {path.name: path.read_bytes() for path in _seed_files()}
    own = {name: _completed(name, path) for name, path in own_seeds(workspace).items()}
    if _PHASES in own and _PHASE_STRATEGIES in wanted:
        wanted[_PHASE_STRATEGIES] = wanted[_PHASE_STRATEGIES].splitlines(keepends=True)[0]
    wanted |= own
    if _BUDGETS in wanted:
        wanted[_BUDGETS] = _budget_seed(workspace, wanted[_BUDGETS])
    return wanted


def later_columns(name: str) -> tuple[str, ...]:
    """Return the columns a workspace's seed of this file name may lack."""
    rules = read_rules(project_directory() / "seeds").get(name.removesuffix(".csv"), SeedRules())
    return rules.later


def _completed(name: str, path: Path) -> bytes:
    """Return a seed's file with the columns it lacks because it is older than they are, empty."""
    content = path.read_bytes()
    if not later_columns(name):
        return content
    table = read_seed(path)
    missing = [column for column in later_columns(name) if column not in table.columns]
    if not missing:
        return content
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*table.columns, *missing))
    writer.writerows((*row.values(), *("" for _ in missing)) for _, row in table.rows)
    return out.getvalue().encode()


def _seed_files() -> list[Path]:
    return [path for path in (project_directory() / "seeds").iterdir() if path.is_file()]


def _write_folder(folder: Path, wanted: Mapping[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.name not in wanted:
            path.unlink()
    for name, content in wanted.items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != content:
            path.write_bytes(content)
    return folder


def _budget_seed(workspace: Workspace, project: bytes) -> bytes:
    project_rows = csv.DictReader(io.StringIO(project.decode()))
    template = next(project_rows, {})
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, project_rows.fieldnames or (), lineterminator="\n")
    writer.writeheader()
    if workspace.monthly_budget_usd is not None:
        writer.writerow({**template, "monthly_budget_usd": f"{workspace.monthly_budget_usd:f}"})
    return out.getvalue().encode()


def _check_columns(table: SeedTable, expected: tuple[str, ...], later: tuple[str, ...]) -> None:
    for name in expected:
        if name not in table.columns and name not in later:
            table.reject(1, f"the column `{name}` is missing")
    for name in table.columns:
        if name not in expected or table.columns.count(name) > 1:
            table.reject(1, f"unknown column or column named twice: `{name}`")


def _check_phases(table: SeedTable) -> None:
    windows = [(line, row["phase_id"], *_window(table, line, row)) for line, row in table.rows]
    _check_ids(table)
    baselines = [
        row["phase_id"] for line, row in table.rows if _truth(table, line, row["is_baseline"])
    ]
    if len(baselines) != 1:
        named = ", ".join(baselines) or "none"
        table.reject(1, f"exactly one phase must have is_baseline = true, not {named}")
    ordered = sorted(windows, key=lambda window: window[2])
    for earlier, later in pairwise(ordered):
        if later[2] <= earlier[3]:
            table.reject(
                later[0],
                f"{later[1]} begins on {later[2]}, while {earlier[1]} lasts until {earlier[3]}",
            )


def _check_ids(table: SeedTable) -> None:
    seen: set[str] = set()
    for line, row in table.rows:
        name = row["phase_id"].strip()
        if not name or name in seen:
            table.reject(line, f"phase_id {name!r} is empty or stands here twice")
        seen.add(name)
    if not seen:
        table.reject(1, "there is no phase")


def _window(table: SeedTable, line: int, row: Mapping[str, str]) -> tuple[date, date]:
    start, end = (_day(table, line, name, row[name]) for name in ("start_date", "end_date"))
    if end < start:
        table.reject(line, f"end_date {end} is before start_date {start}")
    return start, end


def _day(table: SeedTable, line: int, column: str, text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        table.reject(line, f"{column} is no date: {text!r} (write YYYY-MM-DD)")


def _truth(table: SeedTable, line: int, text: str) -> bool:
    word = text.strip().lower()
    if word not in {*_TRUE, *_FALSE}:
        table.reject(line, f"is_baseline is {text!r}: write true or false")
    return word in _TRUE


_TRUE: Final = ("true", "t", "1", "yes")
_FALSE: Final = ("false", "f", "0", "no", "")
