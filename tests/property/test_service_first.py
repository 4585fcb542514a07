"""Service first, on invented worlds: whatever happens, these hold after every night."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from pipeline.config import Caps
from pipeline.signals.spec import Signal
from pipeline.steps.keys import check_keys
from pipeline.warehouse import Connection
from tests.property import oracle
from tests.property.drawn import on_few_worlds, on_worlds
from tests.property.nights import Night, play, played
from tests.property.worlds import Score, World, end_of
from tests.warehouse_rows import Row

SHOWN = ("listed", "waiting", "open")
ENDED = ("expired", "withdrawn", "closed")
Signals = Mapping[str, Signal]
ACCOUNT_CAP = Caps().account


@on_worlds
def test_each_lead_is_held_by_exactly_the_rules_that_bind_it(con: Connection, signals: Signals, world: World) -> None:
    for night in played(con, world, signals):
        for lead_id, lead in night.listed.items():
            found = {hold["rule"] for hold in night.holds if hold["lead_id"] == lead_id}
            assert found == oracle.binding(world, night, lead), (night.as_of, lead)


@on_worlds
def test_nothing_is_shown_that_a_rule_binds(con: Connection, signals: Signals, world: World) -> None:
    for night in played(con, world, signals):
        for lead in night.listed.values():
            binding = oracle.binding(world, night, lead)
            holding = binding - {"open_opportunity"}  # shown as known
            assert (lead["place"] == "held") == bool(holding), (night.as_of, holding, lead)
            if lead["place"] in SHOWN and "open_opportunity" in binding and lead["place"] != "open":
                assert lead["status"] == "known"


@on_worlds
def test_who_asks_and_waits_is_never_lost(con: Connection, signals: Signals, world: World) -> None:
    """The same for saves. A kind of lead that somebody closed begins again with what is said after that day."""
    for night in played(con, world, signals):
        for wish in oracle.wishes(world, night):
            kind = (wish.account, wish.motion, wish.product)
            closed = oracle.closed_by_people(night, *kind)
            if wish.motion in ("answer", "save") and (closed is None or wish.said_at.date() > closed):
                places = {
                    r["place"] for r in night.listed.values() if (r["account_id"], r["motion"], r["product"]) == kind
                }
                assert len(places) == 1, (night.as_of, kind, places)


@on_worlds
def test_what_never_may_be_shown_is_held_alone(con: Connection, signals: Signals, world: World) -> None:
    for night in played(con, world, signals):
        for lead in night.listed.values():
            if oracle.binding(world, night, lead) & oracle.NEVER:
                assert lead["place"] == "held", (night.as_of, lead)


@on_few_worlds
def test_the_order_of_rows_changes_nothing(con: Connection, signals: Signals, world: World) -> None:
    assert play(con, world, signals, shuffle=len(repr(world))) == played(con, world, signals)


@on_few_worlds
def test_a_night_decided_twice_is_the_same_night(con: Connection, signals: Signals, world: World) -> None:
    """Nor does it change any later night."""
    once = played(con, world, signals)
    assert play(con, world, signals, times=2) == once
    check_keys(con)


@on_worlds
def test_no_owner_gets_more_a_day_than_the_cap(con: Connection, signals: Signals, world: World) -> None:
    revenue = sorted(row["arr"] for row in world.accounts if row["arr"] is not None)
    arr = {row["account_id"]: row["arr"] for row in world.accounts}
    top = next((r for i, r in enumerate(revenue, 1) if i >= 0.9 * len(revenue)), None)
    for night in played(con, world, signals):
        capped = Counter(
            (r["list"], r["owner"])
            for r in night.listed.values()
            if r["place"] == "listed"
            and not (r["motion"] == "save" and arr[r["account_id"]] is not None and arr[r["account_id"]] >= top)
        )
        for (name, owner), count in capped.items():
            assert count <= world.caps[name == "saves"], (night.as_of, name, owner)
        for row in night.listed.values():
            if row["place"] == "waiting" and not _has_enough(night, row):  # the list is full of what ranks higher
                assert capped[row["list"], row["owner"]] == world.caps[row["list"] == "saves"]


PITCHES = ("offer", "return")


def _has_enough(night: Night, row: Row) -> bool:
    """Whether the customer of a waiting lead is on the day's list as often as one customer may be."""
    shown = [r for r in night.listed.values() if r["place"] == "listed" and r["account_id"] == row["account_id"]]
    pitched = [r for r in shown if r["motion"] in PITCHES]
    return sum(r["list"] == row["list"] for r in shown) >= ACCOUNT_CAP or (row["motion"] in PITCHES and bool(pitched))


@on_worlds
def test_no_customer_is_asked_more_a_day_than_the_cap(con: Connection, signals: Signals, world: World) -> None:
    for night in played(con, world, signals):
        shown = [r for r in night.listed.values() if r["place"] == "listed"]
        assert all(n <= ACCOUNT_CAP for n in Counter((r["list"], r["account_id"]) for r in shown).values())
        assert all(n == 1 for n in Counter(r["account_id"] for r in shown if r["motion"] in PITCHES).values())


