"""How much a customer is asked: limits of a day, rest after a no, families of accounts, lists of the never pitched."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.config import Home
from pipeline.errors import BadTable, InputNotFound
from pipeline.privacy.vault import learn_people, open_vault
from pipeline.steps.marks import load_marks
from tests.unit.leads.small_nights import AS_OF, Office, ago
from tests.warehouse_rows import Row

DAY = timedelta(days=1)
PRODUCTS = ("Audit Log", "Guest Access", "Time Tracking", "Wall Display")


def _places(leads: list[Row]) -> list[tuple[str, str]]:
    return [(lead["product"], lead["place"]) for lead in leads]


def test_a_customer_is_pitched_one_thing_a_day(office: Office) -> None:
    for number, product in enumerate(PRODUCTS[:3]):
        office.wish(str(number), ("product", product))
    assert sorted(place for _, place in _places(office.decide())) == ["listed", "waiting", "waiting"]
    assert sorted(place for _, place in _places(office.decide(AS_OF + DAY))) == ["listed", "open", "waiting"]


def test_of_one_customer_a_list_shows_no_more_than_the_cap_and_others_take_the_places(office: Office) -> None:
    for number, product in enumerate(PRODUCTS):  # they ask, so each is an answer: no pitch
        office.ticket(str(number))
        office.says(str(number), "asks", ("product", product), ("quantity", "90"), signal="upgrade_intent")
    office.wish("other", account="A-2")
    listed = [lead for lead in office.decide(caps={"account": 2, "leads": 3}) if lead["place"] == "listed"]
    assert sorted(lead["account_id"] for lead in listed) == ["A-1", "A-1", "A-2"]


def _closed_offer(office: Office, days_ago: int = 0) -> None:
    """An offer that somebody called lost, on AS_OF."""
    office.ticket("1")
    office.says("1", signal="upgrade_intent", subtype="limit", at=ago(days=2))
    office.says("1", role="agent", at=ago(days=1))
    (lead,) = office.decide()
    assert lead["motion"] == "offer"
    office.typed(lead["lead_id"], "lost", AS_OF + DAY)
    assert office.decide(AS_OF + DAY) == []


def _says_again(office: Office, subtype: str, *facts: str) -> None:
    office.ticket("2", created_at=ago(days=-2))
    office.says("2", *facts, signal="upgrade_intent", subtype=subtype, at=ago(days=-2))
    if not facts:
        office.says("2", role="agent", at=ago(days=-3))


@pytest.mark.parametrize(
    ("subtype", "facts", "days", "comes"),
    [
        ("limit", (), 3, False),  # the same again: they were told no a day ago
        ("limit", (), 31, True),  # it has rested
        ("seats", (), 3, True),  # something else
        ("limit", ("asks",), 3, True),  # whoever asks is answered
    ],
)
def test_a_pitch_that_somebody_closed_rests_unless_they_say_something_else(
    office: Office, subtype: str, facts: tuple[str, ...], days: int, comes: bool
) -> None:
    _closed_offer(office)
    _says_again(office, subtype, *facts)
    assert bool(office.decide(AS_OF + days * DAY)) == comes


def _family(office: Office, **of_parent: object) -> None:
    """A-1, without an owner, belongs to A-2."""
    office.con.execute("UPDATE accounts SET parent_id = 'A-2', owner_email = NULL WHERE account_id = 'A-1'")
    for column, value in of_parent.items():
        office.con.execute(f"UPDATE accounts SET {column} = ? WHERE account_id = 'A-2'", [value])


def test_an_account_without_an_owner_is_looked_after_by_the_owner_above(office: Office) -> None:
    _family(office, owner_email="bob@vendor.example")
    office.wish()
    office.decide()
    assert office.con.execute("SELECT owner FROM listed_leads").fetchall() == [("bob@vendor.example",)]


def test_do_not_contact_binds_every_account_under_it(office: Office) -> None:
    _family(office, do_not_contact=True)
    office.wish()
    assert [lead["rules"] for lead in office.decide()] == [["do_not_contact"]]


def test_an_opportunity_of_the_account_above_is_known(office: Office) -> None:
    _family(office)
    office.add("opportunities", opportunity_id="O-1", account_id="A-2", is_open=True)
    office.wish()
    assert [(lead["status"], lead["rules"]) for lead in office.decide()] == [("known", ["open_opportunity"])]


def test_a_ring_of_parents_does_no_harm(office: Office) -> None:
    _family(office, parent_id="A-1")
    office.wish()
    assert [lead["place"] for lead in office.decide()] == ["listed"]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home whose vault knows Pat, the requester of A-1's tickets."""
    home = Home(tmp_path)
    home.create()
    return home


