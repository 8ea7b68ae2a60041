"""What `dashboard --watch` and `serve --watch` share: cycles until somebody ends them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event
from typing import TYPE_CHECKING

from tars_bench.shared.console import narrate, seconds
from tars_bench.shared.errors import NotReadyError
from tars_bench.workspace.config import Workspace, check_sources

if TYPE_CHECKING:
    from tars_bench.reports.documents.dashboard import Dashboard
    from tars_bench.warehouse.live import Cycle


def check(place: Workspace) -> None:
    """Check what the user wrote, before the first cycle.

    Raises:
        UsageError: A source is missing, or a seed is wrong.
    """
    from tars_bench.pricing.overrides import read_overrides
    from tars_bench.workspace.seeds import check_seeds

    check_sources(place)
    check_seeds(place)
    read_overrides(place.own_seeds_directory / "price_overrides.csv")


@contextmanager
def until_ended() -> Iterator[None]:
    """Go on until Ctrl-C or SIGTERM, which end what goes on for ever as they should."""
    import signal

    def end(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = {one: signal.signal(one, end) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        with suppress(KeyboardInterrupt):
            yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def follow(
    place: Workspace,
    interval: float,
    say: Callable[[str], None],
    shown: Callable[[Cycle], None],
    stop: Event,
) -> None:
    """Run cycles, `interval` seconds apart, until `stop` is set; tell of each."""
    from tars_bench.warehouse.live import Watcher

    watcher = Watcher(place, say)
    while not stop.is_set():
        shown(watcher.cycle())
        stop.wait(interval)


def sentence(cycle: Cycle) -> str:
    """Return a cycle in one line: "released: 12 new lines in 4.2 s"."""
    return f"{cycle.outcome.value}: {cycle.message} in {seconds(cycle.seconds)}"


def narrate_cycle(cycle: Cycle) -> None:
    """Say on stderr what a cycle did, if it did anything."""
    from tars_bench.warehouse.live import Outcome

    if cycle.outcome is not Outcome.UNCHANGED:
        narrate(sentence(cycle))


def watch_in_terminal(place: Workspace, interval: float, read: Callable[[], Dashboard]) -> None:
    """Draw the dashboard anew after each cycle, in place."""
    from rich.console import Console, RenderableType
    from rich.live import Live
    from rich.text import Text

    from tars_bench.reports.render.dashboard_terminal import renderable
    from tars_bench.warehouse.live import Outcome

    console = Console()
    last = "Ctrl-C ends it"

    def drawn(status: str) -> RenderableType:
        try:
            return renderable(read(), console.width, status)
        except NotReadyError as error:
            return Text(f"{error.message}\n{status}")

    with Live(
        drawn("looking at the sources"),
        console=console,
        auto_refresh=False,
        screen=console.is_terminal,
        vertical_overflow="crop",
    ) as live:

        def say(step: str) -> None:
            live.update(drawn(f"{step} ... ({last})"), refresh=True)

        def shown(cycle: Cycle) -> None:
            nonlocal last
            if cycle.outcome is not Outcome.UNCHANGED:
                last = sentence(cycle)
            live.update(drawn(f"watching, every {interval:g} s ({last})"), refresh=True)

        follow(place, interval, say, shown, Event())
