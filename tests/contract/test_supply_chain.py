"""What is installed is pinned by hash and under a licence that can be kept; no command asks the network unasked."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from tests.contract.homes import SAMPLE
from tests.once import IN_FULL

ROOT = Path(__file__).resolve().parents[2]
_NAME = re.compile(r"^([A-Za-z0-9._-]+)")
FREE = re.compile(
    r"(?i)\b(apache|bsd|mit|mpl|mozilla public|psf|python software foundation|isc|unlicense|zlib|0bsd|cc0|hpnd)\b"
)
# Packages under another licence, and why they may be used.
KNOWN = {
    "python-stdnum": "LGPL 2.1 or later: used as it comes, as a module that anybody may replace, changed in nothing",
    "text-unidecode": "Artistic Licence or GPL, of which we take the Artistic; Prefect needs it",
}


def _folded(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pins(file: str) -> dict[str, str]:
    """Name and what stands behind it, its hashes among it, of each requirement."""
    text = (ROOT / "requirements" / file).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    return {_folded(_NAME.match(line)[1]): line for line in lines}  # type: ignore[index]


@pytest.mark.parametrize("file", ["base.txt", "dev.txt", "audit.txt"])
def test_every_requirement_is_one_version_with_its_hashes(file: str) -> None:
    for name, line in _pins(file).items():
        assert re.search(r"==\S+", line), name
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", line), name
        assert "://" not in line and " @ " not in line, name


def test_what_the_project_names_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]

    def names(wanted: list[str]) -> set[str]:
        return {_folded(_NAME.match(one)[1]) for one in wanted}  # type: ignore[index]

    assert names(project["dependencies"]) <= set(_pins("base.txt"))
    assert names([*project["dependencies"], *extras["dev"], *extras["dask"]]) <= set(_pins("dev.txt"))


def _licence(of: metadata.Distribution) -> str:
    said = [of.metadata.get("License-Expression") or "", *(of.metadata.get_all("Classifier") or [])]
    said = [one for one in said if one and (not one.startswith("Classifier") and ("License" in one or "::" not in one))]
    return " ".join([*said, (of.metadata.get("License") or "")[:200]])


def test_what_runs_is_under_a_licence_that_can_be_kept() -> None:
    """Of the packages of `requirements/base.txt` that this machine needs."""
    wrong = {}
    for name in _pins("base.txt"):
        try:
            of = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # another system's
        if name not in KNOWN and not FREE.search(_licence(of)):
            wrong[name] = _licence(of)[:80]
    assert wrong == {}


# Runs before the command: whoever wants out is written down and refused, a loopback address and a socket file are not.
GUARD = """
import ipaddress, os, socket, sys
_HERE = (None, "", "localhost", "127.0.0.1", "::1")
def _watch(event, args):
    if event in ("socket.connect", "socket.sendto"):
        address = args[1]
        if isinstance(address, tuple) and not ipaddress.ip_address(address[0].split("%")[0]).is_loopback:
            _refuse(event, address)
    elif event in ("socket.getaddrinfo", "socket.gethostbyname") and args[0] not in _HERE:
        _refuse(event, args[0])
def _refuse(event, what):
    with open(os.environ["ASKED"], "a") as asked:
        asked.write(f"{event} {what}\\n")
    raise OSError("no network here")
sys.addaudithook(_watch)
"""


# Commands in one Python, which need not start once for each.
ONE_AFTER_THE_OTHER = """
import json, sys
from pipeline.cli.app import main
for words in json.loads(sys.argv[1]):
    sys.argv = ["ticketscout", *words]
    try:
        main()
    except SystemExit as left:
        assert left.code in (None, 0, 1), words
"""
SECRET = "s3cret-that-no-title-shows"


def _titles() -> Iterator[str]:
    """What every process of the machine shows of itself to everybody (Linux)."""
    for shown in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield shown.read_bytes().decode(errors="replace")
        except OSError:  # it has ended
            continue


def test_no_command_asks_the_network_unless_told_to(tmp_path: Path) -> None:
    """Every process is watched from its start, workers among them, by an audit hook
    (https://docs.python.org/3/library/audit_events.html); none shows a secret of the environment in its title."""
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard" / "sitecustomize.py").write_text(GUARD)
    asked = tmp_path / "asked.txt"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TICKETSCOUT_")}
    environment |= {"PYTHONPATH": f"{tmp_path / 'guard'}{os.pathsep}{ROOT}", "ASKED": str(asked)}
    environment |= {
        "TICKETSCOUT_VAULT_KEY": f"{SECRET}-of-the-vault",
        "TICKETSCOUT_SALES_URL": f"json://{SECRET}@localhost",
    }
    titles: set[str] = set()

    def run(*words: str | Path) -> int:
        call = [sys.executable, *map(str, words)]
        nothing = subprocess.DEVNULL
        with subprocess.Popen(call, stdout=nothing, stderr=nothing, env=environment, cwd=tmp_path) as process:
            end = time.monotonic() + 300
            while process.poll() is None and time.monotonic() < end:
                titles.update(_titles())
                time.sleep(0.2)
            process.kill()
        return process.returncode

    run("-c", "import socket; socket.create_connection(('192.0.2.1', 9), 1)")
    assert asked.read_text() == "socket.getaddrinfo 192.0.2.1\n"  # the guard works
    asked.unlink()
    home = ["--home", tmp_path / "home"]
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"id": "1", "text": "We need 40 more seats, what do they cost?"}\n')
    scout = ["-m", "pipeline.cli.app"]
    own = SAMPLE / "own_signal"
    night = [
        "nightly",
        "--tickets",
        SAMPLE / "helpdesk" / "2026-11-19",
        "--as-of",
        "2026-11-19",
        "--engine",
        "processes",
    ]
    told = [
        [*night, "--workers", "2", "--accounts", SAMPLE / "crm" / "accounts.csv"],
        ["predict", rows, "--out", tmp_path / "out.csv"],
        ["account", "A-1001"],
        ["report"],
    ]
    if IN_FULL:  # half a minute more
        told += [
            ["train", "contract_request", "--spec", own / "contract_request.toml", "--labels", own / "labels.jsonl"],
            ["review", "export", "-n", "6", "--out", tmp_path / "questions.csv"],
            ["status"],
        ]
    for words in told if IN_FULL else told[:1]:
        assert run(*scout, *words, *home) in (0, 1), words
    if not IN_FULL:
        assert run("-c", ONE_AFTER_THE_OTHER, json.dumps([[*map(str, [*words, *home])] for words in told[1:]])) == 0
    if IN_FULL:
        tickets, accounts = SAMPLE / "helpdesk" / "2026-11-20", SAMPLE / "crm" / "accounts.csv"
        environment |= {"PREFECT_HOME": str(tmp_path / "prefect"), "DO_NOT_TRACK": "1"}
        flow = ["-m", "flows.nightly", "--tickets", tickets, "--accounts", accounts, "--as-of", "2026-11-20"]
        assert run(*flow, *home) in (0, 1)
    assert not asked.exists(), asked.read_text()
    assert any("nightly" in title for title in titles) or not Path("/proc/self/cmdline").exists()
    assert not [title for title in titles if SECRET in title]
    assert (tmp_path / "home" / "data" / "digests" / "2026-11-19" / "digest.html").exists()
    assert (tmp_path / "out.csv").exists()
