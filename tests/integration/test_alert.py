"""Alerts reach a person: a real web server and a mailer on this machine take them, once each."""

import json
import os
import stat
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import duckdb
import pytest

from tars_bench import app
from tars_bench.workspace.config import load_workspace
from tars_bench.workspace.journal import write_entry


@pytest.fixture
def server():
    received = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200 if self.path == "/hook" else 500)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}", received
        http.shutdown()


@pytest.fixture
def mailbox(tmp_path, monkeypatch):
    """A `sendmail` that writes what it is given into a file."""
    folder, box = tmp_path / "bin", tmp_path / "mail.txt"
    folder.mkdir()
    mailer = folder / "sendmail"
    mailer.write_text(f"#!/bin/sh\ncat >> '{box}'\n")
    mailer.chmod(mailer.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return box


def workspace(tmp_path, alerts):
    root = tmp_path / "w"
    (root / "logs").mkdir(parents=True)
    (root / "tars-bench.toml").write_text(
        f'[workspace]\nname = "Costs"\n[alerts]\n{alerts}\n'
        '[[sources]]\ntype = "tars"\npath = "logs"\n'
    )
    return load_workspace(root)


def alert(place, capsys):
    with pytest.raises(SystemExit) as caught:
        app.main(["alert", "--workspace", str(place.root)])
    captured = capsys.readouterr()
    return int(caught.value.code), captured.out, captured.err


def publish_alert(place, status):
    place.published_database.parent.mkdir(exist_ok=True)
    place.published_database.unlink(missing_ok=True)
    with duckdb.connect(str(place.published_database)) as connection:
        connection.execute("create schema marts; create schema meta; create schema raw")
        connection.execute("create table meta.release as select now()::timestamp as released_at")
        connection.execute(
            "create table marts.dashboard_alerts as select 'cost_target' as alert_id,"
            " 1 as alert_order, ? as status, 'Costs more than the baseline' as alert_label",
            [status],
        )


def test_a_failed_run_is_told_once_and_its_end_too(tmp_path, server, mailbox, capsys):
    url, received = server
    place = workspace(tmp_path, f'webhook = "{url}/hook"\nemail = "someone@example.org"')
    publish_alert(place, "ok")
    place.state_directory.mkdir()
    write_entry(place, "build", is_success=True, summary="")
    alert(place, capsys)
    received.clear()
    mailbox.unlink(missing_ok=True)

    write_entry(place, "build", is_success=False, summary="a model failed\x1b[2J")
    assert alert(place, capsys)[0] == 0
    assert [one["subject"] for one in received[0]["begun"]] == ["last build"]
    mail = mailbox.read_text()
    assert "To: someone@example.org" in mail
    assert "Subject: tars-bench: Costs: last build" in mail
    assert "\x1b" not in mail
    assert alert(place, capsys)[2].startswith("nothing has begun or ended")
    assert len(received) == 1

    write_entry(place, "build", is_success=True, summary="")
    alert(place, capsys)
    assert [one["subject"] for one in received[1]["ended"]] == ["last build"]
    assert "all is well again" in mailbox.read_text()


def test_an_alert_of_the_dashboard_that_turns_is_told(tmp_path, server, capsys):
    url, received = server
    place = workspace(tmp_path, f'webhook = "{url}/hook"')
    publish_alert(place, "ok")
    alert(place, capsys)
    received.clear()
    publish_alert(place, "warning")
    _, out, _ = alert(place, capsys)
    assert "warning: alert cost_target: Costs more than the baseline" in out
    publish_alert(place, "critical")
    alert(place, capsys)
    assert [one["begun"][0]["level"] for one in received] == ["warning", "critical"]


def test_a_webhook_that_refuses_is_an_error_and_is_tried_again(tmp_path, server, capsys):
    url, received = server
    place = workspace(tmp_path, f'webhook = "{url}/wrong"')
    for _ in range(2):
        code, _, err = alert(place, capsys)
        assert code == 1
        assert "the webhook does not take the alert" in err
    assert len(received) == 2


def test_without_an_address_it_is_printed(tmp_path, capsys):
    place = workspace(tmp_path, "")
    (place.root / "logs").rmdir()
    code, out, _ = alert(place, capsys)
    assert code == 0
    assert "critical: source tars:" in out


def test_unknown_keys_are_refused(tmp_path, capsys):
    root = tmp_path / "w"
    root.mkdir()
    (root / "tars-bench.toml").write_text('[alerts]\nweb_hook = "x"\n')
    with pytest.raises(SystemExit) as caught:
        app.main(["alert", "--workspace", str(root)])
    assert caught.value.code == 2
    assert "unknown key `alerts.web_hook`" in capsys.readouterr().err
