"""Build the models: dbt in this process, its output turned into a result and a few lines."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from tars_bench.shared.errors import BuildError, NotReadyError
from tars_bench.shared.memory import MEMORY_VARIABLE, memory_limit, uncollected
from tars_bench.warehouse.inputs import forget_made
from tars_bench.workspace.config import Workspace, project_directory
from tars_bench.workspace.seeds import overlay_directory, seeds_overlay

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult

Narrate = Callable[[str], None]
Progress = Callable[[int, int], None]


CODE_TESTS: Final = (
    "test_type:singular",
    "test_name:adds_up",
    "test_name:relationships",
    "test_name:validity_does_not_overlap",
    "resource_type:test,path:models/*/steps",
    "resource_type:test,path:seeds",
)
"""Tests of what the SQL makes so whatever the data are: sums that agree, the rows of working steps,
keys of seeds, which are held against their rules before anything runs. `make test` runs them."""


@dataclass(frozen=True)
class NodeFailure:
    """A model, seed or test that did not succeed: what dbt said, and the SQL it ran."""

    name: str
    kind: str
    message: str
    compiled_path: Path | None


@dataclass(frozen=True)
class BuildResult:
    """What a successful build did."""

    model_count: int
    seed_count: int
    data_test_count: int
    unit_test_count: int
    warnings: tuple[NodeFailure, ...]

    @property
    def test_count(self) -> int:
        """Data tests and unit tests together."""
        return self.data_test_count + self.unit_test_count


def build(
    workspace: Workspace,
    narrate: Narrate,
    full_refresh: bool = False,
    select: Sequence[str] = (),
    unit_tests: bool = False,
    progress: Progress | None = None,
    exclude: Sequence[str] = (),
    is_rest_current: bool = False,
    code_tests: bool = True,
) -> BuildResult:
    """Run ``dbt build`` over the working database.

    Args:
        workspace: Its working database, time zone and seeds are used.
        narrate: Takes lines for each node that failed or warned.
        full_refresh: Build incremental models from nothing.
        select: dbt node selectors; all nodes if there are none.
        unit_tests: Also test the models' SQL on made-up rows; it does not depend on the data.
        progress: Takes the number of each seed, model and test that begins, and of how many.
        exclude: dbt node selectors to leave out. A test that also reads a model which is not
            selected is then left out, too: that model may be older.
        code_tests: Also run the tests of what holds by construction, whatever the data are.
        is_rest_current: Whether everything that is not selected is as a whole build would make
            it, so that the build counts as whole.

    Raises:
        NotReadyError: Nothing was loaded yet.
        BuildError: A model, seed or test failed; or the project does not parse.
    """
    if not workspace.working_database.is_file():
        raise NotReadyError("nothing is loaded yet", "`tars-bench load` comes first")
    flags = {
        "--full-refresh": full_refresh,
        "--exclude-resource-type=unit_test": not unit_tests,
        "--indirect-selection=cautious": bool(exclude),
    }
    arguments = [*_arguments(workspace), *(flag for flag, is_set in flags.items() if is_set)]
    arguments += [f"--select={selector}" for selector in select]
    left_out = (*exclude, *(() if code_tests else CODE_TESTS))
    arguments += [f"--exclude={selector}" for selector in left_out]
    is_whole = is_rest_current or not (select or exclude)
    variables = dbt_environment(workspace) | {
        "TARS_BENCH_REST_IS_CURRENT": "true" if is_whole else "false"
    }
    forget_made(workspace)
    with _environment(variables):
        outcome = _invoke(arguments, _Events(progress))
    return _result(workspace, outcome, narrate)


def dbt_environment(workspace: Workspace) -> dict[str, str]:
    """Return the variables dbt reads, whatever the caller's own are."""
    return {
        "TARS_BENCH_DATABASE": str(workspace.working_database),
        "TARS_BENCH_SEED_PATH": "seeds",
        "TARS_BENCH_TIMEZONE": workspace.timezone,
        MEMORY_VARIABLE: memory_limit(),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        # Nothing here reads dbt's artefacts, which take a second to write; who wants them says so.
        "DBT_WRITE_JSON": os.environ.get("DBT_WRITE_JSON", "false"),
    }


