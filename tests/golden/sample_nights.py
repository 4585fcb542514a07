"""The two nights of the sample, run for real, and the lists that came of them as text."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pipeline import bundled
from pipeline.config import Home, load_settings
from pipeline.steps.night import Night, run_night
from pipeline.warehouse import single_writer

EXPECTED = Path(__file__).parent / "sample"
NIGHTS = ("2026-11-19", "2026-11-20")


def run_sample_nights(folder: Path) -> dict[str, str]:
    """Both nights in `folder`, and `lists_of` each."""
    home = Home(folder)
    crm: dict[str, Path | None] = {file.stem: file for file in sorted((bundled.sample() / "crm").glob("*.csv"))}
    found: dict[str, str] = {}
    for day in NIGHTS:
        tickets = (str(bundled.sample() / "helpdesk" / day),)
        night = Night(home, load_settings(home), date.fromisoformat(day), tickets=tickets, crm=crm, engine="local")
        with single_writer(home):
            run_night(night)
        found |= lists_of(folder, day)
    return found


def lists_of(folder: Path, day: str) -> dict[str, str]:
    """Of a home whose last night was `day`: text of every CSV by `<night>/<file>` or `<night>/open/<owner>.csv`,
    without BOM, with plain line ends."""
    home = Home(folder)
    return {
        **{f"{day}/{file.name}": _text(file) for file in sorted((home.digests / day).glob("*.csv"))},
        **{f"{day}/open/{file.parent.name}.csv": _text(file) for file in sorted(home.owners.glob("*/open.csv"))},
    }


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
