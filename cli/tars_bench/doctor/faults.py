"""The faults that are planted: each a way in which real logs have been wrong."""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tars_bench.doctor.world import Call, World, daily_costs, is_in_phase


@dataclass(frozen=True)
class Fault:
    """A way in which a log can be wrong.

    Attributes:
        fault_id: Its name.
        sentence: What is wrong, in words.
        plant: Puts it into sound logs.
    """

    fault_id: str
    sentence: str
    plant: Callable[[World], None]


def _in_phase(change: Callable[[Call], None]) -> Callable[[World], None]:
    """Return what changes every TARS record of the phase, and leaves `costs.json` as it was."""

    def plant(world: World) -> None:
        for call in world.calls:
            if is_in_phase(call):
                change(call)

    return plant


def _scaled_cost(factor: float) -> Callable[[World], None]:
    def plant(world: World) -> None:
        for call in world.calls:
            if is_in_phase(call):
                call["cost"] = call["cost"] * factor
        world.costs = daily_costs(world.calls)

    return plant


def _baseline_twice(world: World) -> None:
    for call in world.calls:
        del call["requestId"]
    again = [copy.deepcopy(call) for call in world.calls if not is_in_phase(call)]
    world.extra["api_responses/export-of-may.jsonl"] = _jsonl(again)


def _jsonl(records: list[Call]) -> bytes:
    return "".join(json.dumps(record, sort_keys=True) + "\n" for record in records).encode()


def _one_hour_writes_at_five_minutes(world: World) -> None:
    """The client computes its cost at the price of a 5-minute write for 1-hour writes."""
    for lines in world.transcripts.values():
        for line in lines:
            if line["type"] == "assistant":
                usage = line["message"]["usage"]
                usage["cache_creation"] = {
                    "ephemeral_5m_input_tokens": 0,
                    "ephemeral_1h_input_tokens": usage["cache_creation_input_tokens"],
                }
                line["costUSD"] = (
                    usage["input_tokens"] * 3
                    + usage["cache_creation_input_tokens"] * 3.75
                    + usage["cache_read_input_tokens"] * 0.3
                    + usage["output_tokens"] * 15
                ) / 1e6


def _unknown_model(call: Call) -> None:
    if call["model"] == "claude-haiku-4-5":
        call["model"], call["cost"] = "acme-small-1", 0


