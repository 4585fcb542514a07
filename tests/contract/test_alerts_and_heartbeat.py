"""Alerts of top accounts, once and while they hold; signs of life, and a check for nights that do not come."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.contract.channels import deliver, ledger_of, with_channel
from tests.contract.homes import NIGHTS, SAMPLE, call, night_arguments, sentence, warehouse
from tests.contract.loopback import WebService, web_service

Copy = Callable[[Path], Path]
LARGEST = "L-08481ca01975"


@pytest.fixture
def service() -> Iterator[WebService]:
    with web_service() as running:
        yield running


@pytest.fixture(autouse=True)
def _straight(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of the machine stands between us and loopback."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def test_a_save_of_a_top_account_is_told_the_same_night_and_once(
    service: WebService, first_night: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The account whose save comes on the second night is made the largest."""
    home = with_channel(copy_of(first_night), "alerts")
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", service.address())
    rows = list(csv.DictReader((SAMPLE / "crm" / "accounts.csv").read_text(encoding="utf-8").splitlines()))
    with open(home / "accounts.csv", "w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(row | {"arr": "9000000"} if row["account_id"] == "A-1037" else row for row in rows)
    arguments = [one for one in night_arguments(NIGHTS[1]) if not str(one).startswith("--accounts")]
    service.status = 500
    assert call(home, *arguments, f"--accounts={home / 'accounts.csv'}").returncode == 0
    assert [row[1:3] for row in ledger_of(home)] == [("alerts", "failed")]
    service.status = 200
    deliver(home)
    (message,) = service.told
    assert message["title"] == f"Ticketscout {NIGHTS[1]}: 1 top account may be leaving"
    assert message["message"].startswith("Bracken Hill Outdoor: save, priority ")
    assert "owner cleo@tidewater.example, ticket 5070." in message["message"]
    assert "Marnie" not in message["message"] and "cancel our" not in message["message"]
    deliver(home)
    assert len(service.told) == 1
    with warehouse(home) as con:  # more evidence is news
        con.execute("UPDATE lead_events SET evidence_count = 2 WHERE lead_id = ? AND event = 'listed'", [LARGEST])
    deliver(home)
    assert len(service.told) == 2


def test_an_alert_that_failed_is_dropped_when_its_lead_is_answered(
    service: WebService, finished: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = with_channel(copy_of(finished), "alerts")
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", service.address())
    with warehouse(home) as con:
        con.execute("UPDATE listed_leads SET is_never_capped = true WHERE lead_id = ?", [LARGEST])
    service.status = 500
    deliver(home, code=1)
    with warehouse(home) as con:  # what decide and publish do with an outcome that closes
        con.execute("DELETE FROM digest_leads WHERE lead_id = ?", [LARGEST])
    service.status = 200
    deliver(home)
    assert service.told == []
    assert [row[1:3] for row in ledger_of(home)] == [("alerts", "dropped")]


def test_no_sign_of_life_for_a_night_that_is_long_over(
    service: WebService, finished: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = with_channel(copy_of(finished), "heartbeat")
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", service.address("http"))
    with warehouse(home) as con:
        con.execute("UPDATE nights SET decided_at = decided_at - INTERVAL 30 HOUR")
    deliver(home)
    assert service.asked == []


def test_status_is_a_check_for_nights_that_do_not_come(finished: Path, copy_of: Copy, tmp_path: Path) -> None:
    home = copy_of(finished)
    assert call(home, "status", "--max-age", "26h").returncode == 0
    with warehouse(home) as con:
        con.execute("UPDATE nights SET decided_at = decided_at - INTERVAL 30 HOUR")
        con.execute("UPDATE runs SET started_at = started_at - INTERVAL 30 HOUR")
    late = call(home, "status", "--max-age", "26h")
    assert late.returncode == 1 and "30 h ago" in sentence(late)
    assert call(home, "status", "--max-age", "2d").returncode == 0
    assert call(home, "status").returncode == 0
    never = call(tmp_path / "new", "status", "--max-age", "26h")
    assert never.returncode == 1 and "no night" in sentence(never)
    wrong = call(home, "status", "--max-age", "yesterday")
    assert wrong.returncode == 2 and "26h" in sentence(wrong)
