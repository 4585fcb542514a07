"""What a table of the warehouse is: its grain, key, columns with units. The DDL is made from this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# What is erased: whole tickets, tickets to be read again because somebody in them is forgotten, their messages there,
# people, leads that rested on them alone, examples made of their tickets.
Erased = Literal["ticket", "reread", "message", "person", "lead", "example"]
KEYS: dict[Erased, tuple[str, ...]] = {
    "ticket": ("source", "ticket_id"),
    "reread": ("source", "ticket_id"),
    "message": ("source", "message_id"),
    "person": ("source", "contact_id"),
    "lead": ("lead_id",),
    "example": ("example_id",),
}


@dataclass(frozen=True)
class Column:
    """One column: `about` says unit and meaning, `is_needed` that it is never NULL."""

    name: str
    type: str
    about: str
    is_needed: bool = False


@dataclass(frozen=True)
class Holding:
    """Where a person is found in a table, so that they can be erased from it.

    `rows`: rows that go with what is erased. `who`: a column of pseudonyms; where it is theirs the row stays, and the
    columns of `blanked` take the values (SQL) given. `ids`: an expression that is the id of a lead or of a row of a
    CRM's file; such rows go. `named`: names of files, in which a person may be called by name. `emptied`: words of
    which nobody can say whose they are; all go at every erasure. `lines`: JSON of which entries that name a lead go.
    """

    rows: tuple[Erased, ...] = ()
    who: str = ""
    blanked: Mapping[str, str] = field(default_factory=dict)
    ids: str = ""
    named: tuple[str, ...] = ()
    emptied: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


NOBODY = Holding()


def by(
    *rows: Erased,
    who: str = "",
    blanked: Mapping[str, str] | None = None,
    ids: str = "",
    named: tuple[str, ...] = (),
    emptied: tuple[str, ...] = (),
    lines: tuple[str, ...] = (),
) -> Holding:
    """A holding that says only what there is to say."""
    return Holding(rows, who, blanked or {}, ids, named, emptied, lines)


@dataclass(frozen=True)
class Table:
    """One table. `key` is checked by `key_check`, not by an index: DuckDB refuses to delete and insert
    the same key within one transaction, which is how a changed ticket replaces itself. `holds` must be said: it is all
    that forgetting knows of the table."""

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    holds: Holding

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def ddl(self, *, for_now: bool = False, has_readers: bool = True) -> str:
        """`CREATE TABLE IF NOT EXISTS` with comments for whoever opens the warehouse, unless it has no readers;
        `for_now` as a temporary one."""
        columns = ",\n  ".join(f"{c.name} {c.type}{' NOT NULL' if c.is_needed else ''}" for c in self.columns)
        kind = "TEMP TABLE" if for_now else "TABLE"
        create = f"CREATE {kind} IF NOT EXISTS {self.name} (\n  {columns}\n);"
        if for_now or not has_readers:
            return create
        comments = [f"COMMENT ON TABLE {self.name} IS {_quoted('One row: ' + self.grain)};"]
        comments += [f"COMMENT ON COLUMN {self.name}.{c.name} IS {_quoted(c.about)};" for c in self.columns]
        return create + "\n" + "\n".join(comments)

    def key_count(self) -> str:
        """A query of one row: the table's name, how many rows it has, and how many different hashes of keys."""
        return f"SELECT '{self.name}', count(*), count(DISTINCT hash({', '.join(self.key)})) FROM {self.name}"

    def key_check(self) -> str:
        """A query that returns a row when the key is not unique."""
        key = ", ".join(self.key)
        return f"SELECT {key} FROM {self.name} GROUP BY ALL HAVING count(*) > 1 LIMIT 1"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def needed(name: str, type: str, about: str) -> Column:
    """A column that is never NULL."""
    return Column(name, type, about, is_needed=True)