def _sub_agent_file_dropped(world: World) -> None:
    """Half of the work moves to sub-agents whose files are not delivered."""
    for lines in world.transcripts.values():
        if is_in_phase(lines[0]):
            del lines[len(lines) // 2 :]


def _shifted_zone(call: Call) -> None:
    moment = datetime.fromisoformat(call["timestamp"]) + timedelta(hours=9)
    call["timestamp"] = f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _empty_batches(world: World) -> None:
    """Three days of the phase are delivered as empty files."""
    missing = sorted({call["timestamp"][:10] for call in world.calls if is_in_phase(call)})[4:8]
    world.calls = [call for call in world.calls if call["timestamp"][:10] not in missing]
    for day in missing:
        world.extra[f"api_responses/{day}.jsonl"] = b""


def _source_stops(world: World) -> None:
    world.transcripts = {
        name: lines for name, lines in world.transcripts.items() if not is_in_phase(lines[0])
    }


def _project_stops(world: World) -> None:
    world.calls = [
        call for call in world.calls if not (is_in_phase(call) and call["project"] == "search")
    ]
    world.costs = daily_costs(world.calls)


def _no_cost(call: Call) -> None:
    call["cost"] = 0


def _placeholder_outputs(world: World) -> None:
    for lines in world.transcripts.values():
        for index, line in enumerate(lines):
            if line["type"] == "assistant" and is_in_phase(line):
                line["message"]["stop_reason"] = None
                line["message"]["usage"]["output_tokens"] = 1 + index % 8
                line["version"] = "2.1.20"


def _half_without_usage(world: World) -> None:
    late = [call for call in world.calls if is_in_phase(call)]
    for call in late[::2]:
        call["tokenInput"] = call["tokenOutput"] = call["cost"] = 0


def _cached_in_then_out(world: World) -> None:
    """The baseline counts cached tokens as input; the phase counts them apart."""
    for call in world.calls:
        cached = round(call["tokenInput"] * 0.7)
        if is_in_phase(call):
            call["tokenInput"] -= cached
            call["cacheReadTokens"] = cached
        del call["cost"]


def _seconds(call: Call) -> None:
    call["responseTime"] = call["responseTime"] / 1000


def _two_ids_for_one_task(world: World) -> None:
    seen: dict[str, int] = {}
    for call in world.calls:
        if is_in_phase(call):
            number = seen[call["taskId"]] = seen.get(call["taskId"], 0) + 1
            call["taskId"] = f"{call['taskId']}-{number}"


def _future_clock(world: World) -> None:
    world.calls.append(copy.deepcopy(world.calls[-1]) | {"timestamp": "2031-01-01T00:00:00Z"})
    world.calls[-1]["requestId"] = "r-future"


def _negative_tokens(world: World) -> None:
    for call in [call for call in world.calls if is_in_phase(call)][::20]:
        call["tokenInput"] = -call["tokenInput"]


def _cut_lines(world: World) -> None:
    last = [call for call in world.calls if is_in_phase(call)][-1]
    whole = json.dumps(last)
    world.extra["api_responses/cut.jsonl"] = (whole[: len(whole) // 2] + "\n").encode() * 5


def _copied_file(world: World) -> None:
    day = world.calls[0]["timestamp"][:10]
    same = "".join(
        json.dumps(call) + "\n" for call in world.calls if call["timestamp"][:10] == day
    ).encode()
    world.extra["api_responses/backup/copy.jsonl.gz"] = gzip.compress(same, mtime=0)


def _reported_twice_as_much(world: World) -> None:
    for day in world.costs.values():
        day["daily"]["cost"] *= 2


def _dearer_work_vanishes(world: World) -> None:
    world.calls = [
        call for call in world.calls if not (is_in_phase(call) and call["taskType"] == "research")
    ]
    world.costs = daily_costs(world.calls)


def _every_line_is_one_task(world: World) -> None:
    for call in world.calls:
        call["taskId"] = ""


def _running_totals(world: World) -> None:
    """The phase logs what a session used so far, call by call."""
    totals: dict[str, tuple[int, int]] = {}
    for call in sorted(filter(is_in_phase, world.calls), key=lambda call: call["timestamp"]):
        before = totals.get(call["sessionId"], (0, 0))
        now = (before[0] + call["tokenInput"], before[1] + call["tokenOutput"])
        totals[call["sessionId"]] = now
        call["tokenInput"], call["tokenOutput"] = now


def _hourly_sums(world: World) -> None:
    """The phase logs one record for many calls."""
    late = [call for call in world.calls if is_in_phase(call)]
    world.calls = [call for call in world.calls if not is_in_phase(call)]
    for call in late[::300]:
        for name in ("tokenInput", "tokenOutput", "cost"):
            call[name] *= 300
        world.calls.append(call)


def _seconds_everywhere(world: World) -> None:
    for call in world.calls:
        call["responseTime"] = call["responseTime"] / 1000


FAULTS: Final = (
    Fault("double_counting", "the baseline is delivered twice, without ids", _baseline_twice),
    Fault(
        "one_hour_writes",
        "1 h cache writes are billed at the 5 m price",
        _one_hour_writes_at_five_minutes,
    ),
    Fault("cents_as_dollars", "costs are written in cents", _scaled_cost(100)),
    Fault("unknown_model", "an unknown model is logged at $0", _in_phase(_unknown_model)),
    Fault("sub_agent_dropped", "files of sub-agents are not delivered", _sub_agent_file_dropped),
    Fault("shifted_zone", "times are written in another time zone", _in_phase(_shifted_zone)),
    Fault("empty_batch", "days are delivered as empty files", _empty_batches),
    Fault("source_stops", "a source ends with the baseline", _source_stops),
    Fault("project_stops", "a project ends with the baseline", _project_stops),
    Fault("costs_zero", "every cost is written as 0", _in_phase(_no_cost)),
    Fault("costs_halved", "every cost is written by half", _scaled_cost(0.5)),
    Fault("discount", "the vendor bills 92 % of the list", _scaled_cost(0.92)),
    Fault("placeholder_outputs", "output counts never become final", _placeholder_outputs),
    Fault("half_without_usage", "every second call has no usage", _half_without_usage),
    Fault("cached_out", "cached tokens are in, then out of the input", _cached_in_then_out),
    Fault("seconds", "response times are written in seconds", _in_phase(_seconds)),
    Fault("seconds_everywhere", "all response times are in seconds", _seconds_everywhere),
    Fault("running_totals", "token counts are running totals", _running_totals),
    Fault("hourly_sums", "many calls are logged as one", _hourly_sums),
    Fault("two_task_ids", "one task id becomes two", _two_ids_for_one_task),
    Fault("future_clock", "one call is dated 2031", _future_clock),
    Fault("negative_tokens", "token counts are negative", _negative_tokens),
    Fault("cut_lines", "lines are cut off", _cut_lines),
    Fault("copied_file", "a file is delivered a second time, compressed", _copied_file),
    Fault("reported_double", "costs.json says twice as much", _reported_twice_as_much),
    Fault("work_vanishes", "the dearest kind of work is gone", _dearer_work_vanishes),
    Fault("blank_task_ids", "every task id is blank", _every_line_is_one_task),
)
"""Every fault that is planted, one at a time."""