def project_overlay(workspace: Workspace) -> Path:
    """Compose the dbt project of a workspace: links to the project's parts, seeds of its own.

    A folder of its own, because dbt writes a seed's compiled tests into the seed's folder when
    that lies outside the project.
    """
    seeds_overlay(workspace)
    folder = overlay_directory(workspace)
    for name in _PROJECT_PARTS:
        link, part = folder / name, project_directory() / name
        if not link.is_symlink() or link.readlink() != part:
            link.unlink(missing_ok=True)
            link.symlink_to(part)
    return folder


_PROJECT_PARTS: Final = ("dbt_project.yml", "macros", "models", "profiles", "tests")


def _arguments(workspace: Workspace) -> list[str]:
    project = project_overlay(workspace)
    return [
        "--log-level=none",
        "--log-level-file=info",
        f"--log-path={workspace.state_directory / 'logs'}",
        "--no-print",
        "build",
        f"--project-dir={project}",
        f"--profiles-dir={project / 'profiles'}",
        f"--target-path={workspace.state_directory / 'target'}",
    ]


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class _Events:
    """Finds in dbt's stream of events how far it is."""

    def __init__(self, say: Progress | None) -> None:
        self._say = say
        self._lock = Lock()  # dbt's threads call at once

    def __call__(self, event: Any) -> None:
        if self._say and event.info.name == "LogStartLine":
            with self._lock:
                self._say(event.data.index, event.data.total)


def _invoke(arguments: list[str], on_event: _Events) -> dbtRunnerResult:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    with uncollected():
        try:
            return dbtRunner(callbacks=[on_event]).invoke(arguments)
        finally:
            # dbt-duckdb keeps the working database open until nothing refers to it any more.
            DuckDBConnectionManager.close_all_connections()


def _does_not_run(problem: BaseException, narrate: Narrate, hint: str) -> BuildError:
    text = str(problem) or type(problem).__name__
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for line in lines[1:]:
        narrate(f"  {line}")
    return BuildError(f"the dbt project does not run: {' '.join(lines[:1])}", hint)


def _first_names(failures: Sequence[NodeFailure]) -> str:
    names = ", ".join(failure.name for failure in failures[:5])
    return f"{names} and {len(failures) - 5} more" if len(failures) > 5 else names


def _result(workspace: Workspace, outcome: dbtRunnerResult, narrate: Narrate) -> BuildResult:
    log = workspace.state_directory / "logs" / "dbt.log"
    if isinstance(outcome.exception, KeyboardInterrupt):
        raise outcome.exception
    if outcome.exception is not None:
        raise _does_not_run(outcome.exception, narrate, f"see {log}")
    results = list(getattr(outcome.result, "results", None) or [])
    failures = [_failure(node) for node in results if str(node.status) in _FAILED]
    for failure in failures:
        _narrate_node(narrate, "failed", failure)
    if failures or not outcome.success:
        counted = f"{len(failures)} of {len(results)} nodes failed"
        raise BuildError(f"{counted}: {_first_names(failures)}", f"see {log}")
    return _success(results, narrate)


_FAILED = frozenset({"error", "fail", "runtime error", "partial success"})


def _success(results: Sequence[Any], narrate: Narrate) -> BuildResult:
    warnings = tuple(_failure(node) for node in results if str(node.status) == "warn")
    for warning in warnings:
        _narrate_node(narrate, "warning", warning)
    kinds = Counter(str(node.node.resource_type) for node in results)
    return BuildResult(
        model_count=kinds["model"],
        seed_count=kinds["seed"],
        data_test_count=kinds["test"],
        unit_test_count=kinds["unit_test"],
        warnings=warnings,
    )


def _failure(node: Any) -> NodeFailure:
    compiled = getattr(node.node, "compiled_path", None)
    return NodeFailure(
        name=node.node.name,
        kind=str(node.node.resource_type).replace("_", " "),
        message=" ".join(str(node.message or "").split()),
        compiled_path=Path(compiled) if compiled else None,
    )


def _narrate_node(narrate: Narrate, word: str, node: NodeFailure) -> None:
    narrate(f"  {word}: {node.kind} {node.name}: {node.message}")
    if node.compiled_path is not None:
        narrate(f"          {node.compiled_path}")
