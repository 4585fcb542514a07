"""What a night is measured against, each in a process of its own, on one core unless said: seconds on the clock and of
the processor, imports and reading the export left out.

A yardstick whose package or weights are not here is not run, and the table says so.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
# Of what is slow a part is measured, and the whole computed from it.
_SLOW_ROWS = 500


@dataclass(frozen=True)
class Yardstick:
    """`code` has `read()` (the customers' messages), `export` and `given`; it calls `begin()` and `end()` around the
    work, and sets `share` where it does a part of it."""

    title: str
    code: str
    packages: tuple[str, ...] = ()


_AROUND = """
import json, time
share, given, export = 1.0, {given!r}, {export!r}
def begin():
    global began
    began = time.perf_counter(), time.process_time()
def end():
    global ended
    ended = time.perf_counter(), time.process_time()
def read():
    import duckdb
    return [row[0] for row in duckdb.execute({words!r}).fetchall()]
{code}
print(json.dumps([(b - a) / share for a, b in zip(began, ended)]))
"""

YARDSTICKS = {
    "tokenise": Yardstick(
        "spaCy tokenises the customers' words",
        """
import spacy
texts, nlp = read(), spacy.blank("en")
begin()
for doc in nlp.pipe(texts): pass
end()
""",
    ),
    "read": Yardstick(
        "DuckDB reads and unnests the export (all cores)",
        """
import duckdb
con = duckdb.connect()
con.execute("SET enable_progress_bar = false")
begin()
con.execute('''
    CREATE TEMP TABLE said AS SELECT * EXCLUDE (comments), unnest(comments) AS c FROM read_json(
        '%s/tickets.ndjson', format = 'newline_delimited', columns = {
            id: 'VARCHAR', subject: 'VARCHAR', status: 'VARCHAR', priority: 'VARCHAR', created_at: 'VARCHAR',
            updated_at: 'VARCHAR', requester_id: 'VARCHAR', organization_id: 'VARCHAR',
            comments: 'STRUCT(id VARCHAR, author_id VARCHAR, public BOOLEAN, created_at VARCHAR, plain_body VARCHAR)[]'
        })
''' % export)
end()
""",
    ),
    "hash": Yardstick(
        "scikit-learn hashes their word pairs",
        """
from sklearn.feature_extraction.text import HashingVectorizer
texts, hashing = read(), HashingVectorizer(ngram_range=(1, 2), alternate_sign=False)
begin()
hashing.transform(texts)
end()
""",
    ),
    "fasttext": Yardstick(
        "fastText predicts them (word pairs, two labels)",
        """
import fasttext, os, tempfile
texts = [text.replace("\\n", " ") for text in read()]
with tempfile.TemporaryDirectory() as folder:
    rows = os.path.join(folder, "rows.txt")
    with open(rows, "w", encoding="utf-8") as file:
        file.writelines(f"__label__{len(text) % 2} {text}\\n" for text in texts[:20000])
    model = fasttext.train_supervised(rows, wordNgrams=2, epoch=1, thread=1, verbose=0)
begin()
[model.f.predict(text, 1, 0.0, "strict") for text in texts]
end()
""",
        ("fasttext",),
    ),
    "obsei": Yardstick(
        "obsei redacts them (Presidio, its usual model)",
        f"""
from obsei.analyzer.pii_analyzer import PresidioPIIAnalyzer, PresidioPIIAnalyzerConfig
from obsei.payload import TextPayload
texts = read()
some = [TextPayload(processed_text=text) for text in texts[:{_SLOW_ROWS}]]
share = len(some) / len(texts)
analyzer, config = PresidioPIIAnalyzer(), PresidioPIIAnalyzerConfig()
begin()
analyzer.analyze_input(source_response_list=some, analyzer_config=config)
end()
""",
        ("obsei", "en_core_web_lg"),
    ),
    "transformer": Yardstick(
        "a fine-tuned transformer classifies them (all cores)",
        f"""
from transformers import pipeline
texts = read()
some = texts[:{_SLOW_ROWS}]
share = len(some) / len(texts)
classify = pipeline("text-classification", model=given, truncation=True, device=-1)
classify(some[:8])
begin()
classify(some, batch_size=16)
end()
""",
        ("transformers", "torch"),
    ),
}


def missing(name: str, weights: Path | None) -> str:
    """Why a yardstick cannot be run here; empty where it can."""
    lacks = [package for package in YARDSTICKS[name].packages if importlib.util.find_spec(package) is None]
    if lacks:
        return f"not run: {', '.join(lacks)} not installed"
    return "not run: no weights given (`--transformer FOLDER`)" if name == "transformer" and not weights else ""


def measure(name: str, export: Path, given: Path | None = None) -> tuple[float, float]:
    """Seconds on the clock and of the processor."""
    code = _AROUND.format(
        given=str(given or ""), export=str(export), words=customers_words(export), code=YARDSTICKS[name].code
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, env=environment(), capture_output=True, text=True)
    seconds, processor = json.loads(done.stdout.splitlines()[-1])
    return seconds, processor


def environment() -> dict[str, str]:
    """Without what may slow NumPy on some machines."""
    return {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")} | {
        "PYTHONPATH": str(ROOT)
    }


def customers_words(export: Path) -> str:
    """SQL of what the customers wrote, a message a row."""
    return f"""
        SELECT c.plain_body FROM (
            SELECT requester_id, unnest(comments) AS c FROM read_json(
                '{export}/tickets.ndjson', format = 'newline_delimited',
                columns = {{requester_id: 'VARCHAR', comments: 'STRUCT(author_id VARCHAR, plain_body VARCHAR)[]'}})
        ) WHERE c.author_id = requester_id
    """


def size_of(export: Path) -> tuple[int, int, float]:
    """Tickets, messages of customers, and megabytes."""
    file = export / "tickets.ndjson"
    tickets = duckdb.execute(
        f"SELECT count(*) FROM read_json('{file}', format = 'newline_delimited', columns = {{id: 'VARCHAR'}})"
    ).fetchone()
    messages = duckdb.execute(f"SELECT count(*) FROM ({customers_words(export)})").fetchone()
    return (tickets or (0,))[0], (messages or (0,))[0], file.stat().st_size / 1e6
