"""The watch step: a profile of what came with the night, and what is unlike the nights before it.

It comes after scoring, so that a night whose scores broke is known before anything is decided on them. It stops
nothing: with `watch.keep_last_good` it has the tickets scored again, else leads are published with the warning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.config import Home, Settings
from pipeline.learning.drift import Watched, watch_night
from pipeline.learning.drift_history import Finding, History, Key, Night
from pipeline.steps.watching.models import kept_findings, last_good
from pipeline.warehouse import Connection, run_sql_for_now, scalar, set_variables, transaction

WATCHING = ("night_profile",)
Rescore = Callable[[Mapping[str, Path]], object]
# Tickets may come so many days late and still count as the night's; older ones are history read late.
_LATE_DAYS = 7
# How many days of profiles are looked at: labels are few and need many.
_LABEL_DAYS, _A_WEEK_MORE = 120, 8


@dataclass(frozen=True)
class WatchCounts:
    """Findings of the night by what they are about (1 plain, 2 serious), and nights of reference."""

    found: dict[str, int]
    nights: int
    needed: int
    serious: int
    rescored: int


def watch(con: Connection, home: Home, settings: Settings, as_of: date, rescore: Rescore) -> WatchCounts:
    """Profiles and compares the night; the same state twice gives the same rows. The first night is history, not a
    night: it is not profiled."""
    watched = _profiled(con, settings, as_of)
    broken = [one for one in watched.findings if one.kind == "score" and one.is_serious and one.broken]
    rescored = 0
    if settings.watch.keep_last_good and broken:
        instead = last_good(con, home, as_of, broken)
        if instead:
            rescore(instead)
            rescored = 1
            again = _profiled(con, settings, as_of)
            said = {(one.kind, one.source, one.measure) for one in broken}
            others = [one for one in again.findings if (one.kind, one.source, one.measure) not in said]
            watched = replace(again, findings=[*broken, *others])
    findings = [*watched.findings, *kept_findings(con, home, settings, as_of)]
    _write(con, as_of, findings)
    return WatchCounts(
        {_about(one): 1 + one.is_serious for one in findings},
        watched.nights,
        watched.needed,
        sum(one.is_serious for one in findings),
        rescored,
    )


def _about(one: Finding) -> str:
    """What a finding is about, in words of ours alone: also Prefect may keep them."""
    return " ".join(part for part in (one.kind, one.source, one.measure) if part)


def _profiled(con: Connection, settings: Settings, as_of: date) -> Watched:
    with transaction(con):
        profile_night(con, as_of, settings.watch.reference_days)
    history = history_of(con, as_of, settings.watch.reference_days)
    return watch_night(history, settings.watch.level) if history else Watched([], 0)


def profile_night(con: Connection, as_of: date, reference_days: int) -> None:
    """Replaces the night's rows of `night_profiles`; none where no night was before it."""
    con.execute("DELETE FROM night_profiles WHERE as_of >= ?", [as_of])
    before = scalar(con, "SELECT max(as_of) FROM nights WHERE as_of < ?", [as_of])
    if before is None:
        return
    came_since = datetime.combine(before + timedelta(days=1 - _LATE_DAYS), time())
    set_variables(con, {"as_of": as_of, "came_since": came_since, "reference_days": reference_days})
    for name in WATCHING:
        run_sql_for_now(con, name)
    con.execute("INSERT INTO night_profiles BY NAME FROM night_profile")
    con.execute(
        "INSERT INTO night_profiles VALUES (?, '', 'night', 'covers', '', '', ?)", [as_of, (as_of - before).days]
    )


def history_of(con: Connection, as_of: date, reference_days: int) -> History | None:
    """Tonight's profile and those before it; None where tonight has none."""
    nights: list[Night] = []
    counts: dict[Key, dict[date, dict[str, int]]] = {}
    rows = con.execute(_PROFILES, [as_of, as_of, _LABEL_DAYS, as_of, reference_days + _A_WEEK_MORE, as_of]).fetchall()
    for source, kind, measure, model_id, night, name, count in rows:
        if kind == "night":
            nights.append(Night(night, count))
        else:
            counts.setdefault(Key(source, kind, measure, model_id), {}).setdefault(night, {})[name] = count
    if not nights or max(nights).as_of != as_of:
        return None
    found = con.execute("SELECT as_of, source, kind, measure FROM watch_findings WHERE as_of < ?", [as_of]).fetchall()
    return History(sorted(nights), counts, frozenset(found), reference_days)


def _write(con: Connection, as_of: date, findings: list[Finding]) -> None:
    table = pa.Table.from_pylist([_row(as_of, one) for one in findings], _FINDINGS)
    con.register("found", table)
    with transaction(con):
        con.execute("DELETE FROM watch_findings WHERE as_of >= ?", [as_of])
        con.execute("INSERT INTO watch_findings BY NAME FROM found")
    con.unregister("found")


def _row(as_of: date, one: Finding) -> dict[str, Any]:
    return {
        "as_of": as_of,
        "kind": one.kind,
        "source": one.source,
        "measure": one.measure,
        "is_serious": one.is_serious,
        "sentence": one.sentence,
        "chance": one.chance,
    }


_FINDINGS = pa.schema(
    [
        ("as_of", pa.date32()),
        ("kind", pa.string()),
        ("source", pa.string()),
        ("measure", pa.string()),
        ("is_serious", pa.bool_()),
        ("sentence", pa.string()),
        ("chance", pa.float64()),
    ]
)
# `reread` is of use for its own night alone.
_PROFILES = """
    SELECT source, kind, measure, model_id, as_of, bin, count
    FROM night_profiles
    WHERE as_of <= ? AND as_of > ?::DATE - ?::INTEGER
        AND (kind IN ('night', 'label') OR as_of > ?::DATE - ?::INTEGER) AND (kind <> 'reread' OR as_of = ?)
    ORDER BY as_of, source, kind, measure, model_id, bin
"""
