"""The command `tars-bench`: its verbs, and the one place where errors become words.

Nothing heavy is imported here or by the modules imported here: `--help` answers at once.
"""

import atexit
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import zip_longest
from threading import Event, current_thread, main_thread
from typing import Annotated

import typer

from tars_bench import __version__
from tars_bench.commands import (
    alert,
    build,
    compare,
    dashboard,
    doctor,
    init,
    load,
    metrics,
    options,
    plan,
    progress,
    publish,
    query,
    releases,
    report,
    run,
    serve,
    simulate,
    status,
    validate,
)
from tars_bench.shared.console import complain, flush, settings
from tars_bench.shared.errors import TarsBenchError
from tars_bench.shared.exit_codes import ExitCode

app = typer.Typer(
    name="tars-bench",
    help="Prove, or disprove, that a change made LLM usage cheaper without making it worse.",
    epilog="Begin with `tars-bench init DIR`, or `tars-bench simulate` and `tars-bench run`.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich alone takes longer than the rest of --help
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _module in (
    init,
    simulate,
    run,
    load,
    build,
    validate,
    publish,
    report,
    compare,
    dashboard,
    serve,
    plan,
    progress,
    status,
    doctor,
    alert,
    query,
    metrics,
    releases,
):
    _module.register(app)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"tars-bench {__version__}")
        raise typer.Exit


@app.callback()
def before_the_verb(
    workspace: options.WorkspaceOption = None,
    quiet: options.QuietOption = False,
    debug: options.DebugOption = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Prove, or disprove, that a change made LLM usage cheaper without making it worse."""
    options.session.workspace = workspace


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with a code of `ExitCode`; explain any error in two lines."""
    settings.quiet = settings.debug = False
    _interrupted.clear()
    options.session.workspace = None
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    wanted = sys.argv[1:] if arguments is None else arguments
    with _ended_by_signals() as ended:
        try:
            code = app(_waiting_for_ever(wanted), prog_name="tars-bench", standalone_mode=False)
            flush()
        except Exception as error:  # noqa: BLE001 - the one boundary: every error gets its two lines
            # A library may turn the signal into an error of its own.
            code = ExitCode.INTERRUPTED if ended.is_set() else _explain(error)
        except KeyboardInterrupt:
            code = ExitCode.INTERRUPTED
    if code == ExitCode.INTERRUPTED:
        _interrupted.set()
        complain("interrupted", "nothing is lost: running the same command again goes on")
    sys.exit(int(code or ExitCode.OK))


_interrupted = Event()


@atexit.register  # before the modules that register later, so that it runs after their own
def _end_with_the_code_of_interruption() -> None:
    """End with 130; an interpreter whose `exec` a signal passed through would kill itself."""
    if _interrupted.is_set():
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(ExitCode.INTERRUPTED)


@contextmanager
def _ended_by_signals() -> Iterator[Event]:
    """Let SIGTERM end a command as Ctrl-C does; tell whether either came."""
    ended = Event()

    def end(number: int, frame: object) -> None:
        ended.set()
        raise KeyboardInterrupt

    if current_thread() is not main_thread():
        yield ended
        return
    before = {one: signal.signal(one, end) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ended
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _waiting_for_ever(arguments: list[str]) -> list[str]:
    """Let `--wait` without a number mean without end."""
    return [
        "--wait=inf" if argument == "--wait" and not following[:1].isdigit() else argument
        for argument, following in zip_longest(arguments, arguments[1:], fillvalue="")
    ][: len(arguments)]


def _explain(error: Exception) -> ExitCode:
    """Say what is wrong in one line and what to do in another; return the exit code."""
    if settings.debug:
        import traceback

        traceback.print_exception(error)
    if isinstance(error, TarsBenchError):
        complain(error.message, error.hint)
        return error.exit_code
    if isinstance(error, typer.Abort):
        return ExitCode.INTERRUPTED
    if callable(wording := getattr(error, "format_message", None)):  # the command line is wrong
        complain(str(wording()), _help_hint(error))
        return ExitCode.USAGE
    complain(*_fault(error))
    return ExitCode.ERROR


def _fault(error: Exception) -> tuple[str, str]:
    """Return what is wrong and what to do of an error nobody foresaw."""
    text = str(error)
    if "No space left on device" in text:
        return "the disk is full", "free some space; running the same command again goes on"
    first_line = next(iter(text.splitlines()), "")
    if "orrupt database file" in text:
        return f"a database file is corrupt: {first_line}", "`tars-bench restore` or `rollback`"
    return f"{type(error).__name__}: {first_line}", "run with --debug for the traceback"


def _help_hint(error: Exception) -> str:
    context = getattr(error, "ctx", None)
    path = getattr(context, "command_path", "tars-bench")
    return f"`{path} --help` lists what is known"
