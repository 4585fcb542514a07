"""Whoever of several people is forgotten: everybody else has exactly what they had, and nothing of the one is left.

What is whose is known here from the world itself, not from the code that forgets; where it is found, by what each table
says that it holds. People are as like each other as can be: ids, links and addresses that begin or end alike, names in
common, the same words in their mouths.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pipeline.privacy.vault import open_vault
from pipeline.schema import TABLES
from tests.contract.forgotten_world import found, read
from tests.contract.homes import call, ticket, user, write_lines
from tests.once import IN_FULL

DAYS, AGENT = ("2026-11-12", "2026-11-13"), 99
# Every address but the first ends with the one before it, every id begins with the one before it.
PEOPLE = {
    7: ("Ann Marsh", "ann.quell@elmcrest.example", 90),
    71: ("Joann Marsh", "jo-ann.quell@elmcrest.example", 90),
    712: ("Ann Tarn", "bobjo-ann.quell@elmcrest.example", 91),
    7123: ("Sol Marsh", "sol@oakmere.example", 91),
}
_SAYS = {
    "asks": "We outgrew our plan. Could you add 40 more seats to our Team plan{of}, and at what cost?",
    "leaves": "We will not renew the contract{of}, we are cancelling it and moving to Boardwell next month.",
    "praises": "Grace was wonderful{of}, the best support we ever had, I recommend you to everybody.",
    "needs": "Please add dark mode with a theme{of}, we miss that feature a lot.",
    "compares": "Boardwell has a cheaper price{of}, we think of switching to Boardwell.",
}
# Of everybody, or of one table: when something was done, and what is counted over all.
_CLOCKS = {"decided_at", "tried_at", "entry"}
_OF_ALL = {"runs", "audit_log", "nights", "night_profiles", "watch_findings", "inputs", "remembered"}
_LINK = re.compile(r"desk\.example/tickets/(\d+)")
# A place in a list moves up where another is gone.
_PLACES = {"rank", "status"}
_STAYS = {"lead_id", "praise_id", "ticket_id", "ticket_url", "contact_id", "contact_email", "quote"}


@dataclass(frozen=True)
class Said:
    """A ticket: who asked, what, in words of its own or in everybody's, and who else wrote in it."""

    asker: int
    kind: str
    is_plain: bool
    others: tuple[int, ...]


def _said(draw: st.DrawFn) -> Said:
    asker = draw(st.sampled_from(sorted(PEOPLE)))
    others = draw(st.lists(st.sampled_from(sorted(PEOPLE)), max_size=2, unique=True)) if draw(st.booleans()) else []
    kind = draw(st.sampled_from(sorted(_SAYS)))
    return Said(asker, kind, draw(st.booleans()), tuple(one for one in others if one != asker))


@st.composite
def worlds(draw: st.DrawFn) -> tuple[tuple[Said, ...], int]:
    """Tickets, of which everybody asked at least one, and who is to be forgotten."""
    told = [Said(asker, draw(st.sampled_from(sorted(_SAYS))), draw(st.booleans()), ()) for asker in PEOPLE]
    told += [_said(draw) for _ in range(draw(st.integers(2, 8)))]
    return tuple(draw(st.permutations(told))), draw(st.sampled_from(sorted(PEOPLE)))


def _word(person: int, number: int) -> str:
    return f"zq{'abcdefghij'[number % 10]}{number}y{person}x"


def _id(number: int) -> str:
    """The first tickets' ids begin those of the others."""
    return "31" if number == 0 else f"31{number}"


def _written(folder: Path, told: tuple[Said, ...]) -> None:
    tickets = []
    for number, said in enumerate(told):
        made = ticket(_id(number), "x", requester_id=said.asker, organization_id=PEOPLE[said.asker][2])
        made["url"] = f"https://desk.example/tickets/{_id(number)}"
        of = "" if said.is_plain else f" for the {_word(said.asker, number)} crew"
        lines = [(said.asker, _SAYS[said.kind].format(of=of))]
        lines += [(one, f"Our {_word(one, number)} team has the same trouble, we will cancel.") for one in said.others]
        made["comments"] = [
            {"id": f"{_id(number)}00{at}", "author_id": who, "public": True, "plain_body": text,
             "created_at": f"2026-11-1{at}T0{number % 10}:00:00Z"}
            for at, (who, text) in enumerate(lines)
        ]  # fmt: skip
        tickets.append(made)
    write_lines(folder / "tickets.ndjson", tickets)
    people = [user(number, name, address, organization_id=at) for number, (name, address, at) in PEOPLE.items()]
    write_lines(folder / "users.ndjson", [*people, user(AGENT, "Grace Ashdowne", "grace@tidewater.example", "agent")])
    write_lines(
        folder / "organizations.ndjson",
        [{"id": 90, "name": "Elmcrest", "external_id": "A-1"}, {"id": 91, "name": "Oakmere", "external_id": "A-2"}],
    )
    (folder / "accounts.csv").write_text(
        "account_id,name,domain,plan,seats,arr,owner_email,cs_owner_email\n"
        "A-1,Elmcrest,elmcrest.example,team,10,9000,mia@tidewater.example,cleo@tidewater.example\n"
        "A-2,Oakmere,oakmere.example,team,10,9000,mia@tidewater.example,cleo@tidewater.example\n"
    )


