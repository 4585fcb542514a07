"""Commands that run nights: nightly, its parts, demo, feedback."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli import night_options as given
from pipeline.cli.deliver import say_deliveries
from pipeline.cli.night_words import leave, say_feedback, say_ingest, say_publish
from pipeline.cli.options import AsOfOption, HomeOption, day_of, open_home
from pipeline.cli.progress import say, watched
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.steps.night import Night

_HERE = Path()


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command(epilog="Example: ticketscout nightly --tickets export/ --accounts accounts.csv")(nightly)
    app.command(epilog="Example: ticketscout ingest --tickets export/ --retry-rejects")(ingest)
    app.command(epilog="Example: ticketscout score")(score)
    app.command(epilog="Example: ticketscout decide --as-of 2026-11-20")(decide)
    app.command(epilog="Example: ticketscout publish --as-of 2026-11-20")(publish)
    app.command(epilog="Example: ticketscout demo --keep demo-home")(demo)
    feedback = typer.Typer(no_args_is_help=True, help="Lists that people filled in.", rich_markup_mode=None)
    feedback.command("import", epilog="Example: ticketscout feedback import open.csv")(feedback_import)
    app.add_typer(feedback, name="feedback")


def nightly(
    tickets: given.TicketsOption = None,
    source: given.SourceOption = "auto",
    accounts: given.AccountsOption = None,
    wishes: given.WishesOption = None,
    opportunities: given.OpportunitiesOption = None,
    availability: given.AvailabilityOption = None,
    competitors: given.CompetitorsOption = None,
    products: given.ProductsOption = None,
    as_of: AsOfOption = "",
    engine: given.EngineOption = "",
    workers: given.WorkersOption = 0,
    dask_address: given.DaskOption = None,
    deliver: given.DeliverOption = True,
    wait: given.WaitOption = 0.0,
    home: HomeOption = _HERE,
) -> None:
    """Runs the whole night.

    Reads the export, scores it, reads what people typed, decides the leads, publishes the digest and tells people.
    """
    if not tickets:
        raise UsageError("nightly needs --tickets PATH: a file, a folder or a glob of the helpdesk's export.")
    night = night_of(
        home,
        as_of,
        tickets,
        source,
        engine,
        workers,
        dask_address,
        {
            "accounts": accounts,
            "wishes": wishes,
            "opportunities": opportunities,
            "availability": availability,
            "competitors": competitors,
            "products": products,
        },
        wait,
    )
    with the_writer(night):
        counts = whole_night(night, deliver)
    summarise(night, counts)
    leave(night, counts["ingest"])


def ingest(
    tickets: given.TicketsOption = None,
    source: given.SourceOption = "auto",
    accounts: given.AccountsOption = None,
    wishes: given.WishesOption = None,
    opportunities: given.OpportunitiesOption = None,
    availability: given.AvailabilityOption = None,
    competitors: given.CompetitorsOption = None,
    products: given.ProductsOption = None,
    as_of: AsOfOption = "",
    engine: given.EngineOption = "",
    workers: given.WorkersOption = 0,
    dask_address: given.DaskOption = None,
    retry_rejects: given.RetryOption = False,
    wait: given.WaitOption = 0.0,
    home: HomeOption = _HERE,
) -> None:
    """Reads the export and the CRM's files.

    Files that were read before are not read again, unless something of them was set aside and --retry-rejects is given.
    """
    night = night_of(
        home,
        as_of,
        tickets or [],
        source,
        engine,
        workers,
        dask_address,
        {
            "accounts": accounts,
            "wishes": wishes,
            "opportunities": opportunities,
            "availability": availability,
            "competitors": competitors,
            "products": products,
        },
        wait,
    )
    counts = _run(replace(night, retry_rejects=retry_rejects), "ingest")["ingest"]
    say_ingest(counts)
    leave(night, counts)


def score(
    engine: given.EngineOption = "",
    workers: given.WorkersOption = 0,
    dask_address: given.DaskOption = None,
    wait: given.WaitOption = 0.0,
    home: HomeOption = _HERE,
) -> None:
    """Scores what the models have not read yet.

    Reads stored text only.
    """
    counts = _run(night_of(home, "", [], "auto", engine, workers, dask_address, {}, wait), "score")
    say(f"scored {counts['score']['tickets']} tickets")


def decide(as_of: AsOfOption = "", wait: given.WaitOption = 0.0, home: HomeOption = _HERE) -> None:
    """Decides the night's leads.

    Reads what people typed before.
    """
    counts = _run(night_of(home, as_of, [], "auto", "", 0, None, {}, wait), "feedback", "watch", "decide")
    say(", ".join(f"{count} {place}" for place, count in counts["decide"]["places"].items()) or "no leads")


def publish(as_of: AsOfOption = "", wait: given.WaitOption = 0.0, home: HomeOption = _HERE) -> None:
    """Publishes the digest of a decided night."""
    night = night_of(home, as_of, [], "auto", "", 0, None, {}, wait)
    _run(night, "feedback", "publish")
    say(f"published {night.home.digests / night.as_of.isoformat()}")


def demo(
    keep: given.KeepOption = None,
    as_of: AsOfOption = "2026-11-20",
) -> None:
    """Runs two nights on the made-up sample.

    Yesterday and today, so that leads are held, released and updated; prints the top leads and where the files are.
    """
    from pipeline import bundled

    if keep and keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise UsageError(f"{keep} is there already, and demo writes no home but its own: give --keep another name.")
    home = keep or Path(tempfile.mkdtemp(prefix="ticketscout-demo-"))
    sample = bundled.sample()
    crm: dict[str, Path | None] = {file.stem: file for file in sorted((sample / "crm").glob("*.csv"))}
    for folder in sorted((sample / "helpdesk").iterdir()):
        if folder.name > as_of:
            continue
        say(f"the night of {folder.name}")
        night = night_of(home, folder.name, [str(folder)], "auto", "", 0, None, crm)
        with the_writer(night):
            counts = whole_night(night, deliver=False)
    summarise(night, counts)


def feedback_import(
    files: Annotated[list[Path], typer.Argument(help="Lists that people filled in.")],
    as_of: AsOfOption = "",
    home: HomeOption = _HERE,
) -> None:
    """Reads outcomes, and praise that was passed on, from lists that people filled in.

    Outcomes also from a CRM's own export of our tasks or deals, with our id and a status or stage.
    """
    from pipeline.errors import InputNotFound
    from pipeline.scoring.models import all_signals
    from pipeline.steps.feedback.read import read_feedback
    from pipeline.steps.review.feedback_labels import label_feedback
    from pipeline.warehouse import open_warehouse, single_writer

    for file in files:
        if not file.is_file():
            raise InputNotFound(f"{file} is not there: give a list that Ticketscout published.")
    place, settings = open_home(home)
    with single_writer(place), open_warehouse(place) as con:
        counts = read_feedback(con, place, day_of(as_of), files, crm=settings.crm_export)
        label_feedback(con, all_signals(place.models), day_of(as_of))
    say_feedback(vars(counts))


def night_of(
    home: Path,
    as_of: str,
    tickets: list[str],
    source: str,
    engine: str,
    workers: int,
    dask_address: str | None,
    crm: dict[str, Path | None],
    wait: float = 0.0,
) -> Night:
    """The night that the options describe. Raises UsageError."""
    from pipeline.worker import begin

    begin()  # before the modules below ask Arrow for anything
    from pipeline.engine import ENGINES
    from pipeline.steps.night import Night

    place, settings = open_home(home)
    chosen = engine or settings.run.engine
    if chosen not in ENGINES:
        raise UsageError(f"--engine {chosen!r}: use {', '.join(ENGINES)}.")
    return Night(
        place,
        settings,
        day_of(as_of),
        tickets=tuple(tickets),
        source=source,
        crm={name: path for name, path in crm.items() if path},
        engine=chosen,  # type: ignore[arg-type]
        workers=workers or settings.run.workers,
        dask_address=dask_address,
        wait=wait,
    )


def _run(night: Night, *steps: str) -> dict[str, dict[str, Any]]:
    with the_writer(night):
        return _run_steps(night, *steps)


@contextmanager
def the_writer(night: Night) -> Iterator[None]:
    """Holds the home and its work folder for a run."""
    from pipeline.steps.work_folder import work_folder
    from pipeline.warehouse import single_writer

    with single_writer(night.home, wait=night.wait, say=say), work_folder(night.work):
        yield


def _run_steps(night: Night, *steps: str) -> dict[str, dict[str, Any]]:
    from pipeline.steps.night import run_steps

    with watched(f"night of {night.as_of}") as progress:
        return run_steps(night, progress, *steps)


def whole_night(night: Night, deliver: bool) -> dict[str, dict[str, Any]]:
    """All steps, the last only where people are told; counts by step. Within `the_writer`."""
    from pipeline.steps.night import UNTOLD

    return _run_steps(night) if deliver else _run_steps(night, *UNTOLD)


def summarise(night: Night, counts: dict[str, dict[str, Any]]) -> None:
    """Prints the top leads and where the files are."""
    from pipeline.cli.crm_export import say_crm_export
    from pipeline.cli.tables import print_top_leads

    say_ingest(counts["ingest"])
    if any(counts["feedback"].values()):
        say_feedback(counts["feedback"])
    day = night.home.digests / night.as_of.isoformat()
    print_top_leads(day)
    print("\n" + "  ".join(f"{name} {rows}" for name, rows in counts["publish"]["rows"].items()))
    print(f"\nThe digest: {day}\nOpen lists: {night.home.owners}")
    say_publish(counts["publish"])
    say_crm_export(counts["publish"].get("crm_export", {}))
    for owner in counts["publish"]["left_for_next_night"]:
        say(f"{owner}/open.csv was typed into meanwhile: left as it is, read by the next night")
    say_deliveries(counts.get("deliver", {}))
    if found := counts["watch"]["found"]:
        say(f"unlike other nights: {', '.join(found)}; see ticketscout status or the manifest")
