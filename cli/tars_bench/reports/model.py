"""The report object: built once, rendered by every format.

A cell holds the raw value, its unit and, where there is no value, the reason. Its text
comes from `formatting.format_value` and nowhere else, so every format shows the same figure.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tars_bench.reports.words.formatting import Unit, Value, format_value

MISSING_TEXT = "not measured"


class Tone(StrEnum):
    """How a renderer that has colours may tint a cell; it never carries meaning alone."""

    PLAIN = "plain"
    GOOD = "good"
    BAD = "bad"
    CAUTION = "caution"


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure or word of a report.

    Args:
        value: The unrounded value; None when it could not be measured.
        unit: What the value is; decides its text.
        missing: Why there is no value; empty when there is one.
        digits: Decimals to show instead of the unit's own, where a rounding would mislead.
        is_signed: Whether a plus sign is shown, as changes have it.
        tone: The tint a renderer may give it.
        high: The upper end where the cell is an interval and `value` its lower end.
    """

    value: Value
    unit: Unit = Unit.TEXT
    missing: str = ""
    digits: int | None = None
    is_signed: bool = False
    tone: Tone = Tone.PLAIN
    high: Value = None

    @property
    def text(self) -> str:
        """The value as every format shows it, or why there is none; never empty."""
        if self.value is None:
            return self.missing or MISSING_TEXT
        ends = [self.value] if self.high is None else [self.value, self.high]
        return " to ".join(
            format_value(end, self.unit, self.digits, is_signed=self.is_signed) for end in ends
        )


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: a stable key, the title shown, and whether it holds figures.

    A narrow terminal leaves a detail out where there is no room for it; nothing else does.
    """

    key: str
    title: str
    is_numeric: bool = False
    is_detail: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; `row_id` names it for readers of JSON, `is_total` sets it apart."""

    row_id: str
    cells: tuple[Cell, ...]
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; every row has one cell per column."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    title: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(f"row {row.row_id!r} does not fit the table's columns")


class ChartKind(StrEnum):
    """What a chart is drawn as."""

    LINE = "line"
    """One line per series over days."""
    SHARE = "share"
    """Shares of one whole, stacked, over days."""
    BAR = "bar"
    """One bar per name and series."""
    BRIDGE = "bridge"
    """The way from the first figure to the last; the steps between are differences."""


@dataclass(frozen=True, slots=True)
class Series:
    """What is drawn as one mark: a value per position, None where nothing was measured.

    `lows` and `highs` are the ends of its band, one per position; empty where it has none.
    """

    series_id: str
    name: str
    values: tuple[Decimal | float | int | None, ...]
    lows: tuple[Decimal | float | int | None, ...] = ()
    highs: tuple[Decimal | float | int | None, ...] = ()

    @property
    def columns(self) -> tuple[tuple[str, str, tuple[Decimal | float | int | None, ...]], ...]:
        """Its figures as columns of a table, ids and names first: the values, then its band."""
        values = (self.series_id, self.name, self.values)
        if not self.lows:
            return (values,)
        ends = (("low", "from", self.lows), ("high", "to", self.highs))
        bands = ((f"{self.series_id}_{end}", f"{self.name}, {word}", of) for end, word, of in ends)
        return (values, *bands)


@dataclass(frozen=True, slots=True)
class Region:
    """Days shaded and named behind a chart: a phase; the ones compared are set apart."""

    name: str
    first_date: date
    last_date: date
    is_compared: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """A horizontal line to compare with: the baseline, a target."""

    name: str
    value: Decimal | float | int
    is_target: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Figures to be seen rather than read; each is in `series`, unrounded, for every format.

    Args:
        chart_id: A stable key.
        title: What it shows.
        kind: How it is drawn.
        positions: Calendar days in order, or names.
        series: The figures, one value per position each.
        unit: What all of them are.
        position_title: What the positions are, with the time zone where they are days.
        value_title: What the values are, with their unit.
        alt: The chart in one sentence, for who cannot see it.
        regions: Spans of days shaded and named.
        levels: Horizontal lines, named.
    """

    chart_id: str
    title: str
    kind: ChartKind
    positions: tuple[date | str, ...]
    series: tuple[Series, ...]
    unit: Unit
    position_title: str
    value_title: str
    alt: str
    regions: tuple[Region, ...] = ()
    levels: tuple[Level, ...] = ()

    def __post_init__(self) -> None:
        for one in self.series:
            if any(len(values) != len(self.positions) for _, _, values in one.columns):
                raise ValueError(f"series {one.series_id!r} does not fit the chart's positions")

    def text(self, series: Series, index: int) -> str:
        """Return a figure as every format shows it, its band in parentheses."""
        shown = Cell(series.values[index], self.unit).text
        if not series.lows or series.lows[index] is None:
            return shown
        return f"{shown} ({Cell(series.lows[index], self.unit, high=series.highs[index]).text})"


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of a report: its tables, its charts, then how to read them.

    A part that `is_proof` holds what the answers rest on: a terminal shows it when asked, a page
    behind its heading, a document as an appendix.
    """

    section_id: str
    title: str
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    is_proof: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question of a comparison.

    Args:
        question_id: unit_cost, bill or quality.
        answer: Its code, as `marts.verdict_answers` has it.
        is_established: Whether it is settled.
        lead: The answer in words, its tick behind them.
        rest: Why it is not settled, or what speaks for it; empty where nothing is to be added.
        tone: The tint of the lead.
    """

    question_id: str
    answer: str
    is_established: bool
    lead: str
    rest: str
    tone: Tone

    @property
    def sentence(self) -> str:
        """The whole of it."""
        return f"{self.lead} {self.rest}".rstrip()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The report's conclusion: a word, its tint, and the reason in one sentence."""

    word: str
    tone: Tone
    sentence: str


@dataclass(frozen=True, slots=True)
class Period:
    """A named span of calendar days, both ends included."""

    phase_id: str
    phase_name: str
    first_date: date
    last_date: date


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a renderer needs, in the order it is read.

    Args:
        kind: baseline, phase or final.
        title: The report's name.
        subtitle: The lines under it: periods, strategies, sample sizes.
        period: The span reported on.
        baseline: The span it is compared with; None in a baseline report.
        verdict: The conclusion in one word; None where there are answers, or nothing is compared.
        headline: What happened, in plain sentences: one text a paragraph.
        sections: The figures.
        notes: What the reader must know to trust them.
        provenance: Where they come from.
        warnings: What makes the two periods hard to compare; read before any figure.
        answers: The answers of a comparison, in the order they are asked.
        opening: The tables of the first screen: money and checklist.
    """

    kind: str
    title: str
    subtitle: tuple[str, ...]
    period: Period
    baseline: Period | None
    verdict: Verdict | None
    headline: tuple[str, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    provenance: Section
    warnings: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    opening: tuple[Section, ...] = ()

    def all_sections(self) -> Iterator[Section]:
        """Yield every section, those of the first screen first, the provenance last."""
        yield from self.opening
        yield from self.sections
        yield self.provenance

    def plain_sections(self) -> tuple[Section, ...]:
        """Return the sections that are not proof, in their order."""
        return tuple(one for one in self.sections if not one.is_proof)

    def proof_sections(self) -> tuple[Section, ...]:
        """Return the sections the answers rest on, in their order."""
        return tuple(one for one in self.sections if one.is_proof)


def number(value: object) -> Decimal | float | int | None:
    """Return a figure read from the warehouse, or None for null, NaN and infinities."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if isinstance(value, int):
        return value
    is_finite = value.is_finite() if isinstance(value, Decimal) else abs(value) < float("inf")
    return value if is_finite else None
