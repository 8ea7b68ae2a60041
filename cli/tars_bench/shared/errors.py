"""The errors a user may see: one line of what is wrong, one of what to do."""

from tars_bench.shared.exit_codes import ExitCode


class TarsBenchError(Exception):
    """A failure that is explained to the user without a traceback.

    Args:
        message: What is wrong, in one line, naming file and line where there is one.
        hint: What to do about it, in one line; empty when there is nothing to add.
    """

    exit_code: ExitCode = ExitCode.ERROR

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(TarsBenchError):
    """The command line or the workspace's configuration cannot be used."""

    exit_code = ExitCode.USAGE


class BuildError(TarsBenchError):
    """A dbt model or data test failed."""

    exit_code = ExitCode.BUILD_FAILED


class NotReadyError(TarsBenchError):
    """What was asked for has not been built or published yet."""

    exit_code = ExitCode.NOT_READY


class BusyError(TarsBenchError):
    """Another process holds the file this one must write."""

    exit_code = ExitCode.BUSY
