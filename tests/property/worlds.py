"""Invented worlds: a few accounts, their tickets over several nights, and what people type in between.

A world says what is so on each night; `rows_of_night` is what the warehouse then holds, `play` decides night by night.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from pipeline.config import Settings
from pipeline.signals.spec import Signal
from pipeline.steps.decide import decide
from pipeline.warehouse import Connection
from tests.warehouse_rows import Row, Rows, empty, fill, rows_of

FIRST_NIGHT = date(2026, 11, 2)
PRODUCTS = ("Time Tracking", "Audit Log")
OWNERS = ("ann@vendor.example", "bob@vendor.example", None)
CUSTOMER_FACTS = ("asks", "angry", "vulnerable", "problem", "quantity", "needed_by", "product", "withdrawn")
AGENT_FACTS = ("handover", "refused")
# Hours before the first night's end at which things happen; the rules' own days and an hour around them are among them.
MOMENTS = tuple(sorted({d * 24 + h for d in (0, 1, 3, 7, 14, 30) for h in (-1, 1)} - {-1} | {-20, -26, -50}))


@dataclass(frozen=True)
class Message:
    message_id: str
    position: int
    role: str
    is_public: bool
    said_at: datetime
    text: str
    facts: Mapping[str, str | None]


@dataclass(frozen=True)
class Score:
    """`is_signal` a night: a better model may see it and not see it again."""

    signal: str
    subtype: str
    probability: float
    message: Message
    is_signal: tuple[bool, ...]


@dataclass(frozen=True)
class Ticket:
    """`status` a night."""

    source: str
    ticket_id: str
    account: str | None
    contact: str
    status: tuple[str, ...]
    priority: str | None
    rating: str | None
    reopen_count: int
    created_at: datetime
    updated_at: datetime
    messages: tuple[Message, ...]
    scores: tuple[Score, ...]


@dataclass(frozen=True)
class Typed:
    """What somebody types into a list before the night `night`; `pick` chooses among the leads there are, and among the
    offers first where somebody goes after it."""

    night: int
    pick: int
    outcome: str
    snooze_days: int | None


@dataclass(frozen=True)
class World:
    nights: tuple[date, ...]
    accounts: tuple[Row, ...]
    tickets: tuple[Ticket, ...]
    opportunities: tuple[Row, ...]
    wishes: tuple[Row, ...]
    availability: tuple[Row, ...]
    typed: tuple[Typed, ...]
    caps: tuple[int, int]


@dataclass(frozen=True)
class Night:
    """What a decided night left in the warehouse."""

    number: int
    as_of: date
    listed: dict[str, Row]
    proposals: dict[str, Row]
    holds: list[Row]
    values: list[Row]
    events: list[Row]
    leads: dict[str, Row]
    outcomes: list[Row] = field(default_factory=list)

    @property
    def end(self) -> datetime:
        return end_of(self.as_of)


def end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time())


def _moment(hours: int) -> datetime:
    return end_of(FIRST_NIGHT) - timedelta(hours=hours)


@st.composite
def _facts(draw: st.DrawFn, role: str) -> dict[str, str | None]:
    names = draw(st.lists(st.sampled_from(AGENT_FACTS if role == "agent" else CUSTOMER_FACTS), max_size=2, unique=True))
    values: dict[str, st.SearchStrategy[str]] = {
        "product": st.sampled_from(PRODUCTS), "quantity": st.sampled_from(("5", "40")),
        "needed_by": st.sampled_from(("Friday", "the end of the month")),
        "refused": st.sampled_from(("not_on_plan", "not_offered")), "vulnerable": st.just("debt"),
    }
    if role == "customer" and draw(st.integers(0, 9)):  # rare: one binds its account for good
        names = [name for name in names if name != "vulnerable"]
    return {name: draw(values[name]) if name in values else None for name in names}


@st.composite
def _tickets(draw: st.DrawFn, number: int, accounts: tuple[Row, ...], nights: int) -> Ticket:
    source, ticket_id = (("zendesk", "1"), ("other", "1"), ("zendesk", "2"), ("zendesk", "3"))[number]
    account = draw(st.sampled_from([*(row["account_id"] for row in accounts), accounts[0]["account_id"], None]))
    hours = sorted(draw(st.lists(st.sampled_from(MOMENTS), min_size=1, max_size=4)), reverse=True)
    messages = []
    for position, ago in enumerate(hours):
        role = draw(st.sampled_from(("customer", "customer", "agent"))) if position else "customer"
        text = draw(st.sampled_from(("More seats.", "More seats. " + "And there is more to say about it. " * 4)))
        messages.append(Message(
            f"{source}-{ticket_id}-{position}", position, role, draw(st.integers(0, 9)) > 0, _moment(ago), text,
            draw(_facts(role)),
        ))
    said = [message for message in messages if message.role == "customer"]
    scores = []
    for signal, subtypes in (
        ("upgrade_intent", ("seats", "tier")), ("churn_risk", ("cancel",)), ("unmet_need", ("plan_blocked", "missing_feature")),
        ("praise", ("referral", "compliment")),
    ):
        if draw(st.integers(0, 2 if signal == "upgrade_intent" else 5)) in (1, 2)[: 2 if signal == "upgrade_intent" else 1]:
            seen = (True,) * nights if draw(st.booleans()) else tuple(draw(st.booleans()) for _ in range(nights))
            scores.append(Score(
                signal, draw(st.sampled_from(subtypes)), draw(st.sampled_from((0.5, 0.9))), draw(st.sampled_from(said)), seen,
            ))
    created = messages[0].said_at
    status = draw(st.sampled_from(("solved", "solved", "open", "pending")))
    later = [draw(st.sampled_from((status, "solved", "open"))) for _ in range(nights - 1)]
    return Ticket(
        source, ticket_id, account, f"{account or 'nobody'}-{draw(st.sampled_from('ab'))}", (status, *later),
        draw(st.sampled_from((None, "normal", "normal", "high", "urgent"))), draw(st.sampled_from((None, None, "good", "bad"))),
        draw(st.sampled_from((0, 0, 1))), created,
        max(created, _moment(draw(st.sampled_from([m for m in MOMENTS if m > 0])))), tuple(messages), tuple(scores),
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A world of one to three accounts, up to four tickets and three nights."""
    gaps = draw(st.lists(st.sampled_from((1, 1, 1, 2, 8, 31)), min_size=2, max_size=2))
    nights = (FIRST_NIGHT, FIRST_NIGHT + timedelta(days=gaps[0]), FIRST_NIGHT + timedelta(days=sum(gaps)))
    accounts = tuple(
        {
            "account_id": f"A-{i}", "name": f"Company {i}", "domain": f"company{i}.example", "plan": "Basic", "seats": 10,
            "arr": draw(st.sampled_from((None, 1000, 1000, 90000))), "owner_email": draw(st.sampled_from(OWNERS)),
            "cs_owner_email": draw(st.sampled_from(OWNERS)), "do_not_contact": draw(st.sampled_from((None, False, False, False, False, True))),
            "renewal_date": draw(st.sampled_from((None, FIRST_NIGHT + timedelta(days=61)))),
        }
        for i in range(draw(st.sampled_from((1, 1, 2, 3))))
    )
    ids = st.sampled_from([row["account_id"] for row in accounts])
    some_day = st.sampled_from([FIRST_NIGHT + timedelta(days=d) for d in (-40, -5, 0, 1, 9)])
    return World(
        nights=nights, accounts=accounts,
        tickets=tuple(draw(_tickets(i, accounts, len(nights))) for i in range(draw(st.sampled_from((1, 2, 3, 4, 4))))),
        opportunities=tuple(
            {"opportunity_id": f"O-{i}", "account_id": draw(ids), "product": draw(st.sampled_from((None, *PRODUCTS))),
             "is_open": draw(st.sampled_from((True, False, None)))}
            for i in range(draw(st.sampled_from((0, 0, 1))))
        ),
        wishes=tuple(draw(st.lists(
            st.fixed_dictionaries({
                "account_id": ids, "wanted": st.sampled_from(PRODUCTS), "why": st.sampled_from(("out_of_stock", "not_offered")),
                "on_date": some_day,
            }),
            max_size=2, unique_by=lambda row: (row["account_id"], row["wanted"], row["on_date"]),
        ))),
        availability=tuple(
            {"product": product, "plan": None, "region": None, "available_from": draw(some_day)}
            for product in draw(st.lists(st.sampled_from(PRODUCTS), max_size=2, unique=True))
        ),
        typed=tuple(draw(st.lists(
            st.builds(Typed, st.sampled_from((1, 2)), st.integers(0, 5), st.sampled_from((
                "accepted", "contacted", "accepted", "won", "not_a_signal", "bad_timing", "snoozed", "",
            )), st.sampled_from((None, 1, 60))),
            max_size=3,
        ))),
        caps=(draw(st.sampled_from((1, 2, 15))), draw(st.sampled_from((1, 25)))),
    )


