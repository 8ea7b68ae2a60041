"""The conclusion of a week or month: one word and one sentence, from the lines of its tables.

It follows plain arithmetic: periods have no intervals. Reports that compare phases take theirs
from the proof (`proof_headline`). An increase is called an increase; cheaper-but-worse and
cheaper-because-less-was-done are not called improvements.
"""

from tars_bench.reports.model import Tone, Verdict
from tars_bench.reports.records import Line, ReportData
from tars_bench.reports.words import is_slight, listed, verdict_word

QUALITY_METRICS = (
    "error_rate",
    "task_completion_rate",
    "quality_score_avg",
    "user_satisfaction_avg",
    "cached_response_accuracy",
)


def verdict_of(data: ReportData) -> Verdict | None:
    """Return the conclusion; None for a baseline, which compares nothing."""
    if data.is_baseline:
        return None
    changes = [data.compared(metric_id) for metric_id in ("daily_cost", "daily_cost_calendar")]
    known = [_sign(line) for line in changes if line]
    if len(known) < len(changes):
        return Verdict("Not measurable ❔", Tone.CAUTION, why_no_cost(data))
    if max(known) < 0:
        return _verdict_of_cheaper(data)
    if min(known) >= 0:
        return _verdict_of_no_saving(data, max(known))
    sentence = "Cost per day with calls and cost per calendar day moved in opposite directions."
    return Verdict("Unclear ⚠️", Tone.CAUTION, sentence)


def quality_lines(data: ReportData) -> tuple[list[Line], list[Line]]:
    """Return the quality figures measured in both periods, and those of them that got worse."""
    lines = [data.compared(metric_id) for metric_id in QUALITY_METRICS]
    measured = [line for line in lines if line is not None]
    return measured, [line for line in measured if verdict_word(line) == "regressed"]


def why_no_cost(data: ReportData) -> str:
    """Say why the daily costs cannot be compared."""
    line = data.line("daily_cost")
    reason = line.missing_reason if line and line.missing_reason else "no cost is known"
    return f"Daily cost cannot be compared: {reason}."


def _sign(line: Line) -> int:
    """Return the direction of a change: -1, 0 or 1; 0 for one that reads as zero."""
    if not line.change_value or is_slight(line):
        return 0
    return 1 if line.change_value > 0 else -1


def _verdict_of_no_saving(data: ReportData, change: int) -> Verdict:
    if change == 0:
        return Verdict("No saving ⚠️", Tone.CAUTION, "Daily cost did not change.")
    return Verdict("Not a saving ❌", Tone.BAD, f"Daily cost went up{_but_cheaper(data)}.")


def _but_cheaper(data: ReportData) -> str:
    if _went_down(data, "cost_per_task"):
        return ": a task got cheaper, but more tasks were done"
    if not _went_down(data, "cost_per_api_call"):
        return ""
    dearer = ", and a task costs more than before" if data.compared("cost_per_task") else ""
    return f": a call got cheaper, but more calls were made{dearer}"


def _verdict_of_cheaper(data: ReportData) -> Verdict:
    if data.compared("cost_per_task") and not _went_down(data, "cost_per_task"):
        sentence = "Daily cost fell because fewer tasks were done; a task costs no less."
        return Verdict("Cheaper only by doing less ⚠️", Tone.CAUTION, sentence)
    measured, worse = quality_lines(data)
    if not measured:
        sentence = "Daily cost fell; whether quality held cannot be said, it was not measured."
        return Verdict("Cheaper, quality not measured ❔", Tone.CAUTION, sentence)
    if not worse:
        sentence = f"Daily cost fell and none of the {len(measured)} quality figures got worse."
        return Verdict("Cheaper at no measured loss ✅", Tone.GOOD, sentence)
    names = listed([line.line_label.lower() for line in worse])
    sentence = f"Daily cost fell, but {names} got worse."
    if not any(verdict_word(line) == "improved" for line in measured):
        return Verdict("Cheaper, but worse ⚠️", Tone.CAUTION, sentence)
    return Verdict("Cheaper, quality mixed ⚠️", Tone.CAUTION, sentence)


def _went_down(data: ReportData, metric_id: str) -> bool:
    line = data.compared(metric_id)
    return line is not None and _sign(line) < 0
