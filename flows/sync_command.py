"""`python -m flows.sync`: the flow once, with the command line's options and exit codes."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from flows.command import add_night, prepared


def parser() -> ArgumentParser:
    """The options of `ticketscout sync` that a schedule needs."""
    options = ArgumentParser(prog="python -m flows.sync", description="Runs the sync flow once.", allow_abbrev=False)
    add_night(options)
    return options


def start(arguments: Sequence[str]) -> Namespace:
    """The options, with the environment ready for Prefect. Leaves with exit code 2 where they are wrong."""
    return prepared(parser().parse_args(arguments))
