"""Loading files of lines: plan, read into the spool, scan, commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from tars_bench.ingest import ledger
from tars_bench.ingest.content import BLOCK_BYTES, ContentHasher, chunks, head_sha256
from tars_bench.ingest.feed import Feed
from tars_bench.ingest.ledger import Delivery, FileEntry, PathEntry
from tars_bench.ingest.opening import READ_ERRORS, UNREAD, ChangedError, Stat
from tars_bench.ingest.plan import Planner
from tars_bench.ingest.planned import Plan, Reading
from tars_bench.ingest.result import FeedResult, Problem
from tars_bench.ingest.rewriting import make_judge
from tars_bench.ingest.scan import OutcomeCounts, scan_spool
from tars_bench.ingest.spool import Spool
from tars_bench.ingest.tailer import Tail, Tailer
from tars_bench.shared.errors import TarsBenchError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def load_lines(
    connection: DuckDBPyConnection,
    feed: Feed,
    root: Path,
    files: Sequence[tuple[Path, Stat | None]],
    spool: Spool,
    load_id: int,
    narrate: Callable[[str], None],
) -> FeedResult:
    """Load what is new in a feed's files."""
    plan = _plan(connection, feed, root, files, spool)
    if plan.readings:
        narrate(f"  {feed.table}: reading {len(plan.readings):,} of {plan.seen_count:,} files")
    load = _LineLoad(connection, feed, spool, load_id, narrate)
    load.run(plan)
    return _result(feed, root, plan, load)


def _plan(
    connection: DuckDBPyConnection,
    feed: Feed,
    root: Path,
    files: Sequence[tuple[Path, Stat | None]],
    spool: Spool,
) -> Plan:
    """Plan a load; a file that goes away or changes meanwhile is left to the next one."""
    judge = make_judge(connection, feed, spool)
    known = ledger.read_ledger(connection, feed)
    while True:
        try:
            return Planner(feed, known, judge).plan(root, files)
        except READ_ERRORS as error:
            spool.clear()
            name = getattr(error, "filename", None)
            rest = [item for item in files if str(item[0]) != str(name)]
            if len(rest) == len(files):
                raise TarsBenchError(
                    f"{name or root} went away or changed while it was read: {error}",
                    "nothing was loaded of its source; run the load again",
                ) from error
            files = rest


