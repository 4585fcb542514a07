"""A lead over several nights: closing, coming back, being put away, and nights that run twice."""

from __future__ import annotations

from datetime import timedelta

from tests.unit.leads.small_nights import AS_OF, Office, ago

DAY = timedelta(days=1)


def _ask(office: Office) -> str:
    """An unanswered request, listed on AS_OF; its lead."""
    office.ticket("1")
    office.says("1", "asks", signal="upgrade_intent", at=ago(days=2))
    (lead,) = office.decide()
    assert (lead["motion"], lead["place"], lead["status"]) == ("answer", "listed", "new")
    return str(lead["lead_id"])


def test_a_listed_lead_rests_in_the_open_list_until_there_is_news(office: Office) -> None:
    _ask(office)
    assert [lead["place"] for lead in office.decide(AS_OF + DAY)] == ["open"]
    office.ticket("2", created_at=ago(days=0))
    office.says("2", "asks", signal="upgrade_intent", at=ago(days=-1, hours=2))
    assert [(lead["place"], lead["status"]) for lead in office.decide(AS_OF + 2 * DAY)] == [("listed", "updated")]


def test_closing_takes_a_lead_off_and_is_recorded_once(office: Office) -> None:
    lead_id = _ask(office)
    office.typed(lead_id, "won", AS_OF + DAY)
    assert office.decide(AS_OF + DAY) == []
    assert office.decide(AS_OF + 2 * DAY) == []
    assert office.events(lead_id) == [(AS_OF, "opened"), (AS_OF, "listed"), (AS_OF + DAY, "closed")]


def test_an_outcome_read_on_a_day_without_a_night_is_recorded_by_the_next(office: Office) -> None:
    lead_id = _ask(office)
    office.typed(lead_id, "lost", AS_OF + DAY)
    assert office.decide(AS_OF + 3 * DAY) == []
    assert office.events(lead_id)[-1] == (AS_OF + 3 * DAY, "closed")


def test_a_lead_closed_on_the_day_it_opened_stays_closed_when_the_night_runs_again(office: Office) -> None:
    lead_id = _ask(office)
    office.typed(lead_id, "won", AS_OF)
    for _ in range(2):
        assert office.decide() == []
        assert office.events(lead_id) == [(AS_OF, "opened"), (AS_OF, "closed")]
    assert office.decide(AS_OF + DAY) == []
    assert office.events(lead_id)[-1] == (AS_OF, "closed")


def test_a_lead_accepted_on_the_day_it_opened_keeps_its_outcome_when_the_night_runs_again(office: Office) -> None:
    lead_id = _ask(office)
    office.typed(lead_id, "accepted", AS_OF)
    for _ in range(2):
        assert [(lead["lead_id"], lead["place"]) for lead in office.decide()] == [(lead_id, "listed")]
        assert office.con.execute("SELECT outcome FROM lead_proposals").fetchall() == [("accepted",)]
        assert office.events(lead_id) == [(AS_OF, "opened"), (AS_OF, "listed")]
    assert office.con.execute("SELECT count(*) FROM leads").fetchone() == (1,)


def test_only_what_is_said_after_its_closing_opens_it_again_under_a_new_id(office: Office) -> None:
    lead_id = _ask(office)
    office.typed(lead_id, "lost", AS_OF + DAY)
    office.decide(AS_OF + DAY)
    office.ticket("2", created_at=ago(days=-1))
    office.says("2", "asks", signal="upgrade_intent", at=ago(days=-2, hours=1))
    (lead,) = office.decide(AS_OF + 2 * DAY)
    assert lead["lead_id"] != lead_id
    assert (lead["sequence"], lead["status"]) == (2, "new")


def test_evidence_that_was_away_for_a_night_comes_back_as_the_same_lead(office: Office) -> None:
    """The agent answers, and a day later hands over to sales: the customer waits again for what they asked before."""
    lead_id = _ask(office)
    office.says("1", role="agent", at=ago(days=-1, hours=1))
    assert [lead["motion"] for lead in office.decide(AS_OF + DAY)] == ["offer"]
    assert office.events(lead_id)[-1] == (AS_OF + DAY, "withdrawn")
    office.says("1", "handover", role="agent", at=ago(days=-2, hours=1))
    (lead,) = office.decide(AS_OF + 2 * DAY)
    assert (lead["lead_id"], lead["place"], lead["status"]) == (lead_id, "listed", "updated")


