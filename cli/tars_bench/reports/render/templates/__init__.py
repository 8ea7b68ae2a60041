"""The layouts of pages and documents; text is put into them, never code."""

from functools import cache
from importlib.resources import files


@cache
def template_text(name: str) -> str:
    """Return one of the layouts."""
    return (files(__name__) / name).read_text(encoding="utf-8")
