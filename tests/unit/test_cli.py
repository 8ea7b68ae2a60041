"""The command line as a user meets it: help, errors, exit codes, nothing heavy on the way."""

import subprocess
import sys
from pathlib import Path

import pytest

from tars_bench import __version__, app
from tars_bench.shared.exit_codes import ExitCode

ROOT = Path(__file__).parents[2]
VERBS = [
    "init",
    "simulate",
    "run",
    "load",
    "build",
    "validate",
    "publish",
    "report",
    "compare",
    "dashboard",
    "serve",
    "plan",
    "progress",
    "status",
    "doctor",
    "alert",
    "query",
    "metrics",
    "releases",
    "rollback",
    "backup",
    "restore",
]
HEAVY = ("duckdb", "dbt", "great_expectations", "pandas", "numpy", "altair", "genai_prices", "rich")


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as caught:
        app.main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return int(caught.value.code), captured.out, captured.err


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["run", "--help"]])
def test_help_imports_nothing_heavy(arguments):
    code = (
        "import sys\n"
        "from tars_bench.app import main\n"
        "try:\n"
        "    main(sys.argv[1:])\n"
        "finally:\n"
        f"    print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    assert done.stderr == "[]\n"
    assert done.stdout


def test_every_verb_is_there_with_help_and_an_example(capsys):
    code, listed, _ = run(capsys, "--help")
    assert code == ExitCode.OK
    for verb in VERBS:
        assert f"\n  {verb} " in listed
        code, out, _ = run(capsys, verb, "--help")
        assert code == ExitCode.OK
        assert "Example:" in out
        assert f"tars-bench {verb}" in out.split("Example:")[1]


def test_version(capsys):
    assert run(capsys, "--version") == (0, f"tars-bench {__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nonsense"], "No such command 'nonsense'."),
        (["run", "--nope"], "No such option: --nope"),
        (["report", "daily"], "Invalid value for 'KIND'"),
        (["report"], "Invalid value for KIND: missing"),
        (["report", "final", "--period", "weekly"], "`report final` is not weekly"),
        (["report", "final", "--month", "2026-02"], "`report final` takes no --month"),
        (["report", "--period", "weekly", "--month", "2026-02"], "takes no --month"),
        (["report", "weekly", "--start-date", "2026-02-30"], "--start-date is no date"),
        (
            ["report", "weekly", "--start-date", "2026-02-16", "--end-date", "2026-02-10"],
            "the period ends before it begins: 2026-02-16 to 2026-02-10",
        ),
        (["report", "monthly", "--month", "2026-13"], "--month is no month: '2026-13'"),
        (["report", "monthly", "--month", "2026-02-01"], "--month is no month"),
        (["compare", "--baseline", "2026-02-11"], "--candidate is missing"),
        (["compare", "--arms", "arm=a"], "--arms is no pair of labels: 'arm=a'"),
        (["compare", "--arms", "colour=a,b"], "--arms is no pair of labels: 'colour=a,b'"),
        (["compare", "--arms", "arm=a|b,b"], "--arms has one label on both sides"),
        (["compare", "--arms", "arm=a,b", "--from", "soon"], "--from is no date: 'soon'"),
        (["compare", "--arms", "arm=a,b", "--assigned", "x"], "--assigned is no unit: 'x'"),
        (["compare", "--arms", "arm=a,b", "--baseline", "2026-02-11"], "leave one of the two"),
        (["compare", "--randomised"], "are about labels"),
        (["plan", "--experiment", "x"], "--experiment is about days turned on and off"),
        (["simulate", "--out", "x", "--arms", "--switchback", "1"], "are two experiments"),
        (
            ["compare", "--baseline", "yesterday", "--candidate", "2026-03-02"],
            "--baseline is no span of days: 'yesterday'",
        ),
        (
            ["compare", "--baseline", "2026-02-13..2026-02-11", "--candidate", "2026-03-02"],
            "the baseline ends before it begins: 2026-02-13 to 2026-02-11",
        ),
        (
            ["compare", "--baseline", "2026-02-11..2026-02-13", "--candidate", "2026-02-13"],
            "the windows overlap: 2026-02-11 to 2026-02-13 and 2026-02-13 to 2026-02-13",
        ),
        (["report", "phase"], "`report phase` needs --phase ID"),
        (["report", "final", "--phase", "1"], "`report final` takes no --phase"),
        (["query"], "Missing argument 'SQL'."),
        (["simulate"], "Missing option '--out'."),
        (["simulate", "--out", "x", "--start", "2026-02-30"], "'2026-02-30'"),
        (["status", "--workspace", "/nonexistent"], "/nonexistent is no workspace"),
        (["--workspace", "/nonexistent", "status"], "/nonexistent is no workspace"),
        (["plan", "--seed", "1"], "--seed is about days turned on and off"),
        (["plan", "--metric", "daily_cost"], "--metric and --start are about a plan"),
        (["plan", "--write", "--start", "9999-12-31"], "--start is no date: '9999-12-31'"),
        (["metrics", "dayly_cost"], "no metric is called 'dayly_cost'"),
        (["init", "x", "--timezone", "Mars/Base"], "is no time zone"),
        (["init", "x", "--source", "csv=x"], "'csv' is no known source"),
        (["init", "x", "--source", "tars"], "the folder is missing"),
        (["init", "x", "--budget", "-1"], "it must be 0 or more"),
        (["init", "x", "--budget", "many"], "'many' is no amount in USD"),
    ],
)
def test_a_wrong_command_line_is_two_lines_and_exit_code_2(
    capsys, tmp_path, monkeypatch, arguments, message
):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, *arguments)
    assert code == ExitCode.USAGE
    assert out == ""
    assert message in err
    first, second = err.splitlines()
    assert first.startswith("error: ")
    assert second.startswith("hint: ")
    assert not list(tmp_path.iterdir())


