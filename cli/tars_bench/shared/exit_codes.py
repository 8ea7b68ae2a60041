"""The exit codes a script may rely on."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a finished command tells its caller."""

    OK = 0
    """Everything asked for was done."""
    ERROR = 1
    """A step failed; the message says which and what to do."""
    USAGE = 2
    """The command line or the workspace's configuration is wrong; nothing ran."""
    INPUT_QUARANTINED = 3
    """Done, but some input lines were set aside; `tars-bench status` lists them."""
    BUILD_FAILED = 4
    """A model or a data test failed; the published warehouse is untouched."""
    CHECKLIST_FAILED = 5
    """`validate --strict`: at least one checklist line failed or raised an error."""
    NOT_READY = 6
    """There is no published warehouse yet, or it lacks what was asked for."""
    BUSY = 7
    """Another process holds the working database."""
    INTERRUPTED = 130
    """Stopped by the user; running again goes on."""
    OUTPUT_CLOSED = 141
    """Whoever read the output stopped reading, as `| head` does."""
