"""Leads and saves opened a day, and how far they came. Numbers and geometry; the template draws.

Coordinates are user units of a small viewBox, so that the same drawing is readable on a phone and on a wide screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.warehouse import Connection

DAYS = 28
# Leads live 30 days and saves 45: over 90 days most of those counted have come to their end.
FUNNEL_DAYS = 90

_WIDTH, _HEIGHT, _LEFT, _TOP, _BASE = 360.0, 170.0, 26.0, 10.0, 146.0
_STEP_HEIGHT = 40.0


@dataclass(frozen=True)
class Bar:
    """One rectangle; `kind` is leads, saves, other, or the track that bars run in or stand on."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Mark:
    """A word beside an axis or a bar. `day` where the word is a date."""

    x: float
    y: float
    text: str = ""
    day: date | None = None


@dataclass(frozen=True)
class Chart:
    """A drawing of `width` by `height`: bars, marks, and the lines that marks of the value axis stand at."""

    width: float
    height: float
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    lines: tuple[float, ...] = ()


@dataclass(frozen=True)
class Day:
    """What one day's night opened."""

    day: date
    leads: int
    saves: int


@dataclass(frozen=True)
class Stage:
    """How many leads and saves came at least this far."""

    title: str
    leads: int
    saves: int


def opened_by_day(con: Connection, as_of: date) -> list[Day]:
    """The last 28 days, oldest first; a day without a night counts nothing."""
    rows = con.execute(
        """
        WITH days AS (SELECT ?::DATE - n::INTEGER AS day FROM range(?) t(n))
        SELECT d.day, count(l.lead_id) FILTER (l.motion <> 'save'), count(l.lead_id) FILTER (l.motion = 'save')
        FROM days d LEFT JOIN leads l ON l.opened_on = d.day
        GROUP BY d.day ORDER BY d.day
        """,
        [as_of, DAYS],
    ).fetchall()
    return [Day(*row) for row in rows]


def funnel(con: Connection, as_of: date) -> list[Stage]:
    """Leads opened in the last 90 days by how far they came. A stage holds all that came further, too: somebody may
    take up a lead from an open list before it was ever on a day's list. Won and saved are what was typed last."""
    row = (
        con.execute(
            """
        WITH recent AS (
            SELECT lead_id, motion = 'save' AS is_save FROM leads
            WHERE opened_on <= $as_of AND opened_on > $as_of - $days::INTEGER
        ), listed AS (
            SELECT DISTINCT lead_id FROM lead_events WHERE event = 'listed' AND as_of <= $as_of
        ), typed AS (
            SELECT lead_id, bool_or(outcome IN ('accepted', 'contacted')) AS was_taken,
                arg_max(outcome, read_order) AS outcome
            FROM outcomes WHERE read_on <= $as_of GROUP BY lead_id
        ), reached AS (
            SELECT is_save, coalesce(t.outcome IN ('won', 'saved'), false) AS is_won,
                coalesce(t.was_taken, false) OR is_won AS is_taken, l.lead_id IS NOT NULL OR is_taken AS is_listed
            FROM recent r LEFT JOIN listed l USING (lead_id) LEFT JOIN typed t USING (lead_id)
        )
        SELECT count(*) FILTER (NOT is_save), count(*) FILTER (is_save),
            count(*) FILTER (is_listed AND NOT is_save), count(*) FILTER (is_listed AND is_save),
            count(*) FILTER (is_taken AND NOT is_save), count(*) FILTER (is_taken AND is_save),
            count(*) FILTER (is_won AND NOT is_save), count(*) FILTER (is_won AND is_save)
        FROM reached
        """,
            {"as_of": as_of, "days": FUNNEL_DAYS},
        ).fetchone()
        or (0,) * 8
    )
    titles = ("Opened", "Listed", "Accepted or contacted", "Won or saved")
    return [Stage(title, row[2 * i], row[2 * i + 1]) for i, title in enumerate(titles)]


def day_bars(days: Sequence[Day]) -> Chart:
    """A stacked bar a day: leads below, saves above."""
    top = _round_top(max((d.leads + d.saves for d in days), default=0))
    pitch = (_WIDTH - _LEFT) / max(len(days), 1)
    per_unit = (_BASE - _TOP) / top
    bars: list[Bar] = []
    for i, d in enumerate(days):
        y = _BASE
        for kind, count in (("leads", d.leads), ("saves", d.saves)):
            if count:
                height = count * per_unit
                y -= height
                bars.append(Bar(kind, _fixed(_LEFT + i * pitch + 1), _fixed(y), _fixed(pitch - 2), _fixed(height)))
    values = sorted({0, top // 2, top})
    lines = tuple(_fixed(_BASE - value * per_unit) for value in values)
    marks = tuple(Mark(_LEFT - 5, y + 4, text=str(value)) for value, y in zip(values, lines, strict=True))
    if days:
        marks += (Mark(_LEFT, _BASE + 17, day=days[0].day), Mark(_WIDTH, _BASE + 17, day=days[-1].day))
    return Chart(_WIDTH, _HEIGHT, tuple(bars), marks, lines)


def funnel_bars(stages: Sequence[Stage]) -> Chart:
    """A bar a stage, leads then saves, all to the scale of the longest."""
    per_unit = _WIDTH / max((s.leads + s.saves for s in stages if s.leads + s.saves), default=1)
    bars: list[Bar] = []
    marks: list[Mark] = []
    for i, stage in enumerate(stages):
        y, x = i * _STEP_HEIGHT, 0.0
        marks.append(Mark(0, y + 12, text=f"{stage.title}: {stage.leads + stage.saves:,}"))
        bars.append(Bar("track", 0, y + 18, _WIDTH, 12))
        for kind, count in (("leads", stage.leads), ("saves", stage.saves)):
            if count:
                bars.append(Bar(kind, _fixed(x), y + 18, _fixed(count * per_unit), 12))
                x += count * per_unit
    return Chart(_WIDTH, len(stages) * _STEP_HEIGHT, tuple(bars), tuple(marks))


def _round_top(value: int) -> int:
    """The smallest of 2, 4, 10, 20, 40, 100, … that is not below `value`: it halves into whole numbers."""
    power = 1
    while True:
        for factor in (2, 4, 10):
            if value <= factor * power:
                return factor * power
        power *= 10


def _fixed(value: float) -> float:
    return round(value, 2)
