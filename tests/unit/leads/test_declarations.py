"""What is declared agrees with what is done: rules, SQL headers, the files of a day."""

from __future__ import annotations

import json
import re
from typing import Any

import duckdb
import pytest

from pipeline import bundled
from pipeline.digest.crm_profile import RECORDS
from pipeline.digest.outputs import OPEN_LEADS, OPEN_SAVES, OUTPUTS, TABLES
from pipeline.leads.rules import RULES
from pipeline.steps import decide as step
from pipeline.steps.kept import asked_variables, reads, sql_head
from pipeline.steps.match import MATCHING
from pipeline.steps.review.label_states import LEARNING_TABLES
from pipeline.steps.watching.watch import WATCHING
from pipeline.steps.wide_tables import WIDE
from pipeline.warehouse import run_sql, sql_body
from tests.unit.leads.small_nights import Office

FILES = sorted(path.stem for path in bundled.sql().glob("*.sql"))
_LEADS = (
    "rank, lead_id, status, motion, account_id, account, plan, seats, renewal_date, owner, contact, "
    "contact_email, signal, subtype, product, quantity, needed_by, competitor, probability, "
    "value_at_stake, value_basis, expected_value, urgency, decay, priority, why, quote, said_at, "
    "ticket_id, ticket_status, ticket_url, next_step, expires_on, match, flags, outcome, outcome_reason, "
    "snooze_until"
)
# From CONTRACT.md, "Files of a day".
CONTRACT = {
    "leads.csv": _LEADS,
    "saves.csv": _LEADS + ", customer_since, reasons",
    "needs.csv": (
        "topic_id, title, status, accounts, revenue, tickets_7d, tickets_28d, first_seen, last_seen, "
        "plan_blocked, quotes, example_ticket_ids"
    ),
    "praise.csv": (
        "praise_id, subtype, account_id, account, contact, team, agent, quote, said_at, ticket_url, "
        "may_publish, passed_on"
    ),
    "held.csv": (
        "lead_id, rule, why_held, ticket_to_solve, ticket_url, since, value_waiting, account_id, account, "
        "motion, quote, expires_on"
    ),
    "service.csv": ("fact, team, should_have_been, tickets_7d, change, accounts, revenue, example_ticket_ids"),
    "market.csv": ("competitor, mentions_7d, change, accounts, revenue, about, quotes"),
    "lost_sales.csv": (
        "lost_id, account_id, account, product, asked_on, refused_on, refusal, source, age_days, "
        "value_waiting, quote, ticket_url, status"
    ),
    "unmatched.csv": ("ticket_id, contact_domain, signal, quote, ticket_url"),
}


def _nodes(tree: Any) -> list[dict[str, Any]]:
    """Every object of a parsed query."""
    if isinstance(tree, list):
        return [node for part in tree for node in _nodes(part)]
    return [tree, *_nodes(list(tree.values()))] if isinstance(tree, dict) else []


def _parsed(query: str) -> list[dict[str, Any]]:
    row = duckdb.execute("SELECT json_serialize_sql(?)", [query]).fetchone()
    tree = json.loads(row[0]) if row else {"error": True}
    assert not tree["error"], tree
    return _nodes(tree)


def _tables(query: str) -> set[str]:
    """Tables that a query reads, its own WITH parts left out."""
    nodes = _parsed(query)
    own = {part["key"] for node in nodes if "cte_map" in node for part in node["cte_map"]["map"]}
    return {node["table_name"] for node in nodes if node.get("type") == "BASE_TABLE"} - own


@pytest.mark.parametrize("name", FILES)
def test_a_header_names_its_table_and_what_it_reads(name: str) -> None:
    body = sql_body(name)
    assert sql_head(name).startswith(f"{name}: one row a")
    assert set(reads(name)) == _tables(body)
    assert set(asked_variables(name)) == set(re.findall(r"getvariable\('(\w+)'\)", body))


def test_every_sql_file_is_run_by_a_step() -> None:
    run = [*MATCHING, *step.READING, *step.DECIDING, *step.RANKING, *TABLES, *RECORDS, *LEARNING_TABLES, *WATCHING]
    assert sorted(run) == FILES


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_a_rule_reads_lead_states_only(office: Office, rule: Any) -> None:
    office.wish()
    office.decide()
    has = {row[0] for row in office.con.execute("DESCRIBE lead_states").fetchall()}
    query = f"SELECT {rule.predicate}, {rule.ticket} FROM lead_states"
    assert _tables(query) == {"lead_states"}
    columns = {node["column_names"][-1] for node in _parsed(query) if node.get("type") == "COLUMN_REF"}
    assert columns
    assert columns <= has
    assert set(re.findall(r"getvariable\('(\w+)'\)", rule.predicate)) <= {"as_of", *(name for name, _ in rule.days)}


@pytest.mark.parametrize("name", WIDE)
def test_a_wide_table_is_what_its_file_says_however_it_is_written(office: Office, name: str) -> None:
    office.wish()
    office.decide()
    shape, rows = f"DESCRIBE {name}", f"FROM {name}"
    wide = office.con.execute(shape).fetchall(), office.con.execute(rows).fetchall()
    run_sql(office.con, name)
    assert wide == (office.con.execute(shape).fetchall(), office.con.execute(rows).fetchall())
    assert wide[1]


def test_every_number_of_days_a_rule_declares_is_used_somewhere() -> None:
    used = " ".join([*(sql_body(name) for name in FILES), *(rule.predicate for rule in RULES.values())])
    for rule in RULES.values():
        for variable, _ in rule.days:
            assert f"getvariable('{variable}')" in used


def test_the_files_of_a_day_have_the_contracts_columns() -> None:
    assert {name: ", ".join(output.columns) for name, output in OUTPUTS.items()} == CONTRACT
    assert OPEN_LEADS.columns == OUTPUTS["leads.csv"].columns
    assert OPEN_SAVES.columns == OUTPUTS["saves.csv"].columns
