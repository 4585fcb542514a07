"""What goes into the CRM, on nights written by hand: people without an account, service first, listings counted."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import Home, Settings
from pipeline.steps.publish import publish
from tests.unit.leads.small_nights import A_SECOND, AS_OF, Office, ago
from tests.warehouse_rows import Row, rows_of

CRM = {"crm_export": {"hubspot": {}, "salesforce": {}}}


def _published(office: Office, tmp_path: Path, table: str) -> list[Row]:
    home = Home(tmp_path)
    home.create()
    publish(office.con, home, Settings(**CRM), AS_OF, {})
    return rows_of(office.con, f"FROM {table}")


def _stranger(office: Office, *facts: Any, answered: bool = True, text: str = "Hello.", **columns: Any) -> None:
    """Somebody of no account lets a wish show."""
    office.ticket("9", organization_id=None, requester_id="stranger", **columns)
    office.says("9", *facts, signal="upgrade_intent", author="stranger", at=ago(days=2), text=text)
    if answered:
        office.says("9", role="agent", at=ago(days=2) + A_SECOND)
    office.add("contacts", contact_id="stranger", email_domain="elm.example")


def test_a_person_without_account_is_a_lead_of_the_crm(office: Office, tmp_path: Path) -> None:
    _stranger(office)
    office.decide()
    (row,) = _published(office, tmp_path, "crm_unmatched")
    assert (row["contact_id"], row["email_domain"]) == ("stranger", "elm.example")


@pytest.mark.parametrize(
    ("case", "facts", "columns"),
    [
        ("in hardship", ["vulnerable"], {}),
        ("in hardship, asks", ["vulnerable", "asks"], {}),
        ("angry", ["angry"], {}),
        ("an unsolved problem", ["problem"], {"status": "open"}),
        ("urgent and unsolved", [], {"status": "open", "priority": "urgent"}),
        ("rated badly", [], {"rating": "bad", "updated_at": ago(days=1)}),
    ],
)
def test_service_comes_first_for_strangers_too(
    case: str, facts: list[str], columns: dict[str, Any], office: Office, tmp_path: Path
) -> None:
    _stranger(office, *facts, **columns)
    office.decide()
    assert _published(office, tmp_path, "crm_unmatched") == []


def test_a_stranger_who_asks_and_waits_is_answered(office: Office, tmp_path: Path) -> None:
    _stranger(office, "asks", answered=False, status="open")
    office.decide()
    (row,) = _published(office, tmp_path, "crm_unmatched")
    assert "wait for an answer" in row["body"]


def test_a_second_listing_has_an_id_of_its_own(office: Office, tmp_path: Path) -> None:
    office.wish("1", at=ago(days=3))
    office.decide(AS_OF - timedelta(days=1))
    office.wish("2", at=ago(hours=5))
    (lead,) = office.decide()
    (row,) = _published(office, tmp_path, "crm_tasks")
    assert (row["lead_id"], row["listing_id"]) == (lead["lead_id"], f"{lead['lead_id']}.2")
    assert row["due_on"] == AS_OF + timedelta(days=7)


def test_an_accepted_lead_that_is_held_is_no_deal_yet(office: Office, tmp_path: Path) -> None:
    office.wish()
    (lead,) = office.decide(AS_OF - timedelta(days=1))
    office.typed(lead["lead_id"], "accepted")
    office.ticket("7", status="open", priority="urgent")
    office.decide()
    assert _published(office, tmp_path, "crm_deals") == []
    office.con.execute("UPDATE tickets SET status = 'solved' WHERE ticket_id = '7'")
    office.decide()
    assert [row["lead_id"] for row in _published(office, tmp_path, "crm_deals")] == [lead["lead_id"]]


def test_praise_of_whom_nobody_may_contact_stays_out(office: Office, tmp_path: Path) -> None:
    office.ticket("1")
    office.says("1", signal="praise", subtype="compliment", at=ago(days=2))
    office.ticket("2", account="A-2")
    office.says("2", signal="praise", subtype="compliment", at=ago(days=2), author="A-2-a")
    office.con.execute("UPDATE accounts SET do_not_contact = true WHERE account_id = 'A-2'")
    office.decide()
    assert [row["account_id"] for row in _published(office, tmp_path, "crm_notes")] == ["A-1"]
