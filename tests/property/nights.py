"""Invented worlds in a warehouse: `rows_of_night` is what it holds on a night, `play` decides night by night."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from pipeline.config import Settings
from pipeline.signals.spec import Signal
from pipeline.steps.decide import decide
from pipeline.warehouse import Connection
from tests.property.worlds import PRODUCTS, World, end_of
from tests.warehouse_rows import Row, Rows, empty, fill, rows_of

# The list of a night, each lead with all tickets that its evidence stands in.
_LISTED = """
SELECT * FROM listed_leads JOIN lead_proposals USING (lead_id) JOIN (
    SELECT lead_id, list(DISTINCT source || '/' || ticket_id) AS tickets FROM lead_evidence GROUP BY lead_id
) USING (lead_id)"""


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


def rows_of_night(world: World, number: int) -> Rows:
    """The warehouse's input rows on the night `number`."""
    accounts = [row["account_id"] for row in world.accounts]
    rows: Rows = {
        "accounts": list(world.accounts),
        "opportunities": list(world.opportunities),
        "wishes": list(world.wishes),
        "availability": list(world.availability),
        "products": [{"name": name} for name in PRODUCTS],
        "account_domains": [{"account_id": row["account_id"], "domain": row["domain"]} for row in world.accounts],
        "organizations": [
            {"source": s, "organization_id": f"org-{a}", "external_id": a}
            for s in ("zendesk", "other")
            for a in accounts
        ],
        # Contact a belongs to an organization, b is known by mail domain; nobody's is a stranger.
        "contacts": [
            *(
                {"source": s, "contact_id": f"{a}-a", "organization_id": f"org-{a}"}
                for s in ("zendesk", "other")
                for a in accounts
            ),
            *(
                {"source": s, "contact_id": f"{row['account_id']}-b", "email_domain": row["domain"]}
                for s in ("zendesk", "other")
                for row in world.accounts
            ),
            {"contact_id": "nobody-a"},
            {"contact_id": "nobody-b"},
        ],
        "tickets": [],
        "messages": [],
        "facts": [],
        "scores": [],
    }
    for t in world.tickets:
        key: dict[str, Any] = {"source": t.source, "ticket_id": t.ticket_id}
        rows["tickets"].append(
            key
            | {
                "status": t.status[number],
                "priority": t.priority,
                "rating": t.rating,
                "reopen_count": t.reopen_count,
                "requester_id": t.contact,
                "created_at": t.created_at,
                "updated_at": t.updated_at,
            }
        )
        for m in t.messages:
            rows["messages"].append(
                key
                | {
                    "message_id": m.message_id,
                    "position": m.position,
                    "role": m.role,
                    "is_public": m.is_public,
                    "said_at": m.said_at,
                    "text": m.text,
                    "author_id": t.contact if m.role == "customer" else "agent-1",
                }
            )
            rows["facts"] += [key | {"message_id": m.message_id, "fact": f, "value": v} for f, v in m.facts.items()]
        rows["scores"] += [
            key
            | {
                "signal": s.signal,
                "subtype": s.subtype,
                "probability": s.probability,
                "message_id": s.message.message_id,
                "is_signal": s.is_signal[number],
                "quote": "More seats.",
            }
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
    offers = [
        row["lead_id"] for row in rows_of(con, "SELECT lead_id FROM leads WHERE motion = 'offer' ORDER BY lead_id")
    ]
    among = {"accepted": offers or leads, "contacted": offers or leads}
    before = rows_of(con, "SELECT count(*) AS n FROM outcomes")[0]["n"]
    as_of = world.nights[number]
    typed = [t for t in world.typed if t.night == number]
    rows = [
        {
            "lead_id": (found := among.get(t.outcome, leads))[t.pick % len(found)],
            "outcome": t.outcome,
            "outcome_reason": f"note {i}",
            "read_on": as_of,
            "snooze_until": as_of + timedelta(days=t.snooze_days) if t.snooze_days else None,
            "read_order": before + i + 1,
        }
        for i, t in enumerate(typed)
        if leads
    ]
    fill(con, {"outcomes": rows})


def look(con: Connection, world: World, number: int) -> Night:
    """The decided night."""
    return Night(
        number,
        world.nights[number],
        {row["lead_id"]: row for row in rows_of(con, _LISTED)},
        {row["lead_id"]: row for row in rows_of(con, "FROM lead_proposals")},
        rows_of(con, "FROM holds ORDER BY ALL"),
        rows_of(con, "FROM lead_values ORDER BY ALL"),
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


def play(
    con: Connection, world: World, signals: Mapping[str, Signal], shuffle: int | None = None, times: int = 1
) -> list[Night]:
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
