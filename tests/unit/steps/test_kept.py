"""A table of the night is made again exactly where something that it is made from is another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from pipeline.steps import kept as step
from pipeline.steps.kept import Kept, is_as_left, leave
from pipeline.steps.replaying.changed import CHANGED, TICKET, changed_tickets
from pipeline.warehouse import Connection, has_table, in_memory, set_variables
from tests.warehouse_rows import fill

_AT = datetime(2026, 11, 19, 12)


@pytest.fixture
def con() -> Iterator[Connection]:
    """Somebody who opted out in a ticket, and what they said."""
    con = in_memory()
    fill(
        con,
        {
            "messages": [{"ticket_id": "1", "message_id": "1:1", "author_id": "p-1", "said_at": _AT}],
            "facts": [{"ticket_id": "1", "message_id": "1:1", "fact": "opt_out"}],
            "tickets": [{"ticket_id": "1"}, {"ticket_id": "2"}],
        },
    )
    set_variables(con, {"last_heard_at": _AT})
    yield con
    con.close()


def _is_made(con: Connection) -> bool:
    """Whether `marked_people` is made anew: what is no row of it is gone then."""
    con.execute("INSERT INTO marked_people VALUES ('zendesk', 'nobody', true, true)")
    Kept(con).make("marked_people")
    found = con.execute("SELECT contact_id FROM marked_people").fetchall()
    con.execute("DELETE FROM marked_people WHERE contact_id = 'nobody'")
    return ("nobody",) not in found


def test_a_table_is_kept_while_its_rows_variables_and_query_are_the_same(
    con: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    Kept(con).make("marked_people")
    assert con.execute("SELECT contact_id FROM marked_people").fetchall() == [("p-1",)]
    assert not _is_made(con)
    con.execute("UPDATE messages SET author_id = 'p-2'")
    assert _is_made(con)
    assert not _is_made(con)
    fill(con, {"marked": [{"mark": "vulnerable", "account_id": "", "source": "zendesk", "contact_id": "p-3"}]})
    assert _is_made(con)
    set_variables(con, {"last_heard_at": datetime(2026, 11, 1)})
    assert _is_made(con)
    body = step.sql_body("marked_people")
    monkeypatch.setattr(step, "sql_body", lambda name: body + "-- another release's")
    assert _is_made(con)


def test_a_table_that_another_made_is_made_again(con: Connection) -> None:
    Kept(con).make("marked_people")
    con.execute("CREATE OR REPLACE TABLE marked_people AS FROM marked_people")
    assert _is_made(con)


def test_a_table_is_told_from_its_inputs_own_recipe(con: Connection) -> None:
    """What stands in the comment of an input counts, as long as it is kept."""
    kept = Kept(con)
    kept.make("marked_people")
    before = Kept(con).digest(["marked_people", "tickets"])
    assert before == Kept(con).digest(["marked_people", "tickets"])
    con.execute("DELETE FROM facts")
    Kept(con).make("marked_people")
    assert before != Kept(con).digest(["marked_people", "tickets"])


def test_a_passing_table_is_made_only_for_who_reads_it(con: Connection) -> None:
    kept = Kept(con)
    con.execute("CREATE TABLE signal_contexts AS SELECT 'of an earlier release' AS ticket_id")
    kept.make_for_now("signal_contexts")
    assert not has_table(con, "signal_contexts")
    kept.need("signal_contexts")
    assert con.execute("FROM signal_contexts").fetchall() == []


def test_work_is_left_as_it_was_until_its_digest_is_another(con: Connection) -> None:
    assert not is_as_left(con, "work", "a")
    leave(con, "work", "a")
    leave(con, "work", "a")
    assert is_as_left(con, "work", "a")
    assert not is_as_left(con, "work", "b")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE messages SET text = 'HellO.'",
        "DELETE FROM facts",
        "INSERT INTO scores BY NAME SELECT 'zendesk' AS source, '1' AS ticket_id, 'praise' AS signal, "
        "'h' AS ticket_hash, 'm' AS model_id, 0.5 AS probability, false AS is_signal",
        "DELETE FROM messages; DELETE FROM facts",
    ],
)
def test_a_ticket_has_changed_when_anything_that_was_said_or_read_in_it_has(con: Connection, change: str) -> None:
    assert not changed_tickets(con)
    assert changed_tickets(con)
    assert con.execute(f"FROM {CHANGED}").fetchall() == []
    con.execute(change)
    assert changed_tickets(con)
    of_one = f"SELECT {TICKET} FROM tickets WHERE ticket_id = '1'"
    assert con.execute(f"FROM {CHANGED}").fetchall() == con.execute(of_one).fetchall()
