"""A whole chat in one comment is what its speakers said, not what the comment's author said (dbt_zendesk v1.1.0:
batched chats misread)."""

from __future__ import annotations

from pathlib import Path

from tests.contract.homes import ingest_into, ticket, user, warehouse, write_lines

CHAT = """Chat started: 2026-11-10 09:00 AM UTC

(09:00:10 AM) Nora Quist: Hello, we have outgrown our plan. Could we get 40 more seats?
(09:01:00 AM) Grace Ashdowne: Hi Nora, I will ask.
(09:02:30 AM) Nora Quist: Thanks!
*** Grace Ashdowne left the chat ***
"""
MAIL = "Hello,\nwe met at 10:30: it was short.\nPlease note: the invoice is wrong.\nNora"


def test_pasted_chat_is_parted_by_who_said_what_and_mail_is_not(tmp_path: Path) -> None:
    people = [
        user(20, "Nora Quist", "nora@elmcrest.example"),
        user(10, "Grace Ashdowne", "grace@vendor.example", role="agent"),
    ]
    bot = {"id": 1, "author_id": 10, "public": True, "created_at": "2026-11-10T09:05:00Z", "plain_body": CHAT}
    html = bot | {"id": 2, "html_body": CHAT.replace("\n", "<br>")}
    mail = bot | {"id": 3, "author_id": 20, "plain_body": MAIL}
    tickets = [ticket(n, comments=[one], assignee_id=10) for n, one in enumerate((bot, html, mail), start=1)]
    with warehouse(tmp_path / "home") as con:
        ingest_into(con, tmp_path / "home", write_lines(tmp_path / "t", tickets), write_lines(tmp_path / "u", people))
        rows = con.execute(
            "SELECT ticket_id, message_id, role, strftime(said_at, '%H:%M:%S'), text FROM messages "
            "ORDER BY ticket_id, position"
        ).fetchall()
        authors = con.execute("SELECT count(DISTINCT author_id) FROM messages WHERE ticket_id = '1'").fetchone()
    expected = [
        ("customer", "09:02:40", "Hello, we have outgrown our plan. Could we get 40 more seats?"),
        ("agent", "09:03:30", "Hi [NAME], I will ask."),
        ("customer", "09:05:00", "Thanks!"),
    ]
    assert [row[2:] for row in rows if row[0] == "1"] == [row[2:] for row in rows if row[0] == "2"] == expected
    assert [row[1] for row in rows if row[0] == "1"] == ["1:1.1", "1:1.2", "1:1.3"]
    assert authors == (2,)
    assert [row[2] for row in rows if row[0] == "3"] == ["customer"]


def test_who_nobody_knows_is_taken_by_what_the_chat_calls_them_and_is_redacted(tmp_path: Path) -> None:
    lines = ("Visitor 1234: Is there a bigger plan?", "Petra Holm (Support): Yes.", "Visitor 1234: Fine, Petra Holm.")
    chat = "\n".join(f"[10:0{n}] {line}" for n, line in enumerate(lines))
    comment = {"id": 1, "author_id": 20, "public": True, "created_at": "2026-11-10T10:05:00Z", "plain_body": chat}
    with warehouse(tmp_path / "home") as con:
        ingest_into(con, tmp_path / "home", write_lines(tmp_path / "t", [ticket(1, comments=[comment])]))
        said = con.execute("SELECT role, text FROM messages ORDER BY position").fetchall()
    assert [role for role, _ in said] == ["customer", "agent", "customer"]
    assert not any("Petra" in text for _, text in said)
