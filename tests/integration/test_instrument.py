"""Faults planted in sound logs, one at a time: a serious check names each.

The logs and the faults are those of `tars-bench doctor --inject`; here it is held which check
tells, and that none does of sound logs.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tars_bench.doctor import inject
from tars_bench.doctor.faults import FAULTS
from tars_bench.doctor.world import World, is_in_phase, sound_world
from tars_bench.warehouse.files import open_reader

TOLD_BY = {
    "double_counting": {"delivered_twice", "reported_cost_gap"},
    "source_stops": {"source_coverage"},
    "costs_zero": {"zero_recorded_cost"},
    "costs_halved": {"billed_list_ratio"},
    "discount": {"billed_list_ratio"},
    "placeholder_outputs": {"placeholder_outputs"},
    "half_without_usage": {"zero_usage"},
    "cached_out": {"token_convention"},
    "seconds": {"response_time_unit"},
    "two_task_ids": {"task_definition"},
    "future_clock": {"clock_ahead"},
    "reported_double": {"reported_cost_gap"},
}
READINGS = {"discount": (1, 0.92), "costs_halved": (1, 0.5), "placeholder_outputs": (0, 1)}


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scratch")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inject, "_SELECT", ("+hygiene_checks",))
        yield folder


def serious(folder: Path, world: World) -> dict[str, tuple[float | None, float | None]]:
    """The serious checks of the logs, with the two readings each rests on."""
    workspace = inject._made(folder, world)
    with open_reader(workspace.working_database) as connection:
        found = connection.execute(
            "select check_id, baseline_reading, phase_reading from marts.hygiene_checks"
            " where status = 'serious'"
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
