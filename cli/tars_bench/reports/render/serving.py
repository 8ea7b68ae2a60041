"""The dashboard over HTTP, for this machine alone.

It listens on 127.0.0.1 and answers only requests that name it so: a page of somebody else whose
name was made to point here (DNS rebinding) is refused. Nothing can be changed through it.
"""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from threading import Thread
from typing import TYPE_CHECKING, Final

from tars_bench.reports.render.dashboard_html import (
    content_policy,
    render_content,
    render_live_page,
    render_message,
    render_problem,
)
from tars_bench.shared.errors import TarsBenchError

if TYPE_CHECKING:
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

    from tars_bench.reports.documents.dashboard import Dashboard

    Handler = Callable[[Request], Awaitable[Response]]

HOST: Final = "127.0.0.1"
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-cache",
}


@dataclass(frozen=True)
class Content:
    """What is shown of one release, and its ETag."""

    markup: str
    tag: str


class Server:
    """A server that runs in a thread of its own until it is stopped."""

    def __init__(self, server: uvicorn.Server, listener: socket.socket) -> None:
        self._server = server
        self._listener = listener
        self._thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._listener.getsockname()[1])

    def wait(self) -> None:
        """Wait until it ends."""
        while self._thread.is_alive():
            self._thread.join(1)

    def stop(self) -> None:
        """End it, and wait until it has."""
        self._server.should_exit = True
        self._thread.join(5)
        self._listener.close()


def start(
    read: Callable[[], Dashboard], port: int, problem: Callable[[], str] = lambda: ""
) -> Server:
    """Serve a dashboard on the loopback address.

    Args:
        read: Returns the newest release; called for every request.
        port: The port; 0 takes a free one.
        problem: Returns why newer figures cannot be shown; nothing while they can.

    Raises:
        TarsBenchError: The port is taken, or may not be used.
    """
    import uvicorn

    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen()  # from here on a request waits instead of being refused
    except OSError as error:
        listener.close()
        raise TarsBenchError(
            f"port {port} of {HOST} cannot be used: {error.strerror}", "name another with --port"
        ) from error
    settings = uvicorn.Config(
        application(read, int(listener.getsockname()[1]), problem),
        log_level="critical",
        access_log=False,
        server_header=False,
        lifespan="off",
    )
    return Server(uvicorn.Server(settings), listener)


def application(read: Callable[[], Dashboard], port: int, problem: Callable[[], str]) -> Starlette:
    """Return the application: the page, and its content for who has an older one."""
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.base import BaseHTTPMiddleware
    from starlette.responses import HTMLResponse, Response
    from starlette.routing import Route

    known_hosts = {f"{HOST}:{port}", f"localhost:{port}"}
    headers = {
        **_HEADERS,
        "Content-Security-Policy": f"{content_policy()}; frame-ancestors 'none'",
    }

    async def guarded(request: Request, answer: Handler) -> Response:
        if request.headers.get("host", "").lower() not in known_hosts:
            response = Response("this server answers for 127.0.0.1 only\n", 421)
        else:
            response = await answer(request)
        response.headers.update(headers)
        return response

    def page(request: Request) -> Response:
        content = _content(read, problem())
        return HTMLResponse(render_live_page(content.markup, content.tag))

    def newest(request: Request) -> Response:
        content = _content(read, problem())
        if request.headers.get("if-none-match") == content.tag:
            return Response(status_code=304, headers={"ETag": content.tag})
        return HTMLResponse(content.markup, headers={"ETag": content.tag})

    return Starlette(
        routes=[Route("/", page), Route("/content", newest)],
        middleware=[Middleware(BaseHTTPMiddleware, dispatch=guarded)],
    )


def _content(read: Callable[[], Dashboard], problem: str) -> Content:
    """Return the newest release; what is wrong, in its place, where there is none."""
    above = render_problem(problem) if problem else ""
    try:
        dashboard = read()
    except TarsBenchError as error:
        markup = above + render_message(error.message, error.hint)
        return Content(markup, _tag(markup))
    return Content(above + render_content(dashboard), _tag(dashboard.release + above))


def _tag(text: str) -> str:
    return f'"{sha256(text.encode()).hexdigest()[:16]}"'
