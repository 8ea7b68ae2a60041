"""Any period, volume and effect a user may ask for."""

from dataclasses import fields
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tars_bench.shared.errors import UsageError
from tars_bench.simulate.options import SimulationOptions
from tars_bench.simulate.plan import planned_windows
from tars_bench.simulate.workload import PhaseWorkload, draw_phases, draw_workload

NOWHERE = Path("nowhere")

any_options = st.builds(
    SimulationOptions,
    out=st.just(NOWHERE),
    seed=st.integers(0, 2**63 - 1),
    start=st.dates(date(1971, 1, 1), date(9900, 1, 1)),
    days=st.integers(5, 40),
    calls_per_day=st.floats(1, 400),
    sessions_per_day=st.none() | st.integers(1, 30),
    effect_size=st.sampled_from([0.0, 1.0]) | st.floats(0, 1),
    weekend_ratio=st.floats(0.01, 3),
    draws=st.sampled_from(["stratified", "independent"]),
)


def check_requests(phase: PhaseWorkload) -> None:
    requests = phase.requests
    identity = list(zip(requests.day.tolist(), requests.ordinal.tolist(), strict=True))
    assert len(set(identity)) == len(identity)
    assert np.all(np.diff(requests.time_ms) >= 0)
    assert np.all(requests.time_ms // 86_400_000 == requests.day)
    assert np.all((requests.cost_nano > 0) == ~requests.is_hit)
    call_times = {
        place: time
        for place, time, is_hit in zip(identity, requests.time_ms, requests.is_hit, strict=True)
        if not is_hit
    }
    tasks = zip(requests.day.tolist(), requests.task.tolist(), strict=True)
    for place, time, is_hit in zip(tasks, requests.time_ms, requests.is_hit, strict=True):
        assert time < call_times[place] if is_hit else time == call_times[place]


@settings(max_examples=60, deadline=None)
@given(any_options)
def test_any_options_give_a_workload_that_holds_together(options: SimulationOptions) -> None:
    days = 0
    for phase in draw_phases(options):
        assert phase.first_day == days
        days += phase.days
        check_requests(phase)
        for part in (phase.requests, phase.events, phase.feedback):
            assert len({len(getattr(part, field.name)) for field in fields(part)}) == 1
            assert np.all((part.day >= phase.first_day) & (part.day < days))
            assert np.all(part.time_ms // 86_400_000 == part.day)
    assert days == options.days


@pytest.mark.parametrize(
    ("given_options", "named"),
    [
        ({"days": 4}, "--days"),
        ({"calls_per_day": 0.5}, "--calls-per-day"),
        ({"calls_per_day": float("nan")}, "--calls-per-day"),
        ({"seed": -1}, "--seed"),
        ({"effect_size": 1.1}, "--effect-size"),
        ({"sessions_per_day": 0}, "--sessions-per-day"),
        ({"weekend_ratio": 0.0}, "--weekend-ratio"),
        ({"start": date(9999, 12, 1)}, "--start"),
        ({"draws": "guessed"}, "guessed"),
    ],
)
def test_what_cannot_be_simulated_is_refused(given_options: dict[str, object], named: str) -> None:
    with pytest.raises(UsageError, match=named):
        SimulationOptions(NOWHERE, **given_options)  # type: ignore[arg-type]


def test_the_windows_scale_with_the_days() -> None:
    # 26 days are 3, 3, 7, 6, 7; twice as many leave 47 after one each: of 2, 2, 6, 5 and 6
    # twenty-firsts that is 4.48, 4.48, 13.43, 11.19 and 13.43, and the two largest remainders win.
    windows = planned_windows(SimulationOptions(NOWHERE, days=52))
    lengths = [(window.end - window.start).days + 1 for window in windows]
    assert lengths == [6, 6, 14, 12, 14]
    assert [window.start for window in windows][:2] == [date(2026, 2, 11), date(2026, 2, 17)]


def test_the_default_windows_are_the_specifications() -> None:
    windows = {w.phase_id: (w.start, w.end) for w in planned_windows(SimulationOptions(NOWHERE))}
    assert windows == {
        "baseline": (date(2026, 2, 11), date(2026, 2, 13)),
        "phase_1": (date(2026, 2, 14), date(2026, 2, 16)),
        "phase_2": (date(2026, 2, 17), date(2026, 2, 23)),
        "phase_3_rollout": (date(2026, 2, 24), date(2026, 3, 1)),
        "phase_3": (date(2026, 3, 2), date(2026, 3, 8)),
    }


def test_volume_scales_calls_tokens_and_cost_alike() -> None:
    columns = draw_workload(SimulationOptions(NOWHERE, calls_per_day=2_340))
    calls = ~columns["is_hit"] & (columns["phase"] == 4)
    assert calls.sum() / 7 == pytest.approx(1_800, rel=0.001)
    assert columns["cost_nano"][calls].sum() / 7e9 == pytest.approx(49.70, rel=0.02)
    tokens = (columns["input_tokens"] + columns["output_tokens"])[calls]
    assert tokens.sum() / 7 == pytest.approx(5_300_000, rel=0.02)


def test_without_effect_no_strategy_is_on_and_phases_are_alike() -> None:
    phases = list(draw_phases(SimulationOptions(NOWHERE, effect_size=0)))
    for phase in phases:
        assert len(phase.events.day) == 0
        assert not phase.requests.is_hit.any()
        assert not phase.requests.model.any()
        assert phase.requests.cost_nano.sum() / phase.days / 1e9 == pytest.approx(8.50, rel=0.01)


def test_half_an_effect_is_half_the_change() -> None:
    columns = draw_workload(SimulationOptions(NOWHERE, effect_size=0.5, calls_per_day=2_340))
    final = columns["phase"] == 4
    # Halfway from $85.00 to $49.70 a day.
    assert columns["cost_nano"][final].sum() / 7e9 == pytest.approx(67.35, rel=0.02)


def test_weekends_can_be_quieter() -> None:
    options = SimulationOptions(NOWHERE, calls_per_day=2_000, weekend_ratio=0.25, effect_size=0)
    day = draw_workload(options)["day"]
    counts = np.bincount(day)
    # Day 6 is Tuesday 17 February, days 10 and 11 are the weekend of the same phase.
    assert counts[[10, 11]].mean() / counts[[6, 7, 8, 9, 12]].mean() == pytest.approx(0.25, rel=0.1)


def test_many_sessions_have_ids_of_their_own() -> None:
    columns = draw_workload(SimulationOptions(NOWHERE, sessions_per_day=50, calls_per_day=500))
    session = np.stack([columns["session_code"], columns["day"]], axis=1)
    assert len(np.unique(session, axis=0)) == len(np.unique(columns["session_code"]))
    assert len(np.unique(columns["session_code"])) > 26 * 40


def test_independent_draws_vary_more_than_stratified_ones() -> None:
    def daily_costs(draws: str) -> list[float]:
        return [
            float(columns["cost_nano"][columns["phase"] == 0].sum())
            for seed in range(20)
            for columns in [
                draw_workload(SimulationOptions(NOWHERE, seed=seed, days=5, draws=draws))  # type: ignore[arg-type]
            ]
        ]

    assert np.std(daily_costs("independent")) > 5 * np.std(daily_costs("stratified"))
