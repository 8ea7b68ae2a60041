"""What the first lines of a report say of an answer, where less was seen than its word promises."""

from __future__ import annotations

from tars_bench.reports.words.answers import bill_answer, quality_answer

FOUND = {
    "is_established": True,
    "change_ratio": -0.0344,
    "change_ratio_low": None,
    "change_ratio_high": None,
    "reason_metric_id": None,
    "reason_code": None,
}


def said(answer):
    return f"{answer.lead} {answer.rest}".strip()


def held(*names):
    found = {**FOUND, "question_id": "quality", "answer": "held"}
    return said(
        quality_answer(
            found, {name: {"metric_name": name, "status": "not worse"} for name in names}
        )
    )


def test_quality_that_hangs_on_one_metric_names_it():
    assert held("Error Rate") == (
        "Quality held ✅: of all that tells of it, the log holds only the error rate."
    )
    assert held("Error Rate", "User Satisfaction") == "Quality held ✅."


def test_a_bill_of_a_log_that_ends_early_is_that_of_the_whole_days():
    found = {
        **FOUND,
        "question_id": "bill",
        "answer": "cannot_be_told",
        "is_established": False,
        "reason_code": "last_day_cut_off",
    }
    assert said(bill_answer(found, -5.68)) == (
        "How the bill moved cannot be told ❔: the log ends early on the last day; on the whole"
        " days before it the bill fell 3.4% a day."
    )
