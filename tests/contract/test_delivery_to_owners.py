"""Each owner is told of their own leads by mail, and nobody of somebody else's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.contract.channels import cells, deliver, ledger_of, listed_rows, with_channel
from tests.contract.homes import NIGHTS, warehouse
from tests.contract.loopback import MailServer, mail_server, nobodys_port

Copy = Callable[[Path], Path]


@pytest.fixture
def post() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture(autouse=True)
def _straight(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of the machine stands between us and loopback."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def test_each_owner_gets_their_own_mail_and_one_who_is_refused_stops_nobody(
    post: MailServer, finished: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = with_channel(copy_of(finished), "owner", quiet_days=False)
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", post.address())
    rows = listed_rows(home, "leads.csv") + listed_rows(home, "saves.csv")
    owners = {row["owner"] for row in rows}
    unlucky = min(owners)
    assert len(owners) >= 2
    post.refused = {unlucky}
    said = deliver(home, code=1)
    assert "sales: owner not delivered, smtp 550" in said and "secret-of-the-server" not in said
    assert {to for to, _, _ in post.mails} == owners - {unlucky}
    post.refused = set()
    deliver(home)
    assert sorted(to for to, _, _ in post.mails) == sorted(owners)
    for to, subject, text in post.mails:
        own = [row for row in rows if row["owner"] == to]
        others = {row["account"] for row in rows} - {row["account"] for row in own}
        assert subject.startswith(f"Ticketscout {NIGHTS[1]}: {len(own)} ")
        assert all(row["account"] in text for row in own)
        assert not [name for name in others if name in text]
        assert f"owners/{to}/open.csv" in text.replace("\n", "")
        assert "<" not in text  # plain text, no markup
    deliver(home)
    assert len(post.mails) == len(owners)
    with warehouse(home) as con:
        assert not [row for row in cells(con, "deliveries") if "@" in row]  # owners are hashed there


def test_a_mail_server_that_is_away_is_not_asked_for_every_owner(
    finished: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = with_channel(copy_of(finished), "owner")
    away = f"mailto://127.0.0.1:{nobodys_port()}?from=scout@tidewater.example&mode=insecure&to={{owner}}"
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", away)
    deliver(home, code=1)
    ledger = ledger_of(home)
    assert len(ledger) > 2
    assert sorted((attempts, error) for _, _, _, attempts, error in ledger) == [
        *[(0, "not_tried")] * (len(ledger) - 2),
        *[(1, "no_connection")] * 2,
    ]


def test_an_owner_with_two_addresses_or_none_gets_no_mail_and_is_named(
    post: MailServer, finished: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = with_channel(copy_of(finished), "owner")
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", post.address())
    odd = "mia@tidewater.example,eve@elsewhere.example"
    with warehouse(home) as con:
        for table in ("digest_leads", "listed_leads"):
            con.execute(f"UPDATE {table} SET owner = ? WHERE owner = 'mia@tidewater.example'", [odd])
    said = deliver(home)
    assert odd in said and "no mail address" in said
    assert post.mails and not [to for to, _, _ in post.mails if to.startswith(("mia", "eve"))]
