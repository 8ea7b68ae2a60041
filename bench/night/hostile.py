"""Lines no logger should write, among sound ones, through a full run: all accounted for."""

from __future__ import annotations

import json
import random
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import duckdb
from place import TARS_BENCH, days_of, deliver, finish, published, run, simulate, workspace

FILES: Final = 10
PLANTED: Final = "planted-secret"
ODD: Final[tuple[Any, ...]] = (
    *(None, "", " ", "null", "0", "abc", "1,500", "0.0125", True, False, [], {}, [[]], {"a": [1]}),
    *(0, -1, -0.0, 0.5, 1e308, 2**31, 2**53 + 1, 2**63, 2**64, 10**30, 10**300, float("inf")),
    *(
        float("nan"),
        "\u0000",
        "\ud83d",
        "\U0001f4a9" * 50,
        "a" * 5000,
        "\x1b[31mred",
        "<script>x</script>",
    ),
    *(
        "'; drop table marts.fct_requests; --",
        "=cmd|' /C calc'!A0",
        "../../etc/passwd",
        "{{ ref('x') }}",
    ),
    *(
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2026-02-30T08:00:00Z",
        "tomorrow",
        1771000000,
    ),
    *("2026-02-20T08:00:00.123456789Z", "2026-02-20 08:00:00,123", "2026-02-20T08:00:00+25:00"),
)


def campaign(folder: Path, lines: int, seed: int) -> list[str]:
    """Load, build, publish and report sound logs with hostile lines among them."""
    logs = simulate(folder / "logs")
    place = workspace(folder / "workspace")
    deliver(logs, place, days_of(logs))
    sound_ids = {record["requestId"] for record in _sound(place / "data" / "api_responses")}
    _write_hostile(place / "data", lines, random.Random(seed))
    complaint = finish(run(place))
    print(f"published; said: {complaint.strip()[:500]}", flush=True)
    return [*_accounts(place, sound_ids), *_secrets(place), *_reports(place)]


def _kind_of(draw: float) -> str:
    if draw < 0.6:
        return "api_responses"
    return "feedback" if draw < 0.75 else "monitoring_logs"


