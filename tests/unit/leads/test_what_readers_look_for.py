"""What a reader looks for stands where they look: what was said of a rival, the ticket to solve, what to do, money."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.cli.tables import print_top_leads
from pipeline.leads.rules import RULES
from pipeline.steps.lookup import explain_lines
from pipeline.warehouse import make_table, run_sql, strings
from tests.unit.leads.small_nights import A_SECOND, Office, ago
from tests.warehouse_rows import Row, rows_of


def _market(office: Office) -> list[Row]:
    office.decide()
    run_sql(office.con, "digest_market")
    return rows_of(office.con, "SELECT competitor, mentions_7d, quotes FROM digest_market")


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Hello there. We had a look at Boardwell 2.5 too! Bye.", "We had a look at Boardwell 2.5 too!"),
        ("boardwell is nice", "boardwell is nice"),
        ("Boardwell" + " and more" * 60 + ".", "Boardwell" + " and more" * 32 + " a…"),
        ("They said so.", ""),  # named by an alias only: no sentence shows the name
    ],
)
def test_a_rival_named_without_a_signal_is_quoted_from_the_message(office: Office, text: str, quote: str) -> None:
    office.ticket("1")
    office.says("1", ("competitor", "Boardwell"), text=text, at=ago(days=2))
    found = _market(office)
    assert [(row["competitor"], row["mentions_7d"], row["quotes"][:290]) for row in found] == [
        ("Boardwell", 1, quote[:290])
    ]
    assert len(found[0]["quotes"]) <= 300


def test_what_a_signal_quotes_of_a_rival_comes_first(office: Office) -> None:
    office.ticket("1")
    office.says("1", ("competitor", "Boardwell"), text="Boardwell? Yes, Boardwell is cheaper.", at=ago(days=2))
    key = {"ticket_id": "1", "message_id": "1-0"}
    office.add("scores", **key, signal="churn_risk", subtype="", quote="Yes, Boardwell is cheaper.")
    assert [row["quotes"] for row in _market(office)] == ["Yes, Boardwell is cheaper."]


def test_held_begins_with_the_tickets_to_solve(office: Office) -> None:
    # A-3 is worth more and must never be asked: no ticket would release it.
    office.add("accounts", account_id="A-3", name="A-3", arr=Decimal(900_000), seats=10, do_not_contact=True)
    office.add("organizations", organization_id="org-A-3", external_id="A-3")
    office.wish("1", "problem", account="A-1")
    office.wish("3", "problem", account="A-3")  # two rules bind it: neither row names a ticket that would release it
    office.con.execute("UPDATE tickets SET status = 'open' WHERE true")
    office.decide()
    make_table(office.con, "rule_specs", strings("rule", "sentence"), ((r.name, r.sentence) for r in RULES.values()))
    run_sql(office.con, "digest_held")
    held = rows_of(office.con, "SELECT account_id, ticket_to_solve FROM digest_held")
    assert [(row["account_id"], row["ticket_to_solve"]) for row in held] == [
        ("A-1", "1"),
        ("A-3", None),
        ("A-3", None),
    ]


def test_who_asked_and_was_answered_is_not_said_to_have_asked_nothing(office: Office) -> None:
    office.ticket("1")
    office.says("1", "asks", signal="upgrade_intent", subtype="pricing")
    office.says("1", role="agent", at=ago(days=20) + A_SECOND)
    assert [lead["motion"] for lead in office.decide()] == ["offer"]
    assert "did not ask" not in office.signals["upgrade_intent"].next_step


def test_explain_names_the_account_and_the_currency(office: Office) -> None:
    office.con.execute("UPDATE accounts SET name = 'Harbor Lane', currency = 'EUR', arr = 50000")
    office.wish()
    lead = office.decide()[0]["lead_id"]
    lines = list(explain_lines(office.con, lead))
    assert lines[0].startswith(f"{lead}: offer for Harbor Lane (A-1), opened ")
    assert any(line.startswith("  at stake 10,000.00 EUR (20 % of revenue, assumed)") for line in lines)


def test_the_terminal_shows_money_with_its_currency_and_whole_headings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    columns = ["rank", "status", "motion", "account", "expected_value", "quote", "flags"]
    row = [
        "12",
        "released",
        "return",
        "A company with a long name",
        "1234567.40",
        "We want it.",
        "ticket_open EUR",
    ]
    for name in ("leads.csv", "saves.csv"):
        with open(tmp_path / name, "w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows([columns, row])
    print_top_leads(tmp_path)
    shown = capsys.readouterr().out
    assert "1,234,567\u00a0EUR" in shown and "the customer said" in shown
    assert "expected …" not in shown and max(map(len, shown.splitlines())) <= 100


def test_one_team_has_one_row_however_agents_call_it(office: Office) -> None:
    said = ["Billing", "the billing team", "our Billing desk", "an agent", "staff", "Online Support"]
    for n, name in enumerate(said):
        office.ticket(str(n))
        office.says(str(n), ("misrouted", name), role="agent", at=ago(days=2))
    office.decide()
    run_sql(office.con, "digest_service")
    rows = rows_of(office.con, "SELECT should_have_been, tickets_7d FROM digest_service ORDER BY ALL")
    # "an agent" and "staff" are no team: it is not said where these belonged.
    assert [(r["should_have_been"], r["tickets_7d"]) for r in rows] == [("", 2), ("billing", 3), ("online support", 1)]


def test_a_rivals_name_within_a_word_is_no_quote_of_it(office: Office) -> None:
    office.ticket("1")
    office.says("1", ("competitor", "Card"), text="I lost my cardigan. A card of Card is cheaper.", at=ago(days=2))
    assert [row["quotes"] for row in _market(office)] == ["A card of Card is cheaper."]
