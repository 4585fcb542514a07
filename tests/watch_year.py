"""A made-up year of a helpdesk: two sources, weekends, holidays, seasons, growth, days without a ticket.

Seeded, and uneven as real days are: volume, channels, lengths and scores differ from day to day by more than chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.warehouse import Connection

FIRST = date(2025, 10, 1)
SIGNALS = {"churn_risk": -3.6, "praise": -3.9, "unmet_need": -3.2, "upgrade_intent": -4.2}
_THRESHOLD = 0.35
_CHANNELS, _STATES = ("email", "web", "chat", "voice"), ("open", "solved", "pending", "new")
_ENGLISH = "the parcel is not here and we have this trouble with the app since you changed it "
_GERMAN = "das paket ist nicht da und wir wissen nicht wo es ist die app hat es nicht "
# New Year, Easter, May, summer, autumn, Christmas: as months and days, in whatever year they fall.
_HOLIDAYS = {(1, 1), (4, 3), (4, 6), (5, 1), (5, 25), (8, 31), (11, 1), (11, 26), (12, 24), (12, 25), (12, 26)}


@dataclass(frozen=True)
class Source:
    """`weekday` tickets on a usual weekday in the first month, `weekend` as a share of these."""

    name: str
    weekday: float
    weekend: float


SOURCES = (Source("zendesk", 70, 0.22), Source("intercom", 6, 0.1))


def fill_year(
    con: Connection, seed: int, days: int = 365, signals: Sequence[str] = tuple(SIGNALS), scale: float = 1.0
) -> list[date]:
    """Fills a warehouse with all that comes in `days` nights and one before them; the nights in order."""
    dice = np.random.default_rng(seed)
    nights = [FIRST + timedelta(days=n) for n in range(-1, days)]
    tickets: list[dict[str, Any]] = []
    for n, night in enumerate(nights):
        is_holiday = (night.month, night.day) in _HOLIDAYS
        quiet = dice.uniform(0.12, 0.3) if is_holiday else 1.0
        season = 1 + 0.2 * np.sin(2 * np.pi * n / 365) + (0.3 if night.month == 12 and night.day < 22 else 0)
        for source in SOURCES:
            usual = scale * source.weekday * (source.weekend if night.weekday() > 4 else 1) * (1 + 0.4 * n / 365)
            mean = usual * season * quiet * dice.gamma(25, 1 / 25)
            tickets += _day(dice, source, night, int(dice.poisson(mean)), len(tickets))
    _insert(con, dice, tickets, signals)
    con.register("given", pa.table({"as_of": nights, "decided_at": [datetime.combine(n, time()) for n in nights]}))
    con.execute("INSERT INTO nights BY NAME FROM given")
    con.unregister("given")
    return nights[1:]


def _day(dice: np.random.Generator, source: Source, night: date, count: int, at: int) -> list[dict[str, Any]]:
    weekend = night.weekday() > 4
    channels = dice.choice(_CHANNELS, count, p=dice.dirichlet(np.array([5 + 3 * weekend, 3, 2, 0.3]) * 20))
    states = dice.choice(_STATES, count, p=dice.dirichlet(np.array([4, 3, 2, 1.5]) * 20))
    lengths = np.exp(dice.normal(5.2 + dice.normal(0, 0.1), 0.9, count)).astype(int) + 3
    german = dice.random(count) < 0.04
    return [
        {
            "source": source.name,
            "ticket_id": f"{at + i}",
            "status": states[i],
            "channel": channels[i],
            "requester_id": f"c-{dice.integers(4000)}",
            "created_at": datetime.combine(night, time(9)),
            "updated_at": datetime.combine(night, time(10)),
            "ticket_hash": "h",
            "text": ((_GERMAN if german[i] else _ENGLISH) * (lengths[i] // 60 + 1))[: lengths[i]],
            "first_seen_on": night,
        }
        for i in range(count)
    ]


def _insert(con: Connection, dice: np.random.Generator, tickets: list[dict[str, Any]], signals: Sequence[str]) -> None:
    con.register("given", pa.Table.from_pylist(tickets))
    con.execute("INSERT INTO tickets BY NAME SELECT * EXCLUDE (text, first_seen_on) FROM given")
    con.execute("INSERT INTO ticket_origins BY NAME SELECT source, ticket_id, first_seen_on FROM given")
    con.execute(
        "INSERT INTO messages BY NAME SELECT source, ticket_id, ticket_id || ':0' AS message_id, 0 AS position, "
        "'customer' AS role, requester_id AS author_id, true AS is_public, created_at AS said_at, text, [] AS marks "
        "FROM given"
    )
    mood: dict[date, float] = {}
    for one in tickets:
        mood.setdefault(one["first_seen_on"], float(dice.normal(0, 0.15)))
    for signal in signals:
        odds = dice.normal(SIGNALS[signal], 1.6, len(tickets)) + np.array(
            [mood[one["first_seen_on"]] for one in tickets]
        )
        chance = 1 / (1 + np.exp(-odds))
        con.register("drawn", pa.table({"p": chance, "ticket": [one["ticket_id"] for one in tickets]}))
        con.execute(
            "INSERT INTO scores BY NAME SELECT source, ticket_id, ? AS signal, 'h' AS ticket_hash, "
            "'model-1' AS model_id, p AS probability, p >= ? AS is_signal, ticket_id || ':0' AS message_id "
            "FROM given JOIN drawn ON ticket = ticket_id",
            [signal, _THRESHOLD],
        )
        con.unregister("drawn")
    con.unregister("given")


# What breaks in one night, as SQL on what came with it; {came} picks its tickets.
BREAKS: dict[str, tuple[str, ...]] = {
    "a source stops": ("DELETE FROM tickets WHERE source = 'zendesk' AND {came}",),
    "an export is empty": ("DELETE FROM tickets WHERE {came}",),
    "messages twice as long": ("UPDATE messages SET text = text || ' ' || text WHERE {came}",),
    "another language": (
        f"UPDATE messages SET text = left(repeat('{_GERMAN}', length(text) // 60 + 1), length(text)) WHERE {{came}}",
    ),
    "scores fall to 0": ("UPDATE scores SET probability = probability / 1e6, is_signal = false WHERE {came}",),
    "scores rise to 1": ("UPDATE scores SET probability = 1 - probability / 1e6, is_signal = true WHERE {came}",),
    "five times as many over the threshold": (
        "UPDATE scores SET is_signal = true WHERE signal = 'unmet_need' AND {came} AND hash(ticket_id) % 100 < 24",
    ),
    "probabilities that are not numbers": (
        "UPDATE scores SET probability = 'nan', is_signal = false WHERE signal = 'unmet_need' AND {came} "
        "AND hash(ticket_id) % 10 = 0",
    ),
    "all probabilities the same": ("UPDATE scores SET probability = 0.2, is_signal = false WHERE {came}",),
}
_CHANGED = ("tickets", "messages", "scores")


@contextmanager
def broken(con: Connection, night: date, name: str) -> Iterator[None]:
    """The night with that break; whole again afterwards."""
    came = f"(source, ticket_id) IN (SELECT source, ticket_id FROM ticket_origins WHERE first_seen_on = '{night}')"
    for table in _CHANGED:
        con.execute(f"CREATE OR REPLACE TEMP TABLE whole_{table} AS FROM {table} WHERE {came}")
    for change in BREAKS[name]:
        con.execute(change.format(came=came))
    yield
    for table in _CHANGED:
        con.execute(f"DELETE FROM {table} WHERE {came}")
        con.execute(f"INSERT INTO {table} FROM whole_{table}")
