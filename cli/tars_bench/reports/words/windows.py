"""The same figures in other words: what the marts say of a phase, said of a week or a window."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from tars_bench.reports.read.records import Proof, Record, ReportData

_SENTENCES: Final = frozenset(
    {
        "sentence",
        "check_name",
        "missing_reason",
        "claims_missing_reason",
        "support_missing_reason",
    }
)
"""The columns that hold sentences of this project; names from logs and plans stay as they are."""
_PHASE: Final = re.compile(r"\b([Tt])h(?:e|is) phase\b")
_BASELINE: Final = re.compile(r"\b([Tt])he baseline\b")


def in_words(data: ReportData, here: str, there: str) -> ReportData:
    """Return the same figures; sentences say `here` for "this phase", `there` for "the baseline".

    Args:
        data: What was read of two windows.
        here: The days in question, as "this week".
        there: What they are compared with, as "the week before".

    """

    def said(sentence: str) -> str:
        moved = _PHASE.sub(lambda one: _as_begun(one, here), sentence)
        return _BASELINE.sub(lambda one: _as_begun(one, there), moved)

    def worded(record: Record) -> Record:
        return {
            key: said(value) if key in _SENTENCES and isinstance(value, str) else value
            for key, value in record.items()
        }

    def all_worded(records: tuple[Record, ...]) -> tuple[Record, ...]:
        return tuple(map(worded, records))

    lines = (
        replace(line, missing_reason=said(line.missing_reason) if line.missing_reason else None)
        for line in data.lines
    )
    return replace(
        data,
        here=here,
        there=there,
        lines=tuple(lines),
        savings=all_worded(data.savings),
        targets=all_worded(data.targets),
        financial=all_worded(data.financial),
        proof=_proof_in_words(data.proof, worded) if data.proof else None,
    )


def _proof_in_words(proof: Proof, worded: Callable[[Record], Record]) -> Proof:
    return replace(
        proof,
        headline=worded(proof.headline),
        intervals={key: worded(one) for key, one in proof.intervals.items()},
        bridge=tuple(map(worded, proof.bridge)),
        claims=tuple(map(worded, proof.claims)),
        strategies=tuple(map(worded, proof.strategies)),
        hygiene=tuple(map(worded, proof.hygiene)),
        quality=tuple(map(worded, proof.quality)),
    )


def _as_begun(found: re.Match[str], words: str) -> str:
    """Begin the words as the sentence began them."""
    return f"{words[:1].upper()}{words[1:]}" if found[1] == "T" else words
