"""The publish step: the day's folder and each owner's open list, from the digest tables and the vault."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pipeline import bundled
from pipeline.config import Home, Settings
from pipeline.digest.charts import FUNNEL_DAYS
from pipeline.digest.csv_file import write_list
from pipeline.digest.folder import checksum, folder_name, recover, replace_file, replaced_folder
from pipeline.digest.outputs import FROM_VAULT, OPEN_LEADS, OPEN_SAVES, OUTPUTS, TABLES, Output
from pipeline.digest.page import render_page
from pipeline.errors import BadTable
from pipeline.leads.rules import RULES
from pipeline.signals.facts import load_facts
from pipeline.steps.feedback import is_unread, remember_written
from pipeline.steps.people import People, people_of
from pipeline.steps.publish_crm import remember_written_once, write_crm
from pipeline.steps.saved_table import read_table
from pipeline.warehouse import Connection, make_table, run_sql, set_variables, strings, transaction

MANIFEST = "manifest.json"
PAGE = "digest.html"


def publish(
    con: Connection, home: Home, settings: Settings, as_of: date, manifest: dict[str, Any]
) -> tuple[dict[str, int], list[str]]:
    """Writes `data/digests/<as-of>/`, its manifest completed with checksums, and `data/owners/*/open.csv`.

    Returns rows by file, and the owners whose list somebody typed into meanwhile and which was left as it is.
    """
    recover(home.digests, keep=lambda day, old: _keep_typed(con, home, day, old))
    _make_tables(con, as_of)
    people = _people(con, home) if settings.publish.contacts else {}
    day = home.digests / as_of.isoformat()
    counts: dict[str, int] = {}
    with replaced_folder(day, keep=lambda old: _keep_typed(con, home, day, old)) as folder:
        for output in OUTPUTS.values():
            counts[output.file] = _write(con, output, folder / output.file, people)
        crm = write_crm(con, home, settings, folder / "crm", as_of)
        counts |= crm.rows
        if crm.report:
            manifest["crm_export"] = crm.report
        (folder / PAGE).write_text(render_page(con, as_of, manifest), encoding="utf-8")
        (folder / PAGE).chmod(0o600)
        written = sorted(file for file in folder.rglob("*") if file.is_file())
        manifest["files"] = {file.relative_to(folder).as_posix(): checksum(file) for file in written}
        manifest["rows"] = counts
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        (folder / MANIFEST).chmod(0o600)
    remember_written_once(con, crm, as_of)
    _remember_list(con, home, OUTPUTS["leads.csv"], day / "leads.csv")
    _remember_list(con, home, OUTPUTS["saves.csv"], day / "saves.csv")
    counts["open.csv"], left = _write_owners(con, home, people)
    return counts, left


def _keep_typed(con: Connection, home: Home, day: Path, old: Path) -> None:
    """A list that somebody saved while this run worked goes to the inbox, where the next night reads it."""
    for name in ("leads.csv", "saves.csv"):
        if is_unread(con, home, day / name, at=old / name):
            shutil.copyfile(old / name, home.inbox / f"{day.name}-{name}")


def _make_tables(con: Connection, as_of: date) -> None:
    first = as_of - timedelta(days=FUNNEL_DAYS - 1)
    set_variables(con, {"period_start": first, "period_end": as_of + timedelta(days=1)})
    make_table(con, "rule_specs", strings("rule", "sentence"), ((rule.name, rule.sentence) for rule in RULES.values()))
    make_table(
        con,
        "fact_specs",
        strings("fact", "title"),
        ((f.name, f.title) for f in load_facts(bundled.fact_specs()).values()),
    )
    with transaction(con):
        for table in TABLES:
            run_sql(con, table)


def _people(con: Connection, home: Home) -> People:
    """Names and addresses of those whom tonight's lists name, kept in memory only."""
    return people_of(
        home,
        [
            row[0]
            for row in con.execute(
                "SELECT contact_id FROM digest_leads UNION SELECT contact_id FROM digest_praise "
                "UNION SELECT agent_id FROM digest_praise"
            ).fetchall()
        ],
    )


def _rows(
    con: Connection, output: Output, people: People, where: str = "true", parameters: list[Any] | None = None
) -> Iterable[list[Any]]:
    """Rows of an output in its columns' order; columns from the vault are filled here and nowhere else."""
    selected = ", ".join(FROM_VAULT[c][0] if c in FROM_VAULT else c for c in output.columns)
    filled = [(i, ("name", "email").index(FROM_VAULT[c][1])) for i, c in enumerate(output.columns) if c in FROM_VAULT]
    for row in con.execute(
        f"SELECT {selected} FROM {output.table} WHERE ({output.where}) AND ({where})", parameters or []
    ).fetchall():
        cells = list(row)
        for i, part in filled:
            cells[i] = people.get(cells[i], ("", ""))[part]
        yield cells


def _write(con: Connection, output: Output, path: Path, people: People) -> int:
    rows = list(_rows(con, output, people))
    write_list(path, output.columns, rows)
    return len(rows)


def _write_owners(con: Connection, home: Home, people: People) -> tuple[int, list[str]]:
    """Each owner's open list; one that somebody typed into while this run worked is left for the next to read."""
    owners = con.execute(
        "SELECT owner, bool_or(list = 'saves') FROM digest_leads GROUP BY owner ORDER BY owner"
    ).fetchall()
    written = {folder_name(owner) for owner, _ in owners}
    quiet = [path for path in sorted(home.owners.glob("*/open.csv")) if path.parent.name not in written]
    total = 0
    left: list[str] = []
    for owner, has_saves in owners:
        output = OPEN_SAVES if has_saves else OPEN_LEADS
        rows = list(_rows(con, output, people, "owner = ?", [owner]))
        total += len(rows)
        _replace_open(con, home, home.owners / folder_name(owner) / "open.csv", output, rows, left)
    for path in quiet:
        _replace_open(con, home, path, OPEN_SAVES if _had_saves(path) else OPEN_LEADS, [], left)
    return total, left


def _had_saves(path: Path) -> bool:
    """Whether an open list, as some program saved it, is one of saves."""
    try:
        return "reasons" in read_table(path).columns()
    except BadTable:
        return False  # not read, so not replaced


def _replace_open(
    con: Connection, home: Home, path: Path, output: Output, rows: list[list[Any]], left: list[str]
) -> None:
    if is_unread(con, home, path):
        left.append(path.parent.name)
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(".open.csv.new")
    write_list(new, output.columns, rows)
    replace_file(new, path)
    _remember_rows(con, home, output, path, rows)


def _remember_list(con: Connection, home: Home, output: Output, path: Path) -> None:
    _remember_rows(con, home, output, path, list(_rows(con, output, {})))


def _remember_rows(con: Connection, home: Home, output: Output, path: Path, rows: list[list[Any]]) -> None:
    at = [output.columns.index(name) for name in ("lead_id", "outcome", "outcome_reason", "snooze_until")]
    remember_written(
        con,
        home,
        path,
        [
            (str(row[at[0]]), row[at[1]] or "", row[at[2]] or "", row[at[3]].isoformat() if row[at[3]] else "")
            for row in rows
        ],
    )
