"""The served dashboard over real HTTP: who may read it, what it sends, when it sends nothing."""

import http.client
import socket
from dataclasses import replace
from datetime import datetime

import pytest

from fixtures.dashboard_figures import NOW, dashboard
from tars_bench.reports.documents.dashboard import dashboard_of
from tars_bench.reports.render.serving import start
from tars_bench.shared.errors import NotReadyError, TarsBenchError


class Releases:
    """The release that is newest; a test puts another in its place."""

    newest = dashboard_of(dashboard(), NOW)
    problem = ""

    def __call__(self):
        if self.newest is None:
            raise NotReadyError("nothing <here>", "run it")
        return self.newest


@pytest.fixture
def releases():
    return Releases()


@pytest.fixture
def server(releases):
    server = start(releases, 0, lambda: releases.problem)
    yield server
    server.stop()


def get(server, path, method="GET", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        connection.close()


def test_the_page_and_its_content_show_the_newest_release(server, releases):
    status, headers, page = get(server, "/")
    assert status == 200
    assert "$149.10" in page
    assert headers["content-security-policy"].endswith("frame-ancestors 'none'")
    assert headers["x-content-type-options"] == "nosniff"
    status, headers, content = get(server, "/content")
    assert status == 200
    assert content.lstrip().startswith("<header>")
    tag = headers["etag"]
    assert get(server, "/content", **{"If-None-Match": tag})[0] == 304
    releases.newest = replace(releases.newest, released_at=datetime(2026, 3, 9))
    status, headers, _ = get(server, "/content", **{"If-None-Match": tag})
    assert status == 200
    assert headers["etag"] != tag


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1", ""])
def test_another_name_for_this_machine_is_refused(server, host):
    status, headers, body = get(server, "/", Host=host)
    assert status == 421
    assert "$" not in body
    assert "content-security-policy" in headers


def test_localhost_is_this_machine(server):
    assert get(server, "/", Host=f"localhost:{server.port}")[0] == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "/", 405), ("DELETE", "/content", 405), ("GET", "/x", 404)],
)
def test_there_is_nothing_else(server, method, path, status):
    assert get(server, path, method)[0] == status


def test_without_a_release_the_page_says_so(server, releases):
    releases.newest = None
    status, _, page = get(server, "/")
    assert status == 200
    assert "nothing &lt;here&gt;" in page


def test_older_figures_say_that_newer_ones_cannot_be_shown(server, releases):
    tag = get(server, "/content")[1]["etag"]
    releases.problem = "1 of 9 nodes failed: <x>"
    status, _, content = get(server, "/content", **{"If-None-Match": tag})
    assert status == 200
    assert content.index("not up to date ❌</strong> 1 of 9 nodes failed: &lt;x&gt;") < 200
    assert "$149.10" in content


def test_it_listens_on_loopback_only(server):
    names = socket.gethostbyname_ex(socket.gethostname())[2]
    for name in names:
        if not name.startswith("127."):
            with pytest.raises(OSError, match="refused"):
                socket.create_connection((name, server.port), timeout=5)


def test_a_port_that_is_taken_is_an_error(releases):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(TarsBenchError, match="cannot be used"):
            start(releases, other.getsockname()[1])
