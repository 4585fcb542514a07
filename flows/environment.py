"""What Prefect must find in the environment before it is imported: nothing leaves the machine, nothing in `~`."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

DEFAULTS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # The server that a run starts for itself takes up to 20 s on two cores, Prefect's own limit.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
}


def home_option() -> ArgumentParser:
    """The `--home` option, which has to be known before the others are."""
    parser = ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument(
        "--home", default=os.environ.get("TICKETSCOUT_HOME", "."), help="folder of everything a run reads and writes"
    )
    return parser


def prepare(arguments: Sequence[str]) -> None:
    """Sets what is not set yet; Prefect's own files go to `<home>/.prefect`, for their owner only."""
    os.umask(0o077)
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    home = Path(home_option().parse_known_args(arguments)[0].home).expanduser().resolve()
    os.environ.setdefault("PREFECT_HOME", str(home / ".prefect"))
