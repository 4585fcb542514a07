"""`python -m flows.nightly`: the flow once, with the command line's options and exit codes."""

from __future__ import annotations

import os
import signal
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Timer
from types import FrameType
from typing import Any, NoReturn, get_args

from flows.environment import prepare
from flows.summary import too_much_set_aside
from pipeline.config import Home, load_settings
from pipeline.engine import Engine
from pipeline.errors import TicketscoutError
from pipeline.worker import collect_less

_PATIENCE = 5.0  # seconds
CRM_FILES = ("accounts", "wishes", "opportunities", "availability", "competitors", "products")


def parser() -> ArgumentParser:
    """The options of `ticketscout nightly`."""
    options = ArgumentParser(
        prog="python -m flows.nightly", description="Runs the nightly flow once.", allow_abbrev=False
    )
    options.add_argument("--tickets", action="append", required=True, help="a file, folder or glob; may be repeated")
    options.add_argument("--source", default="auto", help="format of the export")
    add_night(options)
    return options


def add_night(options: ArgumentParser) -> None:
    """Adds the options of any night, wherever its tickets come from."""
    options.add_argument(
        "--home", default=os.environ.get("TICKETSCOUT_HOME", "."), help="folder of everything a run reads and writes"
    )
    for name in CRM_FILES:
        options.add_argument(f"--{name}", metavar="CSV", help="CSV of the CRM")
    options.add_argument("--as-of", metavar="DATE", help="the night: the end of that day, UTC (default: today)")
    options.add_argument("--engine", choices=get_args(Engine), help="where the work runs")
    options.add_argument("--workers", type=int, default=0, help="worker processes; 0 is one a core")
    options.add_argument("--dask-address", help="a running cluster, for --engine dask")
    options.add_argument("--wait", type=float, default=0.0, metavar="SECONDS", help="how long to wait for another run")
    options.add_argument("--no-deliver", dest="deliver", action="store_false", help="do not tell channels of the night")


def start(arguments: Sequence[str]) -> Namespace:
    """The options, with the environment ready for Prefect. Leaves with exit code 2 where they are wrong."""
    return prepared(parser().parse_args(arguments))


def prepared(options: Namespace) -> Namespace:
    """`options`, once the environment is ready for Prefect. Settings are read before: Prefect takes ten seconds to
    start, and writes files, only for a mistake to be told."""
    collect_less()
    home = Path(options.home).expanduser().resolve()
    try:
        load_settings(Home(home))
        prepare(home)
    except TicketscoutError as error:
        sys.exit(told(error))
    return options


def finish(flow: Callable[..., Any], options: Namespace) -> int:
    """Runs `flow`; the exit code is the contract's."""
    signal.signal(signal.SIGINT, _interrupted)
    try:
        counts = flow(**vars(options))
    except TicketscoutError as error:
        return told(error)
    except KeyboardInterrupt:
        _stop()
    tolerate = load_settings(Home(Path(options.home).expanduser().resolve())).tolerate
    return 1 if too_much_set_aside(counts, tolerate) else 0


def told(error: TicketscoutError) -> int:
    """Says what is wrong; the exit code."""
    print(f"ticketscout: {error}", file=sys.stderr)
    return error.exit_code


def _interrupted(number: int, frame: FrameType | None) -> NoReturn:
    """Ctrl-C. The server that Prefect started hears it too and goes; Prefect would ask it for minutes all the same."""
    late = Timer(_PATIENCE, _stop)
    late.daemon = True
    late.start()
    raise KeyboardInterrupt


def _stop() -> NoReturn:
    """At any point, as a run that is killed is safe."""
    print("ticketscout: stopped; running again is safe.", file=sys.stderr, flush=True)
    os._exit(3)
