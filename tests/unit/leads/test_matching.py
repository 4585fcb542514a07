"""Which account a ticket belongs to: the surer way first, and nobody where it is not clear."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.steps.crm import load_crm, read_crm
from pipeline.steps.kept import Anew
from pipeline.steps.match import LATE_DAYS, match_tickets
from pipeline.warehouse import Connection
from tests.warehouse_rows import fill

NIGHT = date(2026, 11, 20)
ACCOUNTS = """account_id,name,domain,parent_id
A-1,Acme,acme.example,
A-2,Brick,https://www.brick.example/;brick-group.example,
A-3,Cord,shared.example,
A-4,Dune,Shared.example;gmail.com,
A-5,Elm Holding,elm.example,
A-6,Elm North,elm.example,A-5
A-7,Elm North East,elm.example,A-6
A-8,Harbour Freight Ltd,,
A-9,Fir Logistics,,
A-10,Fir Logistic,,
"""


@pytest.fixture
def crm(con: Connection, tmp_path: Path) -> Connection:
    """A warehouse with the accounts above, as the CRM's file gives them."""
    file = tmp_path / "accounts.csv"
    file.write_text(ACCOUNTS, encoding="utf-8")
    load_crm(con, read_crm(con, {"accounts": file}, {}))
    fill(
        con,
        {
            "organizations": [
                {"organization_id": "org-1", "external_id": "A-1", "domains": ["brick.example"]},
                {"organization_id": "org-2", "external_id": None, "domains": ["brick-group.example", "brick.example"]},
                {
                    "organization_id": "org-of-two",
                    "external_id": "no such account",
                    "domains": ["acme.example", "brick.example"],
                },
                {"organization_id": "org-unknown", "external_id": "A-99", "domains": []},
            ]
        },
    )
    return con


def _match(
    con: Connection,
    *,
    organization: str | None = None,
    of_contact: str | None = None,
    domain: str | None = None,
) -> tuple[str, str] | None:
    """(account, how) of a ticket by a contact."""
    fill(
        con,
        {
            "contacts": [{"contact_id": "p-1", "organization_id": of_contact, "email_domain": domain}],
            "tickets": [{"ticket_id": "1", "requester_id": "p-1", "organization_id": organization}],
        },
    )
    match_tickets(con, NIGHT, Anew(con))
    row = con.execute("SELECT account_id, match FROM ticket_accounts").fetchone()
    return (row[0], row[1]) if row else None


def test_the_organizations_id_wins_over_every_domain(crm: Connection) -> None:
    assert _match(crm, organization="org-1", domain="brick.example") == ("A-1", "organization")


def test_the_contacts_organization_stands_in_for_the_tickets(crm: Connection) -> None:
    assert _match(crm, of_contact="org-1") == ("A-1", "organization")


def test_the_tickets_organization_wins_over_the_contacts(crm: Connection) -> None:
    assert _match(crm, organization="org-2", of_contact="org-1") == ("A-2", "domain")


def test_an_organizations_domains_name_the_account_where_they_agree(crm: Connection) -> None:
    assert _match(crm, organization="org-2", domain="acme.example") == ("A-2", "domain")


def test_an_organization_of_two_accounts_leaves_it_to_the_contacts_domain(crm: Connection) -> None:
    assert _match(crm, organization="org-of-two", domain="acme.example") == ("A-1", "domain")


def test_an_unknown_organization_leaves_it_to_the_contacts_domain(crm: Connection) -> None:
    assert _match(crm, organization="org-unknown", domain="brick.example") == ("A-2", "domain")


def test_a_domain_that_two_accounts_claim_names_nobody(crm: Connection) -> None:
    assert _match(crm, domain="shared.example") is None


def test_a_freemail_domain_names_nobody_even_where_the_crm_lists_it(crm: Connection) -> None:
    assert crm.execute("FROM account_domains WHERE domain = 'gmail.com'").fetchall() == []
    assert _match(crm, domain="gmail.com") is None


def test_a_stranger_belongs_to_nobody(crm: Connection) -> None:
    assert _match(crm, domain="elsewhere.example") is None


def test_a_contacts_other_tickets_name_the_account_where_nothing_else_does(crm: Connection) -> None:
    fill(crm, {"tickets": [{"ticket_id": "2", "requester_id": "p-1", "organization_id": "org-1"}]})
    fill(crm, {"contacts": [{"contact_id": "p-1"}], "tickets": [{"ticket_id": "1", "requester_id": "p-1"}]})
    match_tickets(crm, NIGHT, Anew(crm))
    assert crm.execute("SELECT ticket_id, account_id, match FROM ticket_accounts ORDER BY ticket_id").fetchall() == [
        ("1", "A-1", "contact"),
        ("2", "A-1", "organization"),
    ]


