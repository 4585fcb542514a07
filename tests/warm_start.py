"""Commands in processes of their own that need not import everything first: forked from one that has.

Each is a process as its user would have it (arguments, environment, folder, streams, exit code, umask), but for the two
seconds that Python takes to import the libraries and compile the cues that ship, and the seed of its hashes, which all
of one server's share: what is about that seed starts a Python of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(
    [
        "pipeline.cli.app",
        "pipeline.steps.night",
        "pipeline.steps.ingesting.cleaning",
        "pipeline.steps.score_partition",
        "pipeline.steps.retraining.retrain",
        "pipeline.steps.replaying.replay",
        "pipeline.steps.syncing.pull",
        "tests.warm_start",
        "tests.warm_words",
    ]
)


def ticketscout(
    arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str], timeout: float
) -> subprocess.CompletedProcess[str]:
    """Runs `ticketscout ARGUMENTS` to its end. Raises TimeoutExpired."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        process = started(arguments, cwd=cwd, env=env, out=out, err=err)
        process.join(timeout)
        if process.is_alive():
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(["ticketscout", *arguments], timeout)
        return subprocess.CompletedProcess(
            ["ticketscout", *arguments],
            process.exitcode if process.exitcode is not None else 1,
            out.read_text(encoding="utf-8"),
            err.read_text(encoding="utf-8"),
        )


def started(
    arguments: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    out: Path | str = os.devnull,
    err: Path | str = os.devnull,
) -> BaseProcess:
    """Starts `ticketscout ARGUMENTS` in a session, and so a process group, of its own."""
    process = SERVER.Process(target=command, args=(list(arguments), str(cwd), dict(env), str(out), str(err)))
    process.start()
    return process


def command(arguments: list[str], cwd: str, env: dict[str, str], out: str, err: str) -> None:
    """What the process does."""
    os.setsid()
    for path, stream in ((out, 1), (err, 2)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, stream)
        os.close(file)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["ticketscout", *arguments]
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
    from pipeline.cli.app import main

    try:
        main()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
