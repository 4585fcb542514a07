"""Nights that keep tables leave what nights leave that make all of them anew, on invented worlds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from hypothesis import given, seed, settings

from pipeline.config import Settings
from pipeline.schema import TABLES
from pipeline.signals.spec import Signal
from pipeline.steps.decide import decide
from pipeline.steps.publish import make_digest_tables
from pipeline.warehouse import Connection
from tests.property.drawn import FEW, SEED
from tests.property.nights import load, settings_of, type_outcomes
from tests.property.test_replayed_worlds import CHANGES
from tests.property.worlds import World, worlds
from tests.warehouse_rows import empty

# When a night was decided, and what is remembered to keep tables by.
_OF_THE_CLOCK = {"nights": "as_of", "history_nights": "as_of, policy"}
_NOT_COMPARED = {"remembered", "meta"}


@seed(SEED)
@settings(max_examples=FEW // 2, derandomize=False, database=None)
@given(world=worlds())
def test_what_is_kept_is_what_would_be_made(con: Connection, signals: Mapping[str, Signal], world: World) -> None:
    assert _played(con, world, signals, keeps=True) == _played(con, world, signals, keeps=False)


def _played(
    con: Connection, world: World, signals: Mapping[str, Signal], *, keeps: bool
) -> list[dict[str, tuple[int, int]]]:
    """All tables after each decision: of each night, of the same again, with another setting, and of nights on which
    nothing is new."""
    empty(con, TABLES)
    _make_all_anew(con)
    policy, left = settings_of(world), []

    def night(number: int, days: int = 0, given: Settings = policy) -> None:
        if not keeps:
            _make_all_anew(con)
        as_of = world.nights[number] + timedelta(days=days)
        decide(con, given, dict(signals), as_of)
        make_digest_tables(con, as_of)
        left.append(_all_tables(con))

    for number in range(len(world.nights)):
        load(con, world, number)
        night(number)
        for statement in CHANGES[number]:
            con.execute(statement)
        night(number)
        type_outcomes(con, world, number)
        night(number)
    night(-1)
    night(-1, given=policy.model_copy(update={"ticket_url": "https://desk.example/{ticket_id}"}))
    night(-1, days=1)
    night(-1, days=40)
    return left


def _make_all_anew(con: Connection) -> None:
    for name in _tables(con) - {*TABLES, "meta"}:
        con.execute(f"DROP TABLE {name}")
    con.execute("DELETE FROM remembered")


def _tables(con: Connection) -> set[str]:
    query = "SELECT table_name FROM duckdb_tables() WHERE NOT temporary"
    return {name for (name,) in con.execute(query).fetchall()}


def _all_tables(con: Connection) -> dict[str, tuple[int, int]]:
    """By name how many rows a table has, and a digest of them in whatever order."""
    each = [
        f"SELECT '{name}', count(*), sum(hash(t)) FROM (SELECT {_OF_THE_CLOCK.get(name, '*')} FROM {name}) t"
        for name in sorted(_tables(con) - _NOT_COMPARED)
    ]
    return {name: (rows, digest) for name, rows, digest in con.execute(" UNION ALL ".join(each)).fetchall()}
