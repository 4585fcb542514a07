"""What whoever writes a source gets wrong is one sentence that names it, without the words of a customer."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pytest

from pipeline.errors import WrongSource
from pipeline.schema.helpdesk import MESSAGES, TICKET_EVENTS, TICKETS
from pipeline.sources.checked import read_checked
from pipeline.sources.json_records import read_json
from pipeline.sources.source import BATCH_SCHEMAS, NEEDED, RECORDS, WORDS, Batch, Source

AT = "TIMESTAMP '2026-11-20'"
SHAPE = '{"id":"VARCHAR","said":"VARCHAR","place":"VARCHAR"}'
TICKETS_SQL = f"SELECT record, id AS ticket_id, 'open' AS status, {AT} AS created_at, {AT} AS updated_at FROM cases"
MESSAGES_SQL = (
    "SELECT record, id AS ticket_id, id || ':1' AS message_id, said AS body, true AS is_public, "
    f"'customer' AS role_hint, {AT} AS said_at FROM cases"
)
GOOD = {
    "tickets": TICKETS_SQL,
    "messages": MESSAGES_SQL,
    "participants": "SELECT record, 'u1' AS user_id, 'requester' AS part FROM cases",
    "people": "SELECT 'u1' AS user_id, 'agent' AS role FROM cases",
    "events": "SELECT record, id AS ticket_id, id || ':e' AS event_id, 'rated' AS kind, "
    f"{AT} AS happened_at FROM cases",
    "remarks": "SELECT record, 'no_zone' AS remark FROM cases",
}
SECRET = "my card is 4111 and my name is Lena"


def _read(
    queries: Mapping[str, str] | None = None, shape: str = SHAPE, problem: str = "CAST(NULL AS VARCHAR)", **said: Any
) -> Batch:
    texts = [f'{{"id":"{n}","said":"{SECRET}","place":"x"}}' for n in (1, 2)]
    records = pa.table([pa.array([1, 2]), pa.array(["cases"] * 2), pa.array(texts)], schema=RECORDS)
    return read_checked(
        Source(
            "desk",
            "Desk",
            (),
            lambda rows: read_json(rows, {"cases": shape}, {"cases": problem}, queries or GOOD, **said),
        ),
        records,
    )


def _sentence(queries: Mapping[str, str] | None = None, **other: Any) -> str:
    with pytest.raises(WrongSource) as raised:
        _read(queries, **other)
    said = str(raised.value)
    assert said.startswith("the source desk: ") and "\n" not in said and "4111" not in said
    assert raised.value.exit_code == 3 and str(pickle.loads(pickle.dumps(raised.value))) == said
    return said


def test_a_good_source_is_read() -> None:
    assert _read().tickets.num_rows == 2


@pytest.mark.parametrize(
    ("table", "column", "good"),
    [
        ("tickets", "status", "'open' AS status"),
        ("messages", "role_hint", "'customer' AS role_hint"),
        ("participants", "part", "'requester' AS part"),
        ("people", "role", "'agent' AS role"),
        ("events", "kind", "'rated' AS kind"),
        ("remarks", "remark", "'no_zone' AS remark"),
    ],
)
def test_a_word_that_is_not_allowed_is_named_with_those_that_are(table: str, column: str, good: str) -> None:
    said = _sentence(GOOD | {table: GOOD[table].replace(good, f"'finished' AS {column}")})
    assert f"{table}.{column} is 'finished', allowed are {', '.join(WORDS[table][column])} or NULL" in said


@pytest.mark.parametrize("column", ["priority", "rating"])
def test_what_a_ticket_may_leave_out_must_be_a_word_where_it_stands(column: str) -> None:
    assert f"tickets.{column} is 'P1'" in _sentence(
        GOOD | {"tickets": TICKETS_SQL.replace("FROM", f", 'P1' AS {column} FROM")}
    )


def test_a_word_is_shown_as_far_as_a_word_goes() -> None:
    said = _sentence(GOOD | {"tickets": TICKETS_SQL.replace("'open'", "repeat('wort', 100)")})
    assert "'" + "wort" * 10 + "'" in said and "wort" * 11 not in said


def test_null_is_no_wrong_word() -> None:
    assert _read(GOOD | {"tickets": TICKETS_SQL.replace("'open'", "NULL")}).tickets["status"].null_count == 2


def test_a_reason_that_does_not_exist_is_named() -> None:
    assert "rejects.reason is 'odd', allowed are bad_encoding, bad_json" in _sentence(problem="'odd'")


@pytest.mark.parametrize(
    ("queries", "part", "why"),
    [
        ({"tickets": "SELECT opend FROM cases"}, "the query tickets", 'Referenced column "opend" not found'),
        ({"people": "SELEC 1"}, "the query people", "Parser Error"),
        ({"tickets": "FROM case_list"}, "the query tickets", "case_list does not exist"),
        ({"messages": "SELECT said::INTEGER AS place FROM cases"}, "the query messages", "ConversionException"),
        ({"tickets": f"{TICKETS_SQL} WHERE error(said)"}, "the query tickets", "InvalidInputException"),
    ],
)
def test_a_mistake_in_a_query_is_told_by_its_first_line(queries: dict[str, str], part: str, why: str) -> None:
    """A conversion's message quotes the record, so that only its kind is told."""
    said = _sentence(GOOD | queries)
    assert part in said and why in said


