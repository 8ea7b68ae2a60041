"""The four steps of a run, each with its one line; `run` and the single verbs share them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tars_bench.shared.console import Bar, Chatter, complain, count, narrate
from tars_bench.shared.exit_codes import ExitCode
from tars_bench.workspace.config import Workspace, check_sources
from tars_bench.workspace.journal import recorded

if TYPE_CHECKING:
    from tars_bench.ingest.load import LoadResult
    from tars_bench.pricing.book import PriceResult
    from tars_bench.validation.model import ValidationResult
    from tars_bench.warehouse.build import BuildResult
    from tars_bench.warehouse.changes import BuildPlan
    from tars_bench.warehouse.inputs import Inputs
    from tars_bench.warehouse.publish import PublishResult


@dataclass(frozen=True)
class Loaded:
    """What a load brought: the lines, and the prices of the models they mention."""

    result: LoadResult
    prices: PriceResult

    @property
    def exit_code(self) -> ExitCode:
        """What a script should know of a load that succeeded: was all the input good?"""
        bad = self.result.quarantined_count or self.result.unreadable_count
        return ExitCode.INPUT_QUARANTINED if bad else ExitCode.OK


@contextmanager
def held(
    workspace: Workspace,
    *,
    sources: bool = False,
    checked: bool = True,
    wait: float | None = None,
) -> Iterator[None]:
    """Check what the user wrote, before anything runs, and hold the workspace meanwhile.

    Args:
        workspace: The workspace.
        sources: Whether its sources must be there.
        checked: Whether its own seeds matter.
        wait: For how many seconds to wait for another command; a moment if None.
    """
    from tars_bench.pricing.overrides import read_overrides
    from tars_bench.workspace.lock import exclusive
    from tars_bench.workspace.seeds import check_seeds

    if sources:
        check_sources(workspace)
    if checked:
        check_seeds(workspace)
        read_overrides(workspace.own_seeds_directory / "price_overrides.csv")
    with exclusive(workspace) if wait is None else exclusive(workspace, wait):
        yield


def load(workspace: Workspace) -> Loaded:
    """Load the sources and the prices of the models they mention."""
    from tars_bench.ingest.load import load_sources
    from tars_bench.pricing.book import refresh_prices
    from tars_bench.workspace.seeds import seeds_overlay

    chatter = Chatter()
    with recorded(workspace, "load") as doing:
        result = load_sources(workspace.working_database, workspace.sources, chatter)
        overrides = seeds_overlay(workspace) / "price_overrides.csv"
        prices = refresh_prices(workspace.working_database, overrides, chatter)
        doing.summary = f"{_loaded(result)}; prices for {_priced(prices)}"
    for model in prices.unpriced_models:
        narrate(f"  no price for {model.model_id}: {model.reason}")
    for problem in result.problems:
        say = complain if problem.is_error else narrate
        say(f"  {problem.source_system}: {problem.path}: {problem.message}")
    return Loaded(result, prices)


def what_to_build(workspace: Workspace, inputs: Inputs, loaded: Loaded) -> BuildPlan:
    """Compare what was loaded and set with what the last build was made of."""
    from tars_bench.warehouse.changes import plan_build

    return plan_build(
        workspace,
        inputs,
        loaded.result.load_id,
        is_news=loaded.result.is_news,
        is_repriced=loaded.prices.is_changed,
    )


def settled(inputs: Inputs, loaded: Loaded) -> Inputs:
    """Return the inputs as they may be remembered: files that could not be read are not known."""
    from tars_bench.warehouse.inputs import UNSETTLED

    return replace(inputs, files=UNSETTLED) if loaded.result.unreadable_count else inputs


def build(
    workspace: Workspace,
    full_refresh: bool = False,
    select: tuple[str, ...] = (),
    all_tests: bool = False,
    is_rest_current: bool = False,
) -> BuildResult:
    """Build the models and run the tests that guard the data, or all there are."""
    from tars_bench.warehouse.build import build as run_build

    with recorded(workspace, "build") as doing:
        with Bar("build") as bar:
            result = run_build(
                workspace,
                narrate,
                full_refresh,
                select,
                unit_tests=all_tests,
                code_tests=all_tests,
                progress=bar,
                is_rest_current=is_rest_current,
            )
        doing.summary = (
            f"{count(result.model_count, 'model')}, {count(result.test_count, 'test')} passed"
        )
        if result.warnings:
            doing.summary += f", {count(len(result.warnings), 'warning')}"
    return result


def validate(workspace: Workspace) -> ValidationResult:
    """Check the checklist and the marts; the results are stored in the working database."""
    from tars_bench.validation.model import Status
    from tars_bench.validation.validate import validate as run_validate

    with recorded(workspace, "validate") as doing:
        result = run_validate(workspace, _keep_to_oneself)
        counts = {status.value.replace("_", " "): result.count(status) for status in Status}
        lines = ", ".join(f"{number} {word}" for word, number in counts.items() if number)
        broken = sum(guard.is_broken for guard in result.guards)
        held = f"{len(result.guards) - broken} of {count(len(result.guards), 'guard')} held"
        doing.summary = f"checklist: {lines}; {held}"
    for guard in result.guards:
        if guard.is_broken:
            seen = guard.outcome.exception_text or guard.outcome.observed or "nothing"
            narrate(f"  guard ({guard.outcome.severity}): {guard.outcome.description}: {seen}")
    return result


def publish(workspace: Workspace) -> PublishResult:
    """Replace the published file."""
    from tars_bench.warehouse.publish import publish as run_publish

    with recorded(workspace, "publish") as doing:
        result = run_publish(workspace)
        tables = count(result.table_count, "table")
        doing.summary = f"release {result.number}: {result.path}, {tables}"
    return result


def load_counts(loaded: Loaded) -> dict[str, int]:
    """Return what became of the lines and files of a load."""
    result = loaded.result
    return {
        "load_id": result.load_id,
        "line_count": result.line_count,
        "kept_count": result.kept_count,
        "dropped_count": result.dropped_count,
        "quarantined_count": result.quarantined_count,
        "unreadable_file_count": result.unreadable_count,
        "unpriced_model_count": len(loaded.prices.unpriced_models),
    }


def build_counts(built: BuildResult) -> dict[str, int]:
    """Return how much was built and tested."""
    return {
        "seed_count": built.seed_count,
        "model_count": built.model_count,
        "test_count": built.test_count,
        "warning_count": len(built.warnings),
    }


def checklist_counts(checked: ValidationResult) -> dict[str, int]:
    """Return how many lines of the checklist have each status."""
    from tars_bench.validation.model import Status

    return {status.value: checked.count(status) for status in Status}


def _keep_to_oneself(_: str) -> None:
    """Say nothing: each failed line stands in the report, and `validate` prints them all."""


def _priced(prices: PriceResult) -> str:
    unpriced = len(prices.unpriced_models)
    return f"{prices.model_count - unpriced} of {count(prices.model_count, 'model')}"


def _loaded(result: LoadResult) -> str:
    parts = [count(result.line_count, "new line")]
    if result.dropped_count:
        parts.append(f"{result.dropped_count:,} dropped")
    if result.quarantined_count:
        parts.append(f"{result.quarantined_count:,} set aside (`tars-bench status` shows them)")
    return ", ".join(parts)