def rows_of_night(world: World, number: int) -> Rows:
    """The warehouse's input rows on the night `number`."""
    accounts = [row["account_id"] for row in world.accounts]
    rows: Rows = {
        "accounts": list(world.accounts), "opportunities": list(world.opportunities), "wishes": list(world.wishes),
        "availability": list(world.availability), "products": [{"name": name} for name in PRODUCTS],
        "account_domains": [{"account_id": row["account_id"], "domain": row["domain"]} for row in world.accounts],
        "organizations": [
            {"source": s, "organization_id": f"org-{a}", "external_id": a} for s in ("zendesk", "other") for a in accounts
        ],
        # Contact a belongs to an organization, b is known by mail domain; nobody's is a stranger.
        "contacts": [
            *({"source": s, "contact_id": f"{a}-a", "organization_id": f"org-{a}"} for s in ("zendesk", "other") for a in accounts),
            *({"source": s, "contact_id": f"{row['account_id']}-b", "email_domain": row["domain"]}
              for s in ("zendesk", "other") for row in world.accounts),
            {"contact_id": "nobody-a"}, {"contact_id": "nobody-b"},
        ],
        "tickets": [], "messages": [], "facts": [], "scores": [],
    }
    for t in world.tickets:
        key: dict[str, Any] = {"source": t.source, "ticket_id": t.ticket_id}
        rows["tickets"].append(key | {
            "status": t.status[number], "priority": t.priority, "rating": t.rating, "reopen_count": t.reopen_count,
            "requester_id": t.contact, "created_at": t.created_at, "updated_at": t.updated_at,
        })
        for m in t.messages:
            rows["messages"].append(key | {
                "message_id": m.message_id, "position": m.position, "role": m.role, "is_public": m.is_public,
                "said_at": m.said_at, "text": m.text, "author_id": t.contact if m.role == "customer" else "agent-1",
            })
            rows["facts"] += [key | {"message_id": m.message_id, "fact": f, "value": v} for f, v in m.facts.items()]
        rows["scores"] += [
            key | {"signal": s.signal, "subtype": s.subtype, "probability": s.probability, "message_id": s.message.message_id,
                   "is_signal": s.is_signal[number], "quote": "More seats."}
            for s in t.scores
        ]
    return rows


