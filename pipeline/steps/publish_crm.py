"""The CRM files of a day: `crm/<vendor>/*.csv`, for the vendors whose section stands in `ticketscout.toml`.

A row that its vendor's import cannot update, or that would undo what sales did in the CRM meanwhile, is written on one
night only; `remembered` knows which.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pipeline import bundled
from pipeline.config import CrmExport, Home, Settings
from pipeline.digest.crm_file import cells, lacks, write_loader_file
from pipeline.digest.crm_profile import RECORDS, LoaderFile, Profile, configured, for_home, is_owner, load_profiles
from pipeline.steps.people import People, people_of
from pipeline.warehouse import Connection, run_sql, set_variables, transaction

_WRITTEN = "crm:"
# What Salesforce's own forms put where a lead's company is not known.
_NO_COMPANY = "[not provided]"


def profiles_of(export: CrmExport) -> dict[str, Profile]:
    """All profiles in the home's words. Raises BadConfiguration for what cannot be meant."""
    return for_home(_shipped(), export)


@cache
def _shipped() -> dict[str, Profile]:
    return load_profiles(bundled.crm_profiles())


@dataclass
class CrmFiles:
    """What was written: rows by file, what a person should know of each vendor, and ids not to be written again."""

    rows: dict[str, int] = field(default_factory=dict)
    report: dict[str, dict[str, Any]] = field(default_factory=dict)
    written_once: list[str] = field(default_factory=list)


def write_crm(con: Connection, home: Home, settings: Settings, folder: Path, as_of: date) -> CrmFiles:
    """Writes `folder/<vendor>/<file>`; nothing where no vendor is configured. Reads the digest tables."""
    files = CrmFiles()
    wanted = configured(profiles_of(settings.crm_export), settings.crm_export)
    if not wanted:
        return files
    _make_tables(con, settings.crm_export)
    people = people_of(home, _contacts(con)) if settings.publish.contacts else {}
    before = _written_before(con, as_of)
    for profile in wanted.values():
        place = folder / profile.name
        place.mkdir(mode=0o700, parents=True)
        reports = files.report[profile.name] = {}
        unmapped: Counter[str] = Counter()
        for file in profile.files:
            name = f"{profile.name}/{file.file}"
            lines, report = _lines(
                con, profile, file, people, {i for i in before if i.startswith(f"{name}:")}, unmapped
            )
            write_loader_file(place / file.file, file, [written for _, written in lines])
            files.rows[f"crm/{name}"] = len(lines)
            files.written_once += [f"{name}:{external_id}" for external_id, _ in lines if file.once]
            reports[file.file] = report
        reports["owners_not_mapped"] = [f"{owner} ({rows})" for owner, rows in sorted(unmapped.items())]
    return files


def remember_written_once(con: Connection, files: CrmFiles, as_of: date) -> None:
    """After the day's folder stands: these ids are not written on a later night."""
    with transaction(con):
        con.execute("DELETE FROM remembered WHERE starts_with(name, ?) AND value >= ?", [_WRITTEN, as_of.isoformat()])
        for name in files.written_once:
            con.execute("INSERT INTO remembered VALUES (?, ?)", [_WRITTEN + name, as_of.isoformat()])


def _written_before(con: Connection, as_of: date) -> set[str]:
    """`<vendor>/<file>:<external id>` of rows that an earlier night wrote."""
    found = con.execute(
        "SELECT name FROM remembered WHERE starts_with(name, ?) AND value < ?", [_WRITTEN, as_of.isoformat()]
    )
    return {name.removeprefix(_WRITTEN) for (name,) in found.fetchall()}


def _make_tables(con: Connection, export: CrmExport) -> None:
    days = {"days_due": export.due_days, "days_due_waiting": export.due_days_waiting, "days_close": export.close_days}
    set_variables(con, days)
    with transaction(con):
        for table in RECORDS:
            run_sql(con, table)


def _contacts(con: Connection) -> list[str | None]:
    query = "SELECT contact_id FROM crm_contacts UNION SELECT contact_id FROM crm_unmatched"
    return [contact_id for (contact_id,) in con.execute(query).fetchall()]


def _lines(
    con: Connection, profile: Profile, file: LoaderFile, people: People, before: set[str], unmapped: Counter[str]
) -> tuple[list[tuple[str, list[str]]], dict[str, Any]]:
    """(external id, cells) by id, and how many rows were left out, and why."""
    left_out: Counter[str] = Counter()
    lines: dict[str, list[str]] = {}
    without_account = 0
    for external_id, written, owner, why in sorted(_candidates(con, profile, file, people)):
        if why:
            left_out[why] += 1
        elif f"{profile.name}/{file.file}:{external_id}" in before:
            left_out["written on an earlier night"] += 1
        elif external_id in lines:
            left_out["same person twice"] += 1
        else:
            lines[external_id] = written
            unmapped.update([owner] if owner and not _is_mapped(profile, owner) else [])
            without_account += _lacks_account(file, written)
    report: dict[str, Any] = {"rows": len(lines), "left_out": dict(sorted(left_out.items()))}
    if without_account:
        report["without_account_id"] = without_account
    return list(lines.items()), report


def _candidates(
    con: Connection, profile: Profile, file: LoaderFile, people: People
) -> Iterator[tuple[str, list[str], str, str]]:
    """(external id, cells, our owner, why the loader would refuse it) of every row of the file's table."""
    for row in _rows(con, file, people):
        owner = row.get("owner") or ""
        row |= {"external_id": row[file.id_field], "owner": _owner(profile, owner)}
        written = cells(profile, file, row)
        yield row["external_id"], written, owner, lacks(file, row, written)


def _rows(con: Connection, file: LoaderFile, people: People) -> Iterator[dict[str, Any]]:
    """Rows of the file's table, with what the vault knows of their person."""
    found = con.execute(f"FROM {file.records}")
    names = [column[0] for column in found.description or ()]
    for values in found.fetchall():
        row = dict(zip(names, values, strict=True))
        name, email = people.get(row.get("contact_id") or "", ("", ""))
        first, _, last = " ".join(name.split()).rpartition(" ")
        key = f"K-{hashlib.sha256(email.lower().encode()).hexdigest()[:12]}" if email else ""
        ticket = f"{row.get('source')}|{row.get('ticket_id')}"
        yield row | {
            "person_name": name,
            "first_name": first,
            "last_name": last,
            "email": email,
            "contact_key": key,
            "person_key": key or f"U-{hashlib.sha256(ticket.encode()).hexdigest()[:12]}",
            "lead_name": last or email.split("@")[0],
            "company": row.get("email_domain") or _NO_COMPANY,
        }


def _owner(profile: Profile, owner: str) -> str:
    """The CRM's owner: mapped, or our address where the vendor takes addresses, or the default, or nobody."""
    if not _is_mapped(profile, owner):
        return profile.default_owner
    return profile.owners.get(owner.lower(), owner)


def _is_mapped(profile: Profile, owner: str) -> bool:
    return owner.lower() in profile.owners or is_owner(profile, owner)


def _lacks_account(file: LoaderFile, written: list[str]) -> bool:
    return any(column.field == "account_id" and not cell for column, cell in zip(file.columns, written, strict=True))
