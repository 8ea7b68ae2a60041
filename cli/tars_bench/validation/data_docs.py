"""Data Docs: Great Expectations' pages, made to be read offline, behind an index of our own.

As the library writes them, the pages fetch scripts and styles from content networks, and the index
is drawn by one of those scripts: on a machine without network it is blank. Here every page gets a
local style sheet instead and asks nobody for anything.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

from tars_bench.shared.text import html
from tars_bench.validation.model import ExpectationResult, LineResult, ValidationResult

_STYLE: Final = "static/styles/tars_bench.css"
_POLICY: Final = (
    '<meta http-equiv="Content-Security-Policy" content="'
    "default-src 'none'; style-src 'self' file: 'unsafe-inline'; img-src 'self' file:\">"
)
_SCRIPTS = re.compile(r"<script\b.*?</script>", re.DOTALL | re.IGNORECASE)
_REMOTE_TAGS = re.compile(
    r"<(?:link|img)\b[^>]*\b(?:href|src)=[\"']?https?://[^>]*>", re.IGNORECASE
)

_TITLES: Final = {"checklist": "Validation checklist", "success_criterion": "Success criteria"}


def finish_site(directory: Path, result: ValidationResult) -> None:
    """Turn the site just built in ``directory`` into one that needs no network."""
    style = directory / _STYLE
    style.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(Path(__file__).with_name("data_docs.css"), style)
    for page in sorted(directory.rglob("*.html")):
        page.write_text(_localised(page, style), encoding="utf-8")
    (directory / "index.html").write_text(index_page(directory, result), encoding="utf-8")


def replace_site(built: Path, published: Path) -> None:
    """Put a finished site in the place of the last one."""
    if published.exists():
        shutil.rmtree(published)
    built.rename(published)


def index_page(directory: Path, result: ValidationResult) -> str:
    """Return the page a reader opens first: every line, every guard, links to the details."""
    run = result.run
    body = [
        "<h1>Validation</h1>",
        f"<p>Build {html(run.build_id or 'unknown')}, load {run.last_load_id or 'unknown'}, "
        f"validated {run.validated_at:%Y-%m-%d %H:%M:%S} UTC.</p>",
        *(_lines_section(result.lines, kind) for kind in _TITLES),
        _guards_section(result.guards),
        _links_section(directory),
    ]
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="UTF-8">'
        "<title>tars-bench: validation</title>"
        f'{_POLICY}<link rel="stylesheet" href="{_STYLE}"></head><body><main>'
        f"{''.join(body)}</main></body></html>\n"
    )


def _localised(page: Path, style: Path) -> str:
    text = _REMOTE_TAGS.sub("", _SCRIPTS.sub("", page.read_text(encoding="utf-8")))
    relative = Path(os.path.relpath(style, page.parent)).as_posix()
    return text.replace("</head>", f'{_POLICY}<link rel="stylesheet" href="{relative}"></head>', 1)


def _lines_section(lines: Sequence[LineResult], kind: str) -> str:
    rows = [
        _row(line.status, line.verdict, html(line.line_text), html(line.detail))
        for line in lines
        if line.kind == kind
    ]
    return _table(_TITLES[kind], ("Verdict", "Line", "What was measured"), rows)


def _guards_section(guards: Sequence[ExpectationResult]) -> str:
    rows = [
        _row(
            guard.status,
            str(guard.status),
            html(guard.outcome.suite),
            html(guard.outcome.description),
            str(guard.outcome.severity),
            html(guard.outcome.exception_text or guard.outcome.observed or ""),
        )
        for guard in guards
    ]
    return _table("Guards", ("Status", "Suite", "Expectation", "Severity", "Seen"), rows)


def _links_section(directory: Path) -> str:
    items = [
        f'<li><a href="{html(link)}">{html(name)}</a></li>' for name, link in _pages(directory)
    ]
    return f"<h2>Great Expectations' pages</h2><ul>{''.join(items)}</ul>"


def _pages(directory: Path) -> Iterator[tuple[str, str]]:
    for section in ("validations", "expectations"):
        for page in sorted((directory / section).rglob("*.html")):
            relative = page.relative_to(directory)
            suite = relative.parts[1] if section == "validations" else page.stem
            yield f"{suite} ({section})", quote(relative.as_posix())


def _table(title: str, headings: Sequence[str], rows: Sequence[str]) -> str:
    head = "".join(f"<th>{heading}</th>" for heading in headings)
    body = "".join(rows) or f'<tr><td colspan="{len(headings)}">none</td></tr>'
    return f"<h2>{title}</h2><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _row(status: str, word: str, *cells: str) -> str:
    rest = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr><td class="status {status}">{html(word)}</td>{rest}</tr>'