def settings_of(world: World) -> Settings:
    return Settings(caps={"leads": world.caps[0], "saves": world.caps[1]})  # type: ignore[arg-type]


def load(con: Connection, world: World, number: int, shuffle: int | None = None) -> None:
    """Puts the inputs of a night in place of the night before; `shuffle` seeds another order of rows."""
    rows = rows_of_night(world, number)
    if shuffle is not None:
        for given in rows.values():
            random.Random(shuffle).shuffle(given)
    empty(con, rows)
    fill(con, rows)


def type_outcomes(con: Connection, world: World, number: int) -> None:
    """What people typed since the last night, as the feedback step stores it."""
    leads = [row["lead_id"] for row in rows_of(con, "SELECT lead_id FROM leads ORDER BY lead_id")]
    offers = [row["lead_id"] for row in rows_of(con, "SELECT lead_id FROM leads WHERE motion = 'offer' ORDER BY lead_id")]
    among = {"accepted": offers or leads, "contacted": offers or leads}
    before = rows_of(con, "SELECT count(*) AS n FROM outcomes")[0]["n"]
    as_of = world.nights[number]
    rows = [
        {"lead_id": (found := among.get(t.outcome, leads))[t.pick % len(found)], "outcome": t.outcome, "outcome_reason": f"note {i}", "read_on": as_of,
         "snooze_until": as_of + timedelta(days=t.snooze_days) if t.snooze_days else None, "read_order": before + i + 1}
        for i, t in enumerate(world.typed) if t.night == number and leads
    ]
    fill(con, {"outcomes": rows})


def look(con: Connection, world: World, number: int) -> Night:
    """The decided night."""
    return Night(
        number, world.nights[number],
        {row["lead_id"]: row for row in rows_of(con, "SELECT * FROM listed_leads JOIN lead_proposals USING (lead_id)")},
        {row["lead_id"]: row for row in rows_of(con, "FROM lead_proposals")},
        rows_of(con, "FROM holds ORDER BY ALL"), rows_of(con, "FROM lead_values ORDER BY ALL"),
        rows_of(con, "FROM lead_events ORDER BY as_of, lead_id, event"),
        {row["lead_id"]: row for row in rows_of(con, "FROM leads ORDER BY lead_id")},
        rows_of(con, "FROM outcomes ORDER BY read_order"),
    )


_played: dict[str, list[Night]] = {}


def played(con: Connection, world: World, signals: Mapping[str, Signal]) -> list[Night]:
    """`play`, once a world: the properties look at the same worlds, and deciding is what takes the time."""
    key = repr(world)
    if key not in _played:
        _played[key] = play(con, world, signals)
    return _played[key]


def play(con: Connection, world: World, signals: Mapping[str, Signal], shuffle: int | None = None, times: int = 1) -> list[Night]:
    """Decides all nights of a world in an emptied warehouse, each so many times; what each left."""
    empty(con)
    decided = []
    for number, as_of in enumerate(world.nights):
        load(con, world, number, shuffle)
        type_outcomes(con, world, number)
        for _ in range(times):
            decide(con, settings_of(world), dict(signals), as_of)
        decided.append(look(con, world, number))
    return decided
