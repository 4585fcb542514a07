"""One account's story on small nights: what is in each part, and what never is."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta

import pytest

from pipeline.errors import UsageError
from pipeline.steps.account.find import find_accounts
from pipeline.steps.account.service import span
from pipeline.steps.last_night import look_at
from pipeline.warehouse import Connection
from tests.unit.leads.small_nights import AS_OF, END, Office, ago
from tests.unit.steps.small_looks import entries, note, story_of


def test_an_account_of_which_nothing_is_known_says_so_everywhere(office: Office) -> None:
    story = story_of(office)
    assert all(not section.entries and section.nothing for section in story.sections)
    assert story.before[0].startswith("Nothing stands in the way")
    assert ("sales", "ann@vendor.example") in story.who and ("customer success", "nobody") in story.who


def test_who_they_are_names_family_renewal_and_open_opportunities(office: Office) -> None:
    office.con.execute("UPDATE accounts SET parent_id = 'A-1' WHERE account_id = 'A-2'")
    office.con.execute("UPDATE accounts SET renewal_date = ?, currency = 'EUR'", [AS_OF + timedelta(days=30)])
    office.add("opportunities", opportunity_id="O-1", account_id="A-1", product="Forms", stage="Offer", is_open=True)
    office.add("opportunities", opportunity_id="O-2", account_id="A-1", product="Gone", is_open=False)
    who, child = dict(story_of(office).who), dict(story_of(office, "A-2").who)
    assert (who["children"], child["parent"]) == ("A-2 (A-2)", "A-1 (A-1)")
    assert who["renews"] == "2026-12-20 (in 30 days)" and who["revenue a year"] == "1,000 EUR"
    assert who["open in the CRM"] == "Forms, Offer"


def test_the_journey_says_what_happened_to_each_ticket_newest_first(office: Office) -> None:
    # 1: answered after an hour, reopened, passed on, rated; 2: waits; 3: another account's.
    office.ticket("1", rating="bad", reopen_count=2, group_station_count=3, channel="web", team="Billing", subject="A")
    office.says("1", at=ago(days=20))
    office.says("1", role="agent", at=ago(days=20) + timedelta(hours=2))
    office.ticket("2", status="open", priority="urgent", created_at=ago(days=5))
    office.says("2", at=ago(days=5), author="A-1-b")
    office.ticket("3", "A-2")
    office.says("3", author="A-2-a")
    newest, oldest = entries(story_of(office), "journey")
    assert newest.head.startswith("ticket 2: no subject (open, urgent priority;")
    assert newest.notes == ("waits for an answer since 2026-11-16",)
    assert oldest.head == "ticket 1: A (solved; web, team Billing, contact 1)"
    assert oldest.notes == ("first answer after 2 h; reopened 2 times; passed through 3 teams; rated bad",)


def test_pain_points_count_tickets_and_unresolved_only_as_the_last_word(office: Office) -> None:
    office.ticket("1")
    office.says("1", "hold_time", "unresolved", at=ago(days=20))  # not the last word
    office.says("1", role="agent", at=ago(days=19))
    office.says("1", at=ago(days=18))
    office.ticket("2")
    office.says("2", "hold_time", "problem", at=ago(days=10))  # a problem alone is no pain point
    office.says("2", ("refused", "not_on_plan"), role="agent", at=ago(days=9))
    assert [entry.head for entry in entries(story_of(office), "pains")] == [
        "Was told no, not on plan: ticket 2",
        "Waited long for an answer: 2 tickets, 2, 1",
    ]


def test_signals_are_now_past_or_taken_back(office: Office) -> None:
    office.wish("1", at=ago(days=3))
    office.wish("2", at=ago(days=40))
    office.ticket("3")
    office.says("3", signal="churn_risk", at=ago(days=10))
    office.says("3", "withdrawn", at=ago(days=9))
    found = [
        (entry.ticket_id, entry.head.split("(")[1].split(")")[0]) for entry in entries(story_of(office), "signals")
    ]
    assert found == [("1", "now"), ("3", "taken back"), ("2", "past")]


def test_leads_say_where_they_stand_who_owns_them_and_what_was_typed(office: Office) -> None:
    office.wish("1", ("product", "Forms"))
    office.wish("2", ("product", "Chat"))
    leads = {row["product"]: row["lead_id"] for row in office.decide(AS_OF - timedelta(days=1))}
    office.typed(leads["Forms"], "lost", outcome_reason="too dear")
    office.ticket("3", status="open", priority="urgent", created_at=ago(days=2))
    found = {entry.head.split(":")[0]: entry for entry in entries(story_of(office), "leads")}
    assert found["offer, Forms"].head == f"offer, Forms: lost ({leads['Forms']})"
    assert found["offer, Forms"].notes[-1] == "lost, read 2026-11-20: too dear"
    assert found["offer, Chat"].head.startswith("offer, Chat: held")
    assert "They have an unsolved ticket of high or urgent priority. Ticket 3." in found["offer, Chat"].notes
    assert found["offer, Chat"].notes[0] == "for ann@vendor.example, until 2026-12-01"
    assert found["offer, Forms"].quote == "Hello."


def test_a_lead_whose_signal_is_past_keeps_its_ticket_and_quote(office: Office) -> None:
    office.wish("1", at=ago(days=29))
    office.decide(AS_OF - timedelta(days=10))
    story = story_of(office, expiry={"leads": 25})
    (lead,) = entries(story, "leads")
    assert (lead.head.split(": ")[1].split(" (")[0], lead.ticket_id, lead.quote) == ("expired", "1", "Hello.")


def test_lost_sales_say_who_heard_them_and_what_became_of_them(office: Office) -> None:
    office.ticket("1")
    office.says("1", ("product", "Forms"), signal="upgrade_intent", at=ago(days=20))
    office.says("1", ("refused", "not_offered"), role="agent", at=ago(days=19))
    office.add(
        "wishes", account_id="A-1", wanted="Wall", bought="Desk", why="out_of_stock", on_date=AS_OF - timedelta(days=30)
    )
    office.add("availability", product="Forms", available_from=AS_OF - timedelta(days=2))
    story = story_of(office)
    forms, wall = entries(story, "lost")
    assert forms.head == "Forms: can be had since 2026-11-18"
    assert forms.notes[0] == "heard by support, in ticket 1; refused: not offered"
    assert forms.notes[1].startswith("came back as L-") and forms.notes[1].endswith(": open")
    assert wall.head == "Wall: not to be had yet"
    assert wall.notes == ("heard by sales; refused: out of stock; took Desk instead",)
    assert "They waited for Forms: it can be had since 2026-11-18." in story.before


def test_what_was_handed_over_says_what_sales_did(office: Office) -> None:
    office.ticket("1")
    office.says("1", "asks", signal="upgrade_intent", at=ago(days=5))
    office.says("1", "handover", role="agent", at=ago(days=4))
    office.ticket("2")
    office.says("2", at=ago(days=9))
    office.says("2", "handover", role="agent", at=ago(days=8))
    (lead,) = office.decide()
    unanswered, nothing = entries(story_of(office), "passed_on")
    assert unanswered.notes == (f"answer {lead['lead_id']}: listed 2026-11-20; nobody has said what came of it",)
    assert nothing.notes == ("no lead came of it",)
    office.typed(lead["lead_id"], "contacted")
    answered = entries(story_of(office), "passed_on")[0]
    assert answered.notes[0].endswith("listed 2026-11-20; contacted")


def test_before_an_answer_the_save_and_the_open_ticket_are_named(office: Office) -> None:
    office.ticket("1", status="open", created_at=ago(days=2))
    office.says("1", signal="churn_risk", at=ago(days=2))
    assert story_of(office).before == [
        "They may be leaving: a save is open, and ann@vendor.example answers within it.",
        "Do not pitch: ticket 1 is not solved.",
    ]


def test_an_offer_made_lately_is_not_made_again(office: Office) -> None:
    office.wish("1")
    (lead,) = office.decide(AS_OF - timedelta(days=1))
    office.typed(lead["lead_id"], "contacted")
    assert "They were offered something lately: offer nothing more until 2026-12-19." in story_of(office).before


@pytest.mark.parametrize("mark", ["do_not_contact", "vulnerable"])
def test_what_must_never_be_acted_on_stands_in_held_csv_alone(office: Office, mark: str) -> None:
    office.ticket("1")
    office.says("1", "asks", signal="upgrade_intent", at=ago(days=5))
    office.says("1", "handover", role="agent", at=ago(days=4))
    if mark == "vulnerable":
        office.says("1", (mark, "debt"), at=ago(days=3))
    else:
        office.con.execute("UPDATE accounts SET do_not_contact = true")
    story = story_of(office)
    assert not entries(story, "leads") and not entries(story, "signals")
    assert note(story, "leads") == "1 more must not be acted on: held.csv alone says which and why."
    assert entries(story, "passed_on")[0].notes == ("must not be acted on: held.csv says why",)
    assert "L-" not in json.dumps(asdict(story), default=str) and "debt" not in str(story)


def test_nobody_is_named_but_by_number(office: Office) -> None:
    """Contacts are numbered in the order in which they first wrote; pseudonyms stay in the warehouse."""
    office.ticket("1", requester_id="C-zz")
    office.says("1", author="C-zz", at=ago(days=9))
    office.ticket("2", requester_id="C-aa")
    office.says("2", author="C-aa", at=ago(days=8), signal="praise")
    office.says("2", role="agent", at=ago(days=7))
    story = story_of(office)
    told = json.dumps(asdict(story), default=str)
    assert "C-zz" not in told and "C-aa" not in told and "agent-1" not in told
    assert "contact 1" in entries(story, "journey")[1].head and "contact 2" in entries(story, "signals")[0].head


def test_what_was_said_after_the_night_is_not_known_yet(office: Office) -> None:
    office.ticket("1", created_at=ago(days=1))
    office.says("1", at=ago(days=1))
    office.says("1", "angry", signal="churn_risk", at=END)
    office.ticket("2", created_at=END)
    story = story_of(office)
    assert not entries(story, "signals") and not entries(story, "pains") and len(entries(story, "journey")) == 1


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("A-1", ["A-1"]),  # the id, though a name begins with it
        ("a-2", ["A-2"]),  # in other letters
        ("elm croft", ["A-3"]),  # the whole name
        ("ELM.EXAMPLE", ["A-2"]),  # a domain
        ("www.elm.example", ["A-2"]),
        ("someone@elm.example", ["A-2"]),  # the address of somebody there
        ("elm", ["A-3", "A-2"]),  # two names begin so
        ("croft", ["A-3"]),  # a part of a name
        ("oak", []),
        ("", []),
        ("%", []),  # no wildcard
    ],
)
def test_an_account_is_found_by_id_name_or_domain(con: Connection, words: str, found: list[str]) -> None:
    con.execute(
        "INSERT INTO accounts (account_id, name, domain) VALUES "
        "('A-1', 'Birch', NULL), ('A-2', 'Elmwood', 'elm.example'), ('A-3', 'Elm Croft', NULL), ('A-4', 'A-10', NULL)"
    )
    con.execute("INSERT INTO account_domains VALUES ('A-2', 'elm.example')")
    assert [candidate.account_id for candidate in find_accounts(con, words)] == found


def test_a_home_without_a_night_says_what_to_do(con: Connection) -> None:
    with pytest.raises(UsageError, match="run ticketscout nightly"):
        look_at(con)


def test_lengths_of_time_are_said_as_people_do() -> None:
    said = [span(timedelta(minutes=m)) for m in (-5, 40, 89, 90, 47 * 60, 48 * 60, 10_000)]
    assert said == ["0 min", "40 min", "89 min", "2 h", "47 h", "2 days", "7 days"]
