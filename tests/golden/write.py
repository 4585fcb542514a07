"""Writes the sample's expected digest anew: `make golden`. Read the difference before committing it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from tests.golden.sample_nights import EXPECTED, run_sample_nights


def main() -> None:
    """Runs both nights and keeps every list, open lists included."""
    with tempfile.TemporaryDirectory() as folder:
        found = run_sample_nights(Path(folder))
        shutil.rmtree(EXPECTED, ignore_errors=True)
        for name, text in found.items():
            file = EXPECTED / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    print(f"{len(found)} files in {EXPECTED}: read the difference before committing it")


if __name__ == "__main__":
    main()
