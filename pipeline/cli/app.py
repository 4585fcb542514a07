"""`ticketscout`: the commands, put together; errors become one sentence and an exit code.

Steps are imported inside the commands, so that `--help` answers at once.
"""

from __future__ import annotations

import errno
import functools
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

import typer
import typer.main
from typer.exceptions import TyperException

from pipeline.cli import (
    account,
    deliver,
    doctor,
    learning,
    lookup,
    models,
    night,
    privacy,
    replay,
    report,
    review,
    sync,
    topics,
)
from pipeline.errors import TicketscoutError, is_ctrl_c
from pipeline.worker import collect_less

app = typer.Typer(
    name="ticketscout",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Reads a helpdesk's conversations every night and hands sales a short list worth acting on.",
    epilog="Start with: ticketscout demo",
)
for module in (
    night,
    sync,
    deliver,
    lookup,
    doctor,
    account,
    report,
    topics,
    models,
    review,
    learning,
    replay,
    privacy,
):
    module.register(app)


# What the system says of disks, in errors of DuckDB's and Arrow's; the rest of these may quote a cell.
_DISK = tuple(map(os.strerror, (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO, errno.EACCES)))
_INTERRUPTED = 130  # what typer makes of Ctrl-C


@functools.cache
def the_command() -> Callable[..., Any]:
    """What typer makes of the declarations: 30 ms, which one process pays once."""
    return typer.main.get_command(app)


def run() -> None:
    """Entry point: `main`, and nothing behind it. What it wrote is closed by then, and the system takes its memory back
    at once; Python would take apart what it holds, a quarter of a second of each night."""
    try:
        main()
    except SystemExit as ended:
        if isinstance(ended.code, str):
            raise  # a library's own words, which Python prints
        _end(ended.code or 0)


def main() -> None:
    """Runs a command and leaves with its code. What it writes is for its owner only."""
    os.umask(0o077)
    collect_less()
    try:
        code = the_command()(standalone_mode=False)
    except TicketscoutError as error:
        _leave(str(error), error.exit_code)
    except TyperException as error:
        _leave(f"{error.format_message().rstrip('.')}: see ticketscout --help.", 2)
    except OSError as error:
        _leave(f"{error.filename or 'a file'}: {error.strerror}; mend that and run again, which is safe.", 3)
    except Exception as error:
        if is_ctrl_c(error):
            _stop()
        if fault := next((words for words in _DISK if words in str(error)), ""):
            _leave(f"a file could not be written or read ({fault}): mend that and run again, which is safe.", 3)
        # Messages of libraries may quote a cell or a line, so only the place is named.
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{place.filename}:{place.lineno}"
        _leave(f"{type(error).__name__} at {where}; running again is safe, please report this.", 3)
    if code == _INTERRUPTED:
        _stop()
    sys.exit(code if isinstance(code, int) else 0)


def _stop() -> NoReturn:
    """With our code and at once: where Ctrl-C came within an import, Python would end by the signal in its place."""
    _say("stopped; running again is safe")
    _end(3)


def _end(code: int) -> NoReturn:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        pass  # who reads, as `head` does, has read enough
    except OSError as error:
        _say(f"what is printed could not be written ({error.strerror}); mend that and run again, which is safe")
        code = 3
    sys.stderr.flush()
    os._exit(code)


def _leave(sentence: str, code: int) -> NoReturn:
    _say(sentence)
    sys.exit(code)


def _say(sentence: str) -> None:
    print(f"ticketscout: {sentence.rstrip('.!')}.", file=sys.stderr)


if __name__ == "__main__":
    run()
