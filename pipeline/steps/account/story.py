"""One account's story for whoever answers next, as of the last night. Names of contacts are never read."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from pipeline.config import Settings
from pipeline.digest.page_words import money
from pipeline.digest.story import Story
from pipeline.leads.before_answer import Standing, before_answer
from pipeline.leads.rules import variables
from pipeline.steps.account.sales import leads, lost_sales, passed_on
from pipeline.steps.account.service import journey, pains, signals
from pipeline.steps.last_night import Row, rows_of
from pipeline.warehouse import Connection


def account_story(con: Connection, settings: Settings, account_id: str, as_of: date) -> Story:
    """The story of an account that exists. `con` is one that `last_night` made ready."""
    of: dict[str, Any] = {"account": account_id}
    account = rows_of(con, _ACCOUNT, of)[0]
    con.execute(_NEVER_SHOWN, of)
    return Story(
        account_id,
        account["name"],
        as_of,
        before_answer(_standing(con, settings, account, as_of)),
        _who(con, account, as_of),
        [
            leads(con, of),
            signals(con, of, settings.expiry),
            pains(con, of),
            journey(con, of),
            lost_sales(con, of),
            passed_on(con, of),
        ],
    )


def _who(con: Connection, account: Row, as_of: date) -> list[tuple[str, str]]:
    """Label and value of what the CRM says, empty ones left out."""
    of = {"account": account["account_id"]}
    family = rows_of(con, _FAMILY, {**of, "parent": account["parent_id"]})
    parents = [f"{row['name']} ({row['account_id']})" for row in family if row["is_parent"]]
    children = [f"{row['name']} ({row['account_id']})" for row in family if not row["is_parent"]]
    renewal, seats = account["renewal_date"], account["seats"]
    said = [
        ("plan", ", ".join(filter(None, (account["plan"], f"{seats:,} seats" if seats else "")))),
        ("revenue a year", money(account["arr"], account["currency"]).replace("\u00a0", " ")),
        ("renews", f"{renewal} ({_in_days((renewal - as_of).days)})" if renewal else ""),
        ("customer since", str(account["customer_since"] or "")),
        ("region", account["region"]),
        ("domains", account["domain"]),
        ("sales", account["owner_email"] or "nobody"),
        ("customer success", account["cs_owner_email"] or "nobody"),
        ("parent", "; ".join(parents)),
        ("children", "; ".join(children)),
        ("open in the CRM", "; ".join(row["opportunity"] for row in rows_of(con, _OPPORTUNITIES, of))),
        ("do not contact", "marked in the CRM" if account["do_not_contact"] else ""),
    ]
    return [(label, value) for label, value in said if value]


def _in_days(days: int) -> str:
    return f"in {days} days" if days >= 0 else f"{-days} days ago"


def _standing(con: Connection, settings: Settings, account: Row, as_of: date) -> Standing:
    of = {"account": account["account_id"]}
    state = rows_of(con, _STATE, of)[0]
    asked_on = state["asked_on"]
    days = variables(settings.rules)["days_asked_account"]
    available = rows_of(con, _AVAILABLE, of)
    return Standing(
        as_of,
        do_not_contact=state["do_not_contact"],
        is_vulnerable=state["is_vulnerable"],
        asked_until=asked_on + timedelta(days=days - 1) if asked_on and days else None,
        available=tuple((row["product"], row["available_from"]) for row in available),
        renews_on=account["renewal_date"],
        **{name: state[name] or "" for name in _WORDS},
    )


_WORDS = (
    "save_owner",
    "answer_owner",
    "answer_ticket",
    "urgent_ticket",
    "reopened_ticket",
    "waiting_ticket",
    "unsolved_ticket",
    "bad_rating_ticket",
    "angry_ticket",
    "offer_owner",
)
_ACCOUNT = """
    SELECT account_id, name, domain, plan, seats, arr, currency, owner_email, cs_owner_email, renewal_date,
        customer_since, region, do_not_contact, parent_id
    FROM accounts WHERE account_id = $account
"""
_FAMILY = """
    SELECT account_id, name, account_id IS NOT DISTINCT FROM $parent AS is_parent FROM accounts
    WHERE account_id <> $account AND (account_id = $parent OR parent_id = $account) ORDER BY name, account_id
"""
_OPPORTUNITIES = """
    SELECT concat_ws(', ', coalesce(product, 'any product'), stage) AS opportunity FROM opportunities
    WHERE account_id = $account AND is_open ORDER BY opportunity_id
"""
# What a rule of kind never binds tonight stands in held.csv alone.
_NEVER_SHOWN = """
    CREATE OR REPLACE TEMP TABLE never_shown AS
    SELECT DISTINCT e.lead_id, e.source, e.ticket_id, e.signal
    FROM holds h JOIN lead_evidence e USING (lead_id) WHERE h.kind = 'never' AND e.account_id = $account
"""
_STATE = """
    SELECT s.do_not_contact, s.vulnerable_ticket IS NOT NULL OR s.is_vulnerable AS is_vulnerable,
        s.urgent_ticket, s.reopened_ticket, s.waiting_ticket,
        s.bad_rating_ticket, s.angry_ticket,
        (SELECT min(l.owner) FROM listed_leads l JOIN lead_proposals p USING (lead_id)
            WHERE p.account_id = $account AND p.motion = 'save' AND l.place <> 'held') AS save_owner,
        (SELECT min(l.owner) FROM listed_leads l JOIN lead_proposals p USING (lead_id)
            WHERE p.account_id = $account AND p.motion = 'offer'
                AND l.place NOT IN ('held', 'put_away')) AS offer_owner,
        answer.owner AS answer_owner, answer.ticket_id AS answer_ticket,
        (SELECT arg_min(ticket_id, (created_at, ticket_id)) FROM ticket_states
            WHERE account_id = $account AND is_unsolved) AS unsolved_ticket,
        (SELECT max(o.read_on) FROM leads l JOIN outcomes o USING (lead_id) WHERE l.account_id = $account
            AND l.motion = 'offer' AND o.outcome IN ('accepted', 'contacted')
            AND o.read_on <= getvariable('as_of')) AS asked_on
    FROM account_states s
    LEFT JOIN (
        SELECT p.account_id, l.owner AS owner, p.ticket_id
        FROM listed_leads l JOIN lead_proposals p USING (lead_id)
        WHERE p.account_id = $account AND p.motion = 'answer' AND l.place NOT IN ('held', 'put_away')
        QUALIFY row_number() OVER (ORDER BY p.said_at DESC, l.lead_id) = 1
    ) answer USING (account_id)
    WHERE s.account_id = $account
"""
_AVAILABLE = """
    SELECT product, min(available_from) AS available_from FROM lost_sales
    WHERE account_id = $account AND status = 'available' AND product <> '' GROUP BY product ORDER BY product
"""
