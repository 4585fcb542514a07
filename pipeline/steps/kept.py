"""Tables of the night that are kept where all that they are made from is as it was when they were made.

What a table is made from is declared at the head of its SQL file: the tables that it reads and the variables; the query
itself counts too. The digest of it all stands in the comment of the table, so that who makes it otherwise, or drops it,
takes the digest away with it. Tables of the schema are counted by their rows: no writer has to say what it changed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import duckdb

import pipeline
from pipeline import bundled
from pipeline.warehouse import Connection, run_sql, run_sql_for_now, scalar, sql_body

_MADE_FROM = "made from "
_READS = re.compile(r"\bReads:? ([a-z_]+(?:, [a-z_]+)*)\.")
_VARIABLES = re.compile(r"\bVariables:? ([a-z_]+(?:, [a-z_]+)*)\.")


def sql_head(name: str) -> str:
    """What a SQL file's header says, in one line."""
    lines = (bundled.sql() / f"{name}.sql").read_text(encoding="utf-8").splitlines()
    return " ".join(line.removeprefix("--").strip() for line in lines if line.startswith("--"))


@cache
def reads(name: str) -> tuple[str, ...]:
    """Tables that a SQL file says it reads."""
    return _said(name, _READS)


@cache
def asked_variables(name: str) -> tuple[str, ...]:
    """Variables that a SQL file says it reads."""
    return _said(name, _VARIABLES)


def _said(name: str, names: re.Pattern[str]) -> tuple[str, ...]:
    found = names.search(sql_head(name))
    return tuple(found[1].split(", ")) if found else ()


class Anew:
    """Makes every table that it is asked for: of a past night that is decided again, nothing is kept."""

    def __init__(self, con: Connection) -> None:
        self._con = con

    def make(self, name: str, run: Callable[[Connection, str], object] = run_sql) -> None:
        """Makes table `name` by `run`."""
        run(self._con, name)

    def make_for_now(self, name: str) -> None:
        """Makes a temporary table."""
        self._con.execute(f"DROP TABLE IF EXISTS {name}")  # an earlier release kept it
        run_sql_for_now(self._con, name)

    def need(self, name: str) -> None:
        """Has a temporary table made before something else reads it: it is there."""


class Kept(Anew):
    """Makes the tables of a step, each only where it has to be. Tables are asked for in the order in which they read
    each other, and none is written by others after it was read here."""

    def __init__(self, con: Connection) -> None:
        super().__init__(con)
        self._digests: dict[str, str] = {}
        self._passing: dict[str, bool] = {}  # whether it is there yet
        comments = con.execute(_COMMENTS, [_MADE_FROM]).fetchall()
        self._made_from = {name: comment.removeprefix(_MADE_FROM) for name, comment in comments}

    def make(self, name: str, run: Callable[[Connection, str], object] = run_sql) -> None:
        """Makes table `name` by `run` unless it stands as it would be made."""
        recipe = self._recipe(name)
        if self._made_from.get(name) == recipe:
            return
        self._need_all(reads(name))
        run(self._con, name)
        self._con.execute(f"COMMENT ON TABLE {name} IS '{_MADE_FROM}{recipe}'")
        self._made_from[name] = recipe

    def make_for_now(self, name: str) -> None:
        """A temporary table, made once a table that reads it is made, or `need` asks for it."""
        self._con.execute(f"DROP TABLE IF EXISTS {name}")  # an earlier release kept it
        self._recipe(name)
        self._passing[name] = False

    def need(self, name: str) -> None:
        """Has a temporary table made, for what reads it other than by a SQL file."""
        if self._passing.get(name, True):
            return
        self._need_all(reads(name))
        run_sql_for_now(self._con, name)
        self._passing[name] = True

    def digest(self, names: Iterable[str]) -> str:
        """Of tables as they are now."""
        names = list(names)
        self._look_at(names)
        return _digest(*(f"{name} {self._digests[name]}" for name in names))

    def _need_all(self, names: Iterable[str]) -> None:
        for name in names:
            self.need(name)

    def _recipe(self, name: str) -> str:
        """Digest of all that a table is made from; from here on it stands for the table's rows."""
        asked = ", ".join(f"getvariable('{one}')::VARCHAR AS {one}" for one in asked_variables(name))
        values = str(self._con.execute(f"SELECT {asked}").fetchone()) if asked else ""
        self._digests[name] = _digest(duckdb.__version__, sql_body(name), values, self.digest(reads(name)))
        return self._digests[name]

    def _look_at(self, names: Iterable[str]) -> None:
        """Digests of tables that were not looked at yet: of those that nights keep the one they were made from, of
        others their rows, all in one statement."""
        unknown = [name for name in names if name not in self._digests]
        self._digests |= {name: self._made_from[name] for name in unknown if name in self._made_from}
        counted = [name for name in unknown if name not in self._digests]
        if counted:
            found = self._con.execute(" UNION ALL ".join(map(rows_digest, counted))).fetchall()
            self._digests |= {name: f"{rows} {hashes}" for name, rows, hashes in found}


def rows_digest(name: str, columns: str = "*COLUMNS(*)", where: str = "true") -> str:
    """A query of one row: the table's name, how many rows it has, and the sum of their hashes, whatever their order."""
    return f"SELECT '{name}', count(*), sum(hash({columns})) FROM {name} WHERE {where}"


def rows_as_they_are(con: Connection, **columns: str) -> str:
    """Digest of tables, of each the columns given."""
    found = con.execute(" UNION ALL ".join(rows_digest(name, asked) for name, asked in columns.items())).fetchall()
    return _digest(*map(str, sorted(found)))


def is_as_left(con: Connection, work: str, digest: str) -> bool:
    """Whether `digest`, of all that a piece of work reads and writes, is what it was when the work last ended. Work
    that changes nothing the second time need not be done then."""
    return bool(digest == scalar(con, "SELECT value FROM remembered WHERE name = ?", [work]))


def leave(con: Connection, work: str, digest: str) -> None:
    """Remembers for `is_as_left` how the work left things; within the transaction in which it did them."""
    con.execute("DELETE FROM remembered WHERE name = ?", [work])
    con.execute("INSERT INTO remembered VALUES (?, ?)", [work, digest])


@cache
def code_digest() -> str:
    """Changes with this program, for what Python makes of its inputs."""
    digest = hashlib.sha256()
    for file in sorted(Path(pipeline.__file__).parent.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


_COMMENTS = """
    SELECT table_name, comment FROM duckdb_tables() WHERE NOT temporary AND starts_with(comment, ?)
"""
