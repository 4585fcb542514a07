"""`python -m flows.nightly`: the flow once, with the command line's options and exit codes."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, get_args

from flows.environment import home_option
from flows.summary import too_much_set_aside
from pipeline.config import Home, load_settings
from pipeline.engine import Engine
from pipeline.errors import TicketscoutError

CRM_FILES = ("accounts", "wishes", "opportunities", "availability", "competitors", "products")


def parser() -> ArgumentParser:
    """The options of `ticketscout nightly`."""
    options = ArgumentParser(
        prog="python -m flows.nightly", description="Runs the nightly flow once.", parents=[home_option()],
        allow_abbrev=False,
    )
    options.add_argument("--tickets", action="append", required=True, help="a file, folder or glob; may be repeated")
    options.add_argument("--source", default="auto", help="format of the export")
    for name in CRM_FILES:
        options.add_argument(f"--{name}", metavar="CSV", help="CSV of the CRM")
    options.add_argument("--as-of", metavar="DATE", help="the night: the end of that day, UTC (default: today)")
    options.add_argument("--engine", choices=get_args(Engine), help="where the work runs")
    options.add_argument("--workers", type=int, default=0, help="worker processes; 0 is one a core")
    options.add_argument("--dask-address", help="a running cluster, for --engine dask")
    return options


def main(flow: Callable[..., Any], arguments: Sequence[str]) -> int:
    """Runs `flow`; the exit code is the contract's."""
    options = parser().parse_args(arguments)
    try:
        counts = flow(**vars(options))
    except TicketscoutError as error:
        print(f"ticketscout: {error}", file=sys.stderr)
        return error.exit_code
    tolerate = load_settings(Home(Path(options.home).expanduser().resolve())).tolerate
    return 1 if too_much_set_aside(counts, tolerate) else 0
