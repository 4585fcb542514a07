"""Scheduled nights start: the commands of README.md against a real server on this machine."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from datetime import time as clock_time
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from sample_runs import CRM, DAY, ROOT, TICKETS, sample_sentences, wait_for, words_of

PREFECT = str(Path(sys.executable).with_name("prefect"))
# Straight to this machine, whatever proxy the environment names.
_OPENER = build_opener(ProxyHandler({}))
Api = Callable[..., Any]


def _environment(prefect_home: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "TICKETSCOUT_"))}
    return kept | {
        "PREFECT_HOME": str(prefect_home),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "PWD": str(ROOT),
    }


@contextmanager
def _running(command: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    """A program and its children, ended at the end."""
    with log.open("wb") as stream:
        program = subprocess.Popen(
            command, env=environment, cwd=ROOT, stdout=stream, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield
    finally:
        for sign, seconds in ((signal.SIGINT, 10), (signal.SIGKILL, 10)):
            try:
                os.killpg(program.pid, sign)
                program.wait(seconds)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue


def _api(port: int) -> Api:
    def call(method: str, path: str, body: object = None) -> Any:
        request = Request(
            f"http://127.0.0.1:{port}/api{path}",
            method=method,
            headers={"Content-Type": "application/json"},
            data=None if body is None else json.dumps(body).encode(),
        )
        text = _answered(request)
        return json.loads(text) if text else None

    return call


def _answered(request: Request, patience: float = 60) -> bytes:
    """The body of the answer; asked again while the server says that it is busy.

    Prefect answers 503 while SQLite is locked by its own scheduler, and its clients ask again
    (https://docs.prefect.io/v3/api-ref/python/prefect-client-base: retries on 429, 502 and 503).
    """
    until = time.monotonic() + patience
    while True:
        try:
            with _OPENER.open(request, timeout=30) as answer:
                return bytes(answer.read())
        except HTTPError as refusal:
            if refusal.code != HTTPStatus.SERVICE_UNAVAILABLE or time.monotonic() > until:
                raise
            time.sleep(0.5)


def _is_up(call: Api) -> bool:
    try:
        return bool(call("GET", "/health"))
    except (URLError, OSError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.served
def test_a_deployed_night_is_scheduled_and_starts_by_itself(module_night: Path, tmp_path: Path) -> None:
    port, prefect_home, home = _free_port(), tmp_path / "prefect", tmp_path / "home"
    shutil.copytree(module_night / "home" / ".prefect", prefect_home)
    environment, call = _environment(prefect_home, port), _api(port)

    def prefect(*arguments: str) -> None:
        run = subprocess.run(
            [PREFECT, *arguments], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
        )
        assert run.returncode == 0, run.stdout + run.stderr

    with ExitStack() as programs:
        serve = [PREFECT, "server", "start", "--host", "127.0.0.1", "--port", str(port)]
        programs.enter_context(_running(serve, environment, tmp_path / "server.log"))
        wait_for(lambda: _is_up(call), 120, "a server")
        prefect("work-pool", "create", "--type", "process", "local")
        prefect("--no-prompt", "deploy", "--all")
        worker = [PREFECT, "worker", "start", "--pool", "local", "--limit", "1"]
        programs.enter_context(_running(worker, environment, tmp_path / "worker.log"))

        deployment = call("GET", "/deployments/name/nightly/nightly")
        by_id = {"deployments": {"id": {"any_": [deployment["id"]]}}}
        planned = wait_for(lambda: call("POST", "/flow_runs/filter", by_id), 90, "the cron's nights to be scheduled")
        starts = {datetime.fromisoformat(run["expected_start_time"]).astimezone(UTC).time() for run in planned}
        assert starts == {clock_time(2, 30)}

        # The same deployment with another clock, and the sample for its export.
        parameters = {"home": str(home), "tickets": [str(TICKETS)], "accounts": str(CRM["accounts"]), "as_of": DAY}
        call("PATCH", f"/deployments/{deployment['id']}", {"parameters": parameters})
        (cron,) = deployment["schedules"]
        call("DELETE", f"/deployments/{deployment['id']}/schedules/{cron['id']}")
        # Every ten seconds, since a single moment could pass before the scheduler looks.
        call("POST", f"/deployments/{deployment['id']}/schedules", [{"schedule": {"interval": 10}, "active": True}])

        ended = {"flow_runs": {"state": {"type": {"any_": ["COMPLETED", "FAILED", "CRASHED"]}}}} | by_id
        (run, *_) = wait_for(lambda: call("POST", "/flow_runs/filter", ended), 120, "a night that started by itself")
        time.sleep(2)  # its last log lines are on their way
    log = (tmp_path / "worker.log").read_text(encoding="utf-8", errors="replace")
    assert run["state"]["type"] == "COMPLETED", log
    assert run["auto_scheduled"]
    assert (home / "data" / "digests" / DAY / "leads.csv").exists()

    said = words_of(prefect_home / "prefect.db")
    assert "publish 2026 11 19" in said  # what is sought is found where it is
    assert [sentence for sentence in sample_sentences() if sentence in said] == []
