"""Which account a ticket belongs to: the surer way first, and nobody where it is not clear."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.steps.crm import load_crm
from pipeline.warehouse import Connection, run_sql
from tests.warehouse_rows import fill

ACCOUNTS = """account_id,name,domain
A-1,Acme,acme.example
A-2,Brick,https://www.brick.example/;brick-group.example
A-3,Cord,shared.example
A-4,Dune,Shared.example;gmail.com
"""


@pytest.fixture
def crm(con: Connection, tmp_path: Path) -> Connection:
    """A warehouse with the accounts above, as the CRM's file gives them."""
    file = tmp_path / "accounts.csv"
    file.write_text(ACCOUNTS, encoding="utf-8")
    load_crm(con, {"accounts": file}, {})
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
    run_sql(con, "ticket_accounts")
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
    run_sql(crm, "ticket_accounts")
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
    run_sql(crm, "ticket_accounts")
    assert crm.execute("SELECT ticket_id FROM ticket_accounts ORDER BY ticket_id").fetchall() == [("2",), ("3",)]
