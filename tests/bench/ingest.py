"""Times the ingest of an embedded Zendesk export beside DuckDB's own read and unnest of it, and says the peak
memory of all its processes: `python -m tests.bench.ingest [--export FOLDER | --tickets N]`.

Cleaning, redaction and languages are in it. Both are measured in turns, each as often as `--repeat`.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.bench.export import write_export

ROOT = Path(__file__).resolve().parents[2]
_READ = """
import duckdb, time
began = time.perf_counter()
con = duckdb.connect()
con.execute("SET enable_progress_bar = false")
con.execute('''
    CREATE TEMP TABLE tickets AS SELECT * EXCLUDE (comments), unnest(comments) AS c FROM read_json(
        '{file}', format = 'newline_delimited', columns = {{
            id: 'VARCHAR', subject: 'VARCHAR', status: 'VARCHAR', priority: 'VARCHAR', created_at: 'VARCHAR',
            updated_at: 'VARCHAR', requester_id: 'VARCHAR', organization_id: 'VARCHAR',
            comments: 'STRUCT(id VARCHAR, author_id VARCHAR, "public" BOOLEAN, created_at VARCHAR,
                plain_body VARCHAR)[]'
        }})
''')
print(time.perf_counter() - began)
"""


def read(export: Path) -> float:
    """Seconds in which DuckDB reads the tickets and unnests their comments into a table, imports left out."""
    code = _READ.format(file=str(export / "tickets.ndjson"))
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(done.stdout)


def ingest(export: Path, workers: int) -> tuple[float, float]:
    """Seconds of the whole command, its start included, from an empty home, and the peak of its processes in MB."""
    home = Path(tempfile.mkdtemp(prefix="ingest-"))
    command = [sys.executable, "-m", "pipeline.cli.app", "ingest", f"--tickets={export}", f"--home={home}"]
    command += ["--as-of=2026-11-20", "--engine=processes", f"--workers={workers}"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS_")}
    began = time.perf_counter()
    with subprocess.Popen(
        command, env=environment | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL, cwd=ROOT
    ) as program:
        peak = _watched(program)
    seconds = time.perf_counter() - began
    shutil.rmtree(home)
    if program.returncode:
        raise SystemExit(f"the ingest ended with {program.returncode}")
    return seconds, peak


def _cpu() -> float:
    """Seconds of processor that programs started from here took, those they started included, once they ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _watched(program: subprocess.Popen[bytes]) -> float:
    peak = 0.0
    ended = threading.Event()
    threading.Thread(target=lambda: (program.wait(), ended.set()), daemon=True).start()
    while not ended.wait(0.05):
        peak = max(peak, sum(_resident(pid) for pid in _family(program.pid)))
    return peak


def _family(pid: int) -> list[int]:
    found, todo = [], [pid]
    while todo:
        found.append(one := todo.pop())
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                todo += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return found


def _resident(pid: int) -> float:
    """Proportional share in MB, so that pages that processes share count once."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def main() -> None:
    """Prints both, their ratio, and the memory."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--tickets", type=int, default=20_000)
    arguments.add_argument("--export", type=Path)
    arguments.add_argument("--repeat", type=int, default=3)
    arguments.add_argument("--workers", type=int, default=2)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        export = given.export or Path(temporary)
        if not given.export:
            write_export(export, given.tickets)
        rounds, processor = [], []
        for _ in range(given.repeat):
            began = _cpu()
            base = read(export)
            between = _cpu()
            rounds.append((base, *ingest(export, given.workers)))
            processor.append((between - began, _cpu() - between))
    ratios = sorted(seconds / base for base, seconds, _ in rounds)
    size = (export / "tickets.ndjson").stat().st_size / 1e6 if given.export else 0
    print(f"{size:.0f} MB" if size else f"{given.tickets} tickets")
    print("DuckDB reads and unnests: " + ", ".join(f"{base:.2f}" for base, _, _ in rounds) + " s")
    print("ingest: " + ", ".join(f"{seconds:.1f}" for _, seconds, _ in rounds) + " s")
    print(f"ratio: {statistics.median(ratios):.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f})")
    told = ", ".join(f"{own:.1f} against {base:.1f} ({own / base:.1f})" for base, own in processor)
    print(f"seconds of processor, imports included: {told}")
    print(f"peak memory: {max(peak for _, _, peak in rounds):.0f} MB")


if __name__ == "__main__":
    main()