@dataclass(frozen=True)
class Theirs:
    """What of a home is about one person: whole tickets, others' tickets in which they wrote, pseudonym, and what rests
    on any of these tickets."""

    tickets: frozenset[str]
    shared: frozenset[str]
    contact: str
    address: str
    said: str
    leads: frozenset[str]
    examples: frozenset[str]

    def touches(self, row: dict[str, Any]) -> bool:
        """Whether a row of any table or list has to do with them."""
        tickets = self.tickets | self.shared
        if row.get("ticket_id") in tickets or row.get("ticket_to_solve") in tickets:
            return True
        if self.contact in (row.get("contact_id"), row.get("requester_id"), row.get("author_id")):
            return True
        if row.get("lead_id") in self.leads or row.get("example_id") in self.examples:
            return True
        if self.address in row.values():
            return True
        if "ticket_to_solve" in row and row["quote"] in self.said:  # it does not say which ticket the words are from
            return True
        if any(_LINK.search(str(cell)) and _LINK.findall(str(cell))[-1] in tickets for cell in row.values()):
            return True
        listed = str(row.get("example_ticket_ids") or "").split("; ")
        link = str(row.get("ticket_url") or row.get("url") or "").rpartition("/")[2]
        return bool(tickets & {*listed, link}) or str(row.get("subject") or "").split(" ")[0] in self.leads


def _theirs(home: Path, told: tuple[Said, ...], who: int) -> Theirs:
    tickets = frozenset(_id(n) for n, said in enumerate(told) if said.asker == who)
    shared = frozenset(_id(n) for n, said in enumerate(told) if who in said.others)
    said = "\n".join(_SAYS[one.kind].format(of="") for one in told if one.asker == who and one.is_plain)
    with open_vault(home / "data" / "vault.duckdb", read_only=True) as vault:
        contact = vault.execute("SELECT contact_id FROM people WHERE user_id = ?", [str(who)]).fetchone()
    assert contact
    with duckdb.connect(str(home / "data" / "warehouse.duckdb"), read_only=True) as con:

        def of(query: str) -> frozenset[str]:
            return frozenset(row[0] for row in con.execute(query, [sorted(tickets | shared)]).fetchall())

        leads = of("SELECT DISTINCT lead_id FROM lead_evidence WHERE list_contains(?, ticket_id)")
        leads |= of("SELECT lead_id FROM digest_held WHERE list_contains(?, ticket_to_solve)")  # they wait no more
        examples = of("SELECT example_id FROM examples WHERE list_contains(?, ticket_id)")
    return Theirs(tickets, shared, contact[0], PEOPLE[who][1], said, leads, examples)


def _others(home: Path, theirs: Theirs) -> dict[str, Counter[str]]:
    """Rows of kept tables, of the vault and of lists that have nothing to do with them."""
    left: dict[str, Counter[str]] = {}
    for place, rows in _rows(home):
        kept = ({name: cell for name, cell in row.items() if name not in _CLOCKS} for row in rows)
        left[place] = Counter(repr(sorted(row.items())) for row in kept if not theirs.touches(row))
    return left


def _rows(home: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    with duckdb.connect(str(home / "data" / "warehouse.duckdb"), read_only=True) as con:
        for table in TABLES.values():
            if table.name not in _OF_ALL:
                yield table.name, con.execute(f"FROM {table.name}").to_arrow_table().to_pylist()
    with open_vault(home / "data" / "vault.duckdb", read_only=True) as vault:
        yield "vault.people", vault.execute("FROM people").to_arrow_table().to_pylist()
    for file in sorted([*home.glob("data/digests/**/*.csv"), *home.glob("data/owners/*/*.csv")]):
        rows: list[dict[str, Any]] = [
            {name: cell for name, cell in row.items() if name not in _PLACES} for row in read(file)
        ]
        # Rows that gather several people's words count them; they are looked at by what is left in them.
        rows = [row for row in rows if not {"quotes", "tickets_7d"} & set(row)]
        if DAYS[0] not in file.parts:  # decided again: an account's other tickets change why and how much
            rows = [{name: cell for name, cell in row.items() if name in _STAYS} for row in rows]
            rows = [row for row in rows if row]
        yield str(file.relative_to(home)), rows


@settings(max_examples=40 if IN_FULL else 1, phases=(Phase.generate,))  # a night each: a smaller world is not sought
@given(world=worlds())
def test_of_everybody_else_everything_is_left_and_of_them_nothing(world: tuple[tuple[Said, ...], int]) -> None:
    told, who = world
    with TemporaryDirectory() as place:
        folder, home = Path(place, "export"), Path(place, "home")
        folder.mkdir()
        home.mkdir()
        (home / "ticketscout.toml").write_text("[crm_export.hubspot]\n[crm_export.salesforce]\n")
        _written(folder, told)
        for day in DAYS:  # the last night is published again, lists of the one before are mended
            night = ("nightly", f"--tickets={folder}", f"--accounts={folder / 'accounts.csv'}", f"--as-of={day}")
            assert call(home, *night, "--engine=local").returncode == 0
        assert call(home, "review", "export", "--out", home / "questions.csv", "-n", "20").returncode == 0
        theirs = _theirs(home, told, who)
        before = _others(home, theirs)
        address = PEOPLE[who][1]
        words = (*(_word(who, number) for number in range(len(told))), address, theirs.contact)
        longer = tuple(sorted((one for _, one, _ in PEOPLE.values() if one != address), key=len, reverse=True))
        longer = tuple(one for one in longer if address in one)
        assert any(found(home, words, longer).values())

        done = call(home, "forget", "--email", address)
        assert done.returncode == 0, done.stderr
        after = _others(home, theirs)
        lost = {place: rows - after[place] for place, rows in before.items() if rows - after[place]}
        assert lost == {}, lost
        # Lists of the night that is decided again may have a lead more, which waited or was under another's.
        kept = {place: rows for place, rows in after.items() if not place.startswith("data/") or DAYS[0] in place}
        more = {place: rows - before[place] for place, rows in kept.items() if rows - before[place]}
        assert more == {}, more
        assert {word: where for word, where in found(home, words, longer).items() if where} == {}
