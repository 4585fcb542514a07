"""Signals over time: how many tickets said what on which day. Numbers and geometry; the template draws.

Counted by the day that the customer said it, not by the night that read it: a first night shows its whole month.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.digest.charts import DAYS, FUNNEL_DAYS, Bar, Chart, Mark, Stage
from pipeline.warehouse import Connection

_WIDTH, _ROW, _TALLEST, _BELOW = 360.0, 56.0, 32.0, 14.0


@dataclass(frozen=True)
class Heard:
    """One signal's tickets a day over the last 28 days, oldest first. `kind` is the colour: leads, saves or other."""

    title: str
    kind: str
    days: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.days)

    @property
    def last_week(self) -> int:
        return sum(self.days[-7:])

    @property
    def week_before(self) -> int:
        return sum(self.days[-14:-7])


def heard_by_day(con: Connection, as_of: date) -> list[Heard]:
    """A row a declared signal, in the order of the lists they feed; a day on which nobody said it counts 0."""
    rows = con.execute(
        """
        WITH days AS (SELECT ?::DATE - n::INTEGER AS day FROM range(?) t(n)),
        counted AS (
            SELECT sp.signal, sp.title, sp.list, d.day, count(s.ticket_id) AS tickets
            FROM signal_specs sp CROSS JOIN days d
            LEFT JOIN signals s ON s.signal = sp.signal AND s.said_at::DATE = d.day
            GROUP BY sp.signal, sp.title, sp.list, d.day
        )
        SELECT title, CASE WHEN list IN ('leads', 'saves') THEN list ELSE 'other' END, list(tickets ORDER BY day)
        FROM counted GROUP BY signal, title, list
        ORDER BY list_position(['leads', 'saves', 'needs', 'praise'], list) NULLS LAST, signal
        """,
        [as_of, DAYS],
    ).fetchall()
    return [Heard(title, kind, tuple(days)) for title, kind, days in rows]


def heard_stage(con: Connection, as_of: date) -> Stage:
    """Where the funnel begins: signals of the last 90 days that ask something of sales or customer success, one a
    ticket and signal. Several tickets may make one lead; a wish that only sales heard makes one without any."""
    row = con.execute(
        """
        SELECT count(*) FILTER (motion_unasked IS DISTINCT FROM 'save'), count(*) FILTER (motion_unasked = 'save')
        FROM signals WHERE coalesce(motion_unasked, '') || coalesce(motion_when_asked, '') <> ''
            AND said_at::DATE <= $as_of AND said_at::DATE > $as_of - $days::INTEGER
        """,
        {"as_of": as_of, "days": FUNNEL_DAYS},
    ).fetchone() or (0, 0)
    return Stage("Heard in tickets", *row)


def heard_bars(signals: Sequence[Heard], span: tuple[date, date]) -> Chart:
    """A strip of daily bars a signal, each to a scale of its own, which it names; `span` is the first and last day."""
    bars: list[Bar] = []
    marks: list[Mark] = []
    for i, signal in enumerate(signals):
        top, most = i * _ROW, max(signal.days, default=0)
        base, pitch = top + 18 + _TALLEST, _WIDTH / max(len(signal.days), 1)
        marks.append(Mark(0, top + 12, text=f"{signal.title}: {signal.total:,}"))
        marks.append(Mark(_WIDTH, top + 12, text=f"most a day: {most:,}"))
        bars.append(Bar("track", 0, base, _WIDTH, 1))
        for n, count in enumerate(signal.days):
            if count:
                tall = round(_TALLEST * count / most, 2)
                x, y = round(n * pitch + 1, 2), round(base - tall, 2)
                bars.append(Bar(signal.kind, x, y, round(pitch - 2, 2), tall))
    height = len(signals) * _ROW + _BELOW
    marks += (Mark(0, height - 2, day=span[0]), Mark(_WIDTH, height - 2, day=span[1]))
    return Chart(_WIDTH, height, tuple(bars), tuple(marks))
