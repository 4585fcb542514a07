"""Tables, general JSON and transcripts: from bytes to leads, and what users of other tools complained about."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.sources import SOURCES as KNOWN
from pipeline.sources.discovery import discover, portions
from pipeline.sources.reading import read_portion
from pipeline.warehouse import Connection
from tests.contract.homes import ingest_into, warehouse
from tests.contract.whole_nights import score_and_decide

SOURCES = Path(__file__).parent / "sources"


def test_night_from_bytes_to_leads(tmp_path: Path) -> None:
    """One wish each as a message's row, a ticket's row, a conversation, an utterance, a chat and a call."""
    layouts = "messages tickets_and_messages conversations convokit".split()
    files = [SOURCES / "generic" / layout for layout in layouts] + [SOURCES / "transcript" / "chat"]
    given = [file for folder in files for file in sorted(folder.glob("*.*")) if file.name != "cases.csv"]
    with warehouse(tmp_path) as con:
        ingest_into(con, tmp_path, *given, SOURCES / "transcript" / "webvtt" / "call.vtt")
        con.execute(
            "INSERT INTO accounts (account_id, name, domain, plan, arr) SELECT 'A-1', 'Elmcrest', "
            "'elmcrest.example', 'team', 1000"
        )
        score_and_decide(con, tmp_path, date(2026, 11, 13))
        wished = {
            row[0] for row in con.execute("SELECT ticket_id FROM signals WHERE signal = 'upgrade_intent'").fetchall()
        }
        leads = {row[0] for row in con.execute("SELECT ticket_id FROM lead_proposals").fetchall()}
    assert {"G-1", "H-1", "c1", "T-1", "V-1"} <= wished
    assert leads & {"G-1", "H-1", "c1", "T-1"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_same_table_in_another_dialect_gives_the_same_messages(
    encoding: str, delimiter: str, tmp_path: Path
) -> None:
    rows = [["Case #", "Date Sent", "Direction", "From", "Message Text"]]
    rows += [["7", "2026-11-10 09:00", "Inbound", "nora@elmcrest.example", "Grüße – wir wachsen"]]
    rows += [["7", "2026-11-10 09:05", "Outbound", "tess@support.example", "Schön"]]
    rows[0][0] = "Case Number"
    (tmp_path / "t.csv").write_bytes("\r\n".join(delimiter.join(row) for row in rows).encode(encoding) + b"")
    assert _read(tmp_path / "t.csv")[1] == [("customer", "Grüße – wir wachsen"), ("agent", "Schön")]


def test_day_and_month_that_no_row_tells_apart_are_refused(tmp_path: Path) -> None:
    rows = ["ticket_id,created_at,role,body", "1,03/04/2026 09:00,customer,Hello", "1,05/05/2026 09:00,customer,Sure"]
    assert _table(tmp_path, rows) == (["ambiguous_time"], [("customer", "Sure")])
    month_first = _table(tmp_path, [*rows, "1,04/13/2026 09:00,customer,Month first"])
    assert month_first == ([], [("customer", said) for said in ("Hello", "Month first", "Sure")])
    day_first = _table(tmp_path, [*rows, "1,13/04/2026 09:00,customer,Day first"])
    assert day_first == ([], [("customer", said) for said in ("Hello", "Day first", "Sure")])


def test_internal_comments_are_never_the_customers(tmp_path: Path) -> None:
    """dbt_zendesk #35 and #32."""
    rows = ["ticket_id,created_at,role,is_private,body", "1,2026-11-10T09:00:00Z,customer,yes,About them"]
    assert _table(tmp_path, rows) == ([], [("note of agent", "About them")])


def test_report_of_one_row_a_conversation_is_read(tmp_path: Path) -> None:
    """chatwoot #15243, #13366, #5323: what one tool exports so, another reads."""
    inputs, _ = discover([str(SOURCES / "generic" / "report" / "report.csv")])
    assert [one.kind for one in inputs] == ["tickets"]


def test_new_rows_of_another_night_join_the_ticket_and_rows_that_come_again_change_nothing(tmp_path: Path) -> None:
    """dlt #659: time-based paging loads duplicates."""
    header = "ticket_id,created_at,role,body"
    one, two = "1,2026-11-10T09:00:00Z,customer,First", "1,2026-11-10T09:05:00Z,agent,Second"
    with warehouse(tmp_path) as con:
        for night, rows in enumerate([[header, one], [header, one, two], [header, two]]):
            (tmp_path / f"{night}.csv").write_text("\n".join(rows) + "\n")
            ingest_into(con, tmp_path, tmp_path / f"{night}.csv")
        assert _said(con) == [("1", "customer", "First"), ("1", "agent", "Second")]


def test_table_of_a_day_without_rows_is_no_error(tmp_path: Path) -> None:
    assert _table(tmp_path, ["ticket_id,created_at,role,body"]) == ([], [])


def test_transcript_takes_its_day_and_id_from_its_name(tmp_path: Path) -> None:
    path = tmp_path / "call-77 2026-11-10.txt"
    path.write_text("[10:03] Agent: Hello\n[10:04] Customer: Hi\n")
    with warehouse(tmp_path) as con:
        ingest_into(con, tmp_path, path)
        assert [str(row[0]) for row in con.execute("SELECT said_at FROM messages ORDER BY position").fetchall()] == [
            "2026-11-10 10:03:00",
            "2026-11-10 10:04:00",
        ]
        assert con.execute("SELECT ticket_id FROM tickets").fetchall() == [("call-77 2026-11-10",)]


def _table(folder: Path, rows: list[str]) -> tuple[list[str], list[tuple[str, str]]]:
    (folder / "t.csv").write_text("\n".join(rows) + "\n")
    return _read(folder / "t.csv")


def _read(path: Path) -> tuple[list[str], list[tuple[str, str]]]:
    """Why rows are set aside, and who said what in the order of time, without a warehouse."""
    (portion,) = portions(discover([str(path)])[0], 1 << 20)
    (reading,) = read_portion(portion)
    batch = KNOWN[portion.source].read(reading.records)
    said = sorted(batch.messages.to_pylist(), key=lambda message: message["said_at"])
    roles = [m["role_hint"] if m["is_public"] else f"note of {m['role_hint']}" for m in said]
    return batch.rejects["reason"].to_pylist(), list(zip(roles, [m["body"] for m in said], strict=True))


def _said(con: Connection) -> list[tuple[str, str, str]]:
    return con.execute("SELECT ticket_id, role, text FROM messages ORDER BY ticket_id, position").fetchall()
