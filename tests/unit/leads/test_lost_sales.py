"""The lost sale: wanted, refused, followed up by nobody, and back on the day it can be had."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.unit.leads.small_nights import A_SECOND, AS_OF, Office, ago
from tests.warehouse_rows import Row, rows_of

REFUSED_ON = ago(days=20).date()


def _refused(
    office: Office, *more: str, signal: str = "upgrade_intent", product: str = "Audit Log", **settings: Any
) -> None:
    """A customer asks for a product in a solved ticket, and an agent says no."""
    office.ticket("1")
    office.says("1", *([("product", product)] if product else []), signal=signal, subtype="seats")
    office.says("1", ("refused", "not_offered"), *more, role="agent", at=ago(days=20) + A_SECOND)


def _wished(office: Office, wanted: str = "Audit Log", on: date = REFUSED_ON) -> None:
    office.add("wishes", account_id="A-1", wanted=wanted, why="out_of_stock", on_date=on)


def _can_be_had(office: Office, on: date = AS_OF, **only: str) -> None:
    office.add("availability", product="Audit Log", available_from=on, **only)


def _lost(office: Office) -> list[Row]:
    office.decide()
    return rows_of(
        office.con, "SELECT source, product, refusal, refused_on, age_days, status FROM lost_sales ORDER BY source"
    )


def _returns(office: Office) -> list[Row]:
    return [lead for lead in office.decide() if lead["motion"] == "return"]


def test_a_request_that_was_refused_is_a_lost_sale(office: Office) -> None:
    _refused(office)
    assert _lost(office) == [
        {
            "source": "ticket",
            "product": "Audit Log",
            "refusal": "not_offered",
            "refused_on": REFUSED_ON,
            "age_days": 19,
            "status": "waiting",
        }
    ]
    assert _returns(office) == []


def test_a_wish_that_sales_heard_is_one_too(office: Office) -> None:
    _wished(office)
    assert [(lost["source"], lost["refusal"]) for lost in _lost(office)] == [("wish", "out_of_stock")]


def test_handed_over_it_is_followed_up(office: Office) -> None:
    _refused(office, "handover")
    assert _lost(office) == []


def test_not_refused_it_is_not_lost(office: Office) -> None:
    office.wish("1", ("product", "Audit Log"))
    assert _lost(office) == []


@pytest.mark.parametrize(("product", "count"), [("", 0), ("Audit Log", 1)])
def test_a_need_is_a_lost_sale_only_where_it_names_what_can_be_sold(office: Office, product: str, count: int) -> None:
    _refused(office, signal="unmet_need", product=product)
    assert len(_lost(office)) == count


def test_taken_back_it_is_not_lost(office: Office) -> None:
    _refused(office)
    office.says("1", "withdrawn", at=ago(days=19))
    assert _lost(office) == []


@pytest.mark.parametrize("told", [_refused, _wished])
def test_it_comes_back_on_the_day_it_can_be_had(office: Office, told: Any) -> None:
    told(office)
    _can_be_had(office, AS_OF)
    (lead,) = _returns(office)
    assert (lead["account_id"], lead["product"], lead["place"]) == ("A-1", "Audit Log", "listed")


def test_not_a_day_before(office: Office) -> None:
    _wished(office)
    _can_be_had(office, AS_OF + timedelta(days=1))
    assert _returns(office) == []


def test_what_could_be_had_when_it_was_refused_is_no_reason_to_return(office: Office) -> None:
    _wished(office)
    _can_be_had(office, REFUSED_ON)
    assert _returns(office) == []


@pytest.mark.parametrize(
    ("column", "value", "count"),
    [
        ("plan", "pro", 1),
        ("plan", "Basic", 0),
        ("region", "EMEA", 1),
        ("region", "APAC", 0),
    ],
)
def test_only_where_it_can_be_had(office: Office, column: str, value: str, count: int) -> None:
    office.con.execute("UPDATE accounts SET plan = 'Pro', region = 'EMEA'")
    _wished(office)
    _can_be_had(office, AS_OF, **{column: value})
    assert len(_returns(office)) == count


def test_names_are_compared_without_case_and_shown_as_sold(office: Office) -> None:
    office.add("products", name="Audit Log")
    _wished(office, "audit log")
    _can_be_had(office)
    assert [lead["product"] for lead in _returns(office)] == ["Audit Log"]


def test_a_return_expires_30_days_after_it_can_be_had(office: Office) -> None:
    _wished(office)
    _can_be_had(office, AS_OF)
    (lead,) = _returns(office)
    assert [one["motion"] for one in office.decide(AS_OF + timedelta(days=30))] == ["return"]
    assert office.decide(AS_OF + timedelta(days=31)) == []
    assert office.events(str(lead["lead_id"]))[-1][1] == "expired"


def test_a_wish_after_the_night_is_not_known_yet(office: Office) -> None:
    _wished(office, on=AS_OF + timedelta(days=1))
    assert _lost(office) == []
