"""`python -m flows.retrain`: the flow once, with the command line's options and exit codes."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from typing import Any

from flows.command import prepared, told
from pipeline.errors import TicketscoutError


def parser() -> ArgumentParser:
    """The options of `ticketscout retrain` that a schedule needs."""
    options = ArgumentParser(
        prog="python -m flows.retrain", description="Runs the retraining flow once.", allow_abbrev=False
    )
    options.add_argument(
        "--home", default=os.environ.get("TICKETSCOUT_HOME", "."), help="folder of everything a run reads and writes"
    )
    options.add_argument(
        "--signal", dest="signals", action="append", metavar="SIGNAL", help="may be repeated (default: all)"
    )
    options.add_argument("--floor", type=int, default=100, help="labels needed, a fifth of them yes")
    options.add_argument("--as-of", metavar="DATE", help="the day that is written down (default: today)")
    return options


def start(arguments: Sequence[str]) -> Namespace:
    """The options, with the environment ready for Prefect. Leaves with exit code 2 where they are wrong."""
    return prepared(parser().parse_args(arguments))


def finish(flow: Callable[..., Any], options: Namespace) -> int:
    """Runs `flow`; the exit code is the contract's."""
    try:
        flow(**vars(options))
    except TicketscoutError as error:
        return told(error)
    return 0
