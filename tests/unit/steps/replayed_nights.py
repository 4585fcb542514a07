"""Nights of a small office that are decided again: as they were, or as they would have been."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from pipeline.config import Settings
from pipeline.steps.keys import check_keys
from pipeline.steps.replaying.compare import Comparison, compare
from pipeline.steps.replaying.days import nights_between
from pipeline.steps.replaying.replay import THEN, WhatIf, differing, replayed
from pipeline.warehouse import Connection
from tests.unit.leads.small_nights import AS_OF, Office
from tests.warehouse_rows import Row

DAY = timedelta(days=1)


class Decided:
    """Nights of an office and what each listed; day 0 is AS_OF."""

    def __init__(self, office: Office) -> None:
        self.office, self.listed = office, dict[date, list[tuple[Any, ...]]]()

    def night(self, day: int = 0, **settings: Any) -> list[Row]:
        leads = self.office.decide(AS_OF + day * DAY, **settings)
        self.listed[AS_OF + day * DAY] = sorted((r["lead_id"], r["place"], r["motion"], r["status"]) for r in leads)
        return leads

    def run(self, statement: str) -> None:
        self.office.con.execute(statement)

    @contextmanager
    def again(self, first: int = 0, what_if: WhatIf | None = None, **settings: Any) -> Iterator[Connection]:
        nights = nights_between(self.office.con, AS_OF + first * DAY, None).replayed
        with replayed(self.office.con, Settings(**settings), nights, what_if or WhatIf()) as past:
            yield past

    def comes_out_as_decided(self) -> None:
        """From the first night on, and from the second with the ledger of the first."""
        check_keys(self.office.con)
        for first in list(self.listed)[:2]:
            with self.again((first - AS_OF).days) as past:
                assert differing(past) == (0, 0), first
                for as_of in (day for day in self.listed if day >= first):
                    found = past.execute(
                        "SELECT lead_id, place, motion, status FROM replayed_leads WHERE scenario = ? AND as_of = ? "
                        "ORDER BY ALL",
                        [THEN, as_of],
                    ).fetchall()
                    assert found == self.listed[as_of], (first, as_of)

    def compared(self, first: int = 0, **what_if: Any) -> Comparison:
        with self.again(first, WhatIf(**what_if)) as past:
            return compare(self.office.con, past)
