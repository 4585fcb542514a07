"""Small nights, looked at as `account` and `report` do."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from pipeline import bundled
from pipeline.config import Settings
from pipeline.digest.story import Entry, Story
from pipeline.signals.facts import load_facts
from pipeline.steps.account.story import account_story
from pipeline.steps.last_night import look_at
from pipeline.steps.reporting.report import Report, period, service_report
from pipeline.warehouse import make_table, strings
from tests.unit.leads.small_nights import AS_OF, Office


@cache
def _fact_titles() -> tuple[tuple[str, str], ...]:
    return tuple((fact.name, fact.title) for fact in load_facts(bundled.fact_specs()).values())


def look(office: Office, as_of: date = AS_OF, **settings: Any) -> date:
    """Decides the night and makes it ready to be looked at; its day."""
    office.decide(as_of, **settings)
    make_table(office.con, "fact_specs", strings("fact", "title"), _fact_titles())
    return look_at(office.con)


def story_of(office: Office, account: str = "A-1", **settings: Any) -> Story:
    """The story after tonight."""
    as_of = look(office, **settings)
    return account_story(office.con, Settings(**settings), account, as_of)


def entries(story: Story, section: str) -> list[Entry]:
    return next(s.entries for s in story.sections if s.name == section)


def note(story: Story, section: str) -> str:
    return next(s.note for s in story.sections if s.name == section)


def report_of(office: Office, start: date | None = None, end: date | None = None) -> Report:
    """The report after tonight."""
    as_of = look(office)
    return service_report(office.con, Settings(), *period(as_of, start, end))


def row_of(report: Report, table: str, by: str, what: str) -> dict[str, Any]:
    """A row by column name."""
    found = next(t for t in report.tables if t.name == table)
    names = [heading.name for heading in found.headings]
    return next(dict(zip(names, row, strict=True)) for row in found.rows if row[:2] == (by, what))
