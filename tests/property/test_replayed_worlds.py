"""A replay without changes decides what was decided, on invented worlds: the property that makes it trustworthy."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given, seed, settings

from pipeline.config import Settings
from pipeline.schema import TABLES
from pipeline.signals.spec import Signal
from pipeline.steps.decide import decide
from pipeline.steps.keys import check_keys
from pipeline.steps.replaying.days import nights_between
from pipeline.steps.replaying.replay import THEN, WhatIf, differing, replayed
from pipeline.warehouse import Connection
from tests.property.drawn import FEW, SEED
from tests.property.nights import load, settings_of, type_outcomes
from tests.property.worlds import World, worlds
from tests.warehouse_rows import empty, rows_of

# What is otherwise from one night to the next: CRM rows, whose a ticket is, a ticket deleted and come back, what a
# message says, a list, the model. The worlds themselves change states of tickets and outcomes.
CHANGES = (
    (),
    (
        "DELETE FROM tickets WHERE ticket_id = '1'",
        "DELETE FROM messages WHERE ticket_id = '1'",
        "DELETE FROM scores WHERE ticket_id = '1'",
        "DELETE FROM facts WHERE ticket_id = '1'",
        "UPDATE accounts SET arr = coalesce(arr, 5) * 3, owner_email = 'cat@vendor.example' WHERE account_id = 'A-1'",
        "UPDATE organizations SET external_id = 'A-2' WHERE external_id = 'A-1'",
        "INSERT INTO marked VALUES ('opted_out', 'A-3', '', '')",
    ),
    (
        "DELETE FROM accounts WHERE account_id = 'A-1'",
        "DELETE FROM marked",
        "UPDATE messages SET text = text || ' And more, and more, and more.' WHERE position = 0",
        "UPDATE scores SET probability = probability / 2 WHERE signal = 'upgrade_intent'",
        "DELETE FROM opportunities",
    ),
)
SETTINGS = ({}, {"rules": {"bad_rating": {"enabled": False}, "waiting_long": {"days": 0}}}, {"expiry": {"leads": 3}})


def play_and_keep(
    con: Connection, world: World, signals: Mapping[str, Signal]
) -> dict[object, list[tuple[object, ...]]]:
    """Decides the nights, the second of them twice with outcomes between; what each listed."""
    empty(con, TABLES)
    listed = {}
    for number, as_of in enumerate(world.nights):
        load(con, world, number)
        for statement in CHANGES[number]:
            con.execute(statement)
        policy = Settings(**(settings_of(world).model_dump(include={"caps"}) | SETTINGS[number]))
        if number == 1:
            decide(con, policy, dict(signals), as_of)
        type_outcomes(con, world, number)
        decide(con, policy, dict(signals), as_of)
        listed[as_of] = con.execute(_LISTED).fetchall()
    return listed


_LISTED = "SELECT lead_id, place, l.motion, status FROM listed_leads JOIN lead_proposals l USING (lead_id) ORDER BY ALL"


@seed(SEED)
@settings(max_examples=FEW // 2, derandomize=False, database=None)
@given(world=worlds())
def test_a_replay_without_changes_decides_what_was_decided(
    con: Connection, signals: Mapping[str, Signal], world: World
) -> None:
    listed = play_and_keep(con, world, signals)
    check_keys(con)
    before = {name: rows_of(con, f"SELECT count(*) AS n, bit_xor(hash(t)) AS h FROM {name} t") for name in TABLES}
    for first in (0, 1):
        nights = nights_between(con, world.nights[first], world.nights[-1]).replayed
        assert [night.as_of for night in nights] == list(world.nights[first:])
        with replayed(con, Settings(), nights, WhatIf()) as past:
            assert differing(past) == (0, 0)
            for night in nights:
                found = past.execute(
                    "SELECT lead_id, place, motion, status FROM replayed_leads WHERE scenario = ? AND as_of = ? "
                    "ORDER BY ALL",
                    [THEN, night.as_of],
                ).fetchall()
                assert found == listed[night.as_of]
    after = {name: rows_of(con, f"SELECT count(*) AS n, bit_xor(hash(t)) AS h FROM {name} t") for name in TABLES}
    assert after == before
