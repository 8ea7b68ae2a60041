"""The house stays as small as it was made: a ceiling over each figure of `python bench/house.py`.

A change that needs another model or macro raises a ceiling here, and says why in its message.
"""

import re
import runpy
from itertools import pairwise
from pathlib import Path

import pytest

HOUSE = runpy.run_path(str(Path(__file__).parents[2] / "bench" / "house.py"))
FIGURES = HOUSE["figures"]()
CEILINGS = {
    "models": 150,
    "models over 150 lines": 50,
    "models on the longest way": 27,
    "models behind headline_verdicts": 98,
    "SQL lines behind headline_verdicts": 12_800,
    "edges against the order of the chapters": 0,
    "macros": 87,
    "macros called once": 7,
    "models without a description": 0,
    "macros without a description": 0,
    "Python blocks of a complexity over 10": 0,
}


def test_every_figure_has_a_ceiling():
    assert set(CEILINGS) == set(FIGURES)


@pytest.mark.parametrize("name", FIGURES)
def test_the_house_has_not_grown(name):
    assert len(FIGURES[name]) <= CEILINGS[name], FIGURES[name]


def test_what_is_counted_is_there_to_be_counted():
    """None of the figures is small because the files were not found or not understood."""
    assert {"fct_requests", "headline_verdicts"} <= set(HOUSE["MODELS"])
    assert HOUSE["parents"]("headline_verdicts") >= {"verdict_answers"}
    assert HOUSE["properties"]("macros", "macros")["safe_divide"]["description"]


def test_the_way_of_one_call_crosses_no_file_twice():
    """Each model of the page lies above the next one, so the way goes down and never back."""
    page = (Path(__file__).parents[2] / "docs" / "the-way-of-one-call.md").read_text("utf-8")
    named = re.findall(r"^\| \d+ \| `models/[^`<]*/(\w+)\.sql`", page, re.MULTILINE)
    assert len(named) >= 8
    assert len(set(named)) == len(named)
    for model, following in pairwise(named):
        assert model in HOUSE["_above"](following), (model, following)
