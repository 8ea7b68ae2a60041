"""Faults planted in sound logs, one at a time: a serious check names each.

The logs and the faults are those of `tars-bench doctor --inject`; here it is held which check
tells, and that none does of sound logs.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tars_bench.doctor import inject
from tars_bench.doctor.faults import FAULTS, _jsonl
from tars_bench.doctor.world import World, is_in_phase, sound_world
from tars_bench.warehouse.files import open_reader

TOLD_BY = {
    "double_counting": {"delivered_twice", "reported_cost_gap"},
    "source_stops": {"source_coverage"},
    "costs_zero": {"zero_recorded_cost"},
    "costs_halved": {"billed_list_ratio"},
    "discount": {"billed_list_ratio"},
    "placeholder_outputs": {"placeholder_outputs", "unfinished_usage"},
    "project_stops": {"project_coverage"},
    "shifted_zone": {"hour_shift"},
    "unknown_model": {"unpriced_zero_cost"},
    "half_without_usage": {"zero_usage"},
    "cached_out": {"token_convention"},
    "seconds": {"response_time_unit"},
    "seconds_everywhere": {"response_time_unit"},
    "running_totals": {"running_totals"},
    "hourly_sums": {"aggregated_calls"},
    "two_task_ids": {"task_definition"},
    "future_clock": {"clock_ahead"},
    "reported_double": {"reported_cost_gap"},
}
WARNED_BY = {"one_hour_writes": "list_price_gap", "sub_agent_dropped": "calls_per_session"}
READINGS = {"discount": (1, 0.92), "costs_halved": (1, 0.5), "placeholder_outputs": (0, 1)}


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scratch")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inject, "_SELECT", ("+hygiene_checks",))
        yield folder


def serious(
    folder: Path, world: World, status: str = "serious"
) -> dict[str, tuple[float | None, float | None]]:
    """The serious checks of the logs, with the two readings each rests on."""
    workspace = inject._made(folder, world)
    with open_reader(workspace.working_database) as connection:
        found = connection.execute(
            "select check_id, baseline_reading, phase_reading from marts.hygiene_checks"
            " where status = ?",
            [status],
        ).fetchall()
    return {check_id: readings for check_id, *readings in found}


def test_sound_logs_have_no_serious_check(scratch):
    assert serious(scratch, sound_world()) == {}


def test_a_cheaper_model_with_fewer_tokens_is_no_fault(scratch):
    """Routing, shorter prompts and faster answers change what a log holds, not the instrument."""
    world = sound_world()
    for call in filter(is_in_phase, world.calls):
        if call["taskType"] == "coding":
            call["model"] = "claude-haiku-4-5"
        call["tokenInput"] = round(call["tokenInput"] * 0.7)
        call["responseTime"] = round(call["responseTime"] * 0.6)
        dear = call["model"] == "claude-sonnet-4-5"
        price_in, price_out = (3, 15) if dear else (1, 5)
        call["cost"] = (call["tokenInput"] * price_in + call["tokenOutput"] * price_out) / 1e6
    world.costs = {}
    assert serious(scratch, world) == {}


@pytest.mark.parametrize("fault_id", sorted(TOLD_BY))
def test_a_fault_is_named(scratch, fault_id):
    (fault,) = [one for one in FAULTS if one.fault_id == fault_id]
    world = sound_world()
    fault.plant(world)
    found = serious(scratch, world)
    assert TOLD_BY[fault_id] <= set(found), json.dumps(found)
    for check_id in TOLD_BY[fault_id] if fault_id in READINGS else ():
        assert found[check_id] == pytest.approx(READINGS[fault_id], abs=0.005)


@pytest.mark.parametrize("fault_id", sorted(WARNED_BY))
def test_a_fault_that_may_be_none_is_warned_of(scratch, fault_id):
    (fault,) = [one for one in FAULTS if one.fault_id == fault_id]
    world = sound_world()
    fault.plant(world)
    assert WARNED_BY[fault_id] in serious(scratch, world, "warning")


@pytest.mark.parametrize("has_ids", [False, True], ids=["without ids", "ids in one of the two"])
def test_an_overlapping_export_is_told(scratch, has_ids):
    """The second copy has no ids, spans both windows and is ordered another way."""
    world = sound_world()
    again = [{**call, "requestId": None} for call in reversed(world.calls[100:400])]
    for call in () if has_ids else world.calls:
        del call["requestId"]
    world.extra["api_responses/export.jsonl"] = _jsonl(again)
    assert "delivered_twice" in serious(scratch, world)


def test_a_baseline_doubled_inside_its_files_is_named(scratch):
    """Each line twice in the same file, without ids and without costs.json to disagree with."""
    world = sound_world()
    for call in world.calls:
        del call["requestId"]
    world.calls += [dict(call) for call in world.calls if not is_in_phase(call)]
    world.costs = {}
    assert "delivered_twice" in serious(scratch, world)


def test_other_hours_that_are_no_shift_are_no_fault(scratch):
    """Half of the phase's work moves to the evening: another habit, the same clock."""
    world = sound_world()
    for call in [call for call in world.calls if is_in_phase(call)][::2]:
        call["timestamp"] = call["timestamp"].replace("T0", "T1")
    world.costs = {}
    assert serious(scratch, world) == {}
