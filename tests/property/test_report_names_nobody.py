"""Teams only: whoever the agents are and however they are spread, no report and no page row speaks of one of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import Settings
from pipeline.digest.figures import write_tables
from pipeline.signals.spec import Signal
from pipeline.steps.reporting.report import period, report_lines, service_report
from pipeline.warehouse import Connection, run_sql
from tests.unit.leads.small_nights import Office, ago
from tests.unit.steps.small_looks import look
from tests.warehouse_rows import empty, rows_of

TEAMS = ("Desk", "Bills", "Nights", "")
# Who answered for which team; a person may answer for several.
STAFF = st.lists(st.tuples(st.sampled_from(TEAMS), st.integers(0, 6)), max_size=14, unique=True)
_NAME = "agent-zq{}"


def _fill(office: Office, staff: list[tuple[str, int]]) -> None:
    for team in TEAMS:
        at = ago(days=10)
        office.ticket(f"t{team}", team=team or None, created_at=at, rating="bad")
        office.says(f"t{team}", ("product", team or "none"), signal="upgrade_intent", at=at)
    for team, agent in staff:
        office.says(f"t{team}", "handover", role="agent", at=ago(days=9), author=_NAME.format(agent))
        office.con.execute(
            "UPDATE messages SET author_id = ? WHERE role = 'agent' AND author_id = 'agent-1'", [_NAME.format(agent)]
        )


@settings(max_examples=6)
@given(staff=STAFF)
def test_no_agent_is_in_the_report_and_no_row_stands_for_fewer_than_three(
    con: Connection, signals: Mapping[str, Signal], staff: list[tuple[str, int]]
) -> None:
    empty(con)
    office = Office(con, signals)
    _fill(office, staff)
    report = service_report(con, Settings(), *period(look(office), None, None))
    with TemporaryDirectory() as folder:
        files = [file.read_text(encoding="utf-8-sig") for file in write_tables(report.tables, Path(folder))]
    told = "\n".join([*report_lines(report), *files])
    assert "zq" not in told and "agent-" not in told

    by_team: dict[str, set[int]] = {team: {agent for t, agent in staff if t == team} for team in TEAMS}
    small = set().union(*(agents for agents in by_team.values() if len(agents) < 3))
    expected = {team or "no team" for team, agents in by_team.items() if len(agents) >= 3}
    expected |= {"small teams"} if len(small) >= 3 else set()
    for table in report.tables[:2]:
        assert {row[1] for row in table.rows if row[0] == "by team"} == expected
        names = [row[1] for row in table.rows if row[0] == "by team"]
        assert names == sorted(str(name) for name in names), "in the order of names, never of rates"

    run_sql(con, "digest_passed_on")
    assert {row["team"] for row in rows_of(con, "FROM digest_passed_on")} - {None} == expected


def test_no_setting_speaks_of_agents() -> None:
    assert "agent" not in str(Settings.model_json_schema()).lower()
