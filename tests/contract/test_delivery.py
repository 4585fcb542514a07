"""Channels are told once, whatever they do to us; what failed is told later; addresses are written nowhere."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.contract.homes import CRM, NIGHTS, SAMPLE, call, night_arguments, published, sentence, warehouse
from tests.contract.loopback import MailServer, WebService, mail_server, nobodys_port, web_service

Copy = Callable[[Path], Path]
SECRET = "T0ken-of-the-channel"


@pytest.fixture
def service() -> Iterator[WebService]:
    with web_service() as running:
        yield running


@pytest.fixture
def post() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture(autouse=True)
def _straight(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of the machine stands between us and loopback."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def _channel(home: Path, *send: str, name: str = "sales", quiet_days: bool = True, timeout: float = 5) -> Path:
    with open(home / "ticketscout.toml", "a", encoding="utf-8") as stream:
        stream.write(
            f'[[deliver]]\nname = "{name}"\nurl_env = "TICKETSCOUT_{name.upper()}_URL"\n'
            f"send = {json.dumps(send)}\nquiet_days = {str(quiet_days).lower()}\ntimeout_seconds = {timeout}\n"
        )
    return home


def _ledger(home: Path, channel: str = "sales") -> list[tuple[Any, ...]]:
    with warehouse(home) as con:
        return con.execute(
            "SELECT as_of::VARCHAR, kind, state, attempts, last_error FROM deliveries WHERE channel = ? "
            "ORDER BY as_of, kind, recipient",
            [channel],
        ).fetchall()


def _list(home: Path, name: str, day: str = NIGHTS[1]) -> list[dict[str, str]]:
    text = (home / "data" / "digests" / day / name).read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _deliver(home: Path, code: int = 0) -> str:
    done = call(home, "deliver")
    assert done.returncode == code, done.stderr
    return done.stderr


def test_a_night_tells_its_channel_once_and_a_second_run_tells_nothing(
    service: WebService, first_night: Path, finished: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = _channel(copy_of(first_night), "digest", "alerts")  # tonight's save is of no top account: no alert
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", service.address())
    done = call(home, *night_arguments(NIGHTS[1]))
    assert done.returncode == 0 and "sent 1 message" in done.stderr
    (message,) = service.told
    leads, saves, held = (_list(home, name) for name in ("leads.csv", "saves.csv", "held.csv"))
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
    assert "sent 0 messages" in _deliver(home) and len(service.told) == 1
    assert _ledger(home) == [(NIGHTS[1], "digest", "sent", 1, "")]


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
    home = _channel(copy_of(finished), "digest", timeout=0.3)
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
    said = _deliver(home, code=1)
    assert "sales: digest not delivered" in said and "tried again" in said
    assert _ledger(home) == [(NIGHTS[1], "digest", "failed", 1, error)]
    assert f"1 failed ({error})" in call(home, "status").stdout

    service.status, service.pause = 200, 0
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", well)
    said += _deliver(home)
    assert len(service.told) == 1
    assert _ledger(home) == [(NIGHTS[1], "digest", "sent", 2, "")]
    _deliver(home)
    assert len(service.told) == 1
    assert _where(SECRET, home) == [] and SECRET not in said + caplog.text


def test_a_failing_channel_never_fails_the_night_and_the_next_one_tells_of_both(
    service: WebService, finished: Path, first_night: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = _channel(copy_of(first_night), "digest")
    _channel(home, "digest", name="broken")
    _channel(home, "heartbeat", name="watch")
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", service.address(secret=SECRET))
    service.status = 503
    assert "sales: digest not delivered, http 503" in _deliver(home, code=1)
    before = {row["lead_id"]: row["account"] for row in _list(home, "leads.csv", NIGHTS[0])}

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
    assert int(re.findall(r": (\d+) leads", message["title"])[0]) > len(_list(home, "leads.csv"))
    assert not [name for name in gone if name in message["message"].split("Held until")[0]]
    assert _ledger(home, "sales") == [
        (NIGHTS[0], "digest", "sent", 1, "http_503"),
        (NIGHTS[1], "digest", "sent", 1, ""),
    ]
    assert published(home) == published(finished)
    assert _where(SECRET, home) == [] and SECRET not in night.stderr + night.stdout
    _deliver(home, code=1)
    assert len(service.asked) == 2  # neither digest nor sign of life goes twice


def test_a_server_that_never_ends_is_left(
    service: WebService, finished: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = _channel(copy_of(finished), "digest", timeout=0.2)
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", service.address())
    service.drips = True
    _deliver(home, code=1)
    assert _ledger(home) == [(NIGHTS[1], "digest", "failed", 1, "timeout")]


def test_a_quiet_day_says_so_unless_it_shall_not(
    service: WebService, finished: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = _channel(copy_of(finished), "digest")
    _channel(home, "digest", name="product", quiet_days=False)
    for name in ("SALES", "PRODUCT"):
        monkeypatch.setenv(f"TICKETSCOUT_{name}_URL", service.address(secret=name))
    _deliver(home)
    service.told.clear(), service.asked.clear()
    # The export of the day before once more: all of it is known.
    arguments = ["nightly", f"--tickets={SAMPLE / 'helpdesk' / NIGHTS[1]}", "--as-of=2026-11-21", "--engine=local"]
    assert call(home, *arguments, *CRM).returncode == 0
    (message,) = service.told
    assert service.asked == ["POST /SALES"]
    assert message["title"] == "Ticketscout 2026-11-21: nothing new"
    assert message["message"].startswith("Nothing new; 10 tickets read")


def test_each_owner_gets_their_own_mail_and_one_who_is_refused_stops_nobody(
    post: MailServer, finished: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = _channel(copy_of(finished), "owner", quiet_days=False)
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", post.address())
    rows = _list(home, "leads.csv") + _list(home, "saves.csv")
    owners = {row["owner"] for row in rows}
    unlucky = min(owners)
    assert len(owners) >= 2
    post.refused = {unlucky}
    said = _deliver(home, code=1)
    assert "sales: owner not delivered, smtp 550" in said and "secret-of-the-server" not in said
    assert {to for to, _, _ in post.mails} == owners - {unlucky}
    post.refused = set()
    _deliver(home)
    assert sorted(to for to, _, _ in post.mails) == sorted(owners)
    for to, subject, text in post.mails:
        own = [row for row in rows if row["owner"] == to]
        others = {row["account"] for row in rows} - {row["account"] for row in own}
        assert subject.startswith(f"Ticketscout {NIGHTS[1]}: {len(own)} ")
        assert all(row["account"] in text for row in own)
        assert not [name for name in others if name in text]
        assert f"owners/{to}/open.csv" in text.replace("\n", "")
        assert "<" not in text  # plain text, no markup
    _deliver(home)
    assert len(post.mails) == len(owners)
    with warehouse(home) as con:
        assert not [row for row in _cells(con, "deliveries") if "@" in row]  # owners are hashed there


def test_a_mail_server_that_is_away_is_not_asked_for_every_owner(
    finished: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = _channel(copy_of(finished), "owner")
    away = f"mailto://127.0.0.1:{nobodys_port()}?from=scout@tidewater.example&mode=insecure&to={{owner}}"
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", away)
    _deliver(home, code=1)
    ledger = _ledger(home)
    assert len(ledger) > 2
    assert sorted((attempts, error) for _, _, _, attempts, error in ledger) == [
        *[(0, "not_tried")] * (len(ledger) - 2),
        *[(1, "no_connection")] * 2,
    ]


def test_an_owner_with_two_addresses_or_none_gets_no_mail_and_is_named(
    post: MailServer, finished: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = _channel(copy_of(finished), "owner")
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", post.address())
    odd = "mia@tidewater.example,eve@elsewhere.example"
    with warehouse(home) as con:
        for table in ("digest_leads", "listed_leads"):
            con.execute(f"UPDATE {table} SET owner = ? WHERE owner = 'mia@tidewater.example'", [odd])
    said = _deliver(home)
    assert odd in said and "no mail address" in said
    assert post.mails and not [to for to, _, _ in post.mails if to.startswith(("mia", "eve"))]


LARGEST = "L-08481ca01975"


def test_a_save_of_a_top_account_is_told_the_same_night_and_once(
    service: WebService, first_night: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The account whose save comes on the second night is made the largest."""
    home = _channel(copy_of(first_night), "alerts")
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", service.address())
    rows = list(csv.DictReader((SAMPLE / "crm" / "accounts.csv").read_text(encoding="utf-8").splitlines()))
    with open(home / "accounts.csv", "w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(row | {"arr": "9000000"} if row["account_id"] == "A-1037" else row for row in rows)
    arguments = [one for one in night_arguments(NIGHTS[1]) if not str(one).startswith("--accounts")]
    service.status = 500
    assert call(home, *arguments, f"--accounts={home / 'accounts.csv'}").returncode == 0
    assert [row[1:3] for row in _ledger(home)] == [("alerts", "failed")]
    service.status = 200
    _deliver(home)
    (message,) = service.told
    assert message["title"] == f"Ticketscout {NIGHTS[1]}: 1 top account may be leaving"
    assert message["message"].startswith("Bracken Hill Outdoor: save, priority ")
    assert "owner cleo@tidewater.example, ticket 5070." in message["message"]
    assert "Marnie" not in message["message"] and "cancel our" not in message["message"]
    _deliver(home)
    assert len(service.told) == 1
    with warehouse(home) as con:  # more evidence is news
        con.execute("UPDATE lead_events SET evidence_count = 2 WHERE lead_id = ? AND event = 'listed'", [LARGEST])
    _deliver(home)
    assert len(service.told) == 2


def test_an_alert_that_failed_is_dropped_when_its_lead_is_answered(
    service: WebService, finished: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = _channel(copy_of(finished), "alerts")
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", service.address())
    with warehouse(home) as con:
        con.execute("UPDATE listed_leads SET is_never_capped = true WHERE lead_id = ?", [LARGEST])
    service.status = 500
    _deliver(home, code=1)
    with warehouse(home) as con:  # what decide and publish do with an outcome that closes
        con.execute("DELETE FROM digest_leads WHERE lead_id = ?", [LARGEST])
    service.status = 200
    _deliver(home)
    assert service.told == []
    assert [row[1:3] for row in _ledger(home)] == [("alerts", "dropped")]


def test_no_sign_of_life_for_a_night_that_is_long_over(
    service: WebService, finished: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = _channel(copy_of(finished), "heartbeat")
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", service.address("http"))
    with warehouse(home) as con:
        con.execute("UPDATE nights SET decided_at = decided_at - INTERVAL 30 HOUR")
    _deliver(home)
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


def test_dry_run_prints_what_would_be_sent_and_sends_nothing(
    service: WebService, finished: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = _channel(copy_of(finished), "digest")
    _channel(home, "owner", name="owners")
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", service.address(secret=SECRET))
    done = call(home, "deliver", "--dry-run")
    assert done.returncode == 0
    assert f"Ticketscout {NIGHTS[1]}: " in done.stdout and "--- owners: owner to mia@tidewater.example" in done.stdout
    assert SECRET not in done.stdout + done.stderr
    assert service.asked == [] and _ledger(home) == []


def test_a_night_can_be_kept_quiet_and_told_later(
    service: WebService, finished: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = _channel(copy_of(finished), "digest")
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", service.address())
    arguments = ["nightly", f"--tickets={SAMPLE / 'helpdesk' / NIGHTS[1]}", "--as-of=2026-11-21", "--engine=local"]
    assert call(home, *arguments, *CRM, "--no-deliver").returncode == 0
    assert service.asked == []
    _deliver(home)
    assert "2026-11-21" in service.told[0]["title"]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('url = "slack://T0ken-of-the-channel"\nsend = ["digest"]', "deliver.0.url"),
        ('url_env = "json://T0ken-of-the-channel"\nsend = ["digest"]', "deliver.0.url_env"),
        ('url_env = "TICKETSCOUT_SLACK"\nsend = ["digest"]', "_URL"),
        ('url_env = "SLACK"\nsend = ["digest", "owner"]', "of their own"),
        (
            'url_env = "SLACK"\nsend = ["digest"]\n[[deliver]]\nname = "a"\nurl_env = "B"\nsend = ["alerts"]',
            "same name",
        ),
    ],
)
def test_a_channel_that_is_set_up_wrongly_is_refused_without_its_secret(lines: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "ticketscout.toml").write_text(f'[[deliver]]\nname = "a"\n{lines}\n', encoding="utf-8")
    done = call(tmp_path, "deliver")
    assert done.returncode == 2
    assert told in sentence(done) and SECRET not in done.stderr


def test_deliver_without_channels_says_how_to_set_one_up(tmp_path: Path) -> None:
    done = call(tmp_path, "deliver")
    assert done.returncode == 2 and "[[deliver]]" in sentence(done)


def test_a_home_of_an_earlier_release_learns_to_deliver(
    service: WebService, finished: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = _channel(copy_of(finished), "digest")
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", service.address())
    with warehouse(home) as con:
        con.execute("DROP TABLE deliveries")
    _deliver(home)
    assert len(service.told) == 1


def _cells(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    return [str(row) for row in con.execute(f'SELECT COLUMNS(*)::VARCHAR FROM "{table}"').fetchall()]


def _where(secret: str, home: Path) -> list[str]:
    """Files and tables that have it."""
    files = [file.name for file in sorted(home.rglob("*")) if file.is_file() and secret.encode() in file.read_bytes()]
    with duckdb.connect(str(home / "data" / "warehouse.duckdb"), read_only=True) as con:
        tables = [name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return files + [table for table in tables if any(secret in row for row in _cells(con, table))]