def test_a_contact_of_two_accounts_names_neither(crm: Connection) -> None:
    fill(
        crm,
        {
            "contacts": [{"contact_id": "p-1"}],
            "tickets": [
                {"ticket_id": "1", "requester_id": "p-1"},
                {"ticket_id": "2", "requester_id": "p-1", "organization_id": "org-1"},
                {"ticket_id": "3", "requester_id": "p-1", "organization_id": "org-2"},
            ],
        },
    )
    match_tickets(crm, NIGHT, Anew(crm))
    assert crm.execute("SELECT ticket_id FROM ticket_accounts ORDER BY ticket_id").fetchall() == [("2",), ("3",)]


def test_a_domain_of_a_family_names_the_account_above_all_others(crm: Connection) -> None:
    assert _match(crm, domain="elm.example") == ("A-5", "domain")


def _of_organization(con: Connection, name: str) -> tuple[str, str, int] | None:
    """(account, how, how surely) of a ticket of an organization that has nothing but a name."""
    fill(
        con,
        {
            "organizations": [{"organization_id": "named", "name": name}],
            "tickets": [{"ticket_id": "1", "organization_id": "named"}],
        },
    )
    match_tickets(con, NIGHT, Anew(con))
    row = con.execute("SELECT account_id, match, likeness FROM ticket_accounts").fetchone()
    return (row[0], row[1], row[2]) if row else None


@pytest.mark.parametrize("name", ["Harbour Freight", "The Freight Harbour GmbH", "HARBOUR FREIGHT, L.L.C."])
def test_a_company_name_counts_without_its_legal_form(crm: Connection, name: str) -> None:
    assert _of_organization(crm, name) == ("A-8", "name", 100)


def test_a_mistyped_company_name_says_how_alike_it_is(crm: Connection) -> None:
    found = _of_organization(crm, "Harbour Freigth")
    assert found is not None
    assert found[:2] == ("A-8", "name")
    assert 90 <= found[2] < 100


def test_the_very_same_name_counts_beside_one_that_is_like_it(crm: Connection) -> None:
    assert _of_organization(crm, "Fir Logistics") == ("A-9", "name", 100)


@pytest.mark.parametrize(
    "name",
    [
        "Harbour Freight Forwarding Partners",  # another firm of the same trade
        "Fir Logistiks",  # so like two accounts that it names neither
        "Ltd",  # nothing but a legal form
        "Zephyr",
    ],
)
def test_a_company_name_that_is_not_clear_names_nobody(crm: Connection, name: str) -> None:
    assert _of_organization(crm, name) is None


def test_a_company_name_is_asked_only_where_nothing_surer_is_found(crm: Connection) -> None:
    fill(crm, {"organizations": [{"organization_id": "acme", "name": "Brick", "domains": ["acme.example"]}]})
    assert _match(crm, organization="acme") == ("A-1", "domain")


def _move(con: Connection, organization: str | None, domain: str) -> None:
    con.execute("UPDATE contacts SET organization_id = ?, email_domain = ?", [organization, domain])


def test_the_old_tickets_of_a_contact_who_moved_stay_where_they_were_written(crm: Connection) -> None:
    assert _match(crm, domain="acme.example") == ("A-1", "domain")
    _move(crm, None, "brick.example")
    fill(crm, {"tickets": [{"ticket_id": "2", "requester_id": "p-1"}]})
    match_tickets(crm, NIGHT + timedelta(days=1), Anew(crm))
    assert crm.execute("SELECT ticket_id, account_id FROM ticket_accounts ORDER BY ticket_id").fetchall() == [
        ("1", "A-1"),
        ("2", "A-2"),
    ]


@pytest.mark.parametrize(("days", "account"), [(LATE_DAYS - 1, "A-1"), (LATE_DAYS, None)])
def test_what_was_not_known_of_a_contact_is_filled_for_a_week(crm: Connection, days: int, account: str | None) -> None:
    assert _match(crm) is None
    _move(crm, None, "acme.example")
    match_tickets(crm, NIGHT + timedelta(days=days), Anew(crm))
    assert [row[0] for row in crm.execute("SELECT account_id FROM ticket_accounts").fetchall()] == [account][
        : bool(account)
    ]


def test_an_account_that_the_crm_adds_later_is_found_whenever_it_comes(crm: Connection) -> None:
    assert _match(crm, domain="new.example") is None
    fill(crm, {"accounts": [{"account_id": "A-11", "name": "New"}]})
    fill(crm, {"account_domains": [{"account_id": "A-11", "domain": "new.example"}]})
    match_tickets(crm, NIGHT + timedelta(days=60), Anew(crm))
    assert crm.execute("SELECT account_id FROM ticket_accounts").fetchall() == [("A-11",)]


def test_whose_tickets_are_is_not_kept_after_the_night(crm: Connection) -> None:
    """A home of an earlier release has the table: it goes, and does not stand beside tonight's."""
    crm.execute("CREATE TABLE ticket_accounts AS SELECT 'zendesk' AS source, 'old' AS ticket_id")
    for _ in range(2):  # a night may run twice
        assert _match(crm, organization="org-1") == ("A-1", "organization")
    kept = crm.execute("SELECT temporary FROM duckdb_tables() WHERE table_name = 'ticket_accounts'").fetchall()
    assert kept == [(True,)]
