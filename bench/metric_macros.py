"""Write macros/metrics/definitions.sql from seeds/metric_definitions.csv.

The seed says of each metric all there is to say: id, name, unit, better direction, formula in
words, what is divided by what, and why it may be missing. dbt needs numerators and denominators
before any table exists, when no seed can be read; so they are put into a macro:

    python bench/metric_macros.py

A test holds the two equal (tests/unit/test_metric_registry.py).
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).parents[1]
SEED: Final = PROJECT / "seeds" / "metric_definitions.csv"
MACRO: Final = PROJECT / "macros" / "metrics" / "definitions.sql"

_HEAD: Final = """\
{#- Every metric in display order: a dict of id → parts. Written by bench/metric_macros.py from
    seeds/metric_definitions.csv; change the seed, not this file.
    kind 'ratio':      value = scale × sum(numerator) / sum(denominator), both components of a
                       window (component_columns, day_count, active_day_count); null where
                       sum(requires) is 0: no source of the window can log it;
    kind 'percentile': value = the exact `quantile` of `value` over the rows of fct_requests
                       that meet `filter`; `denominator` is the component that counts them. -#}
{% macro metric_definitions() -%}
    {{ return({
"""
_TAIL: Final = """\
    }) }}
{%- endmacro %}
"""


def macro_text() -> str:
    """Return the text of the macro that the seed asks for."""
    with SEED.open(encoding="utf-8", newline="") as stream:
        rows = sorted(csv.DictReader(stream), key=lambda row: int(row["metric_order"]))
    return _HEAD + "".join(_entry(row) for row in rows) + _TAIL


def _entry(row: dict[str, str]) -> str:
    scale = row["scale"] if row["scale"].isdigit() else f"var('{row['scale']}')"
    is_percentile = row["kind"] == "percentile"
    parts = [
        f"'kind': '{row['kind']}'",
        f"'{'value' if is_percentile else 'numerator'}': '{row['numerator']}'",
        f"'denominator': '{row['denominator']}'",
        f"'scale': {scale}",
    ]
    if row["requires"]:
        parts.append(f"'requires': '{row['requires']}'")
    if is_percentile:
        parts += [f"'quantile': {row['quantile']}", "'filter': 'is_api_call'"]
    lines = "".join(f"            {part},\n" for part in parts)
    return f"        '{row['metric_id']}': {{\n{lines}        }},\n"


if __name__ == "__main__":
    MACRO.write_text(macro_text(), encoding="utf-8")