def _history(night: Night, lead_id: str) -> list[tuple[object, str]]:
    """(day, event) of a lead in order, without its opening."""
    return [(e["as_of"], e["event"]) for e in night.events if e["lead_id"] == lead_id and e["event"] != "opened"]


@on_worlds
def test_the_last_event_says_where_a_lead_is(con: Connection, signals: Signals, world: World) -> None:
    """So no lead that was ever opened, held ones included, is silently gone."""
    for night in played(con, world, signals):
        for lead_id in night.leads:
            day, event = _history(night, lead_id)[-1]
            if lead_id in night.listed:
                assert (day, event) == (night.as_of, night.listed[lead_id]["place"])
            else:
                assert event in ENDED, (night.as_of, lead_id, event)
        assert set(night.listed) <= set(night.leads)


@on_worlds
def test_each_kind_of_lead_is_open_once(con: Connection, signals: Signals, world: World) -> None:
    for night in played(con, world, signals):
        kinds = Counter((r["account_id"], r["motion"], r["product"]) for r in night.listed.values())
        assert set(kinds.values()) <= {1}


@on_worlds
def test_nothing_is_listed_twice_without_news(con: Connection, signals: Signals, world: World) -> None:
    """News is more or later evidence, or that it was away in between."""
    nights = played(con, world, signals)
    events = {(e["lead_id"], e["as_of"], e["event"]): e for e in nights[-1].events}
    for lead_id in nights[-1].leads:
        history = _history(nights[-1], lead_id)
        listed = [i for i, (_, event) in enumerate(history) if event == "listed"]
        for before, after in pairwise(listed):
            away = {event for _, event in history[before:after]} & {"held", "put_away", "withdrawn"}
            old, new = (events[lead_id, history[i][0], "listed"] for i in (before, after))
            is_news = new["evidence_count"] > old["evidence_count"] or new["last_said_at"] > old["last_said_at"]
            assert away or is_news, history


@on_worlds
def test_what_was_released_reaches_the_list_unless_bound_again(con: Connection, signals: Signals, world: World) -> None:
    """A lead that was held is shown as news before it rests in the open list, however long it waits under the cap."""
    nights = played(con, world, signals)
    for lead_id in nights[-1].leads:
        names = [event for _, event in _history(nights[-1], lead_id)]
        for i, name in enumerate(names):
            if name == "open":
                since = next(n for n in reversed(names[:i]) if n in ("listed", "held", "put_away", "withdrawn"))
                assert since == "listed", names


@on_few_worlds
def test_a_night_uses_nothing_that_was_said_after_it(con: Connection, signals: Signals, world: World) -> None:
    """So a past day decided again from what is stored today is that day."""
    first = world.nights[0]
    tickets = tuple(
        replace(
            ticket,
            messages=tuple(m for m in ticket.messages if m.said_at < end_of(first)),
            scores=tuple(s for s in ticket.scores if s.message.said_at < end_of(first)),
        )
        for ticket in world.tickets
        if ticket.created_at < end_of(first)
    )
    known_then = replace(world, nights=(first,), tickets=tickets, typed=())
    (then,) = play(con, known_then, signals)
    now = played(con, world, signals)[0]
    assert (then.listed, then.holds, then.values) == (now.listed, now.holds, now.values)


@on_few_worlds
def test_every_lead_ends_and_a_hold_outlives_nothing(con: Connection, signals: Signals, world: World) -> None:
    """When nothing more is said, no lead is held or shown for longer than it may live."""
    last = world.nights[-1] + timedelta(days=1 + max(oracle.LIFE.values()) + 9)  # 9: what may be sold later
    tickets = tuple(
        replace(t, status=(*t.status, t.status[-1]), scores=tuple(_seen_once_more(s) for s in t.scores))
        for t in world.tickets
    )
    later = replace(world, nights=(*world.nights, last), tickets=tickets)
    nights = play(con, later, signals)
    assert nights[-1].listed == {}
    for lead_id in nights[-1].leads:
        assert _history(nights[-1], lead_id)[-1][1] in ENDED


def _seen_once_more(score: Score) -> Score:
    return replace(score, is_signal=(*score.is_signal, score.is_signal[-1]))


def test_the_worlds_are_worth_looking_at(con: Connection, signals: Signals) -> None:
    """The properties above would hold on empty worlds: in those looked at, all places, rules and ends must occur."""
    seen: set[str] = set()

    @on_worlds
    def watch(world: World) -> None:
        for night in played(con, world, signals):
            seen.update(hold["rule"] for hold in night.holds)
            seen.update(event["event"] for event in night.events)
            seen.update(lead["motion"] for lead in night.listed.values())
            seen.update(lead["status"] for lead in night.listed.values())

    watch()
    needed = {
        *oracle.RULES,
        *SHOWN,
        *ENDED,
        "held",
        "put_away",
        "answer",
        "offer",
        "return",
        "save",
        "released",
        "updated",
        "known",
    }
    assert needed - seen == set()
