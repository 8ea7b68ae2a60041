"""Make untrusted text safe to show: the one place that knows how each medium is tricked.

Model names, task types, ids, file names and log lines come from files anybody may have written.
Each function takes such text and returns what may be put into that medium, and changes nothing
of ordinary text.
"""

import re
import unicodedata

# Cc: control characters. Cf: invisible ones, among them those that reverse the reading direction.
# Cs: halves of a surrogate pair, which no output encoding accepts. Zl, Zp: line separators.
_UNSHOWABLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_MARKDOWN_SPECIAL = re.compile(r"([\\`*\[\]|~]|(?<![^\W_])_|_(?![^\W_]))")
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def _escape(character: str) -> str:
    code = ord(character)
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return f"\\u{code:04x}" if code > 0xFF else f"\\x{code:02x}"


def printable(text: str) -> str:
    r"""Return one line of text with every control or invisible character written as an escape.

    An escape sequence that would clear the screen or set the window's title arrives as
    ``\x1b[2J``; a line break as ``\x0a``.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        _escape(character) if unicodedata.category(character) in _UNSHOWABLE else character
        for character in text
    )


def terminal(text: str) -> str:
    """Return text for a rich console: printable, and with no markup of its own."""
    from rich.markup import escape

    return escape(printable(text))


def markdown_cell(text: str) -> str:
    """Return text for one cell of a Markdown table: no column break, no markup, no HTML."""
    from html import escape

    # Quotes are left alone: a cell is content, never an attribute.
    flat = escape(printable(" ".join(text.splitlines())), quote=False)
    return _MARKDOWN_SPECIAL.sub(r"\\\1", flat)


def csv_cell(text: str) -> str:
    """Return text for a CSV cell that a spreadsheet takes as text, never as a formula.

    A leading ``=``, ``+``, ``-``, ``@``, tab or line break gets a ``'`` before it, on every line
    of the text: who splits at line breaks meets no formula either. Quoting is the CSV writer's
    work. Numbers must not pass through here: -1 is no formula.
    """
    return "".join(
        f"'{line}" if line.startswith(_FORMULA_START) else line
        for line in text.splitlines(keepends=True)
    )


def html(text: str) -> str:
    """Return text for HTML content and quoted attributes."""
    from html import escape

    return escape(printable(text), quote=True)
