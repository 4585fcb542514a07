"""Parts of Intercom's conversations: what comes again, without its parts, redacted, or apart from its conversation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.warehouse import Connection
from tests.contract.homes import ingest_into, warehouse, write_lines
from tests.contract.intercom_records import ANN, NORA, START, all_said, conversation_of, part_saying, without_parts


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def con(home: Path) -> Iterator[Connection]:
    with warehouse(home) as connection:
        yield connection


@pytest.mark.parametrize(("first", "hour"), [("list", 9), ("full", 10), ("both", 10)])
def test_a_list_without_parts_never_takes_the_parts_away(
    first: str, hour: int, con: Connection, home: Path, tmp_path: Path
) -> None:
    """Older, of the same second or newer than the full conversation, before it, after it or with it."""
    full = write_lines(tmp_path / "full", [conversation_of(part_saying(1, "<p>A part.</p>"))])
    page = {"type": "conversation.list", "conversations": [without_parts(conversation_of(hour=hour))], "pages": {}}
    listed = write_lines(tmp_path / "list", [page])
    for files in {"list": [[listed], [full]], "full": [[full], [listed]], "both": [[full, listed]]}[first]:
        ingest_into(con, home, *files)
    assert [text for _, _, _, text in all_said(con)] == ["Opening.", "A part."]


def test_more_parts_than_came_are_remarked(con: Connection, home: Path, tmp_path: Path) -> None:
    """The API gives 500 parts at most; older ones that are stored stay."""
    ingest_into(con, home, write_lines(tmp_path / "one", [conversation_of(part_saying(1, "<p>First.</p>"))]))
    short = conversation_of(part_saying(2, "<p>Second.</p>"), hour=10)
    short["conversation_parts"]["total_count"] = 2
    ingest_into(con, home, write_lines(tmp_path / "two", [short]))
    assert con.execute("SELECT remark, record_count FROM input_remarks").fetchall() == [("parts_missing", 1)]
    assert [text for _, _, _, text in all_said(con)] == ["Opening.", "First.", "Second."]


@pytest.mark.parametrize(("order", "together"), [(("after", "before"), True), (("before", "after", "before"), False)])
def test_what_the_helpdesk_redacted_goes_and_no_older_export_brings_it_back(
    order: tuple[str, ...], together: bool, con: Connection, home: Path, tmp_path: Path
) -> None:
    redacted = part_saying(1, "<p>Card 4111</p>", redacted=True)
    versions = {
        "before": conversation_of(part_saying(1, "<p>My card number is a secret.</p>")),
        "after": conversation_of(
            redacted, hour=10, source={"body": "<p>Opening.</p>", "author": NORA, "redacted": True}
        ),
    }
    files = [write_lines(tmp_path / f"{n}", [versions[name], {"n": n}]) for n, name in enumerate(order)]
    for given in [files] if together else [[file] for file in files]:
        ingest_into(con, home, *given)
    assert [text for _, _, _, text in all_said(con)] == ["", ""]


def test_role_is_as_of_the_message_not_of_the_person(con: Connection, home: Path, tmp_path: Path) -> None:
    """fivetran/dbt_zendesk#82: who left the company is an end user today, but their replies were ours."""
    export = tmp_path / "export"
    left = ANN | {"type": "user"}
    write_lines(
        export / "conversations",
        [conversation_of(part_saying(1, "<p>Ours.</p>", ANN), part_saying(2, "<p>Theirs.</p>", left))],
    )
    write_lines(
        export / "contacts",
        [{"type": "contact", "id": "501", "workspace_id": "w", "role": "user", "email": "anneke@home.example"}],
    )
    ingest_into(con, home, export)
    assert [(role, text) for _, role, _, text in all_said(con)][1:] == [("agent", "Ours."), ("customer", "Theirs.")]


def test_notes_are_no_replies(con: Connection, home: Path, tmp_path: Path) -> None:
    """fivetran/dbt_zendesk#35, #32: internal comments counted as replies. Whoever is said to have written one."""
    notes = [
        part_saying(1, "<p>Among us.</p>", ANN, part_type="note"),
        part_saying(2, "<p>By rule.</p>", {}, part_type="note"),
    ]
    ingest_into(con, home, write_lines(tmp_path / "c", [conversation_of(*notes)]))
    assert [(role, public) for _, role, public, _ in all_said(con)] == [
        ("customer", True),
        ("agent", False),
        ("agent", False),
    ]


def test_every_part_is_joined_to_its_conversation_or_counted(con: Connection, home: Path, tmp_path: Path) -> None:
    """airbytehq/airbyte#8519, #7631: comments missing, ticket_id null: here every one is stored or counted."""
    parts = [
        part_saying(1, "<p>A part.</p>") | {"conversation_id": 1},
        part_saying(2, "<p>Whose?</p>") | {"conversation_id": None},
    ]
    wrapped = [{"type": "RECORD", "record": {"stream": "conversation_parts", "data": part}} for part in parts]
    whole = {"type": "RECORD", "record": {"stream": "conversations", "data": without_parts(conversation_of())}}
    counts = ingest_into(con, home, write_lines(tmp_path / "two", [*wrapped, whole]))
    assert (counts.read, counts.stored, counts.set_aside) == (3, 2, {"no_ticket": 1})
    assert [text for _, _, _, text in all_said(con)] == ["Opening.", "A part."]


def test_overlapping_pages_store_each_once(con: Connection, home: Path, tmp_path: Path) -> None:
    """dlt-hub/dlt#659: paging by time loads what lies on the edge twice."""
    page = {"type": "conversation.list", "conversations": [conversation_of(part_saying(1, "<p>A part.</p>"))]}
    for name in ("one", "two"):
        write_lines(tmp_path / "pages" / name, [page | {"pages": {"page": name}}])
    counts = ingest_into(con, home, tmp_path / "pages")
    assert (counts.read, counts.stored) == (2, 1)
    assert len(all_said(con)) == 2


def test_parts_of_one_second_have_one_order(con: Connection, home: Path, tmp_path: Path) -> None:
    """dbt_zendesk 1.5.1: rows in no order. Ids tell, as numbers, however the parts stand in the file."""
    parts = [part_saying(number, f"<p>{number}</p>", created_at=START) for number in (9, 10, 100)]
    for night, order in enumerate((parts, parts[::-1])):
        ingest_into(con, home, write_lines(tmp_path / f"{night}", [conversation_of(*order, hour=9 + night)]))
        assert [text for _, _, _, text in all_said(con)] == ["Opening.", "9", "10", "100"]