def test_an_unexpected_error_is_two_lines_and_debug_shows_the_rest(capsys, monkeypatch):
    def explode(path):
        raise RuntimeError("first\nsecond")

    monkeypatch.setattr("tars_bench.commands.status.open_workspace", explode)
    code, _, err = run(capsys, "status")
    assert code == ExitCode.ERROR
    assert err == "error: RuntimeError: first\nhint: run with --debug for the traceback\n"
    for arguments in (["--debug", "status"], ["status", "--debug"]):
        code, _, err = run(capsys, *arguments)
        assert "Traceback (most recent call last)" in err


def test_an_interruption_says_that_nothing_is_lost(capsys, monkeypatch):
    def interrupt(path):
        raise KeyboardInterrupt

    monkeypatch.setattr("tars_bench.commands.status.open_workspace", interrupt)
    code, _, err = run(capsys, "status")
    assert code == ExitCode.INTERRUPTED
    assert err.startswith("error: interrupted\nhint: nothing is lost")


def test_errors_show_no_control_characters(capsys):
    _, _, err = run(capsys, "status", "--workspace", "/x\x1b]0;title\x07")
    assert "\x1b" not in err
    assert "\\x1b]0;title\\x07" in err


def test_a_reader_that_leaves_is_no_error():
    code = (
        "from tars_bench.shared.console import write, flush\n"
        "for _ in range(100_000):\n"
        "    write('a line')\n"
        "flush()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout.readline() == "a line\n"
        writer.stdout.close()
        assert writer.stderr.read() == ""
    assert writer.returncode == ExitCode.OUTPUT_CLOSED


def test_the_reference_lists_every_verb_option_and_exit_code():
    from typer.main import get_command

    reference = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    commands = get_command(app.app)
    assert set(commands.commands) == set(VERBS)
    for verb, command in commands.commands.items():
        section = reference.split(f"\n## {verb}\n")[1].split("\n## ")[0]
        for parameter in command.params:
            for name in [*parameter.opts, *parameter.secondary_opts]:
                shown = name if name.startswith("-") else (parameter.metavar or name.upper())
                assert f"`{shown.strip('[]')}" in section or name in COMMON, (verb, name)
    for name in COMMON:
        assert f"`{name}" in reference
    for code in ExitCode:
        assert f"| {int(code)} |" in reference


COMMON = ("--workspace", "--quiet", "--debug", "--help", "-h")
