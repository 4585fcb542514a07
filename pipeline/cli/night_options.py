"""Options of a night: what it reads, and where the work runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

TicketsOption = Annotated[
    list[str] | None,
    typer.Option("--tickets", help="The helpdesk's export: file, folder, glob or address; may be given several times."),
]
SourceOption = Annotated[str, typer.Option("--source", help="The helpdesk or format of the export, or auto.")]
RetryOption = Annotated[
    bool, typer.Option("--retry-rejects", help="Read files again of which something was set aside, after a fix.")
]
EngineOption = Annotated[
    str,
    typer.Option("--engine", help="Where the work runs: local, processes or dask (default: processes where it pays)."),
]
WorkersOption = Annotated[int, typer.Option("--workers", min=0, help="Worker processes; 0 is one a core.")]
DaskOption = Annotated[str | None, typer.Option("--dask-address", help="A running cluster, for --engine dask.")]
WaitOption = Annotated[
    float,
    typer.Option(
        "--wait", metavar="SECONDS", min=0, help="How long to wait for another run; 0 says at once who is at work."
    ),
]
DeliverOption = Annotated[bool, typer.Option("--deliver/--no-deliver", help="Whether channels are told of the night.")]
AccountsOption = Annotated[Path | None, typer.Option(help="CSV: who the customers are; without it no lead is made.")]
WishesOption = Annotated[Path | None, typer.Option(help="CSV: what sales heard and could not sell.")]
OpportunitiesOption = Annotated[Path | None, typer.Option(help="CSV: what sales is at already; shown as known.")]
AvailabilityOption = Annotated[Path | None, typer.Option(help="CSV: what can be had, from when: lost sales come back.")]
CompetitorsOption = Annotated[Path | None, typer.Option(help="CSV: rivals and their other names.")]
ProductsOption = Annotated[Path | None, typer.Option(help="CSV: products and their other names.")]
KeepOption = Annotated[
    Path | None, typer.Option("--keep", "--home", help="A new folder to keep the home in; else it is a temporary one.")
]
