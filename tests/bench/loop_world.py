"""A made-up helpdesk of real utterances, whose truth is known: what the learning loop is measured in.

Utterances come from public labelled sets (see docs/learning.md for which, and their licences); none of their rows is
kept here. A third of them, by their words, is never sent as a ticket: what the model in use says of those is measured.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np

SOURCES = ("dstc11_development", "multidogo_media", "banking77")
# The share of tickets that carry each signal.
PREVALENCE = {"upgrade_intent": 0.04, "churn_risk": 0.01}
ACCOUNTS = 80
FIRST_NIGHT = date(2026, 3, 2)


@dataclass(frozen=True)
class Utterance:
    """What a customer wrote, and which signals it carries."""

    text: str
    carries: frozenset[str]


@dataclass(frozen=True)
class Ticket:
    """An utterance sent on a night by somebody of an account."""

    ticket_id: str
    account: int
    said_at: datetime
    utterance: Utterance


def utterances(folder: Path) -> list[Utterance]:
    """All utterances of SOURCES with a label for every signal, each once, in the order of their hash."""
    labels: dict[str, dict[str, int]] = {}
    texts: dict[str, str] = {}
    for signal in PREVALENCE:
        with gzip.open(folder / f"{signal}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if row["source"] in SOURCES and (words := re.sub(r"[^a-z]+", " ", row["text"].lower()).strip()):
                    texts.setdefault(words, row["text"])
                    given = labels.setdefault(words, {})
                    given[signal] = max(given.get(signal, 0), row["label"])
    known = [words for words, given in labels.items() if len(given) == len(PREVALENCE)]
    known.sort(key=lambda words: hashlib.sha256(words.encode()).digest())
    return [Utterance(texts[w], frozenset(name for name, label in labels[w].items() if label)) for w in known]


def parted(all_of_them: list[Utterance]) -> tuple[list[Utterance], list[Utterance]]:
    """Those that become tickets, and a third that never does, thinned to the natural share of each signal."""
    kept = all_of_them[::3]
    sent = [one for n, one in enumerate(all_of_them) if n % 3]
    return sent, at_prevalence(kept, np.random.default_rng(1))


def at_prevalence(pool: list[Utterance], rng: np.random.Generator, count: int | None = None) -> list[Utterance]:
    """`count` of `pool` (as many as there are where it is not given), each signal at its natural share, none twice."""
    nothing = [one for one in pool if not one.carries]
    total = count or int(len(nothing) / (1 - sum(PREVALENCE.values())))
    chosen: list[Utterance] = []
    for signal, share in PREVALENCE.items():
        having = [one for one in pool if signal in one.carries]
        wanted = rng.binomial(total, share) if count else round(total * share)
        chosen += [having[i] for i in rng.choice(len(having), min(wanted, len(having)), replace=False)]
    rest = rng.choice(len(nothing), min(total - len(chosen), len(nothing)), replace=False)
    chosen += [nothing[i] for i in rest]
    return [chosen[i] for i in rng.permutation(len(chosen))]


def nights(pool: list[Utterance], count: int, tickets: int) -> Iterator[tuple[date, list[Ticket]]]:
    """`count` nights of about `tickets` tickets each, the same for the same pool; an utterance is sent once."""
    rng = np.random.default_rng(2)
    left = list(pool)
    for n in range(count):
        day = FIRST_NIGHT + timedelta(days=n)
        today = at_prevalence(left, rng, tickets)
        gone = {id(one) for one in today}
        left = [one for one in left if id(one) not in gone]
        yield (
            day,
            [
                Ticket(
                    f"{n + 1}{i:04d}",
                    int(rng.integers(ACCOUNTS)),
                    datetime.combine(day, time(8)) + timedelta(minutes=5 * i),
                    utterance,
                )
                for i, utterance in enumerate(today)
            ],
        )


def write_night(folder: Path, day: date, tickets: list[Ticket]) -> None:
    """A Zendesk export of one day, and the CRM's accounts."""
    folder.mkdir(parents=True)
    _write(folder / "tickets.ndjson", [_exported(ticket) for ticket in tickets])
    agent = {"id": 1, "name": "Agent One", "email": "one@vendor.example", "role": "agent"}
    people = [
        {"id": 1000 + a, "name": f"Person {a}", "email": f"p@org{a}.example", "role": "end-user"}
        for a in range(ACCOUNTS)
    ]
    _write(folder / "users.ndjson", [agent, *people])
    lines = ["account_id,name,domain,plan,seats,arr,owner_email,cs_owner_email"]
    for a in range(ACCOUNTS):
        value = f"team,{10 + a},{1000 + 100 * a}"
        lines.append(f"A{a:03d},Org {a},org{a}.example,{value},o{a % 4}@vendor.example,c{a % 2}@vendor.example")
    (folder / "accounts.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def _exported(ticket: Ticket) -> dict[str, object]:
    """A solved ticket: the customer's message and a clerk's polite answer that says nothing."""
    answered = ticket.said_at + timedelta(minutes=20)
    said = [(1000 + ticket.account, ticket.utterance.text, ticket.said_at), (1, "Thank you for writing.", answered)]
    return {
        "id": int(ticket.ticket_id),
        "url": f"https://vendor.example/api/v2/tickets/{ticket.ticket_id}.json",
        "subject": "",
        "status": "solved",
        "priority": "normal",
        "created_at": f"{ticket.said_at:%Y-%m-%dT%H:%M:%SZ}",
        "updated_at": f"{answered:%Y-%m-%dT%H:%M:%SZ}",
        "requester_id": 1000 + ticket.account,
        "assignee_id": 1,
        "group_id": 1,
        "comments": [
            {
                "id": int(ticket.ticket_id) * 10 + n,
                "author_id": author,
                "public": True,
                "plain_body": text,
                "created_at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
            }
            for n, (author, text, at) in enumerate(said)
        ],
    }
