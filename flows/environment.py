"""What Prefect must find in the environment before it is imported: nothing leaves the machine, nothing in `~`."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.errors import BadConfiguration

DEFAULTS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # The server that a run starts for itself takes up to 20 s on two cores, Prefect's own limit.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
}


def prepare(home: Path) -> None:
    """Sets what is not set yet; Prefect's own files go to `<home>/.prefect`, for their owner only.

    Raises BadConfiguration where that folder cannot be made: Prefect would wait for its server in vain.
    """
    os.umask(0o077)
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    if "PREFECT_HOME" in os.environ:
        return
    folder = home / ".prefect"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadConfiguration(f"cannot create {folder}: {error.strerror}; choose another --home.") from error
    os.environ["PREFECT_HOME"] = str(folder)
