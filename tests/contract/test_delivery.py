"""Channels are told once, whatever they do to us; what failed is told later; addresses are written nowhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.contract.channels import SECRET, deliver, ledger_of, listed_rows, where_is, with_channel
from tests.contract.homes import CRM, NIGHTS, SAMPLE, call, night_arguments, published, warehouse
from tests.contract.loopback import WebService, nobodys_port, web_service

Copy = Callable[[Path], Path]


@pytest.fixture
def service() -> Iterator[WebService]:
    with web_service() as running:
        yield running


@pytest.fixture(autouse=True)
def _straight(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of the machine stands between us and loopback."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def test_a_night_tells_its_channel_once_and_a_second_run_tells_nothing(
    service: WebService, first_night: Path, finished: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = with_channel(copy_of(first_night), "digest", "alerts")  # tonight's save is of no top account: no alert
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", service.address())
    done = call(home, *night_arguments(NIGHTS[1]))
    assert done.returncode == 0 and "sent 1 message" in done.stderr
    (message,) = service.told
    leads, saves, held = (listed_rows(home, name) for name in ("leads.csv", "saves.csv", "held.csv"))
    news = [row for row in leads if row["status"] != "known"]
    assert message["title"] == f"Ticketscout {NIGHTS[1]}: {len(news)} leads and {len(saves)} save"
    first = news[0]
    assert f"1. {first['account']}: {first['motion']}, priority" in message["message"]
    assert first["next_step"] in message["message"]
    assert "10 tickets read, 1 set aside" in message["message"]
    assert str(home / "data" / "digests" / NIGHTS[1]) in message["message"]
    waits = [row for row in held if row["ticket_to_solve"]]
    assert waits and f"{waits[0]['account']}: 1 lead, ticket {waits[0]['ticket_to_solve']}" in message["message"]
    for row in leads + saves:
        assert row["quote"][:25] not in message["message"]
        assert not row["contact"] or row["contact"] not in message["message"]
    assert published(home) == published(finished)  # telling changes nothing that is published

    again = call(home, *night_arguments(NIGHTS[1]))
    assert again.returncode == 0 and len(service.told) == 1
    assert "sent 0 messages" in deliver(home) and len(service.told) == 1
    assert ledger_of(home) == [(NIGHTS[1], "digest", "sent", 1, "")]


@pytest.mark.parametrize("trouble", ["refused", "500", "slow", "not set", "no address"])
def test_a_channel_in_trouble_is_reported_and_told_when_it_is_well_again(
    trouble: str,
    service: WebService,
    finished: Path,
    copy_of: Copy,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    home = with_channel(copy_of(finished), "digest", timeout=0.3)
    well = service.address(secret=SECRET)
    service.status = 500 if trouble == "500" else 200
    service.pause = 1.0 if trouble == "slow" else 0
    addresses = {"refused": f"json://127.0.0.1:{nobodys_port()}/{SECRET}", "no address": f"nowhere-{SECRET}"}
    if trouble != "not set":
        monkeypatch.setenv("TICKETSCOUT_SALES_URL", addresses.get(trouble, well))
    error = {
        "refused": "no_connection",
        "500": "http_500",
        "slow": "timeout",
        "not set": "not_set",
        "no address": "bad_address",
    }[trouble]
    said = deliver(home, code=1)
    assert "sales: digest not delivered" in said and "tried again" in said
    assert ledger_of(home) == [(NIGHTS[1], "digest", "failed", 1, error)]
    assert f"1 failed ({error})" in call(home, "status").stdout

    service.status, service.pause = 200, 0
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", well)
    said += deliver(home)
    assert len(service.told) == 1
    assert ledger_of(home) == [(NIGHTS[1], "digest", "sent", 2, "")]
    deliver(home)
    assert len(service.told) == 1
    assert where_is(SECRET, home) == [] and SECRET not in said + caplog.text


def test_a_failing_channel_never_fails_the_night_and_the_next_one_tells_of_both(
    service: WebService, finished: Path, first_night: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = with_channel(copy_of(first_night), "digest")
    with_channel(home, "digest", name="broken")
    with_channel(home, "heartbeat", name="watch")
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", service.address(secret=SECRET))
    service.status = 503
    assert "sales: digest not delivered, http 503" in deliver(home, code=1)
    before = {row["lead_id"]: row["account"] for row in listed_rows(home, "leads.csv", NIGHTS[0])}

    failed = call(home, "nightly", f"--as-of={NIGHTS[1]}", "--tickets", home / "nowhere")
    service.status = 200
    service.asked.clear()
    monkeypatch.setenv("TICKETSCOUT_WATCH_URL", service.address("http", secret=f"watch-{SECRET}"))
    assert failed.returncode == 2 and service.asked == []  # a night that did not come gives no sign of life
    night = call(home, *night_arguments(NIGHTS[1]))
    assert night.returncode == 0
    assert "broken: digest not delivered, its address is not in the environment" in night.stderr
    assert service.asked == [f"POST /{SECRET}", f"GET /watch-{SECRET}"]
    (message,) = service.told
    assert f"nights from {NIGHTS[0]} on" in message["message"]
    with warehouse(home) as con:
        shown = {row[0] for row in con.execute("SELECT lead_id FROM digest_leads").fetchall()}
    late = {name for lead_id, name in before.items() if lead_id in shown}
    gone = set(before.values()) - late
    assert late and gone
    # Leads of the night that could not be told are in the message, but none that was held or answered since.
    assert int(re.findall(r": (\d+) leads", message["title"])[0]) > len(listed_rows(home, "leads.csv"))
    assert not [name for name in gone if name in message["message"].split("Held until")[0]]
    assert ledger_of(home, "sales") == [
        (NIGHTS[0], "digest", "sent", 1, "http_503"),
        (NIGHTS[1], "digest", "sent", 1, ""),
    ]
    assert published(home) == published(finished)
    assert where_is(SECRET, home) == [] and SECRET not in night.stderr + night.stdout
    deliver(home, code=1)
    assert len(service.asked) == 2  # neither digest nor sign of life goes twice


def test_a_server_that_never_ends_is_left(
    service: WebService, finished: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = with_channel(copy_of(finished), "digest", timeout=0.2)
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", service.address())
    service.drips = True
    deliver(home, code=1)
    assert ledger_of(home) == [(NIGHTS[1], "digest", "failed", 1, "timeout")]


def test_a_quiet_day_says_so_unless_it_shall_not(
    service: WebService, finished: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = with_channel(copy_of(finished), "digest")
    with_channel(home, "digest", name="product", quiet_days=False)
    for name in ("SALES", "PRODUCT"):
        monkeypatch.setenv(f"TICKETSCOUT_{name}_URL", service.address(secret=name))
    deliver(home)
    service.told.clear(), service.asked.clear()
    # The export of the day before once more: all of it is known.
    arguments = ["nightly", f"--tickets={SAMPLE / 'helpdesk' / NIGHTS[1]}", "--as-of=2026-11-21", "--engine=local"]
    assert call(home, *arguments, *CRM).returncode == 0
    (message,) = service.told
    assert service.asked == ["POST /SALES"]
    assert message["title"] == "Ticketscout 2026-11-21: nothing new"
    assert message["message"].startswith("Nothing new; 10 tickets read")