class _LineLoad:
    """One feed's load: transactions of whole batches."""

    def __init__(
        self,
        connection: DuckDBPyConnection,
        feed: Feed,
        spool: Spool,
        load_id: int,
        narrate: Callable[[str], None],
    ) -> None:
        self._connection = connection
        self._feed = feed
        self._spool = spool
        self._load_id = load_id
        self._narrate = narrate
        self._counts = OutcomeCounts()
        self._files: list[tuple[FileEntry, Reading]] = []
        self._paths: list[PathEntry] = []
        self._deliveries: list[Delivery] = []
        self.outcomes = OutcomeCounts()
        self.delivered: Counter[str] = Counter()
        self.problems: list[Problem] = []
        self.pending: list[tuple[str, int]] = []

    def run(self, plan: Plan) -> None:
        """Do what was planned; the last commit records what needed no reading."""
        self._connection.begin()
        try:
            for reading in plan.readings:
                self._try(reading, plan)
            self._scan()
            self._paths += plan.paths
            self._deliveries += plan.deliveries
            self._counts.update(plan.copied_counts)
            self.outcomes.update(plan.copied_counts)
            self._save()
            for file_id, path in plan.moves:
                ledger.move_file(self._connection, file_id, path)
        except BaseException:
            self._connection.rollback()
            raise
        self._connection.commit()

    def _try(self, reading: Reading, plan: Plan) -> None:
        """Read a file; if it is not the one that was planned any more, leave it to the next load.

        What replaces another content has a transaction of its own, so that it can be undone.
        """
        if reading.replaced:
            self._commit()
        try:
            self._read(reading)
        except OSError:
            if reading.replaced:
                self._connection.rollback()
                self._connection.begin()
                self._forget_batch()
            else:
                self._spool.abandon()
                self._paths.append(PathEntry(reading.found.name, UNREAD, _known_id(reading)))
            plan.forget({reading.file_id})
            self._narrate(f"  {reading.found.name} changed while it was read; it is left for later")
        else:
            if reading.replaced:
                self._commit()

    def _commit(self) -> None:
        self._scan()
        self._save()
        self._connection.commit()
        self._connection.begin()

    def _forget_batch(self) -> None:
        self._spool.clear()
        self.outcomes.subtract(self._counts)
        self.outcomes += OutcomeCounts()
        self._counts = OutcomeCounts()
        self._files, self._paths, self._deliveries = [], [], []

    def _read(self, reading: Reading) -> None:
        if reading.replaced:
            ledger.forget_file(self._connection, self._feed, reading.replaced.file_id)
        tail, start = _start(reading)
        self._spool.begin(reading.file_id, tail.line_count + 1, reading.loaded_before)
        verify = reading.found.content.verify
        tailer = Tailer(
            self._feed, self._spool, tail, lambda: self._make_room(reading, tail), verify
        )
        first = start.byte_count // BLOCK_BYTES * BLOCK_BYTES
        with reading.found.content.open() as stream:
            _check_start(reading, stream, tail, first, start.byte_count)
            tailer.read(stream)
            if not tail.error:
                verify(*tail.last_read)
        self._record(reading, tail)

    def _make_room(self, reading: Reading, tail: Tail) -> None:
        """Scan a full spool; commit it, unless the file replaces another as a whole."""
        if not self._spool.is_full:
            return
        reading.found.content.verify(*tail.last_read)
        self._scan()
        if reading.replaced is None:
            self._files.append((_entry(reading, tail, self._load_id), reading))
            self._paths.append(PathEntry(reading.found.name, UNREAD, reading.file_id))
            self._save()
            self._connection.commit()
            self._connection.begin()
        self._spool.begin(reading.file_id, tail.line_count + 1, reading.loaded_before)
        self._narrate(f"  {self._feed.table}: {self.outcomes.total():,} lines")

    def _record(self, reading: Reading, tail: Tail) -> None:
        """Note how far a file was read, for the next commit."""
        found = reading.found
        stat = UNREAD if tail.error else found.stat
        self._paths.append(
            PathEntry(found.name, stat, reading.file_id, tail.line_count, tail.pending_byte_count)
        )
        self._note_problems(reading, tail)
        entry = _entry(reading, tail, self._load_id)
        if reading.entry is not None and entry == reading.entry:
            return
        self._files.append((entry, reading))
        lines = tail.line_count - (reading.entry.line_count if reading.entry else 0)
        if lines or reading.entry is None:
            self._deliveries.append(
                Delivery(found.name, reading.file_id, reading.outcome, reading.detail, lines)
            )

    def _note_problems(self, reading: Reading, tail: Tail) -> None:
        name, system = reading.found.name, self._feed.source_system
        if reading.detail:
            self.problems.append(Problem(system, name, reading.detail))
        if tail.error:
            self.problems.append(
                Problem(system, name, f"reading stopped: {tail.error}", is_error=True)
            )
            self._deliveries.append(Delivery(name, reading.file_id, "unreadable", tail.error))
        if tail.pending_byte_count:
            self.pending.append((name, tail.pending_byte_count))

    def _scan(self) -> None:
        if self._spool.line_count:
            counts = scan_spool(self._connection, self._feed, self._spool, self._load_id)
            self._counts.update(counts)
            self.outcomes.update(counts)
        self._spool.clear()

    def _save(self) -> None:
        """Write this batch's part of the ledger."""
        files = [(entry, reading.found.stat) for entry, reading in self._files]
        ledger.save_files(self._connection, self._feed, self._load_id, files)
        ledger.save_paths(self._connection, self._feed, self._paths)
        ledger.save_deliveries(self._connection, self._feed, self._load_id, self._deliveries)
        ledger.save_outcomes(self._connection, self._load_id, self._counts)
        self.delivered.update(delivery.outcome for delivery in self._deliveries)
        self._files, self._paths, self._deliveries = [], [], []
        self._counts = OutcomeCounts()


