"""Small nights, decided again without changes, come out as they were."""

from __future__ import annotations

import pytest

from pipeline.schema.history import CHANGES
from tests.unit.leads.small_nights import AS_OF, ago
from tests.unit.steps.replayed_nights import DAY, Decided
from tests.warehouse_rows import rows_of


def test_released_updated_and_expired(decided: Decided) -> None:
    decided.office.wish()
    decided.office.ticket("2", status="open", priority="urgent")
    assert [lead["place"] for lead in decided.night()] == ["held"]
    decided.run("UPDATE tickets SET status = 'solved'")
    assert [lead["status"] for lead in decided.night(1)] == ["released"]
    decided.office.wish("3", at=ago(days=-2, hours=3))
    assert [lead["status"] for lead in decided.night(2)] == ["updated"]
    assert decided.night(40) == []
    decided.comes_out_as_decided()


def test_an_outcome_counts_from_the_night_that_read_it(decided: Decided) -> None:
    """Accepted between two nights: offers rest under asked_lately. Won after the last decision of a day, on that very
    day: that night did not know, the next did."""
    decided.office.wish()
    (lead,) = decided.night()
    decided.office.typed(lead["lead_id"], "accepted", AS_OF + DAY)
    decided.office.wish("2", ("product", "Audit Log"), at=ago(days=-1, hours=2))
    assert [one["place"] for one in decided.night(1)].count("held") == 1
    decided.office.typed(lead["lead_id"], "won", AS_OF + DAY)
    assert len(decided.listed[AS_OF + DAY]) == 2
    assert len(decided.night(2)) == 1
    decided.comes_out_as_decided()


def test_a_lead_answered_on_its_first_day_when_the_night_is_decided_again(decided: Decided) -> None:
    decided.office.ticket("1", status="open")
    decided.office.says("1", "asks", signal="upgrade_intent")
    (lead,) = decided.night()
    decided.office.typed(lead["lead_id"], "won", AS_OF)
    assert decided.night() == []
    assert decided.night(1) == []
    decided.comes_out_as_decided()


def test_a_closed_pitch_rests_and_comes_back(decided: Decided) -> None:
    decided.office.wish()
    (lead,) = decided.night()
    decided.office.typed(lead["lead_id"], "lost", AS_OF + DAY)
    decided.office.wish("2", at=ago(days=-3, hours=1))
    assert [decided.night(day, cool_down_days=5) for day in (1, 3)] == [[], []]
    assert [one["sequence"] for one in decided.night(8, cool_down_days=5)] == [2]
    decided.comes_out_as_decided()


def test_an_owner_a_price_and_an_account_that_changed(decided: Decided) -> None:
    """The caps then count otherwise, the order is another, the account is gone."""
    decided.office.wish()
    decided.office.wish("2", account="A-2")
    decided.run("UPDATE accounts SET arr = 9000 WHERE account_id = 'A-2'")
    places = {lead["account_id"]: lead["place"] for lead in decided.night(caps={"leads": 1})}
    assert places == {"A-1": "waiting", "A-2": "listed"}
    decided.run("UPDATE accounts SET owner_email = 'bob@vendor.example', arr = 5 WHERE account_id = 'A-2'")
    assert [lead["place"] for lead in decided.night(1, caps={"leads": 1})] == ["listed", "open"]
    decided.run("DELETE FROM accounts WHERE account_id = 'A-2'")
    assert len(decided.night(2)) == 1
    decided.run("INSERT INTO marked VALUES ('opted_out', 'A-1', '', '')")
    assert [lead["place"] for lead in decided.night(3)] == ["held"]
    decided.comes_out_as_decided()


def test_an_account_that_was_found_late(decided: Decided) -> None:
    """The requester's organization comes a night after the ticket."""
    decided.office.wish()
    decided.run("UPDATE tickets SET organization_id = NULL")
    assert decided.night() == []
    decided.office.add("contacts", contact_id="A-1-a", organization_id="org-A-1")
    assert [lead["place"] for lead in decided.night(1)] == ["listed"]
    decided.comes_out_as_decided()


def test_a_ticket_that_was_deleted_and_one_that_was_edited(decided: Decided) -> None:
    decided.office.wish()
    decided.office.wish("2", account="A-2")
    assert len(decided.night()) == 2
    for table in ("tickets", "messages", "scores", "facts"):
        decided.run(f"DELETE FROM {table} WHERE ticket_id = '1'")
    decided.run("UPDATE tickets SET status = 'open' WHERE ticket_id = '2'")
    decided.run("UPDATE messages SET text = 'one more word ' || repeat('and one ', 40) WHERE ticket_id = '2'")
    assert [lead["place"] for lead in decided.night(1)] == ["held"]
    decided.comes_out_as_decided()


def test_each_night_keeps_its_own_rules(decided: Decided, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the environment has another idea by now."""
    decided.office.wish()
    decided.office.ticket("2", rating="bad", updated_at=ago(days=3))
    assert [lead["place"] for lead in decided.night()] == ["held"]
    assert [lead["place"] for lead in decided.night(1, rules={"bad_rating": {"days": 2}})] == ["listed"]
    assert [lead["place"] for lead in decided.night(2, rules={"bad_rating": {"enabled": False}})] == ["open"]
    monkeypatch.setenv("TICKETSCOUT_CAPS__LEADS", "99")
    monkeypatch.setenv("TICKETSCOUT_RULES", '{"bad_rating": {"enabled": true}}')
    decided.comes_out_as_decided()


def test_a_night_decided_again_replaces_what_was_kept(decided: Decided) -> None:
    decided.office.wish()
    decided.night()
    decided.run("UPDATE tickets SET status = 'open', priority = 'urgent'")
    decided.night(1)
    decided.run("UPDATE tickets SET status = 'solved'")
    decided.night(1)
    decided.run("UPDATE tickets SET status = 'closed'")
    decided.night(1)
    decided.comes_out_as_decided()
    states = decided.office.con.execute(
        "SELECT status, valid_from, valid_to FROM history_tickets ORDER BY ALL"
    ).fetchall()
    assert states == [("closed", AS_OF + DAY, None), ("solved", AS_OF, AS_OF + DAY)]


def test_a_quiet_night_keeps_nothing_and_no_row_has_text(decided: Decided) -> None:
    decided.office.wish("1", ("competitor", "Mustermann Ltd"), ("vulnerable", "illness"))
    decided.run("UPDATE messages SET text = 'Words that only messages may have.'")
    decided.run("UPDATE scores SET quote = 'Words that only scores may have.', reasons = '[]'")
    decided.night()
    before = {table.name: rows_of(decided.office.con, f"FROM {table.name} ORDER BY ALL") for table in CHANGES}
    decided.night(1)
    assert before == {table.name: rows_of(decided.office.con, f"FROM {table.name} ORDER BY ALL") for table in CHANGES}
    told = str(before)
    assert "only" not in told and "Mustermann" not in told and "illness" not in told
    for name, keys in {
        "tickets": "requester_id",
        "messages": "author_id",
        "scores": "ticket_id",
        "facts": "ticket_id",
    }.items():
        assert keys in before[f"history_{name}"][0]
