"""The seeds of experiments: what is refused before anything runs, with the file and the line."""

from decimal import Decimal

import pytest

from tars_bench.shared.errors import UsageError
from tars_bench.workspace.config import Workspace
from tars_bench.workspace.seeds import check_seeds

HEAD = (
    "experiment_id,experiment_name,label_kind,control_value,treated_value,start_date,end_date,"
    "assigned_unit,is_randomised,treated_share,washout_hours\n"
)
DAYS = "experiment_id,experiment_date,pair_number,is_treated\n"
LABELS = "e,E,arm,control,treated,2026-03-02,2026-03-29,session,true,0.5,\n"
SCHEDULE = "s,S,schedule,,,2026-03-02,2026-03-03,day,true,,4\n"
PAIR = "s,2026-03-02,1,true\ns,2026-03-03,1,false\n"


@pytest.fixture
def workspace(tmp_path):
    (tmp_path / "seeds").mkdir()
    return Workspace(tmp_path, "test", "UTC", Decimal("155.10"), ())


def check(workspace, experiments, days=""):
    folder = workspace.own_seeds_directory
    (folder / "experiments.csv").write_text(HEAD + experiments)
    (folder / "experiment_days.csv").write_text(DAYS + days)
    check_seeds(workspace)


def test_sound_experiments_pass(workspace):
    check(workspace, LABELS + SCHEDULE + LABELS.replace("e,E", "f,F").replace("arm", "tag"), PAIR)


@pytest.mark.parametrize(
    ("experiments", "days", "says"),
    [
        (LABELS.replace("arm,", "armm,"), "", "line 2: label_kind is 'armm'; known: arm, tag,"),
        (LABELS.replace("2026-03-29", "2026-03-01"), "", "line 2: end_date 2026-03-01 is before"),
        (LABELS.replace("2026-03-29", "29.3."), "", "line 2: end_date is '29.3.': write a date"),
        (LABELS.replace("control", ""), "", "line 2: control_value is empty: name the arm"),
        (LABELS.replace("treated,", "control|x,"), "", "line 2: 'control' is on both sides"),
        (LABELS.replace("arm,control", "tag,a|b"), "", "line 2: a side has one tag"),
        (LABELS.replace("session", "day"), "", "line 2: assigned_unit is 'day': `day` for a"),
        (LABELS.replace("0.5", "50"), "", "line 2: treated_share is 50: a share between 0 and 1"),
        (LABELS.replace("0.5,", "0.5,3"), "", "line 2: washout_hours is 3: only a schedule"),
        (LABELS + LABELS, "", "line 3: experiment_id 'e' stands on line 2 already"),
        (SCHEDULE, "", "line 2: s has no day in experiment_days.csv"),
        (SCHEDULE.replace(",4", ",24"), PAIR, "line 2: washout_hours is 24: a whole number from"),
        (SCHEDULE.replace("schedule,,", "schedule,a,b"), PAIR, "line 2: "),
        (SCHEDULE, PAIR.replace("s,", "t,"), "line 2: experiment_id 't' is not in"),
        (LABELS, PAIR.replace("s,", "e,"), "line 2: e is told apart by arm, not by a schedule"),
        (SCHEDULE, PAIR.replace("03-03", "03-04"), "line 3: 2026-03-04 is not within s, which is"),
        (SCHEDULE, PAIR.replace("false", "true"), "line 3: pair 1 of s is not one day on and one"),
        (SCHEDULE, PAIR.replace("03-03", "03-02"), "line 3: experiment_id 's', experiment_date"),
        (SCHEDULE, PAIR.replace("1,false", "2,false"), "line 2: pair 1 of s is not one day on"),
    ],
)
def test_a_broken_rule_names_the_line_and_the_value(workspace, experiments, days, says):
    with pytest.raises(UsageError) as caught:
        check(workspace, experiments, days)
    assert says in caught.value.message
    assert "experiment" in caught.value.message
