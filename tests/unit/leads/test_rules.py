"""Each service-first rule with the smallest case in which it binds, and the nearest one in which it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import date, timedelta
from typing import Any

import pytest

from pipeline.config import RuleSetting
from pipeline.errors import BadConfiguration
from pipeline.leads.rules import RULES, in_force, variables
from pipeline.signals.spec import Signal
from pipeline.warehouse import Connection, in_memory
from tests.unit.leads.small_nights import A_SECOND, AS_OF, Office, OneOfMany, ago
from tests.warehouse_rows import Row

Case = Callable[[Office], None]
MORE_WORDS = "We would like more seats. " + "There is one thing more to say. " * 4


def _ticket(office: Office, **columns: Any) -> None:
    office.ticket("2", **columns)


def _waits(office: Office, **span: int) -> None:
    office.ticket("2", status="open")
    office.says("2", at=ago(**span))


def _answered(office: Office) -> None:
    _waits(office, days=4)
    office.says("2", role="agent", at=ago(days=4) + A_SECOND)


def _noted(office: Office) -> None:
    _waits(office, days=4)
    office.says("2", role="agent", at=ago(days=4) + A_SECOND, is_public=False)


def _said_in_anger(office: Office, then: str = "", **span: int) -> None:
    office.ticket("2")
    office.says("2", "angry", at=ago(**span))
    if then:
        office.says("2", role=then, at=ago(**span) + A_SECOND)


def _rated(office: Office, rating: str, **span: int) -> None:
    office.ticket("2", rating=rating, updated_at=ago(**span))


def _open_with_evidence(office: Office, *facts: str, text: str = "We would like more seats.") -> None:
    """The wish's own ticket, open again."""
    office.change("tickets", {"ticket_id": "1"}, status="open")
    office.change("messages", {"message_id": "1-0"}, text=text)
    for fact in facts:
        office.add("facts", ticket_id="1", message_id="1-0", fact=fact)


def _save(office: Office, **columns: Any) -> None:
    office.ticket("2", **columns)
    office.says("2", signal="churn_risk", at=ago(days=20))


def _asked(office: Office, days: int, account: str = "A-1", contact: str = "A-1-b", outcome: str = "accepted") -> None:
    """Another offer that somebody went after so many days before."""
    office.add(
        "leads",
        lead_id="L-old",
        account_id=account,
        motion="offer",
        product="Audit Log",
        sequence=1,
        opened_on=AS_OF - timedelta(days=90),
        contact_id=contact,
    )
    office.typed("L-old", outcome, AS_OF - timedelta(days=days))


def _opportunity(office: Office, **columns: Any) -> None:
    office.add("opportunities", **({"opportunity_id": "O-1", "account_id": "A-1", "is_open": True} | columns))


def _opts_out(office: Office, who: str, author: str, days: int, account: str = "A-1") -> None:
    office.ticket("2", account)
    office.says("2", ("opt_out", who), author=author, at=ago(days=days))
    office.says("2", role="agent", at=ago(days=days) + A_SECOND)


def _asked_then_lost(office: Office) -> None:
    _asked(office, 20)
    office.typed("L-old", "lost", AS_OF - timedelta(days=10))


