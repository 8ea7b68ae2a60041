"""Deciding what each changed file is: new, continued, a copy, or rewritten.

Identity is content. A file belongs to the loaded content it begins with, under any name; only
what belongs to none is new, or a rewriting of what its path held before.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from tars_bench.ingest.content import (
    BLOCK_BYTES,
    BOM,
    count_lines,
    head_sha256,
    is_prefix_of,
    unended_line,
)
from tars_bench.ingest.copies import (
    Found,
    begins_with,
    begun_with,
    digest_of,
    equals,
    goes_on,
    has_its_blocks,
    in_content_order,
    longest_of_first,
    wholes,
)
from tars_bench.ingest.feed import MAX_LINE_BYTES, Feed
from tars_bench.ingest.ledger import Delivery, FeedLedger, FileEntry, PathEntry
from tars_bench.ingest.opening import READ_ERRORS, UNREAD, ChangedError, FileContent, Stat
from tars_bench.ingest.planned import Plan, Reading
from tars_bench.ingest.rewriting import Judge, rewritten, stays

_VERIFIED_WHOLE_BYTES: Final = 8 * 1024 * 1024
"""Up to this size an append is verified by all loaded bytes, beyond it by its last block."""
_HELD_BYTES: Final = 64 * 1024 * 1024
"""How much of small files is held in memory between planning and reading."""


class Planner:
    """Decides for one feed. ``plan`` is the only thing to call."""

    def __init__(self, feed: Feed, ledger: FeedLedger, judge: Judge) -> None:
        self._feed = feed
        self._ledger = ledger
        self._judge = judge
        self._plan = Plan()
        self._root = Path()
        self._claimed: dict[str, Found] = {}
        self._room = _HELD_BYTES
        self._is_gone: dict[str, bool] = {}

    def plan(self, root: Path, files: Sequence[tuple[Path, Stat | None]]) -> Plan:
        """Look at every file of a listing, read what changed as far as needed, decide.

        Raises:
            OSError: A file went away or changed meanwhile; its ``filename`` says which.
        """
        self._root = root
        self._plan.seen_count = len(files)
        found = [self._look(path, stat) for path, stat in files]
        changed = [item for item in found if item is not None]
        self._note_missing(root, {str(path) for path, _ in files})
        rest = self._claim(changed)
        fresh = [found for found in rest if not (self._is_older(found) or self._replace(found))]
        self._add_fresh(fresh)
        return self._plan

    def _look(self, path: Path, stat: Stat | None) -> Found | None:
        """Return a file if it changed and has a first line to know it by."""
        if not _is_text(str(path)):
            self._fail(path, ValueError("its name is no UTF-8 text"))
            return None
        try:
            stat = stat or Stat.of(path)
            if self._is_unchanged(str(path), stat):
                return None
            return self._head(path, stat)
        except (FileNotFoundError, ChangedError) as error:
            if not path.is_symlink():
                return None  # gone since it was listed: the next load's
            self._fail(path, error)
            return None
        except READ_ERRORS as error:
            self._fail(path, error)
            return None

    def _is_unchanged(self, name: str, stat: Stat) -> bool:
        known = self._ledger.paths.get(name)
        if known is None or known.stat != stat or known.is_missing:
            return False
        self._plan.unchanged_count += 1
        if known.pending_byte_count:
            self._plan.pending.append((name, known.pending_byte_count))
        return True

    def _head(self, path: Path, stat: Stat) -> Found | None:
        content = FileContent(path, stat)
        self._room -= content.hold(self._room)
        if content.is_packed:
            content.length()  # a damaged archive shows here, and nowhere later
        with content.open() as stream:
            unended = unended_line(stream, MAX_LINE_BYTES)
        if unended is not None and not self._is_record(unended):
            self._wait(path, stat, len(unended))
            return None
        with content.open() as stream:
            head = head_sha256(stream)
        return Found(path, stat, head, content) if head else None

    def _is_record(self, unended: bytes) -> bool:
        line = unended.rstrip(b"\r").removeprefix(BOM)
        return 0 < len(line) <= MAX_LINE_BYTES and self._feed.is_whole_record(line)

    def _wait(self, path: Path, stat: Stat, pending: int) -> None:
        """Leave a file without any whole line for next time; what its path held stays."""
        known = self._ledger.paths.get(str(path))
        file_id, lines = (known.file_id, known.line_count) if known else (None, 0)
        self._plan.paths.append(PathEntry(str(path), stat, file_id, lines, pending))
        if pending:
            self._plan.pending.append((str(path), pending))

    def _fail(self, path: Path, error: Exception) -> None:
        name = str(path).encode("utf-8", errors="backslashreplace").decode()
        known = self._ledger.paths.get(name)
        file_id = known.file_id if known else None
        detail = getattr(error, "strerror", None) or str(error) or type(error).__name__
        self._plan.deliveries.append(Delivery(name, file_id, "unreadable", detail))
        self._plan.paths.append(PathEntry(name, UNREAD, file_id))

    def _note_missing(self, root: Path, present: set[str]) -> None:
        for name, known in self._ledger.paths.items():
            gone = name not in present and not known.is_missing and known.file_id
            if gone and Path(name).is_relative_to(root):
                self._plan.deliveries.append(Delivery(name, known.file_id, "missing"))
                gone_path = PathEntry(name, known.stat, known.file_id, known.line_count, 0, True)
                self._plan.paths.append(gone_path)

    # -- what continues or copies a loaded content --------------------------------------------

    def _claim(self, changed: Sequence[Found]) -> list[Found]:
        """Give each file to the loaded content it begins with; return those of none."""
        claims: dict[str, list[Found]] = defaultdict(list)
        rest = []
        for found in changed:
            entry = self._match(found)
            if entry is None:
                rest.append(found)
            else:
                claims[entry.file_id].append(found)
        for file_id, claimants in claims.items():
            rest += self._continue(self._ledger.files[file_id], claimants)
        return rest

    def _match(self, found: Found) -> FileEntry | None:
        known = self._ledger.paths.get(found.name)
        own = self._ledger.files.get(known.file_id or "") if known else None
        start = self._verified_from(found, own) if own else 0
        if own is not None and start and begins_with(found, own, start):
            return own
        candidates = self._ledger.of_head(found.head_sha256)
        if self._feed.keeps_copies:
            candidates = [entry for entry in candidates if self._may_continue(found, entry)]
        fitting = begun_with(found, candidates)
        return max(fitting, key=lambda entry: entry.byte_count, default=None)

    def _may_continue(self, found: Found, entry: FileEntry) -> bool:
        """Say whether an entry is a path's own, or that of a path that is gone."""
        if entry.path == found.name:
            return True
        if entry.path not in self._is_gone:
            self._is_gone[entry.path] = not Path(entry.path).exists()
        return self._is_gone[entry.path]

    def _verified_from(self, found: Found, entry: FileEntry) -> int:
        known = self._ledger.paths.get(found.name)
        is_same_file = (
            known is not None
            and known.file_id == entry.file_id
            and known.stat.inode == found.stat.inode
            and found.stat.byte_count > entry.byte_count > _VERIFIED_WHOLE_BYTES
            and not found.content.is_packed
        )
        return (entry.byte_count - 1) // BLOCK_BYTES * BLOCK_BYTES if is_same_file else 0

    def _continue(self, entry: FileEntry, claimants: Sequence[Found]) -> list[Found]:
        """Let the first of the files that continue an entry do so; its copies are copies."""
        ordered = in_content_order(claimants)
        winner = longest_of_first(ordered)
        is_restated = goes_on(winner, entry)
        if is_restated:
            self._reread(entry, winner, "its last line was only half of one")
        rest = []
        for found in ordered:
            if found is winner and not is_restated:
                self._take(entry, found, claimants)
            elif found is not winner and is_prefix_of(found.content, winner.content):
                ids = self._plan.ids_of_head(winner.head_sha256)
                self._add_duplicate(found, ids.get(winner, entry.file_id), winner.name)
            elif found is not winner:
                rest.append(found)
        return rest

    def _reread(self, entry: FileEntry, found: Found, detail: str) -> None:
        """Read a file from the beginning, in the place of what was loaded of it."""
        is_same_head = found.head_sha256 == entry.head_sha256
        file_id = entry.file_id if is_same_head else self._new_id(found)
        self._claimed[entry.file_id] = self._claimed[file_id] = found
        reading = Reading(found, file_id, "restated", replaced=entry, detail=detail)
        self._plan.read(reading)

    def _take(self, entry: FileEntry, found: Found, claimants: Sequence[Found]) -> None:
        """Read on in a file, or record that it is a copy, or a content's new name."""
        self._claimed[entry.file_id] = found
        is_moved = not self._holds_home(entry, claimants)
        if is_moved:
            self._plan.moves.append((entry.file_id, found.name))
        if found.name == entry.path or found.content.length() > entry.byte_count:
            self._plan.read(Reading(found, entry.file_id, "appended", entry))
        elif is_moved:
            self._add_copy(found, entry.file_id, f"renamed from {entry.path}", entry.line_count)
        else:
            self._add_duplicate(found, entry.file_id, entry.path)

    def _holds_home(self, entry: FileEntry, claimants: Sequence[Found]) -> bool:
        """Say whether a content still lies where it was loaded from."""
        names = {claimant.name for claimant in claimants}
        return entry.path in names or self._still_holds(entry.path, entry)

    def _still_holds(self, name: str, entry: FileEntry) -> bool:
        """Say whether a path, under this root or another, is as it was when it held a content."""
        known = self._ledger.paths.get(name)
        if known is None or known.file_id != entry.file_id or known.is_missing:
            return False
        try:
            return Stat.of(Path(name)) == known.stat
        except OSError:
            return False

    def _add_duplicate(self, found: Found, file_id: str, original: str) -> None:
        """Record a copy; its lines are dropped, but for those that were counted before."""
        lines = count_lines(found.content)
        known = self._ledger.paths.get(found.name)
        before = known.line_count if known and known.file_id == file_id else 0
        if lines > before:
            self._plan.copied_counts[file_id, "repeated", "duplicate_file"] += lines - before
        is_itself = found.name == original
        detail = "shorter than before" if is_itself else f"same content as {original}"
        self._add_copy(found, file_id, detail, lines)

    def _add_copy(self, found: Found, file_id: str, detail: str, lines: int) -> None:
        delivery = Delivery(found.name, file_id, "duplicate", detail, lines)
        self._plan.deliveries.append(delivery)
        self._plan.paths.append(PathEntry(found.name, found.stat, file_id, lines))

    def _is_older(self, found: Found) -> bool:
        """Take a file for an older copy of a content that has gone on since."""
        entries = self._ledger.of_head(found.head_sha256)
        for entry in entries if not self._feed.keeps_copies else ():
            if self._is_beginning(found, entry):
                self._add_duplicate(found, entry.file_id, entry.path)
                return True
        return False

    def _is_beginning(self, found: Found, entry: FileEntry) -> bool:
        if not has_its_blocks(found, entry):
            return False
        holder = self._claimed.get(entry.file_id)
        if holder is not None:
            return is_prefix_of(found.content, holder.content)
        if entry.path != found.name and self._still_holds(entry.path, entry):
            original = FileContent(Path(entry.path), self._ledger.paths[entry.path].stat)
            return is_prefix_of(found.content, original)
        if found.content.length() > entry.byte_count:
            return False
        return self._judge(found, entry).is_beginning

    # -- what takes the place of a loaded content ---------------------------------------------

    def _replace(self, found: Found) -> bool:
        """Take a file for the rewriting of what its path held, or its end, if it is that."""
        known = self._ledger.paths.get(found.name)
        entry = self._ledger.files.get(known.file_id or "") if known else None
        if entry is None or not self._is_only_here(entry, found):
            return False
        verdict = self._judge(found, entry)
        if verdict.is_rewriting:
            self._reread(entry, found, rewritten(entry, verdict))
            return True
        reading = Reading(
            found,
            self._new_id(found),
            "new",
            loaded_before=verdict.loaded_before,
            detail=stays(entry, verdict),
        )
        self._plan.read(reading)
        return True

    def _is_only_here(self, entry: FileEntry, found: Found) -> bool:
        return (
            entry.path == found.name
            and entry.file_id not in self._claimed
            and not any(
                self._still_holds(name, entry)
                for name in self._ledger.names_of(entry.file_id)
                if name != found.name
            )
        )

    # -- what is new --------------------------------------------------------------------------

    def _add_fresh(self, fresh: Iterable[Found]) -> None:
        groups: dict[str, list[Found]] = defaultdict(list)
        for found in fresh:
            groups[found.head_sha256].append(found)
        for group in groups.values():
            if self._feed.keeps_copies:
                self._add_each(group)
                continue
            self._add_group(in_content_order(group))

    def _add_group(self, group: Sequence[Found]) -> None:
        """Give each distinct content of files that share their first line an identity."""
        ids = self._plan.ids_of_head(group[0].head_sha256)
        planned = list(ids)
        copies = wholes(in_content_order([*planned, *group]), planned)
        for found in group:
            if found not in copies:
                self._plan.read(Reading(found, self._new_id(found), "new"))
        for found, whole in copies.items():
            self._add_duplicate(found, ids[whole], whole.name)

    def _add_each(self, group: Sequence[Found]) -> None:
        """Give each content and path an identity of its own, of its first line and its place."""
        for alike in equals(group):
            found, *copies = alike
            file_id, original = self._loaded_equal(found) or (self._place_id(found), found.name)
            if original == found.name:
                self._claimed[file_id] = found
                self._plan.read(Reading(found, file_id, "new"))
            else:
                copies = alike
            for copy in copies:
                self._add_duplicate(copy, file_id, original)

    def _loaded_equal(self, found: Found) -> tuple[str, str] | None:
        """Return the identity and path of a loaded content that a file is a copy of."""
        length = found.content.length()
        entries = self._ledger.of_head(found.head_sha256)
        alike = [entry for entry in entries if entry.byte_count == length]
        alike = [entry for entry in alike if entry.file_id not in self._claimed]
        if not alike:
            return None
        digest = digest_of(found)
        same = next((entry for entry in alike if entry.is_at(digest)), None)
        return (same.file_id, same.path) if same and same.path != found.name else None

    def _place_id(self, found: Found) -> str:
        place = found.path.relative_to(self._root).as_posix()
        file_id = self._id_of(f"{found.head_sha256}/{place}")
        while file_id in self._ledger.files or file_id in self._claimed:
            file_id = self._id_of(file_id)
        return file_id

    def _new_id(self, found: Found) -> str:
        """Return an identity made of as many first lines as tell this content from others."""
        depth, candidate = 1, self._id_of(found.head_sha256)
        while candidate in self._ledger.files or candidate in self._claimed:
            depth += 1
            with found.content.open() as stream:
                digest = head_sha256(stream, depth)
            candidate = self._id_of(digest or f"{found.head_sha256}/{depth}")
        self._claimed[candidate] = found
        return candidate

    def _id_of(self, digest: str) -> str:
        text = f"{self._feed.source_system}/{self._feed.table}/{digest}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def _is_text(name: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in name)
