"""Small nights, written by hand: one account with one solved ticket that lets a wish show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from pipeline.config import Settings
from pipeline.signals.spec import Signal
from pipeline.steps.decide import decide
from pipeline.warehouse import Connection
from tests.warehouse_rows import Row, Rows, fill, rows_of

AS_OF = date(2026, 11, 20)
END = datetime.combine(AS_OF + timedelta(days=1), time())
A_SECOND = timedelta(seconds=1)


def ago(**span: int) -> datetime:
    """A moment before the end of the night."""
    return END - timedelta(**span)


_IDS = frozenset(
    "account_id external_id organization_id ticket_id message_id requester_id author_id contact_id lead_id "
    "opportunity_id".split()
)


class Office:
    """A warehouse with accounts A-1 and A-2, each an organization of the helpdesk, and shorthands to fill it."""

    def __init__(self, con: Connection, signals: Mapping[str, Signal]) -> None:
        self.con, self.signals = con, dict(signals)
        self._messages: dict[str, int] = {}
        self.put({
            "accounts": [
                {"account_id": a, "name": a, "arr": 1000, "seats": 10, "owner_email": "ann@vendor.example"}
                for a in ("A-1", "A-2")
            ],
            "organizations": [{"organization_id": f"org-{a}", "external_id": a} for a in ("A-1", "A-2")],
        })  # fmt: skip

    def put(self, rows: Rows) -> None:
        """All rows come in here."""
        fill(self.con, rows)

    def add(self, table: str, **row: Any) -> None:
        """One row."""
        self.put({table: [row]})

    def change(self, table: str, key: Row, **columns: Any) -> None:
        """The rows that have the values of `key`."""
        to, where = (", ".join(f"{n} = ?" for n in columns), " AND ".join(f"{n} = ?" for n in key))
        self.con.execute(f"UPDATE {table} SET {to} WHERE {where}", [*columns.values(), *key.values()])

    def ticket(self, ticket_id: str, account: str = "A-1", **columns: Any) -> None:
        created = columns.pop("created_at", ago(days=25))
        self.add(
            "tickets",
            ticket_id=ticket_id,
            **(
                {
                    "organization_id": f"org-{account}",
                    "requester_id": f"{account}-a",
                    "created_at": created,
                    "updated_at": created,
                }
                | columns
            ),
        )

    def says(
        self,
        ticket_id: str,
        *facts: str | tuple[str, str],
        role: str = "customer",
        at: datetime | None = None,
        signal: str = "",
        subtype: str = "",
        author: str = "A-1-a",
        **columns: Any,
    ) -> None:
        """One message with facts (a name, or name and value), and the signal that it is the evidence of."""
        position = self._messages.get(ticket_id, 0)
        self._messages[ticket_id] = position + 1
        key: Row = {"ticket_id": ticket_id, "message_id": f"{ticket_id}-{position}"}
        self.add(
            "messages",
            **(
                key
                | {
                    "position": position,
                    "role": role,
                    "said_at": at or ago(days=20),
                    "author_id": author if role == "customer" else "agent-1",
                }
                | columns
            ),
        )
        for fact in facts:
            name, value = (fact, None) if isinstance(fact, str) else fact
            self.add("facts", **key, fact=name, value=value)
        if signal:
            self.add("scores", **key, signal=signal, subtype=subtype)

    def wish(
        self, ticket_id: str = "1", *facts: str | tuple[str, str], at: datetime | None = None, account: str = "A-1"
    ) -> None:
        """A solved ticket, answered, whose customer lets a wish show: an offer."""
        self.ticket(ticket_id, account)
        self.says(ticket_id, *facts, signal="upgrade_intent", at=at, author=f"{account}-a")
        self.says(ticket_id, role="agent", at=(at or ago(days=20)) + A_SECOND)

    def typed(self, lead_id: str, outcome: str, read_on: date = AS_OF, **columns: Any) -> None:
        """What somebody typed, as the feedback step stores it."""
        order = rows_of(self.con, "SELECT count(*) AS n FROM outcomes")[0]["n"] + 1
        self.add("outcomes", lead_id=lead_id, outcome=outcome, read_on=read_on, read_order=order, **columns)

    def decide(self, as_of: date = AS_OF, **settings: Any) -> list[Row]:
        """Decides; the leads of the night with place, status and rules."""
        decide(self.con, Settings(**settings), self.signals, as_of)
        return rows_of(
            self.con,
            """
            SELECT p.lead_id, p.account_id, p.motion, p.product, p.sequence, l.place, l.status,
                coalesce((SELECT list(rule ORDER BY rule) FROM holds h WHERE h.lead_id = p.lead_id), []) AS rules
            FROM listed_leads l JOIN lead_proposals p USING (lead_id) ORDER BY p.account_id, p.motion, p.product
        """,
        )

    def events(self, lead_id: str) -> list[tuple[date, str]]:
        """What happened to a lead, in order."""
        return self.con.execute(
            "SELECT as_of, event FROM lead_events WHERE lead_id = ? ORDER BY as_of, event <> 'opened'", [lead_id]
        ).fetchall()


class OneOfMany(Office):
    """An office whose accounts, tickets and leads are its own, beside others in one warehouse: they share a night."""

    def __init__(self, con: Connection, signals: Mapping[str, Signal], name: str) -> None:
        self._name = name
        super().__init__(con, signals)

    def put(self, rows: Rows) -> None:
        super().put({table: [self._own(row) for row in given] for table, given in rows.items()})

    def change(self, table: str, key: Row, **columns: Any) -> None:
        super().change(table, self._own(key), **columns)

    def own(self, value: str) -> str:
        """An id of this office, as the warehouse has it."""
        return f"{self._name} {value}"

    def _own(self, row: Row) -> Row:
        return {name: self.own(value) if name in _IDS and value else value for name, value in row.items()}
