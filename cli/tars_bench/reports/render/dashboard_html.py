"""The dashboard as a page: one file without any outside reference, saved or served."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from tars_bench.reports.documents.dashboard import Dashboard, TrendDay, age
from tars_bench.reports.render.dashboard_terminal import call_words, change_words
from tars_bench.reports.words.formatting import Unit, format_value
from tars_bench.shared.text import html, printable

if TYPE_CHECKING:
    from jinja2 import Environment

_BAR = 10
_BAR_GAP = 2
_HEIGHT = 60


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of the cost chart, in the chart's own coordinates."""

    x: int
    y: float
    width: int
    height: float
    title: str


@dataclass(frozen=True, slots=True)
class Trend:
    """The cost chart: bars, the baseline's height, and what is written under it."""

    bars: tuple[Bar, ...]
    width: int
    baseline_y: float | None
    first: str
    last: str
    caption: str
    alt: str


def render_page(dashboard: Dashboard) -> str:
    """Return the dashboard as a page to keep; it needs no network and does not change."""
    return _page(render_content(dashboard), "", is_live=False)


def render_live_page(content: str, tag: str) -> str:
    """Return the page that is served: it asks for the next release by itself.

    Args:
        content: What `render_content` or `render_message` returned.
        tag: The content's ETag.
    """
    return _page(content, tag, is_live=True)


def render_content(dashboard: Dashboard) -> str:
    """Return what the page shows of one release."""
    released = dashboard.released_at
    return (
        _environment()
        .get_template("dashboard_content.html.j2")
        .render(
            dashboard=dashboard,
            report=dashboard.report,
            sections={one.section_id: one for one in dashboard.report.sections},
            until=format_value(dashboard.data_until, Unit.TIMESTAMP),
            released=format_value(released, Unit.TIMESTAMP) if released else "",
            age=age(dashboard.data_until, datetime.now(UTC).replace(tzinfo=None)),
            trend=trend_of(dashboard),
            change_words=change_words,
            call_words=call_words,
        )
    )


def render_problem(message: str) -> str:
    """Return what stands above older figures while newer ones cannot be shown."""
    return f'<p class="verdict bad"><strong>not up to date ❌</strong> {html(message)}</p>'


def render_message(message: str, hint: str) -> str:
    """Return what the page shows while there is nothing else to show."""
    return f"<header><h1>Nothing to show yet</h1><p>{html(message)}</p><p>{html(hint)}</p></header>"


def content_policy() -> str:
    """Return the Content-Security-Policy: this page's own style and script, and nothing else."""
    return (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; "
        f"style-src '{_hash('dashboard.css')}'; script-src '{_hash('dashboard.js')}'; "
        "connect-src 'self'"
    )


def trend_of(dashboard: Dashboard) -> Trend | None:
    """Return the cost chart, or None where there is no cost or a single day."""
    costs = [float(one.cost_usd or 0) for one in dashboard.trend]
    if len(costs) < 2 or not max(costs):
        return None
    baseline = dashboard.baseline_daily_cost_usd
    top = max(*costs, baseline or 0)
    highest = format_value(max(costs), Unit.USD)
    caption = f"Cost per day, highest {highest}"
    if baseline is not None:
        caption += f"; dashed: a day of the baseline, {format_value(baseline, Unit.USD)}"
    first, last = dashboard.trend[0].day.isoformat(), dashboard.trend[-1].day.isoformat()
    return Trend(
        bars=tuple(_bar(place, one, top) for place, one in enumerate(dashboard.trend)),
        width=len(costs) * (_BAR + _BAR_GAP) - _BAR_GAP,
        baseline_y=None if baseline is None else round(_HEIGHT * (1 - baseline / top), 2),
        first=first,
        last=last,
        caption=caption,
        alt=f"Bars of the cost per day from {first} to {last}. {caption}.",
    )


def _bar(place: int, one: TrendDay, top: float) -> Bar:
    height = round(_HEIGHT * float(one.cost_usd or 0) / top, 2)
    cost = "cost not known" if one.cost_usd is None else format_value(one.cost_usd, Unit.USD)
    return Bar(
        place * (_BAR + _BAR_GAP), _HEIGHT - height, _BAR, height, f"{one.day.isoformat()}: {cost}"
    )


def _page(content: str, tag: str, *, is_live: bool) -> str:
    from markupsafe import Markup

    return (
        _environment()
        .get_template("dashboard_page.html.j2")
        .render(
            title="TARS dashboard",
            policy=content_policy(),
            # Three texts that are markup already: made by this module, escaped where untrusted.
            style=Markup(_asset("dashboard.css")),  # noqa: S704
            script=Markup(_asset("dashboard.js")),  # noqa: S704
            content=Markup(content),  # noqa: S704
            tag=tag,
            is_live=is_live,
        )
        + "\n"
    )


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("tars_bench.reports.render"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
    )


def _printable(value: object) -> object:
    """Write control characters of untrusted text as escapes; markup is left as it is."""
    return printable(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


@cache
def _asset(name: str) -> str:
    return files("tars_bench.reports.render").joinpath("templates", name).read_text("utf-8")


@cache
def _hash(name: str) -> str:
    return f"sha256-{b64encode(sha256(_asset(name).encode()).digest()).decode()}"
