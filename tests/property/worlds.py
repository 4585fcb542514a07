"""Invented worlds: a few accounts, their tickets over several nights, and what people type in between.

A world says what is so on each night; `nights.py` puts it into a warehouse and decides it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hypothesis import strategies as st

from tests.warehouse_rows import Row

FIRST_NIGHT = date(2026, 11, 2)
PRODUCTS = ("Time Tracking", "Audit Log")
OWNERS = ("ann@vendor.example", "ann@vendor.example", "bob@vendor.example", None)
CUSTOMER_FACTS = (
    "asks",
    "asks",
    "asks",
    "angry",
    "vulnerable",
    "problem",
    "quantity",
    "needed_by",
    "product",
    "withdrawn",
)
AGENT_FACTS = ("handover", "refused")
# Hours before the first night's end at which things happen; the rules' own days and an hour around them are among them.
MOMENTS = tuple(sorted({d * 24 + h for d in (0, 1, 3, 7, 14) for h in (-1, 1)} - {-1} | {-20, -26, -50}))


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


def end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time())


def _moment(hours: int) -> datetime:
    return end_of(FIRST_NIGHT) - timedelta(hours=hours)


@st.composite
def _facts(draw: st.DrawFn, role: str) -> dict[str, str | None]:
    names = set(draw(st.lists(st.sampled_from(AGENT_FACTS if role == "agent" else CUSTOMER_FACTS), max_size=2)))
    values: dict[str, st.SearchStrategy[str]] = {
        "product": st.sampled_from(PRODUCTS),
        "quantity": st.sampled_from(("5", "40")),
        "needed_by": st.sampled_from(("Friday", "the end of the month")),
        "refused": st.sampled_from(("not_on_plan", "not_offered")),
        "vulnerable": st.just("debt"),
    }
    if role == "customer" and draw(st.integers(0, 9)) > 1:  # rare: one binds its account for good
        names -= {"vulnerable"}
    facts = {name: draw(values[name]) if name in values else None for name in sorted(names)}
    # Drawn with the other, so that worlds stay as crowded: who is vulnerable and says something else has opted out
    # instead, unless it is trouble that they tell of.
    if "vulnerable" in facts and len(facts) > 1 and not {"angry", "problem", "withdrawn"} & set(facts):
        del facts["vulnerable"]
        facts["opt_out"] = "account" if "asks" in facts else "person"
    return facts


@st.composite
def _tickets(draw: st.DrawFn, number: int, accounts: tuple[Row, ...], nights: int) -> Ticket:
    source, ticket_id = ("zendesk", "other")[number % 2], str(number // 2)  # two helpdesks may use the same id
    account = draw(st.sampled_from([*(row["account_id"] for row in accounts), accounts[0]["account_id"], None]))
    hours = sorted(draw(st.lists(st.sampled_from(MOMENTS), min_size=1, max_size=4)), reverse=True)
    messages = []
    for position, ago in enumerate(hours):
        role = draw(st.sampled_from(("customer", "customer", "agent"))) if position else "customer"
        text = draw(st.sampled_from(("More seats.", "More seats. " + "And there is more to say about it. " * 4)))
        messages.append(
            Message(
                f"{source}-{ticket_id}-{position}",
                position,
                role,
                draw(st.integers(0, 9)) > 0,
                _moment(ago),
                text,
                draw(_facts(role)),
            )
        )
    said = [message for message in messages if message.role == "customer"]
    scores = []
    for signal, subtypes in (
        ("upgrade_intent", ("seats", "tier")),
        ("churn_risk", ("cancel",)),
        ("unmet_need", ("plan_blocked", "missing_feature")),
        ("praise", ("referral", "compliment")),
    ):
        if draw(st.integers(1, 6)) in ((1, 2, 3, 4) if signal == "upgrade_intent" else (1,)):
            seen = (True,) * nights if draw(st.booleans()) else tuple(draw(st.booleans()) for _ in range(nights))
            scores.append(
                Score(
                    signal,
                    draw(st.sampled_from(subtypes)),
                    draw(st.sampled_from((0.5, 0.9))),
                    draw(st.sampled_from(said)),
                    seen,
                )
            )
    created = messages[0].said_at
    status = draw(st.sampled_from(("solved", "solved", "solved", "closed", "open", "pending")))
    later = [draw(st.sampled_from((status, "solved", "solved", "open"))) for _ in range(nights - 1)]
    return Ticket(
        source,
        ticket_id,
        account,
        f"{account or 'nobody'}-{draw(st.sampled_from('ab'))}",
        (status, *later),
        draw(st.sampled_from((None, "normal", "normal", "normal", "high", "urgent"))),
        draw(st.sampled_from((None, None, "good", "bad"))),
        draw(st.sampled_from((0, 0, 1))),
        created,
        max(created, _moment(draw(st.sampled_from([m for m in MOMENTS if m > 0])))),
        tuple(messages),
        tuple(scores),
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A world of up to twelve accounts, 24 tickets and three nights: a night costs the same, however much it holds."""
    gaps = draw(st.lists(st.sampled_from((1, 1, 1, 2, 8, 31)), min_size=2, max_size=2))
    nights = (FIRST_NIGHT, FIRST_NIGHT + timedelta(days=gaps[0]), FIRST_NIGHT + timedelta(days=sum(gaps)))
    accounts = tuple(
        {
            "account_id": f"A-{i}",
            "name": f"Company {i}",
            "domain": f"company{i}.example",
            "plan": "Basic",
            "seats": 10,
            "arr": draw(st.sampled_from((None, 1000, 1000, 90000))),
            "owner_email": draw(st.sampled_from(OWNERS)),
            "cs_owner_email": draw(st.sampled_from(OWNERS)),
            "do_not_contact": draw(st.sampled_from((None, *[False] * 8, True))),
            "renewal_date": draw(st.sampled_from((None, FIRST_NIGHT + timedelta(days=61)))),
        }
        for i in range(draw(st.sampled_from((1, 6, 9, 12, 12))))
    )
    ids = st.sampled_from([row["account_id"] for row in accounts])
    some_day = st.sampled_from([FIRST_NIGHT + timedelta(days=d) for d in (-40, -5, 0, 1, 9)])
    return World(
        nights=nights,
        accounts=accounts,
        tickets=tuple(
            draw(_tickets(i, accounts, len(nights))) for i in range(draw(st.sampled_from((1, 12, 18, 24, 24))))
        ),
        opportunities=tuple(
            {
                "opportunity_id": f"O-{i}",
                "account_id": draw(ids),
                "product": draw(st.sampled_from((None, *PRODUCTS))),
                "is_open": draw(st.sampled_from((True, False, None))),
            }
            for i in range(draw(st.sampled_from((0, 2, 4))))
        ),
        wishes=tuple(
            draw(
                st.lists(
                    st.fixed_dictionaries(
                        {
                            "account_id": ids,
                            "wanted": st.sampled_from(PRODUCTS),
                            "why": st.sampled_from(("out_of_stock", "not_offered")),
                            "on_date": some_day,
                        }
                    ),
                    max_size=8,
                    unique_by=lambda row: (row["account_id"], row["wanted"], row["on_date"]),
                )
            )
        ),
        availability=tuple(
            {"product": product, "plan": None, "region": None, "available_from": draw(some_day)}
            for product in draw(st.lists(st.sampled_from(PRODUCTS), max_size=2, unique=True))
        ),
        typed=tuple(
            draw(
                st.lists(
                    st.builds(
                        Typed,
                        st.sampled_from((1, 2)),
                        st.integers(0, 23),
                        st.sampled_from(
                            (
                                "accepted",
                                "contacted",
                                "accepted",
                                "won",
                                "not_a_signal",
                                "bad_timing",
                                "snoozed",
                                "",
                            )
                        ),
                        st.sampled_from((None, 1, 60)),
                    ),
                    max_size=12,
                )
            )
        ),
        caps=(draw(st.sampled_from((1, 1, 2, 15))), draw(st.sampled_from((1, 25)))),
    )
