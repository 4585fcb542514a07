"""The publish step: the day's folder and each owner's open list, from the digest tables and the vault."""

from __future__ import annotations

import json
import shutil
import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from pipeline import bundled
from pipeline.config import Home, Settings
from pipeline.digest.charts import FUNNEL_DAYS
from pipeline.digest.csv_table import as_cells, as_lines, write_lines
from pipeline.digest.folder import checksum, recover, replaced_folder
from pipeline.digest.outputs import OUTPUTS, PASSING, TABLES, TYPED_INTO, Output
from pipeline.digest.page import render_page
from pipeline.leads.rules import RULES
from pipeline.steps.feedback.seen import CELLS, is_unread, remember_written
from pipeline.steps.kept import Kept
from pipeline.steps.open_lists import write_open_lists
from pipeline.steps.people import People, names_of, people_of, selected
from pipeline.steps.publish_crm import remember_written_once, write_crm
from pipeline.warehouse import (
    Connection,
    make_table,
    set_variables,
    strings,
    transaction,
)

MANIFEST = "manifest.json"
PAGE = "digest.html"


def publish(
    con: Connection, home: Home, settings: Settings, as_of: date, manifest: dict[str, Any]
) -> tuple[dict[str, int], list[str]]:
    """Writes `data/digests/<as-of>/`, its manifest completed with checksums, and `data/owners/*/open.csv`.

    Returns rows by file, and the owners whose list somebody typed into meanwhile and which was left as it is.
    """
    recover(home.digests, keep=lambda day, old: _keep_typed(con, home, day, old))
    make_digest_tables(con, as_of)
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
    _remember_days_lists(con, home, day)
    counts["open.csv"], left = write_open_lists(con, home, people)
    return counts, left


def _keep_typed(con: Connection, home: Home, day: Path, old: Path) -> None:
    """A list that somebody saved while this run worked goes to the inbox, where the next night reads it."""
    for name in TYPED_INTO:
        if is_unread(con, home, day / name, at=old / name):
            shutil.copyfile(old / name, home.inbox / f"{day.name}-{name}")


def make_digest_tables(con: Connection, as_of: date) -> None:
    """What files and the page are written from."""
    first = as_of - timedelta(days=FUNNEL_DAYS - 1)
    set_variables(con, {"period_start": first, "period_end": as_of + timedelta(days=1)})
    make_table(con, "rule_specs", strings("rule", "sentence"), ((rule.name, rule.sentence) for rule in RULES.values()))
    make_table(con, "fact_specs", strings("fact", "title"), _titles_of_facts())
    with transaction(con):
        kept = Kept(con)
        for table in TABLES:
            if table in PASSING:
                kept.make_for_now(table)
            else:
                kept.make(table)
        for table in PASSING:
            kept.need(table)  # pages and lists read it too


@cache
def _titles_of_facts() -> list[tuple[str, str]]:
    """Read for their titles alone: to compile the patterns of all facts takes a tenth of a second."""
    files = sorted(bundled.fact_specs().glob("*.toml"))
    return [(file.stem, tomllib.loads(file.read_text(encoding="utf-8"))["title"]) for file in files]


def _people(con: Connection, home: Home) -> People:
    """Names and addresses of those whom tonight's lists name, kept in memory only."""
    return people_of(
        home,
        [
            row[0]
            for row in con.execute(
                "SELECT contact_id FROM open_leads UNION SELECT contact_id FROM digest_praise "
                "UNION SELECT agent_id FROM digest_praise"
            ).fetchall()
        ],
    )


def _write(con: Connection, output: Output, path: Path, people: People) -> int:
    """Columns from the vault are filled here and in the open lists, and nowhere else."""
    table = con.execute(f"SELECT {selected(output.columns)} FROM {output.table} WHERE {output.where}").to_arrow_table()
    cells = as_cells(table, names_of(people, output.columns))
    write_lines(path, output.columns, as_lines(cells, output.columns))
    return int(table.num_rows)


def _remember_days_lists(con: Connection, home: Home, day: Path) -> None:
    """Of praise no cells: what was read of it is known by itself (`feedback/praise.py`)."""
    leads = {day / output.file: output for output in OUTPUTS.values() if {*CELLS} <= {*output.columns}}
    columns = ", ".join(CELLS)
    parts = [f"SELECT ? AS path, {columns} FROM {output.table} WHERE {output.where}" for output in leads.values()]
    cells = con.execute(" UNION ALL ".join(parts), [str(path) for path in leads]).to_arrow_table()
    remember_written(con, home, {day / name: checksum(day / name) for name in TYPED_INTO}, cells)
