"""An experiment as a report of its own: the three answers, the two sides, what was checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tars_bench.reports.model import Period, Report
from tars_bench.reports.read.experiments import (
    Arms,
    ExperimentData,
    read_arms,
    read_experiment,
)
from tars_bench.reports.sections.experiments import checks_sections, sides_section
from tars_bench.reports.sections.provenance import provenance_section
from tars_bench.reports.words.experiments import experiment_answers

KIND: Final = "experiment"
_DESIGNS: Final = {
    "labels": "both sides on each of them",
    "switchback": "the change on and off by days",
}


def build_experiment_report(
    database: Path, experiment_id: str | None, planned: Mapping[str, str]
) -> Report:
    """Report an experiment of the workspace; without a name the only one.

    Args:
        database: The published file.
        experiment_id: Which one.
        planned: What the written plans say of each schedule, by experiment.

    Raises:
        UsageError: There is no such experiment, or several and none was named.
        NotReadyError: Nothing is published, or it lacks what is read.

    """
    data = read_experiment(database, experiment_id)
    said = planned.get(data.experiment.facts["experiment_id"])
    return report_of(data, (f"Its days on and off: {said}.",) if said else ())


def build_arms_report(database: Path, arms: Arms) -> Report:
    """Compare two labels on the same days by the definitions of an experiment.

    Raises:
        UsageError: A side has no call on these days.
        NotReadyError: Nothing is published, or it lacks what is read.

    """
    return report_of(read_arms(database, arms))


def report_of(data: ExperimentData, notes: tuple[str, ...] = ()) -> Report:
    """Arrange what was read into a report."""
    experiment, facts = data.experiment, data.experiment.facts
    return Report(
        kind=KIND,
        title=f"EXPERIMENT - {facts['experiment_name']}",
        subtitle=(
            f"Days: {facts['start_date']} to {facts['end_date']}, {_DESIGNS[facts['design']]}",
        ),
        period=Period(
            facts["experiment_id"],
            facts["experiment_name"],
            facts["start_date"],
            facts["end_date"],
        ),
        baseline=None,
        verdict=None,
        headline=(),
        sections=(sides_section(experiment), *checks_sections(experiment)),
        notes=notes,
        provenance=provenance_section(data),
        answers=experiment_answers(experiment),
    )
