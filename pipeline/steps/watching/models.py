"""A model that broke with its first nights is set aside, where the settings ask for it: the last good one scores.

`remembered` keeps `broken:<signal>`: the night, the broken model, the one before it. It holds as long as the broken
model is the home's own: promoting another one, or rolling back, ends it, and so does the setting.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline import bundled
from pipeline.config import Home, Settings
from pipeline.errors import UntrustedModel
from pipeline.learning.drift_history import Finding
from pipeline.scoring.card import CARD_FILE
from pipeline.scoring.models import all_signals, current_folders, model_ids
from pipeline.warehouse import Connection

_NAME = "broken:"


@dataclass(frozen=True)
class Kept:
    """One signal that the last good model scores; the night on which the other one broke."""

    signal: str
    since: date
    broken: str
    model_id: str
    folder: Path
    is_starter: bool


def last_good(con: Connection, home: Home, as_of: date, findings: Iterable[Finding]) -> dict[str, Path]:
    """Remembers the models that broke tonight; folders of those to score with instead, by signal."""
    for one in findings:
        con.execute("DELETE FROM remembered WHERE name = ?", [_NAME + one.measure])
        value = f"{as_of} {one.broken} {one.instead}"
        con.execute("INSERT INTO remembered VALUES (?, ?)", [_NAME + one.measure, value])
    return {kept.signal: kept.folder for kept in _kept(con, home)}


def set_aside(con: Connection, home: Home, settings: Settings, as_of: date) -> dict[str, Path]:
    """Folders of models to score with instead of the home's own, by signal. A night run again finds the break again."""
    if not settings.watch.keep_last_good:
        return {}
    return {kept.signal: kept.folder for kept in _kept(con, home) if kept.since < as_of}


def kept_findings(con: Connection, home: Home, settings: Settings, as_of: date) -> list[Finding]:
    """One a signal that a model of before scores tonight."""
    if not settings.watch.keep_last_good:
        return []
    return [
        Finding(
            "kept",
            "",
            kept.signal,
            True,
            f"{kept.signal}: scored with {'the starter' if kept.is_starter else 'the last good model'} "
            f"{kept.model_id}, since {kept.broken} broke in the night of {kept.since}; promote another or roll back",
        )
        for kept in _kept(con, home)
        if kept.since <= as_of
    ]


def _kept(con: Connection, home: Home) -> list[Kept]:
    rows = con.execute(
        "SELECT name, value FROM remembered WHERE starts_with(name, ?) ORDER BY name", [_NAME]
    ).fetchall()
    if not rows:
        return []
    current = model_ids(current_folders(home.models, all_signals(home.models)))
    found = []
    for name, value in rows:
        signal = name.removeprefix(_NAME)
        since, broken, instead = value.split(" ")
        if current.get(signal) == broken:
            found += _good(home, signal, date.fromisoformat(since), broken, instead)
    return found


def _good(home: Home, signal: str, since: date, broken: str, instead: str) -> list[Kept]:
    """The registry's copy of the model before, else the starter; nothing where neither is there, or both are broken."""
    starter = bundled.starter_models() / signal
    from pipeline.scoring.artifact import load_model

    for folder in (home.models / "registry" / signal / instead, starter):
        if not instead or not (folder / CARD_FILE).exists():
            continue
        try:
            model_id = load_model(folder).model_id
        except UntrustedModel:
            continue
        if model_id != broken:
            return [Kept(signal, since, broken, model_id, folder, folder == starter)]
    return []
