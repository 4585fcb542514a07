"""The funnel, the days and the bars that are drawn from them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from browser.nights import AS_OF
from warehouse_rows import fill

from pipeline.digest import charts
from pipeline.warehouse import Connection


def test_outcomes_move_leads_along_the_funnel(con: Connection) -> None:
    motions = {"L-1": "offer", "L-2": "offer", "L-3": "answer", "L-4": "answer", "L-5": "save", "L-old": "offer"}
    fill(
        con,
        {
            "leads": [
                {
                    "lead_id": lead,
                    "account_id": "A-1",
                    "motion": motion,
                    "product": "",
                    "sequence": 1,
                    "opened_on": AS_OF - timedelta(days=90 if lead == "L-old" else 3),
                }
                for lead, motion in motions.items()
            ],
            "lead_events": [
                {"lead_id": lead, "as_of": AS_OF, "event": "listed"} for lead in ("L-1", "L-2", "L-5", "L-old")
            ],
            "outcomes": [
                {"lead_id": "L-1", "outcome": "contacted", "read_on": AS_OF, "read_order": 1},
                {"lead_id": "L-1", "outcome": "won", "read_on": AS_OF, "read_order": 2},
                {"lead_id": "L-2", "outcome": "won", "read_on": AS_OF, "read_order": 3},
                {"lead_id": "L-2", "outcome": "not_a_signal", "read_on": AS_OF, "read_order": 4},
                {"lead_id": "L-3", "outcome": "accepted", "read_on": AS_OF, "read_order": 5},
                {"lead_id": "L-5", "outcome": "saved", "read_on": AS_OF, "read_order": 6},
                {"lead_id": "L-4", "outcome": "won", "read_on": AS_OF + timedelta(days=1), "read_order": 7},
            ],
        },
    )
    # L-3 was taken up from an open list; L-2 was won by mistake; L-4 is of tomorrow; L-old is too old to count.
    assert [(s.leads, s.saves) for s in charts.funnel(con, AS_OF)] == [(4, 1), (3, 1), (2, 1), (1, 1)]


def test_days_are_counted_from_the_day_of_the_page(con: Connection) -> None:
    opened = {
        "L-1": (AS_OF, "save"),
        "L-2": (AS_OF - timedelta(days=27), "offer"),
        "L-3": (AS_OF - timedelta(days=28), "offer"),
        "L-4": (AS_OF + timedelta(days=1), "offer"),
    }
    fill(
        con,
        {
            "leads": [
                {"lead_id": lead, "account_id": "A-1", "motion": motion, "product": "", "sequence": 1, "opened_on": day}
                for lead, (day, motion) in opened.items()
            ]
        },
    )
    days = charts.opened_by_day(con, AS_OF)
    assert len(days) == 28 and days[0].day == date(2026, 10, 24) and days[-1].day == AS_OF
    assert [(d.day, d.leads, d.saves) for d in days if d.leads + d.saves] == [(date(2026, 10, 24), 1, 0), (AS_OF, 0, 1)]


def test_bars_stand_on_the_base_and_within_the_drawing() -> None:
    days = [charts.Day(AS_OF, leads, saves) for leads, saves in ((0, 0), (3, 4), (57, 0))]
    chart = charts.day_bars(days)
    assert len(chart.bars) == 3
    assert all(bar.y >= 0 and bar.x + bar.width <= chart.width for bar in chart.bars)
    stacked = [bar for bar in chart.bars if bar.x == chart.bars[0].x]
    assert stacked[1].y + stacked[1].height == pytest.approx(stacked[0].y, abs=0.02)
    assert stacked[1].height / stacked[0].height == pytest.approx(4 / 3, rel=0.01)
