"""The command `tars-bench`: its verbs, and the one place where errors become words.

Nothing heavy is imported here or by the modules imported here: `--help` answers at once.
"""

import sys
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
    progress,
    publish,
    query,
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
    progress,
    status,
    doctor,
    alert,
    query,
    metrics,
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
    options.session.workspace = None
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = app(arguments, prog_name="tars-bench", standalone_mode=False)
        flush()
    except Exception as error:  # noqa: BLE001 - the one boundary: every error gets its two lines
        code = _explain(error)
    except KeyboardInterrupt:
        code = ExitCode.INTERRUPTED
    if code == ExitCode.INTERRUPTED:
        complain("interrupted", "nothing is lost: running the same command again goes on")
    sys.exit(int(code or ExitCode.OK))


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
    first_line = next(iter(str(error).splitlines()), "")
    complain(f"{type(error).__name__}: {first_line}", "run with --debug for the traceback")
    return ExitCode.ERROR


def _help_hint(error: Exception) -> str:
    context = getattr(error, "ctx", None)
    path = getattr(context, "command_path", "tars-bench")
    return f"`{path} --help` lists what is known"
