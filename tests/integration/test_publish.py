"""What readers of the published file see while it is replaced: two processes, one file."""

import hashlib
import os
import signal
import subprocess
import sys
import textwrap
import time

import duckdb
import pytest

from tars_bench.shared.errors import (
    BuildError,
    BusyError,
    NotReadyError,
    TarsBenchError,
    UsageError,
)
from tars_bench.warehouse import publish as publishing
from tars_bench.warehouse.backup import back_up, restore
from tars_bench.warehouse.files import open_reader
from tars_bench.warehouse.publish import publish
from tars_bench.warehouse.releases import list_releases, release_path, roll_back
from tars_bench.workspace.config import Workspace
from tars_bench.workspace.lock import exclusive, is_awaited

READER = """
    import sys, duckdb
    path = sys.argv[1]
    def read(connection):
        print(connection.execute("select sum(n) from marts.facts").fetchone()[0], flush=True)
    first = duckdb.connect(path, read_only=True)
    read(first)
    for command in sys.stdin:
        if command.strip() == "again":
            read(first)
        else:
            first.close()
            first = duckdb.connect(path, read_only=True)
            read(first)
"""
CRASHING_PUBLISHER = """
    import sys
    from pathlib import Path
    from tars_bench.warehouse import publish as publishing
    from tars_bench.workspace.config import Workspace
    def stop(temporary, target):
        print("written", flush=True)
        sys.stdin.readline()
    publishing._put_in_place = stop
    publishing.publish(Workspace(Path(sys.argv[1]), "test", "UTC", None, ()))
"""


