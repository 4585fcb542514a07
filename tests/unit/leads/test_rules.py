"""Each service-first rule with the smallest case in which it binds, and the nearest one in which it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date
from typing import Any

import pytest

from pipeline.config import RuleSetting
from pipeline.errors import BadConfiguration
from pipeline.leads.rules import RULES, in_force, variables
from pipeline.signals.spec import Signal
from pipeline.warehouse import Connection, in_memory
from tests.unit.leads.rule_cases import BINDS, DAYS, FREE, asked, opportunity, save, ticket
from tests.unit.leads.small_nights import A_SECOND, Office, OneOfMany, ago
from tests.warehouse_rows import Row


def _offer(office: Office, **settings: Any) -> dict[str, Any]:
    (lead,) = [lead for lead in office.decide(**settings) if (lead["account_id"], lead["motion"]) == ("A-1", "offer")]
    return lead


def test_an_offer_with_nothing_in_its_way_is_listed(office: Office) -> None:
    office.wish()
    lead = _offer(office)
    assert (lead["place"], lead["rules"]) == ("listed", [])


def test_every_rule_has_a_case_either_way() -> None:
    assert {name for name, *_ in BINDS} == {name for name, *_ in FREE} == set(RULES)


class Together:
    """All cases in one warehouse, each in an office of its own, so that a night decides them all."""

    def __init__(self, con: Connection, signals: Mapping[str, Signal]) -> None:
        self._offices: list[OneOfMany] = []
        self._nights: dict[str, dict[str, Row]] = {}
        for n, (*_, case) in enumerate((*BINDS, *FREE, *DAYS)):
            self._offices.append(OneOfMany(con, signals, f"{n:02}"))
            self._offices[-1].wish()
            case(self._offices[-1])

    def offer(self, of: list[Any], n: int, **rules: dict[str, Any]) -> Row:
        """The offer to A-1 of the n-th case `of` one of the three lists, on a night under such rules."""
        under = repr(rules)
        if under not in self._nights:
            leads = self._offices[0].decide(rules=rules, caps={"leads": 1000, "saves": 1000})
            offers = [lead for lead in leads if lead["motion"] == "offer"]
            self._nights[under] = {lead["account_id"]: lead for lead in offers}
            assert len(self._nights[under]) == len(offers)  # one an account
        before = 0 if of is BINDS else len(BINDS) if of is FREE else len(BINDS) + len(FREE)
        return self._nights[under][self._offices[before + n].own("A-1")]


@pytest.fixture(scope="module")
def together(signals: Mapping[str, Signal]) -> Iterator[Together]:
    with closing(in_memory()) as con:
        con.execute("SET threads = 1")
        yield Together(con, signals)


@pytest.mark.parametrize(("n", "rule"), [pytest.param(n, r, id=f"{r}: {w}") for n, (r, w, _) in enumerate(BINDS)])
def test_binds(together: Together, n: int, rule: str) -> None:
    lead = together.offer(BINDS, n)
    assert lead["rules"] == [rule]
    assert (lead["place"], lead["status"]) == (("listed", "known") if RULES[rule].kind == "known" else ("held", "held"))


@pytest.mark.parametrize("n", [pytest.param(n, id=f"{r}: {words}") for n, (r, words, _) in enumerate(FREE)])
def test_does_not_bind(together: Together, n: int) -> None:
    lead = together.offer(FREE, n)
    assert (lead["place"], lead["status"], lead["rules"]) == ("listed", "new", [])


@pytest.mark.parametrize(("n", "rule"), [pytest.param(n, r, id=f"{r}: {w}") for n, (r, w, _) in enumerate(BINDS)])
def test_switched_off_it_does_not_bind(together: Together, n: int, rule: str) -> None:
    lead = together.offer(BINDS, n, **{rule: {"enabled": False}})
    assert (lead["place"], lead["rules"]) == ("listed", [])


@pytest.mark.parametrize(("n", "rule"), [pytest.param(n, rule, id=rule) for n, (rule, *_) in enumerate(DAYS)])
def test_its_days_are_a_setting(together: Together, n: int, rule: str) -> None:
    assert together.offer(DAYS, n)["rules"] == []
    longer = {rule: {"days": days} for rule, days, _ in DAYS}
    assert together.offer(DAYS, n, **longer)["rules"] == [rule]


@pytest.mark.parametrize("motion", ["answer", "offer", "return", "save"])
def test_a_rule_binds_the_motions_it_declares(office: Office, motion: str) -> None:
    """All reasons at once; what is unsolved does not stop an answer, and only a mark stops a save."""
    office.ticket(
        "1",
        status="open",
        priority="urgent",
        reopen_count=1,
        status_updated_at=ago(days=1),
        rating="bad",
        updated_at=ago(days=1),
    )
    office.says(
        "1",
        "angry",
        "problem",
        *(["asks"] if motion == "answer" else []),
        at=ago(days=5),
        signal="churn_risk" if motion == "save" else "upgrade_intent",
    )
    if motion == "offer":
        office.says("1", role="agent", at=ago(days=5) - A_SECOND)
    if motion == "return":
        office.con.execute("DELETE FROM scores")
        office.add("wishes", account_id="A-1", wanted="Audit Log", why="not_offered", on_date=date(2026, 9, 1))
        office.add("availability", product="Audit Log", available_from=date(2026, 11, 10))
    if motion != "save":
        save(office)
    asked(office, 1)
    opportunity(office)
    office.con.execute("UPDATE accounts SET do_not_contact = true")
    office.says("1", ("vulnerable", "debt"), "angry", at=ago(days=4))
    (lead,) = [lead for lead in office.decide() if lead["motion"] == motion]
    declared = {name for name, rule in RULES.items() if motion in rule.motions}
    own_ticket = {"evidence_problem"} if motion == "return" else set()  # a wish that sales heard has no ticket
    assert set(lead["rules"]) == declared - own_ticket


def test_an_answer_passes_its_unsolved_ticket(office: Office) -> None:
    office.ticket("1", status="open", priority="urgent")
    office.says("1", "asks", "problem", signal="upgrade_intent", at=ago(days=5))
    (lead,) = office.decide()
    assert (lead["motion"], lead["place"], lead["rules"]) == ("answer", "listed", [])


def test_do_not_contact_holds_a_save_too(office: Office) -> None:
    save(office)
    assert [lead["place"] for lead in office.decide()] == ["listed"]
    office.con.execute("UPDATE accounts SET do_not_contact = true")
    assert [(lead["place"], lead["rules"]) for lead in office.decide()] == [("held", ["do_not_contact"])]


def test_a_rule_that_does_not_exist_is_named_with_those_that_do() -> None:
    with pytest.raises(BadConfiguration, match=r"rules\.angy is no rule: known are .*angry"):
        variables({"angy": RuleSetting()})


def test_days_for_a_rule_without_days_are_refused() -> None:
    with pytest.raises(BadConfiguration, match="churn_live takes no days"):
        variables({"churn_live": RuleSetting(days=3)})


def test_days_by_default_and_tuned() -> None:
    assert variables({}) == {
        "days_reopened": 14,
        "days_waiting_long": 3,
        "days_bad_rating": 14,
        "days_angry": 7,
        "days_asked_account": 30,
        "days_asked_contact": 60,
    }
    assert variables({"angry": RuleSetting(days=2)})["days_angry"] == 2


def test_all_rules_are_in_force_but_those_switched_off() -> None:
    assert [rule.name for rule in in_force({})] == list(RULES)
    assert [rule.name for rule in in_force({"angry": RuleSetting(enabled=False)})] == [
        name for name in RULES if name != "angry"
    ]


def test_with_every_rule_off_nothing_is_held(office: Office) -> None:
    office.wish()
    ticket(office, status="open", priority="urgent")
    assert _offer(office, rules={name: {"enabled": False} for name in RULES})["place"] == "listed"
