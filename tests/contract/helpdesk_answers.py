"""How each vendor's API answers from the dataset: pages, cursors, searches, what stands beside a list."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.contract.helpdesk_records import (
    FIRST,
    NAME,
    SOLVED,
    freshdesk_conversations,
    freshdesk_ticket,
    helpscout_conversation,
    helpscout_threads,
    intercom_conversation,
    intercom_whole,
    iso,
    seconds,
    zendesk_comments,
    zendesk_ticket,
    zendesk_user,
)

TOKEN = "s3cr3t-T0ken-of-the-desk"
LOGIN = "mia@tidewater.example"


class Helpdesk:
    """What the server has and how it was asked. `tickets`: ids, in the order of their change; `deleted` and `spam`:
    when they became so, by id, in minutes. `company`: whose customers they are, as domain and external id."""

    def __init__(self, tickets: int = 8) -> None:
        self.tickets = list(range(1, tickets + 1))
        self.deleted: dict[int, int] = {}
        self.spam: dict[int, int] = {}
        self.faults: list[tuple[str, str]] = []
        self.asked: list[str] = []
        self.refused: list[str] = []
        self.pause = 0.0
        self.now = FIRST + timedelta(days=1)
        self.address = ""
        self.elsewhere = ""
        self.company = "elmcrest"

    def fault(self, path: str) -> str:
        for one in self.faults:
            if one[0] in path:
                self.faults.remove(one)
                return one[1]
        return ""

    def asked_for(self, part: str) -> int:
        return sum(part in one for one in self.asked)


Query = dict[str, str]


def _page(items: list[Any], start: int, size: int) -> tuple[list[Any], bool]:
    return items[start : start + size], start + size < len(items)


def _zendesk(desk: Helpdesk, path: str, query: Query, body: Any) -> Any:
    size = int(query.get("per_page", query.get("page[size]", 100)))
    comments = re.fullmatch(r"/api/v2/tickets/(\d+)/comments\.json", path)
    if comments:
        ticket = int(comments[1])
        start = int(query.get("page[after]", 0))
        found, more = _page(zendesk_comments(ticket), start, 1 if ticket == 2 else size)
        beside = [zendesk_user(20, "end-user"), zendesk_user(10, "agent"), zendesk_user(11, "agent")]
        return {
            "comments": found,
            "users": beside,
            "meta": {"has_more": more, "after_cursor": str(start + 1) if more else None},
        }
    organization = {"id": 90, "name": "Elmcrest", "external_id": "A-elmcrest", "domain_names": ["elmcrest.example"]}
    if path == "/api/v2/incremental/organizations.json":
        return {"organizations": [], "end_time": seconds(1), "count": 0, "end_of_stream": True}
    kind = "users" if "/users/" in path else "tickets"
    items = (
        [zendesk_user(20, "end-user"), zendesk_user(10, "agent")]
        if kind == "users"
        else [zendesk_ticket(n) for n in desk.tickets]
        + [zendesk_ticket(n) | {"status": "deleted", "updated_at": iso(when)} for n, when in desk.deleted.items()]
    )
    start = int(base64.b64decode(query["cursor"])) if "cursor" in query else 0
    found, more = _page(items, start, size)
    after = base64.b64encode(str(start + len(found)).encode()).decode()
    answer = {kind: found, "after_cursor": after, "end_of_stream": not more}
    if kind == "tickets":
        answer |= {
            "users": [zendesk_user(20, "end-user"), zendesk_user(10, "agent")],
            "organizations": [organization],
            "metric_sets": [
                {"id": one["id"], "ticket_id": one["id"], "reopens": 1, "group_stations": 2} for one in found
            ],
        }
    return answer


def _intercom(desk: Helpdesk, path: str, query: Query, body: Any) -> Any:
    one = re.fullmatch(r"/conversations/(\d+)", path)
    if one:
        return intercom_whole(int(one[1]))
    if path == "/companies/scroll":
        company = {"type": "company", "id": "c1", "company_id": "A-elmcrest", "name": "Elmcrest", "monthly_spend": 0}
        company |= {"website": "https://elmcrest.example", "user_count": 1}
        return {"type": "list", "data": [] if "scroll_param" in query else [company], "scroll_param": "on-and-on"}
    since, pagination = body["query"]["value"], body["pagination"]
    assert body["sort"] == {"field": "updated_at", "order": "ascending"} and body["query"]["operator"] == ">"
    items = [intercom_conversation(n) for n in desk.tickets if seconds(n) > since]
    if path == "/contacts/search":
        companies = {"type": "list", "data": [{"id": "c1", "type": "company"}], "total_count": 1}
        contact = {"type": "contact", "id": "20", "role": "user", "name": NAME, "email": "p20@elmcrest.example"}
        items = [contact | {"companies": companies, "updated_at": seconds(1)}]
    start = int(pagination.get("starting_after", 0))
    found, more = _page(items, start, pagination["per_page"])
    nothing_next = {"next": {"starting_after": str(start + len(found))} if more else None}
    return {"conversations" if "conversations" in path else "data": found, "pages": nothing_next}


def _freshdesk(desk: Helpdesk, path: str, query: Query, body: Any) -> Any:
    size, page = int(query["per_page"]), int(query["page"])
    of = re.fullmatch(r"/api/v2/tickets/(\d+)/conversations", path)
    if of:
        items: list[Any] = freshdesk_conversations(int(of[1]))
    elif path == "/api/v2/tickets":
        assert (query["order_by"], query["order_type"]) == ("updated_at", "asc") and page <= 300
        lists = {"": {n: n for n in desk.tickets}, "deleted": desk.deleted, "spam": desk.spam}
        items = [freshdesk_ticket(n) | {"updated_at": iso(w)} for n, w in lists[query.get("filter", "")].items()]
        items = [one for one in items if one["updated_at"] >= query["updated_since"]]
    elif path == "/api/v2/surveys/satisfaction_ratings":
        rating = {"id": 71, "survey_id": 1, "user_id": 20, "agent_id": 10, "group_id": 3, "ticket_id": SOLVED}
        items = [rating | {"created_at": iso(SOLVED), "updated_at": iso(SOLVED), "ratings": {"default_question": 103}}]
        items = [one for one in items if SOLVED in desk.tickets and one["created_at"] >= query["created_since"]]
    else:
        person = {"name": "Agent Number10", "email": "p10@desk.example"}
        items = {
            "/api/v2/agents": [{"id": 10, "ticket_scope": 1, "contact": person}],
            "/api/v2/contacts": [{"id": 20, "name": NAME, "email": "p20@elmcrest.example", "company_id": 90}],
            "/api/v2/companies": [{"id": 90, "name": "Elmcrest", "domains": ["elmcrest.example"]}],
        }[path]
    return _page(items, (page - 1) * size, size)[0]


def _helpscout(desk: Helpdesk, path: str, query: Query, body: Any) -> Any:
    if path == "/v2/oauth2/token":
        assert body == {"grant_type": "client_credentials", "client_id": LOGIN, "client_secret": TOKEN}
        return {"access_token": f"short-{TOKEN}", "expires_in": 172800, "token_type": "Bearer"}
    of = re.fullmatch(r"/v2/conversations/(\d+)/threads", path)
    page, size = int(query["page"]), 5
    if of:
        return {"_embedded": {"threads": helpscout_threads(int(of[1]))}, "page": {"number": 1, "totalPages": 1}}
    items = [helpscout_conversation(n) for n in desk.tickets if iso(n) >= query["modifiedSince"]]
    items += [helpscout_conversation(n) | {"state": "deleted"} for n in desk.deleted]
    items += [helpscout_conversation(n) | {"status": "spam"} for n in desk.spam]
    total = {"number": page, "totalPages": -(-len(items) // size)}
    found = _page(items, (page - 1) * size, size)[0]
    return {"_embedded": {"conversations": found}, "page": total} if found else {"page": total}


SPEAKS: dict[str, Callable[[Helpdesk, str, Query, Any], Any]] = {
    "zendesk": _zendesk,
    "intercom": _intercom,
    "freshdesk": _freshdesk,
    "helpscout": _helpscout,
}