def _known_id(reading: Reading) -> str | None:
    return reading.entry.file_id if reading.entry else None


def _check_start(reading: Reading, stream: IO[bytes], tail: Tail, first: int, length: int) -> None:
    """Go to where reading begins; what lies before it must be what was planned.

    Raises:
        ChangedError: It is not: the first line, or the last block of what is loaded, differs.
    """
    if reading.entry is None:
        if head_sha256(stream) != reading.found.head_sha256:
            raise ChangedError(reading.found.path)
        stream.seek(0)
        return
    stream.seek(first)
    for part in chunks(stream, length - first):
        tail.hasher.update(part)
        tail.last_read = (part, stream.tell() - len(part))
    if not reading.entry.is_at(tail.hasher):
        raise ChangedError(reading.found.path)


def _start(reading: Reading) -> tuple[Tail, ContentHasher | FileEntry]:
    """Return where reading begins: at the beginning, or where the entry ends."""
    entry = reading.entry
    if entry is None:
        return Tail(ContentHasher()), ContentHasher()
    tail = Tail(
        ContentHasher(entry.blocks),
        entry.line_count,
        entry.is_last_line_open,
    )
    return tail, entry


def _entry(reading: Reading, tail: Tail, load_id: int) -> FileEntry:
    before = reading.entry
    return FileEntry(
        file_id=reading.file_id,
        path=before.path if before else reading.found.name,
        byte_count=tail.hasher.byte_count,
        line_count=tail.line_count,
        head_sha256=reading.found.head_sha256,
        first_load_id=before.first_load_id if before else load_id,
        restated_load_id=before.restated_load_id if before else _restated(reading, load_id),
        blocks=tail.hasher.blocks,
        tail=tail.hasher.tail,
        is_last_line_open=tail.is_last_line_open,
    )


def _restated(reading: Reading, load_id: int) -> int | None:
    return load_id if reading.replaced else None


_TOOLS: Final = {
    "looks_like:otel": "OpenTelemetry spans",
    "looks_like:litellm": "LiteLLM's spend log",
    "looks_like:langfuse": "a Langfuse export",
    "looks_like:openai": "OpenAI's usage records",
    "looks_like:claude_code": "Claude Code transcripts (source type claude_code)",
}


def _foreign(rule: str, count: int) -> str:
    return (
        f"{count:,} lines look like {_TOOLS.get(rule, rule)}; a record of this source has"
        " timestamp, model, tokenInput, tokenOutput (docs/loading.md)"
    )


def _result(feed: Feed, root: Path, plan: Plan, load: _LineLoad) -> FeedResult:
    rules: dict[str, Counter[str]] = {
        "kept": Counter(),
        "dropped": Counter(),
        "repeated": Counter(),
        "quarantined": Counter(),
    }
    for (_, outcome, rule), count in load.outcomes.items():
        rules[outcome][rule or ""] += count
    unreadable = [
        Problem(feed.source_system, item.path, f"cannot be read: {item.detail}", is_error=True)
        for item in plan.deliveries
        if item.outcome == "unreadable"
    ]
    halves = [
        Problem(
            feed.source_system,
            path,
            f"ends with half a line ({count} bytes), left for the next load",
        )
        for path, count in (*plan.pending, *load.pending)
    ]
    foreign = [
        Problem(feed.source_system, str(root), _foreign(rule, count))
        for rule, count in rules["quarantined"].items()
        if rule.startswith("looks_like:")
    ]
    return FeedResult(
        feed.source_system,
        feed.table,
        str(root),
        {"seen": plan.seen_count, "unchanged": plan.unchanged_count, **load.delivered},
        rules["kept"].total(),
        dict(rules["dropped"]),
        dict(rules["quarantined"]),
        (*unreadable, *load.problems, *foreign, *halves),
        rules["repeated"].total(),
    )
