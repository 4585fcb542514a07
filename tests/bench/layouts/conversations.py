"""Conversations that every layout can carry, made of what was said, and the accounts of those who said it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tests.bench.layouts.written import write_csv

VENDOR = "vendor.example"


@dataclass(frozen=True)
class Person:
    """Somebody with a number, a name and an address."""

    number: int
    name: str
    email: str


@dataclass(frozen=True)
class Turn:
    """Something said; `number` counts over all conversations."""

    number: int
    by_customer: bool
    text: str
    at: datetime


@dataclass(frozen=True)
class Conversation:
    """A conversation with its people."""

    number: int
    turns: tuple[Turn, ...]
    customer: Person
    agent: Person

    @property
    def is_solved(self) -> bool:
        return not self.turns[-1].by_customer

    @property
    def subject(self) -> str:
        return f"Conversation {self.number}"

    @property
    def began_at(self) -> datetime:
        return self.turns[0].at

    @property
    def changed_at(self) -> datetime:
        return self.turns[-1].at

    def author(self, turn: Turn) -> Person:
        return self.customer if turn.by_customer else self.agent


def made_of(rows: Iterable[Sequence[tuple[str, str]]], accounts: int, start: datetime) -> list[Conversation]:
    """Conversations of (role, text) turns, each begun by a customer of one of `accounts` companies."""
    made, number = [], 0
    for place, turns in enumerate(rows):
        company = place % accounts
        customer = Person(1000 + place, f"Robin Vale{place}", f"person{place}@org{company}.example")
        agent = Person(100 + place % 7, f"Sasha Desk{place % 7}", f"agent{place % 7}@{VENDOR}")
        said = []
        for step, (role, text) in enumerate(turns):
            number += 1
            at = start + timedelta(minutes=place * 3 + step * 7)
            said.append(Turn(number, role == "customer", " ".join(text.split()), at))
        made.append(Conversation(place + 1, tuple(said), customer, agent))
    return made


def write_accounts(path: Path, accounts: int) -> Path:
    """The CRM's side: a company a domain."""
    rows = [
        [f"A{n:05}", f"Org {n}", f"org{n}.example", "team", 10 + n % 90, 1000 * (1 + n % 50), f"owner{n % 3}@{VENDOR}"]
        for n in range(accounts)
    ]
    return write_csv(path, ["account_id", "name", "domain", "plan", "seats", "arr", "owner_email"], rows)
