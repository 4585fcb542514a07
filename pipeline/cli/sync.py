"""The command that reads a helpdesk's API and then runs the night."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli import night_options as given
from pipeline.cli.night import night_of, summarise, the_writer, whole_night
from pipeline.cli.night_words import leave
from pipeline.cli.options import AsOfOption, HomeOption, day_given
from pipeline.cli.progress import say

_HERE = Path()


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(epilog="Example: ticketscout sync --accounts accounts.csv")(sync)


def sync(
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
    only_pull: Annotated[bool, typer.Option("--only-pull", help="Read the helpdesk, and leave the night out.")] = False,
    anew: Annotated[
        str,
        typer.Option("--from", metavar="DATE", help="Read again what changed since then."),
    ] = "",
    home: HomeOption = _HERE,
) -> None:
    """Reads what changed in the helpdesk through its API, then runs the night.

    The helpdesks stand in ticketscout.toml ([sync.zendesk], intercom, freshdesk, helpscout); their tokens in the
    environment. What was read before is not read again; after a failure the next run goes on from there.
    """
    from pipeline.steps.night import run_sync

    crm = {
        "accounts": accounts,
        "wishes": wishes,
        "opportunities": opportunities,
        "availability": availability,
        "competitors": competitors,
        "products": products,
    }
    night = night_of(home, as_of, [], "auto", engine, workers, dask_address, crm, wait)
    since = day_given("--from", anew)
    with the_writer(night):
        pulled = run_sync(night, say, anew=since)
        _say_pulled(pulled)
        counts = {} if only_pull else whole_night(night, deliver)
    if counts:
        summarise(night, counts)
    leave(night, pulled)


def _say_pulled(counts: dict[str, Any]) -> None:
    for desk, pulled in counts["desks"].items():
        records = ", ".join(f"{count} {kind}" for kind, count in pulled["records"].items())
        say(f"{desk}: {pulled['pages']} pages, {records or 'no records'}")
        for warning, count in pulled["warnings"].items():
            say(f"{desk}: {warning} ({count} times)" if count > 1 else f"{desk}: {warning}")
