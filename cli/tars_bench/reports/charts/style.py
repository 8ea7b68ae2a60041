"""How charts look: one ink, quiet shades, series told apart by colour and by shape or dash.

The colours of series are Okabe and Ito's, ordered so that neighbours differ in lightness too;
the stacked ones fall in lightness from first to last, so that black and white keeps the order.
A page may replace any of these colours by its own, as dark mode does: they are used for nothing
else.
"""

from dataclasses import dataclass
from typing import Final

INK: Final = "#1d2733"
MUTED: Final = "#5c6874"
GRID: Final = "#dde2e7"
PAPER: Final = "#fefefe"
SHADE: Final = "#f1f3f5"
SHADE_COMPARED: Final = "#e3ebf3"
RISE: Final = "#d55e00"
FALL: Final = "#0072b2"
SERIES: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#a6761d")
DASHES: Final = ((1, 0), (6, 3), (2, 2), (8, 3, 2, 3), (10, 4), (4, 4))
SHAPES: Final = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
STACK: Final = ("#1b3a57", "#2f6f9f", "#5aa2c9", "#9cc9dd", "#cfdfc0", "#ece3a8")


@dataclass(frozen=True, slots=True)
class Size:
    """How wide and high a chart is drawn, in pixels, and in which font.

    Args:
        name: What it is for.
        width: Of the whole chart.
        height: Of the whole chart.
        font: The first that is there; its widths decide where text fits.
        font_size: Of labels.
    """

    name: str
    width: int
    height: int
    font: str = "Liberation Sans, Arial, sans-serif"
    font_size: int = 11

    @property
    def character_width(self) -> float:
        """A generous mean width of a character."""
        return self.font_size * 0.56

    @property
    def is_narrow(self) -> bool:
        """Whether it is drawn for a phone."""
        return self.width < 500

    @property
    def label_count(self) -> int:
        """How many dates fit below the horizontal axis."""
        return max(2, int(self.width / (self.font_size * 7)))


WIDE: Final = Size("wide", 720, 300)
NARROW: Final = Size("narrow", 350, 280)
PRINTED: Final = Size("printed", 640, 225, "Libertinus Serif", 11)
