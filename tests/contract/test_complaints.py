"""What users of such tools complain about in ingestion, by the thread it was said in: each has a test that names it.

Those that belong to one helpdesk stand with it; what concerns any export is here.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from pipeline.schema import TABLES
from tests.contract.canonical import state
from tests.contract.homes import ingest_into, ticket, warehouse, write_lines

TESTS = Path(__file__).resolve().parents[1]
# The thread, as docstrings name it, and where.
THREADS = {
    "verified-sources #579": "contract/test_zendesk_complaints.py",
    "dlt #659": "contract/test_zendesk_complaints.py",
    "airbyte #8519": "contract/test_zendesk_complaints.py",
    "#7631": "contract/test_zendesk_complaints.py",
    "airbyte #22611": "contract/test_complaints.py",
    "streams.py:315": "contract/test_zendesk_complaints.py",
    "dbt_zendesk #82": "contract/test_zendesk_complaints.py",
    "dbt_zendesk #35": "contract/test_zendesk_complaints.py",
    "#32": "contract/test_support_suites.py",
    "dbt_zendesk #83": "contract/test_complaints.py",
    "dbt_zendesk 1.5.1": "contract/test_intercom_parts.py",
    "dbt_zendesk v1.1.0": "contract/test_pasted_chats.py",
    "duckdb #14204": "contract/test_support_suites.py",
    "#12610": "contract/test_complaints.py",
    "duckdb-node #137": "contract/test_complaints.py",
    "talon #129": "contract/test_complaints.py",
    "karrot #1096": "contract/test_complaints.py",
    "obsei #8": "contract/test_complaints.py",
}


@pytest.mark.parametrize("thread", THREADS)
def test_thread_is_named_by_a_test(thread: str) -> None:
    module = ast.parse((TESTS / THREADS[thread]).read_text(encoding="utf-8"))
    said = [ast.get_docstring(module) or ""]
    said += [
        ast.get_docstring(node) or ""
        for node in module.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    assert any(thread in text for text in said)


def test_of_a_second_export_only_changed_tickets_are_read(tmp_path: Path) -> None:
    """airbyte #22611: an hour for the audits of three million tickets, every time."""
    home = tmp_path / "home"
    tickets = [ticket(n, f"Question {n}.") for n in range(1, 40)]
    with warehouse(home) as con:
        ingest_into(con, home, write_lines(tmp_path / "one", tickets))
        before = state(con)
        changed = ticket(7, "Question 7.", "And one more.", hour=10)
        counts = ingest_into(
            con, home, write_lines(tmp_path / "two", [changed if one["id"] == 7 else one for one in tickets])
        )
        assert (counts.changed, counts.read, counts.stored) == (1, 39, 39)
        after = state(con)
    assert [row for row in after["messages"] if row[1] != "7"] == [row for row in before["messages"] if row[1] != "7"]


def test_a_row_of_messages_is_a_message() -> None:
    """dbt_zendesk #83: no model of replies. Messages are the base; tickets say nothing that was said in them."""
    assert TABLES["messages"].key == ("source", "message_id")
    assert {"text", "body", "description"}.isdisjoint(TABLES["tickets"].column_names)


def test_a_ticket_of_seventeen_megabytes_and_ids_beyond_bigint(tmp_path: Path) -> None:
    """duckdb #12610, duckdb-node #137: objects over 16 MB end the reading; ids above BIGINT become null or rounded."""
    home, huge = tmp_path / "home", 2**64 + 1
    with warehouse(home) as con:
        counts = ingest_into(
            con, home, write_lines(tmp_path / "t", [ticket(huge, "word " * 3_400_000), ticket(2, "Hi.")])
        )
        assert (counts.stored, counts.set_aside) == (2, {})
        ids = con.execute("SELECT ticket_id FROM tickets ORDER BY length(ticket_id)").fetchall()
    assert ids == [("2",), (str(huge),)]


def test_quoted_text_is_marked_and_stays(tmp_path: Path) -> None:
    """talon #129 and #134, karrot #1096: stripping quotations takes real text with them, in silence off English."""
    said = "Ja, bitte.\n\nAm 10.11.2026 um 09:00 schrieb Grace <grace@vendor.example>:\n> Möchten Sie mehr Plätze?\n"
    home = tmp_path / "home"
    with warehouse(home) as con:
        ingest_into(con, home, write_lines(tmp_path / "t", [ticket(1, said)]))
        text, kinds = con.execute("SELECT text, list_transform(marks, lambda m: m.kind) FROM messages").fetchone() or (
            "",
            [],
        )
    assert "Ja, bitte." in text and "Möchten Sie mehr Plätze?" in text
    assert kinds == ["quote"]


def test_nothing_that_was_said_is_told_while_it_is_read(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """obsei #8 and its processor.py: payloads in logs at INFO."""
    home = tmp_path / "home"
    with caplog.at_level("DEBUG"), warehouse(home) as con:
        ingest_into(con, home, write_lines(tmp_path / "t", [ticket(1, "A sentence nobody logs."), '{"id": 2, "cut']))
    told = capfd.readouterr()
    assert "sentence nobody logs" not in told.out + told.err + caplog.text