def python(code, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def record_build(workspace, *, is_success, minute, is_complete=True, load_id=1):
    with duckdb.connect(str(workspace.working_database)) as working:
        working.execute(BUILD_RUNS)
        working.execute(
            "insert into meta.build_runs"
            " select ?, make_timestamp(2026, 3, 1, 0, ?, 0), ?, ?, ?, count(*) + 1"
            " from meta.build_runs",
            [f"build-{minute}", minute, is_success, is_complete, load_id],
        )


BUILD_RUNS = """
    create schema if not exists meta;
    create table if not exists meta.build_runs (
        invocation_id varchar, started_at timestamp, is_success boolean, is_complete boolean,
        last_load_id bigint, build_number bigint
    )
"""


@pytest.fixture
def workspace(tmp_path):
    made = Workspace(tmp_path, "test", "UTC", None, ())
    made.working_database.parent.mkdir()
    with duckdb.connect(str(made.working_database)) as working:
        working.execute(
            """
            create schema marts;
            create schema raw;
            create schema staging;
            create table marts.dims (id integer primary key, label varchar not null);
            create table marts.facts (
                id integer not null unique,
                n bigint check (n >= 0),
                dim_id integer references marts.dims (id)
            );
            comment on table marts.facts is 'One row per fact; it''s small.';
            comment on column marts.facts.n is 'How many';
            insert into marts.dims values (1, 'one');
            insert into marts.facts values (1, 40, 1), (2, 2, 1);
            create view marts.lines as select sum(n)::bigint as n from working.marts.facts;
            create view staging.hidden as select 1 as a;
            create table raw.files (file_id varchar);
            create table raw.load_runs (load_id bigint);
            insert into raw.load_runs values (1);
            create table raw.tars_api_responses (request_id varchar);
            """
        )
    record_build(made, is_success=True, minute=1)
    return made


def set_first_fact(workspace, n):
    with duckdb.connect(str(workspace.working_database)) as working:
        working.execute("update marts.facts set n = ? where id = 1", [n])


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_what_people_read_is_copied_with_constraints_and_comments(workspace):
    result = publish(workspace)
    with duckdb.connect(str(result.path), read_only=True) as published:
        tables = published.execute(
            "select table_schema || '.' || table_name from information_schema.tables order by 1"
        ).fetchall()
        assert [name for (name,) in tables] == [
            "main.dims",
            "main.facts",
            "main.lines",
            "marts.dims",
            "marts.facts",
            "marts.lines",
            "meta.build_runs",
            "meta.release",
            "raw.files",
            "raw.load_runs",
        ]
        assert published.execute("select n from marts.lines").fetchall() == [(42,)]
        assert published.execute(
            "select comment from duckdb_tables() where table_name = 'facts'"
        ).fetchall() == [("One row per fact; it's small.",)]
        assert published.execute(
            "select comment from duckdb_columns()"
            " where schema_name = 'marts' and table_name = 'facts' and column_name = 'n'"
        ).fetchall() == [("How many",)]
        kinds = published.execute(
            "select constraint_type from duckdb_constraints() where table_name = 'facts' order by 1"
        ).fetchall()
        assert [kind for (kind,) in kinds] == ["CHECK", "FOREIGN KEY", "NOT NULL", "UNIQUE"]
        release = published.execute("select * exclude (released_at) from meta.release").fetchone()
        assert release == (1, 1, "build-1", result.table_count, result.row_count)


def test_the_public_tables_have_plain_names_and_no_other_table_has(workspace):
    with duckdb.connect(str(publish(workspace).path), read_only=True) as published:
        assert published.execute("show tables").fetchall() == [("dims",), ("facts",), ("lines",)]
        assert published.execute("select n from lines").fetchall() == [(42,)]


def test_the_published_file_is_read_only_and_alone(workspace):
    result = publish(workspace)
    assert result.path.stat().st_mode & 0o777 == 0o444
    files = {path.name for path in result.path.parent.iterdir()}
    assert files == {"working.duckdb", "tars_bench.duckdb", "releases"}
    releases = {path.name for path in (result.path.parent / "releases").iterdir()}
    assert releases == {"tars_bench.0001.duckdb"}


def test_a_reader_blocks_no_publish_and_sees_no_half_of_it(workspace):
    publish(workspace)
    reader = python(READER, workspace.published_database)
    assert reader.stdout.readline() == "42\n"

    set_first_fact(workspace, 100)
    publish(workspace)  # while the other process has the file open

    def ask(command):
        reader.stdin.write(f"{command}\n")
        reader.stdin.flush()
        return reader.stdout.readline()

    assert ask("again") == "42\n"
    assert ask("reopen") == "102\n"
    reader.stdin.close()
    assert reader.wait() == 0


def test_a_failed_build_leaves_the_published_file_as_it_is(workspace):
    before = digest(publish(workspace).path)
    set_first_fact(workspace, 100)
    record_build(workspace, is_success=False, minute=2)
    with pytest.raises(BuildError, match="the last build failed"):
        publish(workspace)
    assert digest(workspace.published_database) == before
    record_build(workspace, is_success=True, minute=3)
    publish(workspace)
    assert digest(workspace.published_database) != before


def test_a_killed_publish_leaves_the_old_file_and_the_next_one_cleans_up(workspace):
    before = digest(publish(workspace).path)
    set_first_fact(workspace, 100)
    publisher = python(CRASHING_PUBLISHER, workspace.root)
    assert publisher.stdout.readline() == "written\n"
    os.kill(publisher.pid, signal.SIGKILL)
    publisher.wait()
    leftovers = list(workspace.root.glob(f"warehouse/releases/*{publishing._TEMPORARY_SUFFIX}*"))
    assert leftovers
    assert digest(workspace.published_database) == before
    publish(workspace)
    assert not any(path.exists() for path in leftovers)
    with duckdb.connect(str(workspace.published_database), read_only=True) as published:
        assert published.execute("select sum(n) from marts.facts").fetchall() == [(102,)]


def test_the_last_build_is_the_last_begun_whatever_the_clock_said(workspace):
    """A build that was killed while the clock ran two days ahead bars no later one."""
    record_build(workspace, is_success=False, minute=59)
    with pytest.raises(BuildError):
        publish(workspace)
    record_build(workspace, is_success=True, minute=2)
    publish(workspace)


def test_a_pool_that_opens_one_more_connection_sees_the_new_release(workspace):
    publish(workspace)
    path = str(workspace.published_database)
    total = "select sum(n) from marts.facts"
    with duckdb.connect(path, read_only=True) as held:
        assert held.execute(total).fetchall() == [(42,)]
        set_first_fact(workspace, 100)
        publish(workspace)
        with duckdb.connect(path, read_only=True) as fresh:
            assert fresh.execute(total).fetchall() == [(102,)]
        assert held.execute(total).fetchall() == [(42,)]


def test_releases_are_kept_as_many_as_asked_for_and_shown_again(workspace):
    def shown():
        with duckdb.connect(str(workspace.published_database), read_only=True) as published:
            return published.execute("select release_number from meta.release").fetchone()[0]

    for _ in range(5):
        publish(workspace)
    assert [one.number for one in list_releases(workspace)] == [5, 4, 3]
    assert [one.is_shown for one in list_releases(workspace)] == [True, False, False]
    roll_back(workspace, 3)
    assert shown() == 3
    with pytest.raises(NotReadyError, match="release 2 is not kept"):
        roll_back(workspace, 2)
    release_path(workspace, 4).chmod(0o644)
    release_path(workspace, 4).write_bytes(b"no database")
    with pytest.raises(TarsBenchError, match="is corrupt"):
        roll_back(workspace, 4)
    assert shown() == 3
    assert publish(workspace).number == 6
    assert shown() == 6
    assert [one.number for one in list_releases(workspace)] == [6, 5, 4]


def test_a_backup_brings_back_rows_and_nothing_is_deleted_for_it(workspace, tmp_path):
    backup = tmp_path / "backup.duckdb"
    assert back_up(workspace, backup) == backup.stat().st_size
    with pytest.raises(UsageError, match="exists already"):
        back_up(workspace, backup)
    set_first_fact(workspace, 7)
    aside = restore(workspace, backup)
    publish(workspace)
    with duckdb.connect(str(workspace.published_database), read_only=True) as published:
        assert published.execute("select sum(n) from marts.facts").fetchall() == [(42,)]
    with duckdb.connect(str(aside), read_only=True) as replaced:
        assert replaced.execute("select sum(n) from marts.facts").fetchall() == [(9,)]
    backup.write_bytes(backup.read_bytes()[:5000])
    with pytest.raises(TarsBenchError, match=r"corrupt|cannot be opened"):
        restore(workspace, backup)
    assert {path.name for path in workspace.working_database.parent.iterdir()} == {
        "working.duckdb",
        "working.replaced-1.duckdb",
        "tars_bench.duckdb",
        "releases",
    }


@pytest.mark.parametrize("offset", [0, 4096 * 3 + 100])
def test_a_damaged_file_is_called_corrupt_and_is_to_be_kept(workspace, offset):
    path = workspace.working_database
    content = bytearray(path.read_bytes())
    content[offset : offset + 4096] = bytes(4096)
    path.write_bytes(content)
    with pytest.raises(TarsBenchError, match="is corrupt") as caught, open_reader(path) as reader:
        reader.execute("from marts.facts")
    assert not isinstance(caught.value, BusyError)
    assert "keep it" in caught.value.hint


def test_who_waits_for_the_workspace_goes_before_who_watches(workspace):
    with exclusive(workspace):
        assert not is_awaited(workspace)
        waiting = python(
            """
            import sys
            from pathlib import Path
            from tars_bench.workspace.config import Workspace
            from tars_bench.workspace.lock import exclusive
            print("begins", flush=True)
            with exclusive(Workspace(Path(sys.argv[1]), "t", "UTC", None, ()), float("inf")):
                print("in", flush=True)
            """,
            workspace.root,
        )
        assert waiting.stdout.readline() == "begins\n"
        give_up_at = time.monotonic() + 20
        while not is_awaited(workspace) and time.monotonic() < give_up_at:
            time.sleep(0.05)
        assert is_awaited(workspace)
    assert waiting.stdout.readline() == "in\n"
    assert waiting.wait() == 0
    assert not is_awaited(workspace)


def test_nothing_built_is_not_published(workspace):
    with duckdb.connect(str(workspace.working_database)) as working:
        working.execute("drop schema meta cascade")
    with pytest.raises(NotReadyError, match="nothing is built yet"):
        publish(workspace)
    workspace.working_database.unlink()
    with pytest.raises(NotReadyError):
        publish(workspace)


def test_what_was_loaded_since_the_build_is_built_first(workspace):
    with duckdb.connect(str(workspace.working_database)) as working:
        working.execute("insert into raw.load_runs values (2)")
    with pytest.raises(NotReadyError, match="the last load is not built yet"):
        publish(workspace)


def test_what_only_a_live_cycle_built_is_not_published_whole(workspace):
    """A live cycle builds the dashboard's marts alone; the others are of an earlier load."""
    with duckdb.connect(str(workspace.working_database)) as working:
        working.execute("insert into raw.load_runs values (2)")
    record_build(workspace, is_success=True, minute=2, is_complete=False, load_id=2)
    with pytest.raises(NotReadyError, match="only a part is built since the last load"):
        publish(workspace)
    live = publish(workspace, workspace.root / "live.duckdb", ["dims"])
    assert live.table_count == 1
    record_build(workspace, is_success=True, minute=3, is_complete=True, load_id=2)
    assert publish(workspace).table_count > 1


def test_two_commands_do_not_work_in_a_workspace_at_once(workspace):
    with exclusive(workspace):
        holder = python(
            """
            import sys
            from pathlib import Path
            from tars_bench.workspace.config import Workspace
            from tars_bench.shared.errors import BusyError
            from tars_bench.workspace.lock import exclusive
            try:
                with exclusive(Workspace(Path(sys.argv[1]), "t", "UTC", None, ()), 0):
                    print("in")
            except BusyError as error:
                print(error.message)
            """,
            workspace.root,
        )
        said, _ = holder.communicate()
    assert f"(process {os.getpid()})" in said
    with exclusive(workspace, 0):
        pass


def test_a_program_that_holds_the_working_database_is_named_before_anything_runs(workspace):
    holder = python(
        """
        import sys, duckdb
        connection = duckdb.connect(sys.argv[1])
        print("held", flush=True)
        sys.stdin.readline()
        """,
        workspace.working_database,
    )
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(BusyError, match="in use by another process"), exclusive(workspace):
        pass
    holder.communicate("\n")
