"""The score step: every ticket that its current models have not read yet is read by them, from stored text only."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pipeline import bundled
from pipeline.config import Home, Settings
from pipeline.engine import Crew, Engine, chosen
from pipeline.leads.products import NAMED_COMPETITORS, NAMED_PRODUCTS
from pipeline.scoring.models import all_signals, current_folders, model_ids
from pipeline.steps.score_task import Gazetteers, Task, get_ready, read_partition
from pipeline.steps.spreading.spread import spread
from pipeline.warehouse import Connection, give_back_memory, scalar, transaction

Progress = Callable[[str, int, int], None]
# A partition compiles every pattern of the facts anew and looks up the words that they need, which takes as long as
# scoring two thousand tickets; but there should be work for all workers.
FEWEST, MOST = 4_000, 25_000
# Where tickets are long, a partition holds so many bytes of text, but never fewer than so many tickets.
_BYTES, _ENOUGH = 16_000_000, 8_000


def score(
    con: Connection,
    home: Home,
    settings: Settings,
    *,
    work: Path,
    engine: Engine,
    workers: int,
    dask_address: str | None,
    progress: Progress,
    instead: Mapping[str, Path] | None = None,
    crew: Crew | None = None,
    meanwhile: Callable[[], None] = lambda: None,
) -> dict[str, int]:
    """Counts: `tickets` scored now. Scores of signals without a spec or model any more are dropped.

    `instead` are folders of models that score a signal in place of the home's own. A `crew` begins while what is due is
    written for it. Where one worker has all there is, this process does `meanwhile` what it has to do: beside several
    it would take their memory.
    """
    folders = current_folders(home.models, all_signals(home.models)) | dict(instead or {})
    models = model_ids(folders)
    out = work / "score"
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    con.execute("CREATE OR REPLACE TEMP TABLE current_models (signal VARCHAR, model_id VARCHAR)")
    con.executemany("INSERT INTO current_models VALUES (?, ?)", list(models.items()))
    con.execute("DELETE FROM scores WHERE (signal, model_id) NOT IN (SELECT signal, model_id FROM current_models)")
    gazetteers = _gazetteers(con)
    reading = _digest_of_reading(gazetteers, settings.languages)
    is_new_reading = reading != scalar(con, "SELECT value FROM remembered WHERE name = 'fact_reading'")
    if not is_new_reading and scalar(con, _HAVE_READ_ALL) == len(models):
        return {"tickets": 0}
    con.execute(_DUE, {"is_new_reading": is_new_reading})
    due = int(scalar(con, "SELECT count(*) FROM due"))
    tasks = []
    size = _partition_size(due, workers or os.cpu_count() or 1, int(scalar(con, _BYTES_DUE)))
    count = -(-due // size)
    if crew and count and chosen(engine, count, dask_address or settings.run.dask_address) == "processes":
        crew.begin(count, get_ready, home.models)
    for index in range(count):
        part = out / f"messages-{index:06d}.parquet"
        con.execute(_PARTITION.format(index=index, size=size, path=_quoted(part)))
        tasks.append(Task(part, folders, home.models, frozenset(settings.languages), gazetteers, out, index))
    is_alone = len(tasks) == 1
    if tasks and not is_alone:
        give_back_memory(con, settings.run.memory_limit)
    scored = spread(
        read_partition,
        tasks,
        home=home,
        run=settings.run,
        engine=engine,
        workers=workers,
        dask_address=dask_address,
        progress=lambda done, total: progress("score", done, total),
        crew=crew,
        meanwhile=meanwhile if is_alone else lambda: None,
    )
    if tasks:
        with transaction(con):
            for table in ("scores", "facts"):
                con.execute(f"DELETE FROM {table} WHERE (source, ticket_id) IN (SELECT source, ticket_id FROM due)")
                files = ", ".join(_quoted(out / f"{table}-{task.index:06d}.parquet") for task in tasks)
                con.execute(f"INSERT INTO {table} BY NAME FROM read_parquet([{files}])")
            con.execute("DELETE FROM remembered WHERE name = 'fact_reading'")
            con.execute("INSERT INTO remembered VALUES ('fact_reading', ?)", [reading])
    return {"tickets": sum(scored)}


def _partition_size(due: int, workers: int, text: int) -> int:
    """Tickets a partition: as many partitions for each worker, at least two where there is work for them. `text` is how
    many bytes the tickets that are due hold."""
    most = min(max(_BYTES * due // max(text, 1), _ENOUGH), MOST)
    size = min(max(-(-due // (2 * workers)), FEWEST), most)
    rounds = -(-due // (size * workers))
    return max(-(-due // max(rounds * workers, 1)), FEWEST)


def _quoted(path: Path) -> str:
    """A path as SQL: by name, never by a glob, because a home's path may hold brackets, stars and apostrophes."""
    return "'" + str(path).replace("'", "''") + "'"


def _gazetteers(con: Connection) -> Gazetteers:
    """The user's own names of rivals and products."""
    found: Gazetteers = {}
    for fact, query in (("competitor", NAMED_COMPETITORS), ("product", NAMED_PRODUCTS)):
        found[fact] = [
            (name, [alias.strip() for alias in aliases.split(";") if alias.strip()])
            for name, aliases in con.execute(query).fetchall()
        ]
    return found


def _digest_of_reading(gazetteers: Gazetteers, languages: Sequence[str]) -> str:
    """Changes with the fact rules, the names and the languages that are read: all is then read again."""
    digest = hashlib.sha256(json.dumps([gazetteers, sorted(languages)], sort_keys=True).encode())
    for file in sorted(bundled.fact_specs().glob("*.toml")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


# How many current models have read every ticket in its current version, told by their hashes together.
_HAVE_READ_ALL = """
    SELECT count(*)
    FROM (SELECT count(*) AS n, sum(hash(source, ticket_id, ticket_hash)) AS h FROM tickets) t
    JOIN (
        SELECT count(*) AS n, sum(hash(source, ticket_id, ticket_hash)) AS h
        FROM scores SEMI JOIN current_models USING (signal, model_id) GROUP BY signal, model_id
    ) s ON s.n = t.n AND s.h = t.h
"""
# A ticket is due when a current model has not read its current version.
_DUE = """
    CREATE OR REPLACE TEMP TABLE due AS
    WITH read_by AS (
        SELECT source, ticket_id, ticket_hash, count(*) AS model_count FROM scores GROUP BY ALL
    )
    SELECT t.source, t.ticket_id, t.ticket_hash,
        row_number() OVER (ORDER BY t.source, t.ticket_id) - 1 AS place
    FROM tickets t LEFT JOIN read_by r USING (source, ticket_id, ticket_hash)
    WHERE ($is_new_reading OR coalesce(r.model_count, 0) < (SELECT count(*) FROM current_models))
        AND EXISTS (FROM messages m WHERE m.source = t.source AND m.ticket_id = t.ticket_id)
"""
_BYTES_DUE = """
    SELECT coalesce(sum(strlen(m.text)), 0) FROM messages m SEMI JOIN due d USING (source, ticket_id)
"""
_PARTITION = """
    COPY (
        SELECT m.source, m.ticket_id, d.ticket_hash, m.message_id, m.role, m.is_public, m.text, m.marks, m.language
        FROM messages m JOIN due d USING (source, ticket_id)
        WHERE d.place BETWEEN {index} * {size} AND ({index} + 1) * {size} - 1
        ORDER BY d.place, m.position
    ) TO {path} (FORMAT parquet)
"""