def _write_hostile(data: Path, lines: int, draws: random.Random) -> None:
    calls = _sound(data / "api_responses")
    feedback = _sound(data / "feedback")
    events = [line for path in data.glob("monitoring_logs/*.log") for line in _raw(path)]
    for number in range(FILES):
        made = [
            (_kind_of(draw), _hostile_line(calls, feedback, events, draw, draws))
            for draw in (draws.random() for _ in range(lines // FILES))
        ]
        for kind, ending in (
            ("api_responses", "jsonl"),
            ("feedback", "jsonl"),
            ("monitoring_logs", "log"),
        ):
            parts = [line for name, line in made if name == kind]
            ends = draws.choice((b"\n", b"\n", b"\r\n"))
            last = draws.choice((b"\n", b""))
            (data / kind / f"hostile-{number}.{ending}").write_bytes(ends.join(parts) + last)


def _hostile_line(
    calls: list[dict[str, Any]],
    feedback: list[dict[str, Any]],
    events: list[bytes],
    draw: float,
    draws: random.Random,
) -> bytes:
    if draw >= 0.75:
        return _spoilt(draws.choice(events), draws)
    record = dict(draws.choice(calls if draw < 0.6 else feedback))
    record["note"] = PLANTED
    if "requestId" in record:
        record["requestId"] = f"hostile-{draws.getrandbits(60)}"
    for name in draws.sample(sorted(record), draws.randint(1, 3)):
        if draws.random() < 0.2:
            del record[name]
        else:
            record[name] = draws.choice(ODD)
    line = json.dumps(record, ensure_ascii=draws.random() < 0.5)
    encoded = line.encode("utf-8", "surrogatepass")
    return _spoilt(encoded, draws) if draws.random() < 0.3 else encoded


def _spoilt(line: bytes, draws: random.Random) -> bytes:
    at = draws.randrange(len(line) + 1)
    changes: tuple[Callable[[], bytes], ...] = (
        lambda: line[:at],
        lambda: line[at:],
        lambda: line[:at] + bytes([draws.randrange(256)]) + line[at:],
        lambda: line[:at] + draws.randbytes(draws.randint(1, 20)) + line[at:],
        lambda: line + line,
        lambda: b"[" + line + b"]",
        lambda: b"\xef\xbb\xbf" + line,
        lambda: line.decode("utf-8", "replace").encode("utf-16"),
        lambda: re.sub(rb"=\w+", b"=", line),
        lambda: re.sub(rb"\d+", lambda found: b"-" + found[0], line, count=draws.randint(1, 9)),
        lambda: b"",
        lambda: b" " * draws.randint(1, 5),
        lambda: b"{" * draws.choice((1, 10, 3000)),
        lambda: line.replace(b" ", b"\t"),
        lambda: b"Traceback (most recent call last): " + PLANTED.encode(),
    )
    return draws.choice(changes)().replace(b"\n", b" ").replace(b"\r", b" ")


def _sound(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in _raw(path)]


def _raw(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()


def _files(data: Path) -> list[Path]:
    return sorted(path for path in data.rglob("*") if path.suffix in {".jsonl", ".log"})


def _line_count(path: Path) -> int:
    content = path.read_bytes()
    return content.count(b"\n") + (not content.endswith(b"\n") and bool(content))


def _accounts(place: Path, sound_ids: set[str]) -> list[str]:
    """Each file's lines as counted here, and every sound request, stand in the published file."""
    connection = duckdb.connect(str(published(place)), read_only=True)
    ledger = {
        (source_table, Path(path).name): (read, parts)
        for source_table, path, read, parts in connection.execute(
            """
            select
                source_table,
                path,
                read_line_count + repeated_line_count,
                kept_line_count + merged_line_count + dropped_line_count
                    + quarantined_line_count + repeated_line_count
            from marts.line_ledger
            """
        ).fetchall()
    }
    found = []
    counted: dict[str, int] = {}
    for (_, name), (read, parts) in ledger.items():
        counted[name] = counted.get(name, 0) + read
        if read != parts:
            found.append(f"{name}: {read} lines read, {parts} accounted for")
    # Half a last line without a line end waits for the next load: it may still be written.
    waiting: dict[str, int] = {}
    sums: dict[str, int] = {}
    for path in _files(place / "data"):
        sums[path.name] = sums.get(path.name, 0) + _line_count(path)
        is_open = not path.read_bytes().endswith(b"\n")
        waiting[path.name] = waiting.get(path.name, 0) + is_open
    found += [
        f"{name}: {lines} lines in the files, {counted.get(name, 0)} in the ledger"
        for name, lines in sums.items()
        if not lines - waiting[name] <= counted.get(name, 0) <= lines
    ]
    kept = {
        str(row[0])
        for row in connection.execute("select source_request_id from marts.fct_requests").fetchall()
    }
    if sound_ids - kept:
        found.append(f"{len(sound_ids - kept)} sound requests are missing")
    row = connection.execute(
        "select sum(read_line_count), sum(quarantined_line_count) from marts.line_ledger"
    ).fetchone()
    print(f"{len(sums)} file names; lines read and set aside: {row}", flush=True)
    return found


def _secrets(place: Path) -> list[str]:
    """No text of a line stands in any text column of the published file."""
    connection = duckdb.connect(str(published(place)), read_only=True)
    columns = connection.execute(
        """
        select schema_name, table_name, column_name from duckdb_columns()
        where data_type like '%VARCHAR%' and not internal
        """
    ).fetchall()
    return [
        f"{schema}.{table}.{column} holds planted text"
        for schema, table, column in columns
        if connection.execute(
            f'select 1 from "{schema}"."{table}"'
            f" where cast(\"{column}\" as varchar) like '%{PLANTED}%' limit 1"
        ).fetchone()
    ]


def _reports(place: Path) -> list[str]:
    """Every report is written, and shows no markup or control character of a log."""
    found = []
    asked = [("report", "final", "--format", kind) for kind in ("html", "markdown", "csv", "json")]
    for words in (*asked, ("report", "final"), ("dashboard",), ("status",), ("doctor",)):
        done = subprocess.run(
            [*TARS_BENCH, *words, f"--workspace={place}"], capture_output=True, check=False
        )
        told = {0, 1, 3} if words == ("doctor",) else {0, 3}
        if done.returncode not in told or b"Traceback" in done.stderr:
            found.append(f"{' '.join(words)} ended with {done.returncode}: {done.stderr[-300:]!r}")
        is_markup = {"html", "markdown"} & {*words} and b"<script>x" in done.stdout
        if is_markup or b"\x1b[31mred" in done.stdout:
            found.append(f"{' '.join(words)} shows text of a log as it is")
    return found
