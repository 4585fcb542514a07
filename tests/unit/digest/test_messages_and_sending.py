"""What messages say of odd names and long lists, and what is kept of an error."""

from __future__ import annotations

import smtplib
import ssl
import sys
from datetime import date, datetime
from decimal import Decimal
from urllib.error import HTTPError, URLError

import pytest

from pipeline.digest.messages import Lead, Reading, Waiting, digest, plain
from pipeline.digest.send import for_owner, in_words, kind_of, ping, send_message

DAY = date(2026, 11, 20)


def _lead(account: str, list_name: str = "leads") -> Lead:
    said = datetime(2026, 11, 20, 9)
    return Lead(
        "L-1", list_name, "mia@x.example", account, "offer", Decimal("5400.40"), "Call.", "7", None, False, DAY, 1, said
    )


def test_a_long_day_is_cut_and_says_how_much_is_left() -> None:
    leads = [_lead(f"Account {n}") for n in range(7)]
    waiting = [Waiting(f"Account {n}", "mia@x.example", str(n)) for n in range(8)]
    message = digest(leads, [*waiting, waiting[0]], Reading(1, 0), DAY, DAY, "/srv/day")
    assert message.title == "Ticketscout 2026-11-20: 7 leads"
    assert message.body.split("\n\n") == [
        "7 leads to act on; 1 ticket read.",
        "Leads\n" + "\n".join(f"{n + 1}. Account {n}: offer, priority 5,400. Call." for n in range(5)) + "\nand 2 more",
        "Held until a ticket is solved\nAccount 0: 2 leads, ticket 0\n"
        + "\n".join(f"Account {n}: 1 lead, ticket {n}" for n in range(1, 5))
        + "\nand 3 more",
        "Files: /srv/day",
    ]


def test_a_quiet_day_is_honest_about_what_was_read() -> None:
    def said(reading: Reading) -> str:
        return digest([], [], reading, DAY, DAY, "f").body.splitlines()[0]

    assert said(Reading(3, 0)) == "Nothing new; 3 tickets read."
    assert said(Reading(3, 2)) == "Nothing new; 3 tickets read, 2 set aside."
    assert said(Reading(0, 0)) == "Nothing new; 0 tickets read."
    assert said(Reading(None, 0)) == "Nothing new; no export was read."


def test_what_is_seriously_unusual_comes_before_the_leads() -> None:
    body = digest(
        [_lead("Elm")], [], Reading(3, 0), DAY, DAY, "f", ["zendesk: 0 tickets came, about 70 are usual"]
    ).body
    assert body.split("\n\n")[1] == "Unlike other nights\nzendesk: 0 tickets came, about 70 are usual"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Elm & Sons", "Elm & Sons"),
        ("<!channel> Elm", "!channel Elm"),  # a mention in Slack
        ("@everyone Elm", "everyone Elm"),  # a mention elsewhere
        ("mia@x.example", "mia@x.example"),
        ("Elm\r\nBcc: eve@x.example", "Elm Bcc: eve@x.example"),  # no line of its own
        ("Elm\x1b[31m", "Elm [31m"),  # nothing a terminal obeys
        ("x" * 80, "x" * 59 + "…"),
    ],
)
def test_a_name_is_one_short_line_without_markup(name: str, line: str) -> None:
    assert plain(name) == line


def test_an_owner_adds_no_recipient() -> None:
    assert for_owner("mailto://h?to={owner}", "a&to=b@x.example") == "mailto://h?to=a%26to%3Db%40x.example"


def _while(inner: Exception, outer: Exception) -> Exception:
    try:
        try:
            raise inner
        except Exception:
            raise outer  # noqa: B904 as libraries do
    except Exception as error:
        return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (HTTPError("http://h/T0ken", 404, "T0ken", None, None), "http_404"),  # type: ignore[arg-type]
        (URLError(ConnectionRefusedError("T0ken")), "no_connection"),
        (URLError(TimeoutError("T0ken")), "timeout"),
        (URLError(ssl.SSLError("T0ken")), "tls"),
        (smtplib.SMTPAuthenticationError(535, b"T0ken"), "smtp_535"),
        (smtplib.SMTPRecipientsRefused({"T0ken": (550, b"T0ken")}), "smtp_550"),
        (_while(TimeoutError("T0ken"), smtplib.SMTPServerDisconnected("T0ken")), "timeout"),
        (ValueError("T0ken"), "ValueError"),
    ],
)
def test_of_an_error_only_its_kind_is_kept(error: Exception, kind: str) -> None:
    assert kind_of(error) == kind
    assert in_words(kind) and "T0ken" not in in_words(kind)


@pytest.mark.parametrize("address", ["file:///etc/hostname", "http://[", "http://a b/T0ken", ""])
def test_a_sign_of_life_goes_by_http_only_and_nothing_odd_raises(address: str) -> None:
    assert ping(address, 1)


def test_apprise_is_missed_only_when_something_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    assert send_message("json://127.0.0.1", "title", "body", 1) == "not_installed"
