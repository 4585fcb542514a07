"""The command that decides past days again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import HomeOption, JsonOption, day_given, open_home
from pipeline.cli.progress import say, watched
from pipeline.errors import UsageError

_HERE = Path()


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(epilog="Example: ticketscout replay --threshold churn_risk=0.3 --rule asked_lately.days=14")(replay)


def replay(
    start: Annotated[str, typer.Option("--from", metavar="DATE", help="First day (default: by --last).")] = "",
    end: Annotated[str, typer.Option("--to", metavar="DATE", help="Last day (default: the last night).")] = "",
    last: Annotated[int, typer.Option("--last", metavar="DAYS", min=1, help="That many days up to the last.")] = 28,
    threshold: Annotated[
        list[str] | None, typer.Option(metavar="SIGNAL=P", help="From which probability it is a signal.")
    ] = None,
    rule: Annotated[
        list[str] | None,
        typer.Option(metavar="RULE=…", help="asked_lately=off, asked_lately.days=14, caps.leads=10 and the like."),
    ] = None,
    now: Annotated[
        bool, typer.Option("--now", help="Begin with the settings of today, not with those of each night.")
    ] = False,
    examples: Annotated[int, typer.Option(min=0, help="How many leads to show of each kind.")] = 5,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="DIR", help="Write all of it there, too.")] = None,
    as_json: JsonOption = False,
    home: HomeOption = _HERE,
) -> None:
    """Decides past days again.

    Under other thresholds and rules, from what was stored as of each day: what would have been sent that was not, what
    was sent that would not have been, and what became of that. Without either it shows that each night comes out as it
    did. Nothing in the home is changed.
    """
    from pipeline.steps.replaying.compare import compare
    from pipeline.steps.replaying.days import nights_between
    from pipeline.steps.replaying.lines import replay_lines, write_replay
    from pipeline.steps.replaying.policy import changed
    from pipeline.steps.replaying.replay import WhatIf, replayed, thresholds_of
    from pipeline.warehouse import open_to_read

    place, settings = open_home(home)
    first, final = day_given("--from", start), day_given("--to", end)
    changed(settings, rule or [])  # raises for what cannot be, before anything is read
    _refuse_folder_in(place.data, csv)
    with open_to_read(place, memory_limit=settings.run.memory_limit) as con:
        nights = nights_between(con, first, final, last)
        if nights.without:
            say(f"left out, decided before history was kept: nights up to {nights.last_without} ({nights.without})")
        what_if = WhatIf(tuple(rule or ()), thresholds_of(con, threshold or []), now)
        with (
            watched("replay") as progress,
            replayed(con, settings, nights.replayed, what_if, progress) as past,
        ):
            found = compare(con, past)
    if as_json:
        import json
        from dataclasses import asdict

        told = {"nights": [night.as_of for night in nights.replayed], "what_if": asdict(what_if), **asdict(found)}
        print(json.dumps(told, indent=2, ensure_ascii=False, default=str))
    else:
        for line in replay_lines(nights, found, not what_if.is_nothing, examples):
            print(line)
    if csv:
        from pipeline.steps.auditing.written import KIND_OF, note

        note(place, KIND_OF["replay", "--csv"], {"nights": len(nights.replayed)})
        say(f"wrote {', '.join(str(file) for file in write_replay(found, csv))}")


def _refuse_folder_in(data: Path, csv: Path | None) -> None:
    """A list among the home's own would be taken for one that people typed into."""
    if csv and csv.resolve().is_relative_to(data):
        raise UsageError(f"--csv {csv} lies in the home's data, which a replay leaves alone: name another folder.")
    if csv and csv.exists() and not csv.is_dir():
        raise UsageError(f"--csv {csv} is a file: name a folder.")
