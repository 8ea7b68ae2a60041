"""The boundary to Great Expectations: suites and batches go in, own outcomes come out.

Everything lives in memory (an ephemeral context), nothing is sent anywhere, and the library's own
warnings and progress bars are kept off the terminal. What goes in as text is escaped for HTML,
because the library's pages do not escape it; here it is turned back.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tars_bench.shared.text import printable
from tars_bench.validation.model import Outcome, Severity

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite
    from great_expectations.data_context import EphemeralDataContext
    from pandas import DataFrame

SITE: Final = "tars_bench"
_DATASOURCE: Final = "marts"
_SHOWN_VALUES: Final = 5


@dataclass(frozen=True)
class Check:
    """A suite, and the rows it looks at."""

    suite: ExpectationSuite
    batch: DataFrame


@contextmanager
def quiet_library() -> Iterator[None]:
    """Silence Great Expectations' warnings and log lines; errors still raise."""
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def ephemeral_context(site_directory: Path) -> EphemeralDataContext:
    """Return a context that keeps everything in memory but its Data Docs."""
    import great_expectations
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    site = {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "store_backend": {
            "class_name": "TupleFilesystemStoreBackend",
            "base_directory": str(site_directory),
        },
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
    }
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        data_docs_sites={SITE: site},
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    return great_expectations.get_context(mode="ephemeral", project_config=config)


def run_checks(
    context: EphemeralDataContext, checks: Sequence[Check], run_name: str
) -> tuple[Outcome, ...]:
    """Run each suite over its batch, once; return what every expectation did, in suite order."""
    from great_expectations.core.run_identifier import RunIdentifier

    run_id = RunIdentifier(run_name=run_name)
    datasource = context.data_sources.add_pandas(_DATASOURCE)
    outcomes: list[Outcome] = []
    for check in checks:
        outcomes += _run_check(context, datasource, check, run_id)
    return tuple(outcomes)


def _run_check(context: Any, datasource: Any, check: Check, run_id: Any) -> list[Outcome]:
    from great_expectations import ValidationDefinition

    name = check.suite.name
    asset = datasource.add_dataframe_asset(name)
    definition = context.validation_definitions.add(
        ValidationDefinition(
            name=name,
            data=asset.add_batch_definition_whole_dataframe(name),
            suite=context.suites.add(check.suite),
        )
    )
    result = definition.run(
        batch_parameters={"dataframe": check.batch}, result_format="SUMMARY", run_id=run_id
    )
    found = {one.expectation_config.meta["key"]: one for one in result.results}
    return [
        _outcome(name, found[expectation.meta["key"]]) for expectation in check.suite.expectations
    ]


def _outcome(suite: str, result: Any) -> Outcome:
    config = result.expectation_config
    kwargs = config.kwargs
    details = result.result or {}
    return Outcome(
        suite=suite,
        key=config.meta["key"],
        expectation=config.type,
        column=kwargs.get("column") or kwargs.get("column_B"),
        description=unescape(config.description or ""),
        severity=Severity(str(getattr(config.severity, "value", config.severity))),
        is_success=bool(result.success),
        observed=_observed_text(details),
        observed_number=_number(details.get("observed_value")),
        element_count=details.get("element_count"),
        missing_count=details.get("missing_count"),
        unexpected_count=details.get("unexpected_count"),
        exception_text=_exception_text(result.exception_info),
    )


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not hasattr(value, "__float__"):
        return None
    number = float(value)
    return None if isnan(number) else number


def _observed_text(details: Mapping[str, Any]) -> str | None:
    """Return the observed value, else the first few unexpected ones."""
    if details.get("observed_value") is not None:
        return _value_text(details["observed_value"])
    unexpected = details.get("partial_unexpected_list") or []
    return ", ".join(_value_text(value) for value in unexpected[:_SHOWN_VALUES]) or None


def _value_text(value: Any) -> str:
    """Return a value as text: it may come from a log, so nothing in it is obeyed."""
    if isinstance(value, Mapping):
        return " / ".join(_value_text(part) for part in value.values())
    if isinstance(value, float):
        return f"{value:.6g}"
    return printable(unescape(str(value).removesuffix(" 00:00:00")))


def _exception_text(info: Mapping[str, Any] | None) -> str | None:
    """Return the first line of what was raised; the library nests it by metric, or not."""
    if not info:
        return None
    entries = [info] if "raised_exception" in info else list(info.values())
    for entry in entries:
        if isinstance(entry, Mapping) and entry.get("raised_exception"):
            lines = str(entry.get("exception_message") or "").splitlines()
            first = next((line.strip() for line in lines if line.strip()), "")
            return printable(first or "an exception was raised")
    return None