def test_mistakes_outside_the_queries_are_told_too() -> None:
    assert "the problem of cases: Binder Error" in _sentence(problem="nobody")
    assert "the shape of cases: " in _sentence(shape='{"id":"VARCHAR"')
    assert "the shape of cases: Catalog Error" in _sentence(shape='{"id":"TEXTS"}')
    assert "the shared talks: Parser Error" in _sentence(GOOD | {"events": "FROM talks"}, shared={"talks": "SELEC 1"})
    assert "there is no table 'message', only tickets, messages" in _sentence(GOOD | {"message": MESSAGES_SQL})


def test_columns_are_those_of_the_batch() -> None:
    said = _sentence(GOOD | {"messages": MESSAGES_SQL.replace("is_public", "is_pubic")})
    assert "the query messages gives a column 'is_pubic', messages has record, ticket_id, message_id" in said
    left_out = MESSAGES_SQL.replace("true AS is_public, ", "")
    assert "messages.is_public is left out or NULL in 2 of 2 rows" in _sentence(GOOD | {"messages": left_out})
    as_text = MESSAGES_SQL.replace(AT, "said")
    assert "string in said_at, where timestamp[us] is needed, which moment(text) makes" in _sentence(
        GOOD | {"messages": as_text}
    )


def test_a_message_id_belongs_to_one_message() -> None:
    """The same ticket twice in a file is two versions of it; a part that comes twice is one."""
    of_entry = MESSAGES_SQL.replace("id || ':1'", "'1'")
    assert "messages of two tickets have the same message_id: make it <ticket>:" in _sentence(
        GOOD | {"messages": of_entry}
    )
    twice = GOOD | {"messages": f"{MESSAGES_SQL} UNION ALL {MESSAGES_SQL}"}
    assert "two messages of one record have the same message_id" in _sentence(twice)
    loose = MESSAGES_SQL.replace("true AS is_public", "true AS is_public, true AS is_loose")
    assert _read(GOOD | {"messages": f"{loose} UNION ALL {loose}"}).messages.num_rows == 4
    versions = {
        name: query.replace("id AS ticket_id", "'7' AS ticket_id").replace("id ||", "'7' ||")
        for name, query in GOOD.items()
    }
    assert _read(versions).messages.num_rows == 2


def test_words_are_declared_once() -> None:
    """The schema's comments and the Batch's docstring say the same words."""
    for table, column, words in (
        (TICKETS, "status", [word for word in WORDS["tickets"]["status"] if word != "deleted"]),  # no row of it is kept
        (TICKETS, "priority", WORDS["tickets"]["priority"]),
        (TICKETS, "rating", WORDS["tickets"]["rating"]),
        (MESSAGES, "role", WORDS["messages"]["role_hint"]),
        (TICKET_EVENTS, "kind", WORDS["events"]["kind"]),
    ):
        about = next(one.about for one in table.columns if one.name == column)
        assert set(about.split(":")[0].split(";")[0].replace(" or ", ", ").split(", ")) == set(words)
    told = Batch.__doc__ or ""
    for name in ("tickets", "messages", "events", "participants", "people"):
        assert all(word in told for words in WORDS[name].values() for word in words), name
    for table_name, columns in (*NEEDED.items(), *WORDS.items()):
        assert set(columns) <= set(BATCH_SCHEMAS[table_name].names)
