"""Commands about personal data: forget, retain, export-person, audit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.options import AsOfOption, HomeOption, JsonOption, day_given, day_of, open_home
from pipeline.cli.progress import say
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.steps.forgetting.forget import Erasure
    from pipeline.steps.forgetting.whom import Target

_HERE = Path()
DryOption = Annotated[bool, typer.Option("--dry-run", help="Only count what would go.")]
EmailOption = Annotated[str, typer.Option("--email", help="A person, by their address.")]
ContactOption = Annotated[str, typer.Option("--contact", help="A person, by the helpdesk's id or our pseudonym.")]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command(epilog="Example: ticketscout forget --email jane@elmcrest.example --dry-run")(forget)
    app.command(epilog="Example: ticketscout retain --dry-run")(retain)
    app.command("export-person", epilog="Example: ticketscout export-person --contact 2044 --out held.json")(
        export_person
    )
    app.command(epilog="Example: ticketscout audit --since 2026-11-01")(audit)


def forget(
    email: EmailOption = "",
    contact: ContactOption = "",
    ticket: Annotated[str, typer.Option("--ticket", help="A ticket, by its id.")] = "",
    account: Annotated[str, typer.Option("--account", help="An account's people and tickets, by its id.")] = "",
    dry_run: DryOption = False,
    home: HomeOption = _HERE,
) -> None:
    """Forgets a person, a ticket, or an account's people and tickets.

    Everywhere: databases, lists of all days, what people sent back, labels and questions, freed bytes of files. They do
    not come back with the next export. Killed in the middle, it is finished by giving the same again.
    """
    from pipeline.steps.forgetting.forget import forget as run
    from pipeline.warehouse import single_writer

    target = _target({"email": email, "contact": contact, "ticket": ticket, "account": account})
    place, settings = open_home(home)
    with single_writer(place):
        done = run(place, settings, target, dry_run=dry_run)
    if done is None:
        say("nothing is held of that here")
        return
    print_erasure(done, "would go" if dry_run else "gone")


def _target(given: dict[str, str]) -> Target:
    from pipeline.steps.forgetting.whom import Target

    named = [(kind, value) for kind, value in given.items() if value.strip()]
    if len(named) != 1:
        options = ", ".join(f"--{kind}" for kind in given)
        raise UsageError(f"give exactly one of {options}: it says who is meant.")
    kind, value = named[0]
    return Target(kind, value)  # type: ignore[arg-type]


def print_erasure(done: Erasure, word: str) -> None:
    """Rows by table and folder; never whose they are."""
    for name, rows in done.rows.items():
        print(f"{name:<24} {rows:>9,} rows {word}")
    for name, rows in done.lists.items():
        print(f"{'lists: ' + name:<24} {rows:>9,} rows {word}")
    for path in done.unread:
        say(f"{path} cannot be read as a list: look at it yourself")


def retain(
    dry_run: DryOption = False,
    as_of: AsOfOption = "",
    home: HomeOption = _HERE,
) -> None:
    """Erases what is older than [retain] in ticketscout.toml says.

    Tickets with all that was made of them, days' lists, lists that came back. Run it every night after nightly.
    """
    from pipeline.steps.forgetting.retain import retain as run
    from pipeline.warehouse import single_writer

    place, settings = open_home(home)
    with single_writer(place):
        done = run(place, settings, day_of(as_of), dry_run=dry_run)
    if done.is_empty:
        say("nothing is older than asked")
        return
    print_erasure(done, "would go" if dry_run else "gone")


def export_person(
    out: Annotated[Path, typer.Option("--out", help="JSON file to write; must not be there yet.")],
    email: EmailOption = "",
    contact: ContactOption = "",
    home: HomeOption = _HERE,
) -> None:
    """Writes all that is held of a person into a file.

    For a request for access: every row and list entry, and where it is from. The file is readable by its owner alone.
    """
    from pipeline.steps.forgetting.export_person import export_person as run
    from pipeline.warehouse import single_writer

    target = _target({"email": email, "contact": contact})
    place, settings = open_home(home)
    with single_writer(place):
        rows = run(place, settings, target, out)
    say(f"wrote {rows} rows: {out}" if rows else "nothing is held of that here")


def audit(
    since: Annotated[str, typer.Option("--since", help="From that day on (YYYY-MM-DD).")] = "",
    as_json: JsonOption = False,
    home: HomeOption = _HERE,
) -> None:
    """Lists what was done with personal data.

    Lists published, files written for a CRM, a reviewer or whoever asked for a page, messages sent, models let in,
    people forgotten: when, by whom, how much. Never whose.
    """
    import json
    from dataclasses import asdict

    from pipeline.steps.auditing.audit import entries
    from pipeline.steps.auditing.written import noted
    from pipeline.warehouse import open_to_read

    place, settings = open_home(home)
    with open_to_read(place, memory_limit=settings.run.memory_limit) as con:
        found = entries(con, noted(place), day_given("--since", since))
    if as_json:
        print(json.dumps([asdict(one) for one in found], indent=2, default=str))
        return
    if not found:
        say("nothing was done yet")
    for one in found:
        print(f"{one.at:%Y-%m-%d %H:%M}  {one.kind:<17} {one.by[:12]:<12} {one.about}")
