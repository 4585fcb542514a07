"""Who starts a flow by hand may stop it by hand, also while Prefect waits for a server that is gone."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# What hears Ctrl-C and ends, and what hears it and goes on asking.
_WAITS = """
import sys, time
from argparse import Namespace
from flows.command import finish

def waits() -> None:
    print("begun", flush=True)
    time.sleep(60)

def goes_on() -> None:
    try:
        waits()
    finally:
        time.sleep(60)

finish({"waits": waits, "goes_on": goes_on}[sys.argv[1]], Namespace())
"""


@pytest.mark.parametrize("what", ["waits", "goes_on"])
def test_ctrl_c_ends_a_flow_with_one_sentence(what: str) -> None:
    given = [sys.executable, "-c", _WAITS, what]
    with subprocess.Popen(given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout and process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (3, "ticketscout: stopped; running again is safe.\n")