def test_what_was_taken_back_expires_too(office: Office) -> None:
    lead_id = _ask(office)
    office.con.execute("UPDATE scores SET is_signal = false")
    for days in (1, 2, 28, 29, 30):
        office.decide(AS_OF + days * DAY)
    assert [event for _, event in office.events(lead_id)] == ["opened", "listed", "withdrawn", "expired"]


def test_an_export_that_comes_after_the_expiry_of_its_kind_is_not_lost(office: Office) -> None:
    lead_id = _ask(office)
    office.decide(AS_OF + 40 * DAY)
    assert office.events(lead_id)[-1] == (AS_OF + 40 * DAY, "expired")
    office.ticket("2", created_at=ago(days=-38))
    office.says("2", "asks", signal="upgrade_intent", at=ago(days=-38))
    assert [(lead["sequence"], lead["place"]) for lead in office.decide(AS_OF + 41 * DAY)] == [(2, "listed")]


def test_a_reason_typed_alone_changes_no_outcome(office: Office) -> None:
    lead_id = _ask(office)
    office.typed(lead_id, "won", AS_OF + DAY)
    office.typed(lead_id, "", AS_OF + DAY, outcome_reason="signed on Monday")
    assert office.decide(AS_OF + DAY) == []


def test_the_date_of_an_earlier_snooze_does_not_outlive_it(office: Office) -> None:
    """A bare bad_timing rests 30 days, whatever date was typed with the answer before."""
    lead_id = _ask(office)
    office.typed(lead_id, "snoozed", AS_OF + DAY, snooze_until=AS_OF + 2 * DAY)
    assert [lead["place"] for lead in office.decide(AS_OF + DAY)] == ["put_away"]
    assert [(lead["place"], lead["status"]) for lead in office.decide(AS_OF + 2 * DAY)] == [("listed", "updated")]
    office.typed(lead_id, "bad_timing", AS_OF + 3 * DAY)
    assert [lead["place"] for lead in office.decide(AS_OF + 3 * DAY)] == ["put_away"]


def test_a_held_lead_is_released_when_its_reason_is_gone(office: Office) -> None:
    office.wish()
    office.ticket("2", status="open", priority="urgent")
    assert [lead["place"] for lead in office.decide()] == ["held"]
    office.con.execute("UPDATE tickets SET status = 'solved'")
    assert [(lead["place"], lead["status"]) for lead in office.decide(AS_OF + DAY)] == [("listed", "released")]


def test_what_was_released_under_the_cap_is_still_news_when_its_turn_comes(office: Office) -> None:
    office.wish()
    (lead,) = office.decide()
    assert lead["place"] == "listed"
    office.ticket("2", status="open", priority="urgent")
    assert [lead["place"] for lead in office.decide(AS_OF + DAY)] == ["held"]
    office.con.execute("UPDATE tickets SET status = 'solved'")
    # Somebody else's request takes the only place of the day.
    office.ticket("3", "A-2")
    office.says("3", "asks", ("quantity", "40"), signal="upgrade_intent", at=ago(days=0), author="A-2-a")
    first = {lead["account_id"]: lead["place"] for lead in office.decide(AS_OF + 2 * DAY, caps={"leads": 1})}
    assert first == {"A-1": "waiting", "A-2": "listed"}
    then = {
        lead["account_id"]: (lead["place"], lead["status"])
        for lead in office.decide(AS_OF + 3 * DAY, caps={"leads": 1})
    }
    assert then == {"A-1": ("listed", "released"), "A-2": ("open", "open")}


def test_a_held_lead_expires(office: Office) -> None:
    office.wish()
    office.ticket("2", status="open", priority="urgent")
    (lead,) = office.decide()
    assert office.decide(AS_OF + 11 * DAY)[0]["place"] == "held"  # said on 1 November
    assert office.decide(AS_OF + 12 * DAY) == []
    assert office.events(str(lead["lead_id"]))[-1] == (AS_OF + 12 * DAY, "expired")


def test_what_is_said_on_the_day_a_closing_outcome_is_read_is_not_lost(office: Office) -> None:
    lead_id = _ask(office)
    office.typed(lead_id, "lost", AS_OF + DAY)
    office.ticket("2", created_at=ago(days=0))
    office.says("2", "asks", signal="upgrade_intent", at=ago(days=-1, hours=2))
    (again,) = office.decide(AS_OF + DAY)
    assert (again["motion"], again["place"], again["status"]) == ("answer", "listed", "new")
    assert again["lead_id"] != lead_id