BINDS: list[tuple[str, str, Case]] = [
    ("evidence_problem", "open, and reports a problem", lambda o: _open_with_evidence(o, "problem")),
    ("evidence_problem", "open, and says much else", lambda o: _open_with_evidence(o, text=MORE_WORDS)),
    ("urgent_open", "high", lambda o: _ticket(o, status="open", priority="high")),
    ("urgent_open", "on hold is unsolved", lambda o: _ticket(o, status="hold", priority="urgent")),
    ("reopened", "14 days ago", lambda o: _ticket(o, status="open", reopen_count=1, status_updated_at=ago(days=14))),
    ("waiting_long", "a second over 3 days", lambda o: _waits(o, days=3, seconds=1)),
    ("waiting_long", "an internal note is no answer", _noted),
    ("bad_rating", "a second under 14 days", lambda o: _rated(o, "bad", days=13, hours=23, minutes=59, seconds=59)),
    ("angry", "7 days ago", lambda o: _said_in_anger(o, days=7)),
    ("angry", "an agent's answer does not undo it", lambda o: _said_in_anger(o, "agent", days=1)),
    ("churn_live", "an open save", _save),
    ("asked_lately", "the account 29 days ago", lambda o: _asked(o, 29)),
    ("asked_lately", "the contact 59 days ago", lambda o: _asked(o, 59, contact="A-1-a")),
    ("asked_lately", "the contact, at another account", lambda o: _asked(o, 59, account="A-2", contact="A-1-a")),
    ("asked_lately", "whatever came of it", _asked_then_lost),
    ("open_opportunity", "any product", lambda o: _opportunity(o)),
    (
        "open_opportunity",
        "the same product",
        lambda o: (
            o.add("facts", ticket_id="1", message_id="1-0", fact="product", value="Audit Log"),
            _opportunity(o, product="audit log"),
        )[0],
    ),
    ("do_not_contact", "marked", lambda o: o.change("accounts", {"account_id": "A-1"}, do_not_contact=True)),
    ("do_not_contact", "their contact said so", lambda o: _opts_out(o, "person", "A-1-a", days=300)),
    ("do_not_contact", "a colleague spoke for all", lambda o: _opts_out(o, "account", "A-1-b", days=300)),
    ("vulnerable", "ever said", lambda o: (o.ticket("2"), o.says("2", ("vulnerable", "illness"), at=ago(days=300)))[0]),
]
FREE: list[tuple[str, str, Case]] = [
    ("evidence_problem", "open, and only the wish", lambda o: _open_with_evidence(o)),
    (
        "evidence_problem",
        "a problem, but solved",
        lambda o: o.add("facts", ticket_id="1", message_id="1-0", fact="problem"),
    ),
    ("urgent_open", "normal", lambda o: _ticket(o, status="open", priority="normal")),
    ("urgent_open", "solved", lambda o: _ticket(o, status="solved", priority="urgent")),
    ("urgent_open", "another account's", lambda o: _ticket(o, account="A-2", status="open", priority="urgent")),
    (
        "reopened",
        "longer ago",
        lambda o: _ticket(o, status="open", reopen_count=1, status_updated_at=ago(days=14, seconds=1)),
    ),
    ("reopened", "15 days ago", lambda o: _ticket(o, status="open", reopen_count=1, status_updated_at=ago(days=15))),
    ("reopened", "solved since", lambda o: _ticket(o, status="solved", reopen_count=1, status_updated_at=ago(days=1))),
    ("waiting_long", "3 days", lambda o: _waits(o, days=3)),
    ("waiting_long", "answered", _answered),
    ("bad_rating", "14 days ago", lambda o: _rated(o, "bad", days=14)),
    ("bad_rating", "good", lambda o: _rated(o, "good", days=1)),
    (
        "bad_rating",
        "a good one since",
        lambda o: (_rated(o, "bad", days=5), o.ticket("3", rating="good", updated_at=ago(days=4)))[0],
    ),
    ("angry", "over 7 days ago", lambda o: _said_in_anger(o, days=7, seconds=1)),
    ("angry", "calm since", lambda o: _said_in_anger(o, "customer", days=1)),
    (
        "churn_live",
        "another account's",
        lambda o: (o.ticket("2", "A-2"), o.says("2", signal="churn_risk", author="A-2-a"))[0],
    ),
    ("churn_live", "taken back", lambda o: (_save(o), o.says("2", "withdrawn", at=ago(days=19)))[0]),
    ("asked_lately", "the account 30 days ago", lambda o: _asked(o, 30)),
    ("asked_lately", "the contact 60 days ago", lambda o: _asked(o, 60, contact="A-1-a")),
    ("asked_lately", "only looked at", lambda o: _asked(o, 1, outcome="snoozed")),
    ("open_opportunity", "closed", lambda o: _opportunity(o, is_open=False)),
    ("open_opportunity", "another product", lambda o: _opportunity(o, product="Audit Log")),
    ("do_not_contact", "a colleague, of themselves", lambda o: _opts_out(o, "person", "A-1-b", days=1)),
    ("do_not_contact", "said tomorrow", lambda o: _opts_out(o, "account", "A-1-a", days=-1)),
    ("do_not_contact", "another account's", lambda o: _opts_out(o, "account", "A-2-a", days=1, account="A-2")),
    ("do_not_contact", "says no", lambda o: o.change("accounts", {"account_id": "A-1"}, do_not_contact=False)),
    (
        "vulnerable",
        "another account's",
        lambda o: (o.ticket("2", "A-2"), o.says("2", ("vulnerable", "illness"), author="A-2-a"))[0],
    ),
]


def _offer(office: Office, **settings: Any) -> dict[str, Any]:
    (lead,) = [lead for lead in office.decide(**settings) if (lead["account_id"], lead["motion"]) == ("A-1", "offer")]
    return lead


def test_an_offer_with_nothing_in_its_way_is_listed(office: Office) -> None:
    office.wish()
    lead = _offer(office)
    assert (lead["place"], lead["rules"]) == ("listed", [])


def test_every_rule_has_a_case_either_way() -> None:
    assert {name for name, *_ in BINDS} == {name for name, *_ in FREE} == set(RULES)


# Cases in which the rule's own days leave the lead free, with days by which it binds.
DAYS: list[tuple[str, int, Case]] = [
    ("reopened", 15, lambda o: _ticket(o, status="open", reopen_count=1, status_updated_at=ago(days=15))),
    ("waiting_long", 2, lambda o: _waits(o, days=2, seconds=1)),
    ("bad_rating", 15, lambda o: _rated(o, "bad", days=14)),
    ("angry", 8, lambda o: _said_in_anger(o, days=8)),
    ("asked_lately", 31, lambda o: _asked(o, 30)),
]


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
        _save(office)
    _asked(office, 1)
    _opportunity(office)
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
    _save(office)
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
    _ticket(office, status="open", priority="urgent")
    assert _offer(office, rules={name: {"enabled": False} for name in RULES})["place"] == "listed"
