"""A report as one HTML file: no other file, no network, nothing a browser would have to fetch.

The page's policy allows its own style and script by their hashes and forbids everything else.
Charts are drawings in the page; the script reads them out, and without it they are still there.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from tars_bench.reports.charts.style import NARROW, WIDE
from tars_bench.reports.model import Report
from tars_bench.reports.render.templates import template_text
from tars_bench.reports.sections.key_figures import key_figures
from tars_bench.shared.text import printable

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup


def render(report: Report, workspace_name: str = "") -> str:
    """Return the report as one HTML document, the same bytes for the same report."""
    style, script = template_text("report.css"), template_text("report.js")
    page = environment().get_template("report.html")
    return (
        page.render(
            report=report,
            workspace_name=workspace_name,
            figures=key_figures(report),
            pictures=_pictures(report),
            policy=policy(style, script),
            style=_trusted(style),
            script=_trusted(script),
            zip=zip,
        )
        + "\n"
    )


def environment() -> Environment:
    """Return the templates' environment: whatever is put into a page is made harmless first."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup

    def shown(value: object) -> object:
        return value if isinstance(value, Markup) else printable(str(value))

    return Environment(
        loader=FunctionLoader(template_text),
        autoescape=True,
        finalize=shown,
        undefined=StrictUndefined,
    )


def policy(style: str, script: str) -> str:
    """Return a content security policy that allows this style and script and nothing else."""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def _trusted(text: str) -> Markup:
    from markupsafe import Markup

    return Markup(text)  # noqa: S704  # this project's own files and drawings


def _pictures(report: Report) -> Mapping[str, Mapping[str, Markup]]:
    """Draw each chart for wide and for narrow screens; text inside is escaped by the drawing."""
    from tars_bench.reports.charts.svg import svg

    return {
        chart.chart_id: {size.name: _trusted(svg(chart, size)) for size in (WIDE, NARROW)}
        for section in report.all_sections()
        for chart in section.charts
    }
