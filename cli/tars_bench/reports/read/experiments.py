"""What a report reads of experiments: those of the workspace, or one asked for on the spot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tars_bench.reports.read.experiment_answers import Experiment, read_experiments
from tars_bench.reports.read.phases import (
    PROVENANCE,
    missing_tables_explained,
    records,
    released_at,
)
from tars_bench.reports.read.records import Record
from tars_bench.reports.read.windows import build, open_rebuilt
from tars_bench.shared.errors import NotReadyError, UsageError
from tars_bench.warehouse.binding import execute
from tars_bench.warehouse.files import open_reader
from tars_bench.warehouse.lineage import above, models_below

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LABEL_COLUMNS: Final = {
    "arm": "arm",
    "tag": "tags",
    "user": "user_name",
    "project": "project",
    "model": "model_family",
}
"""Kind of label → the column of `marts.fct_requests` that holds it."""

_SEED: Final = "seeds.experiments"
_WINDOWS: Final = "marts.phase_windows"
_BASELINE: Final = """
    insert into marts.phase_windows select * from published.marts.phase_windows where is_baseline
"""
_WANTED: Final = ("marts.experiment_answers", "marts.experiment_checks")
_AD_HOC: Final = "asked"
_INSERT: Final = """
    insert into seeds.experiments (
        experiment_id, experiment_name, label_kind, control_value, treated_value, start_date,
        end_date, assigned_unit, is_randomised
    )
    values (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_LOADED: Final = "select min(requested_date), max(requested_date) from marts.fct_requests"
_MANY: Final = 12


@dataclass(frozen=True, slots=True)
class Arms:
    """Two sides told apart by a label, as a command asks for them."""

    label_kind: str
    control: str
    treated: str
    first_date: date | None
    last_date: date | None
    assigned_unit: str
    is_randomised: bool

    @property
    def name(self) -> str:
        """How reports call it."""
        return f"{self.label_kind} {self.treated} against {self.control}"


@dataclass(frozen=True, slots=True)
class ExperimentData:
    """One experiment and where it was read from."""

    experiment: Experiment
    provenance: Record
    released_at: datetime | None


def read_experiment(database: Path, experiment_id: str | None) -> ExperimentData:
    """Read one experiment of the workspace; without a name the only one.

    Raises:
        UsageError: There is no such experiment, or several and none was named.
        NotReadyError: Nothing is published, or it lacks what is read.
    """
    with missing_tables_explained(database), open_reader(database) as connection:
        found = read_experiments(connection)
        return _data(connection, _chosen(found, experiment_id))


def read_arms(database: Path, arms: Arms) -> ExperimentData:
    """Compare two labels by the SQL of the experiments; nothing is written anywhere.

    Raises:
        UsageError: A side has no call on these days.
        NotReadyError: Nothing is published, or it lacks what is read.
    """
    with missing_tables_explained(database), _opened(database, arms) as connection:
        return _data(connection, read_experiments(connection)[0])


@contextmanager
def _opened(database: Path, arms: Arms) -> Iterator[DuckDBPyConnection]:
    with open_reader(database) as reader:
        models = models_below(reader, _SEED, _WINDOWS)
    # With the baseline as the only window no phase is built, and the prices are the baseline's.
    models.pop(_WINDOWS, None)
    with open_rebuilt(database, models, (_SEED, _WINDOWS)) as connection:
        connection.execute(_BASELINE)
        loaded = connection.execute(_LOADED).fetchone() or (None, None)
        days = arms.first_date or loaded[0], arms.last_date or loaded[1]
        if None in days:
            raise NotReadyError("no call is loaded", "`tars-bench run` loads them")
        label = (arms.label_kind, arms.control, arms.treated)
        rest = (*days, arms.assigned_unit, arms.is_randomised)
        execute(connection, _INSERT, [_AD_HOC, arms.name, *label, *rest])
        _check_sides(connection, arms, days)
        build(connection, above(models, _WANTED))
        yield connection


def _check_sides(
    connection: DuckDBPyConnection, arms: Arms, days: tuple[date | None, date | None]
) -> None:
    """Refuse labels that no call carries, and name those that are there."""
    column = LABEL_COLUMNS[arms.label_kind]
    rows = execute(
        connection,
        f"select distinct {column} from marts.fct_requests"  # noqa: S608 - one of five columns
        f" where requested_date between ? and ? and {column} is not null order by 1",
        list(days),
    ).fetchall()
    known = [str(row[0]) for row in rows]
    for side in (arms.control, arms.treated):
        is_known = any(_carries(one, side, arms.label_kind) for one in known)
        if not is_known:
            named = ", ".join(known[:_MANY]) or "none"
            more = f" and {len(known) - _MANY} more" if len(known) > _MANY else ""
            raise UsageError(
                f"no call of these days has the {arms.label_kind} {side!r}",
                f"there are: {named}{more}",
            )


def _carries(label: str, side: str, kind: str) -> bool:
    if kind == "tag":
        return f'"{side}"' in label or side in [one.strip() for one in label.split(",")]
    return label in side.split("|")


def _chosen(found: tuple[Experiment, ...], experiment_id: str | None) -> Experiment:
    if not found:
        raise UsageError(
            "there is no experiment",
            "describe one in seeds/experiments.csv, or compare labels with `tars-bench compare "
            "--arms`",
        )
    named = [one for one in found if experiment_id in (None, one.facts["experiment_id"])]
    if len(named) == 1:
        return named[0]
    names = ", ".join(one.facts["experiment_id"] for one in found)
    if experiment_id is None:
        raise UsageError("there are several experiments", f"name one with --experiment: {names}")
    raise UsageError(f"there is no experiment {experiment_id!r}", f"there are: {names}")


def _data(connection: DuckDBPyConnection, experiment: Experiment) -> ExperimentData:
    return ExperimentData(
        experiment=experiment,
        provenance=next(iter(records(connection, PROVENANCE)), {}),
        released_at=released_at(connection),
    )