def _list(home: Home, text: str) -> Path:
    path = home.path / "list.csv"
    path.write_text(text, encoding="utf-8")
    return path


def _meet_pat(office: Office, home: Home) -> None:
    """Pat's first export: into the vault, and as a contact of the tickets."""
    people = pa.table(
        {
            "user_id": ["7"],
            "name": ["Pat"],
            "email": ["Pat@Company.example"],
            "organization_id": ["org-A-1"],
            "role": ["end-user"],
        }
    )
    with open_vault(home.vault) as vault:
        learn_people(vault, "zendesk", people)
        (contact,) = vault.execute("SELECT contact_id FROM people").fetchone() or ("",)
    office.add("contacts", contact_id=contact, email_domain="company.example")
    office.con.execute("UPDATE messages SET author_id = ? WHERE role = 'customer'", [contact])


@pytest.mark.parametrize(
    ("row", "case"),
    [
        ("A-1,,", "the account by its id"),
        (",https://www.a1.example/,", "the account by its domain"),
        (",company.example,", "the people of a domain"),
        (",,pat@company.example", "the person by address"),
    ],
)
def test_who_opted_out_gets_nothing(office: Office, home: Home, row: str, case: str) -> None:
    office.add("account_domains", account_id="A-1", domain="a1.example")
    office.wish()
    _meet_pat(office, home)
    counts = load_marks(office.con, home, {"opted_out": _list(home, f"Account ID,Domain,Email\n{row}\n")})
    assert counts["opted_out"].entries == 1
    assert [lead["rules"] for lead in office.decide()] == [["do_not_contact"]], case
    assert "pat" not in str(office.con.execute("FROM marked").fetchall()).lower()


def test_who_was_listed_before_their_first_ticket_is_found_when_it_comes(office: Office, home: Home) -> None:
    load_marks(office.con, home, {"opted_out": _list(home, "email\npat@company.example\n")})
    office.wish()
    _meet_pat(office, home)
    counts = load_marks(office.con, home, {})  # the list was given once; it stays until another is given
    assert counts["opted_out"].contacts == 1
    assert [lead["rules"] for lead in office.decide()] == [["do_not_contact"]]


def test_a_new_list_replaces_the_old_one(office: Office, home: Home) -> None:
    load_marks(office.con, home, {"opted_out": _list(home, "account_id\nA-1\n")})
    load_marks(office.con, home, {"opted_out": _list(home, "account_id\nA-2\n")})
    office.wish()
    assert [lead["rules"] for lead in office.decide()] == [[]]


def test_a_customer_on_the_list_of_vulnerable_is_not_pitched_but_may_be_saved(office: Office, home: Home) -> None:
    load_marks(office.con, home, {"vulnerable": _list(home, "account_id\nA-1\n")})
    office.wish()
    office.ticket("2")
    office.says("2", signal="churn_risk", subtype="cancel")
    rules = {lead["motion"]: lead["rules"] for lead in office.decide()}
    assert "vulnerable" in rules["offer"]
    assert rules["save"] == []


def test_rows_that_name_nobody_are_counted(office: Office, home: Home) -> None:
    counts = load_marks(office.con, home, {"opted_out": _list(home, "name,account_id\nPat,\nAcme,A-1\nGone,A-99\n")})
    assert vars(counts["opted_out"]) == {"entries": 2, "accounts": 1, "contacts": 0, "empty_rows": 1}


def test_a_list_without_a_column_that_says_whom_is_refused(office: Office, home: Home) -> None:
    with pytest.raises(BadTable, match="none of the columns account_id, domain and email"):
        load_marks(office.con, home, {"opted_out": _list(home, "name\nPat\n")})
    with pytest.raises(InputNotFound, match=r"gone\.csv is not there"):
        load_marks(office.con, home, {"opted_out": home.path / "gone.csv"})
