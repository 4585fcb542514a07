"""A CRM's own export of our tasks and deals, read as outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pipeline.config import CrmExport, CrmVendor, Home
from pipeline.steps.feedback.read import FeedbackCounts, read_feedback
from pipeline.warehouse import Connection, open_warehouse, single_writer

NIGHT = date(2026, 11, 20)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def con(home: Home) -> Iterator[Connection]:
    with single_writer(home), open_warehouse(home) as connection:
        connection.execute(
            "INSERT INTO leads SELECT 'L-' || i, 'A', 'offer', '', i, DATE '2026-11-01', NULL FROM range(1, 6) t(i)"
        )
        yield connection


def _drop(
    home: Home, con: Connection, text: str, name: str = "export.csv", crm: CrmExport | None = None
) -> FeedbackCounts:
    (home.inbox / name).write_text(text)
    return read_feedback(con, home, NIGHT, crm=crm)


def _stored(con: Connection) -> list[tuple[str, str]]:
    return con.execute("SELECT lead_id, outcome FROM outcomes ORDER BY read_order").fetchall()


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Ticketscout_Id__c,Subject,Status\nL-1,x,Completed\n", "contacted"),  # Data Loader: API names
        ("Subject;Ticketscout Id;Status\nx;L-1;completed\n", "contacted"),  # a report: labels, a German spreadsheet
        ("ID,TICKETSCOUT_ID__C,STAGENAME\n1,L-1,Closed Lost\n", "lost"),
        ('"Ticketscout Id","Stage"\n"L-1","Closed Won"\n', "won"),
        ("Record ID,Ticketscout ID,Deal Stage\n9,L-1,Closed won (Sales Pipeline)\n", "won"),  # HubSpot: label, pipeline
        ("ticketscout_id,dealstage\nL-1,closedlost\n", "lost"),  # HubSpot: internal names
        ("ticketscout_id,Task status\nL-1.2,COMPLETED\n", "contacted"),  # the task of a second listing
    ],
)
def test_a_status_is_read_from_any_export(text: str, outcome: str, home: Home, con: Connection) -> None:
    assert _drop(home, con, text).outcomes == 1
    assert _stored(con) == [("L-1", outcome)]


def test_same_export_twice_and_its_copy_are_read_once(home: Home, con: Connection) -> None:
    text = "Ticketscout_Id__c,Status\nL-1,Completed\nL-2,Not Started\n"
    assert [_drop(home, con, text).outcomes, _drop(home, con, text).outcomes] == [1, 0]
    assert _drop(home, con, text + "\n", "copy.csv").outcomes == 0
    assert _stored(con) == [("L-1", "contacted")]


def test_open_stages_and_rows_of_the_crms_own_say_nothing(home: Home, con: Connection) -> None:
    counts = _drop(home, con, "Ticketscout_Id__c,StageName\nL-1,Prospecting\n,Closed Won\nK-0a1b2c3d4e5f,Nurturing\n")
    assert _stored(con) == [] and counts == FeedbackCounts()


def test_a_finished_task_takes_no_outcome_back(home: Home, con: Connection) -> None:
    """L-1 was accepted, L-2 won, L-3 snoozed, L-4 contacted: a completed task says less, or the same."""
    typed = "lead_id,outcome,snooze_until\nL-1,accepted,\nL-2,won,\nL-3,snoozed,2026-12-24\nL-4,contacted,\n"
    _drop(home, con, typed, "a.csv")
    ids = "".join(f"L-{n},Completed\n" for n in range(1, 6))
    counts = _drop(home, con, "Ticketscout_Id__c,Status\n" + ids, "b.csv")
    assert counts.outcomes == 1 and _stored(con)[4:] == [("L-5", "contacted")]


def test_an_acceptance_typed_in_the_same_reading_stands(home: Home, con: Connection) -> None:
    (home.inbox / "a.csv").write_text("lead_id,outcome\nL-1,accepted\n")
    counts = _drop(home, con, "Ticketscout_Id__c,Status\nL-1,Completed\n", "b.csv")
    assert _stored(con) == [("L-1", "accepted")] and counts.conflicts == []


def test_tasks_and_deals_in_one_reading_give_the_further_outcome(home: Home, con: Connection) -> None:
    (home.inbox / "deals.csv").write_text("Ticketscout_Id__c,StageName\nL-1,Closed Won\n")
    counts = _drop(home, con, "Ticketscout_Id__c,Status\nL-1,Completed\n", "tasks.csv")
    assert _stored(con) == [("L-1", "won")] and counts.conflicts == []


def test_another_end_than_a_person_typed_is_listed(home: Home, con: Connection) -> None:
    _drop(home, con, "lead_id,outcome\nL-1,lost\n", "a.csv")
    counts = _drop(home, con, "Ticketscout_Id__c,StageName\nL-1,Closed Won\n", "b.csv")
    assert counts.conflicts == ["L-1: lost stands, salesforce says won (data/feedback/inbox/b.csv)"]
    assert _stored(con) == [("L-1", "lost")]


def test_unknown_words_and_leads_are_counted_and_listed(home: Home, con: Connection) -> None:
    counts = _drop(
        home,
        con,
        "ticketscout_id,Deal stage\nL-1,Legal review\nL-2,Legal review\nL-3,ann@elm.example\nL-77,closedwon\n",
    )
    assert counts.unknown_leads == ["L-77 (data/feedback/inbox/export.csv)"]
    assert len(counts.not_understood) == 2
    assert "'Legal review' in 2 rows" in counts.not_understood[0]
    assert "[crm_export.hubspot.outcomes]" in counts.not_understood[0]
    assert "@" not in counts.not_understood[1]
    assert _stored(con) == []


def test_an_administrators_words_and_field_are_read(home: Home, con: Connection) -> None:
    crm = CrmExport(hubspot=CrmVendor(external_id="support_signal", outcomes={"Legal review": "accepted"}))
    counts = _drop(home, con, "Support signal,Deal stage\nL-1,Legal Review\n", crm=crm)
    assert (counts.outcomes, _stored(con)) == (1, [("L-1", "accepted")])


def test_an_export_without_our_id_is_no_list(home: Home, con: Connection) -> None:
    assert len(_drop(home, con, "Subject,Status\nx,Completed\n").unreadable_files) == 1
