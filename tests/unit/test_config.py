from decimal import Decimal
from pathlib import Path

import pytest

from tars_bench.shared.errors import UsageError
from tars_bench.shared.exit_codes import ExitCode
from tars_bench.workspace import config


def write(folder: Path, text: str) -> Path:
    (folder / config.CONFIG_NAME).write_text(text, encoding="utf-8")
    return folder


def test_a_whole_file_is_read(tmp_path):
    write(
        tmp_path,
        """
        [workspace]
        name = "Costs"
        timezone = "Europe/Berlin"
        [budget]
        monthly_usd = 155.10
        [[sources]]
        type = "tars"
        path = "logs"
        [[sources]]
        type = "claude_code"
        path = "/var/claude"
        """,
    )
    assert config.load_workspace(tmp_path) == config.Workspace(
        root=tmp_path.resolve(),
        name="Costs",
        timezone="Europe/Berlin",
        monthly_budget_usd=Decimal("155.10"),
        sources=(
            config.Source("tars", tmp_path.resolve() / "logs"),
            config.Source("claude_code", Path("/var/claude")),
        ),
    )


def test_an_empty_file_is_a_workspace_with_defaults(tmp_path):
    workspace = config.load_workspace(write(tmp_path, ""))
    assert (workspace.name, workspace.timezone) == (tmp_path.name, "UTC")
    assert (workspace.monthly_budget_usd, workspace.sources) == (None, ())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[workspace]\ntimezon = 'UTC'", "unknown key `workspace.timezon`"),
        ("[worksapce]", "unknown key `worksapce`"),
        ("[budget]\nmonthly = 3", "unknown key `budget.monthly`"),
        ("[[sources]]\ntype='tars'\npath='a'\nglob='*'", "unknown key `sources[1].glob`"),
        ("[workspace]\ntimezone = 'Mars/Base'", "`workspace.timezone` is no time zone"),
        ("[workspace]\ntimezone = '../etc/passwd'", "`workspace.timezone` is no time zone"),
        ("[workspace]\ntimezone = 1", "`workspace.timezone` is no time zone"),
        ("[workspace]\nname = ''", "`workspace.name` must be a text"),
        ("[budget]\nmonthly_usd = -1", "must be 0 or more"),
        ("[budget]\nmonthly_usd = nan", "must be 0 or more"),
        ("[budget]\nmonthly_usd = true", "must be a number"),
        ("[budget]\nmonthly_usd = '200'", "must be a number"),
        ("[[sources]]\ntype='tarz'\npath='a'", "`sources[1].type` is no known source: 'tarz'"),
        ("[[sources]]\ntype='tars'", "`sources[1].path` must be a text"),
        ("[sources]\ntype='tars'", "`sources` must be a list"),
        ("workspace = 3", "`workspace` must be a table"),
        ("[[sources]]\ntype='tars'\npath='a'\n[[sources]]\ntype='tars'\npath='./a'", "named twice"),
        ("[workspace", "is not valid TOML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, says):
    with pytest.raises(UsageError) as caught:
        config.load_workspace(write(tmp_path, text))
    assert says in caught.value.message
    assert str(tmp_path / config.CONFIG_NAME) in caught.value.message
    assert caught.value.exit_code is ExitCode.USAGE


def test_bytes_that_are_no_text_are_no_toml(tmp_path):
    (tmp_path / config.CONFIG_NAME).write_bytes(b"name = '\xff'")
    with pytest.raises(UsageError, match="is not valid TOML"):
        config.load_workspace(tmp_path)


def test_the_workspace_is_the_named_one_then_the_environments_then_the_current_folder(
    tmp_path, monkeypatch
):
    named, in_environment, current = (tmp_path / name for name in ("named", "env", "here"))
    for folder in (named, in_environment, current):
        folder.mkdir()
        write(folder, "")
    monkeypatch.chdir(current)
    monkeypatch.setenv(config.WORKSPACE_VARIABLE, str(in_environment))
    assert config.find_workspace(named) == named
    assert config.find_workspace(None) == in_environment
    monkeypatch.delenv(config.WORKSPACE_VARIABLE)
    assert config.find_workspace(None) == current
    monkeypatch.chdir(tmp_path)
    assert config.find_workspace(None) == config.project_directory()


def test_a_folder_without_settings_is_no_workspace(tmp_path):
    with pytest.raises(UsageError, match="is no workspace") as caught:
        config.load_workspace(tmp_path)
    assert "tars-bench init" in caught.value.hint


def test_missing_sources_are_found_before_anything_runs(tmp_path):
    workspace = config.load_workspace(write(tmp_path, "[[sources]]\ntype='tars'\npath='gone'"))
    with pytest.raises(UsageError, match="does not exist"):
        config.check_sources(workspace)
    with pytest.raises(UsageError, match="names no source"):
        config.check_sources(config.load_workspace(write(tmp_path, "")))


def test_claude_code_has_usual_places(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert config.default_claude_code_roots({}) == (tmp_path / ".claude",)
    (tmp_path / ".config" / "claude").mkdir(parents=True)
    assert config.default_claude_code_roots({}) == (tmp_path / ".config" / "claude",)
    (tmp_path / ".claude").mkdir()
    assert config.default_claude_code_roots({}) == (
        tmp_path / ".claude",
        tmp_path / ".config" / "claude",
    )
    assert config.default_claude_code_roots({"CLAUDE_CONFIG_DIR": "/a, ~/b"}) == (
        Path("/a"),
        tmp_path / "b",
    )


def test_the_known_sources_are_those_that_can_be_loaded():
    from tars_bench.ingest.sources import FEEDS

    assert set(config.SOURCE_TYPES) == set(FEEDS)
