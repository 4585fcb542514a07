"""Commands about topics of unmet needs: list, show, rename, merge, split, undo, history, export."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.options import HomeOption, open_home
from pipeline.cli.progress import say
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.topics.edits import Edit
    from pipeline.warehouse import Connection

    Made = Callable[[Sequence[Edit], Mapping[tuple[str, str], str]], Sequence[Edit]]

_HERE = Path()
_SHOWN = 40
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]
TopicArgument = Annotated[str, typer.Argument(metavar="TOPIC", help="A topic's id, as in needs.csv.")]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    topics = typer.Typer(
        invoke_without_command=True,
        help="What customers miss, by topic: lists them, or edits them.",
        epilog="Example: ticketscout topics --home scout",
        rich_markup_mode=None,
    )
    topics.callback()(list_all)
    topics.command(epilog="Example: ticketscout topics show T-0a1b2c3d")(show)
    topics.command(epilog='Example: ticketscout topics rename T-0a1b2c3d "Export as PDF"')(rename)
    topics.command(epilog="Example: ticketscout topics merge T-0a1b2c3d T-9f8e7d6c")(merge)
    topics.command(epilog="Example: ticketscout topics split T-0a1b2c3d 4711 4712")(split)
    topics.command(epilog="Example: ticketscout topics undo")(undo)
    topics.command(epilog="Example: ticketscout topics history")(history)
    topics.command(epilog="Example: ticketscout topics export --out topics.csv")(export)
    app.add_typer(topics, name="topics")


def list_all(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help=f"All of them, not the first {_SHOWN}.")] = False,
    home: HomeOption = _HERE,
) -> None:
    """What customers miss, by topic.

    As of the last night and with all edits since: accounts and revenue behind each, tickets of 28 days, whether it is
    new or growing, and when it was first and last said. Edits hold for every later night.
    """
    if context.invoked_subcommand:
        source = context.get_parameter_source("home")
        if source is not None and source.name == "COMMANDLINE":
            raise UsageError(f"give --home after the word {context.invoked_subcommand}: it is that command's.")
        return
    from pipeline.cli.tables import print_topics
    from pipeline.steps.topics.listing import list_topics

    with _last_night(home) as con:
        found = list_topics(con)
    shown = found.topics if every else found.topics[:_SHOWN]
    print_topics(shown)
    if len(shown) < len(found.topics):
        print(f"The first {len(shown)} of {len(found.topics)}; --all shows the rest.")
    share = f" ({found.alone / found.needs:.0%})" if found.needs else ""
    print(f"Not assigned: {found.alone} of {found.needs} needs{share} are alone in their topic.")


def show(topic: TopicArgument, home: HomeOption = _HERE) -> None:
    """Shows a topic's needs in the customers' words, latest first."""
    from pipeline.steps.topics.listing import topic_lines

    with _last_night(home) as con:
        lines = list(topic_lines(con, topic))
    print("\n".join(lines))


def rename(
    topic: TopicArgument,
    words: Annotated[str, typer.Argument(metavar="WORDS", help="Its title from now on.")],
    home: HomeOption = _HERE,
) -> None:
    """Gives a topic a title, which every later night keeps."""
    from pipeline.steps.topics.edits import renamed

    made = _edit(home, lambda edits, placed: [renamed(edits, placed, topic, words)])
    say(f"{topic} is called “{made[0].title}”")


def merge(
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="The topic that stays.")],
    others: Annotated[list[str], typer.Argument(metavar="OTHER...", help="Topics that go into it.")],
    dry_run: DryRun = False,
    home: HomeOption = _HERE,
) -> None:
    """Brings the needs of other topics into one; later needs that are like theirs go there too."""
    from pipeline.steps.topics.edits import merged

    _edit(home, lambda edits, placed: merged(edits, placed, topic, others), dry_run=dry_run)
    say(f"{'would merge' if dry_run else 'merged'} {', '.join(others)} into {topic}")


def split(
    topic: TopicArgument,
    tickets: Annotated[
        list[str], typer.Argument(metavar="TICKET...", help="Tickets that become a topic of their own.")
    ],
    dry_run: DryRun = False,
    home: HomeOption = _HERE,
) -> None:
    """Takes tickets out of a topic into one of their own; later needs go to the nearer of the two."""
    from pipeline.steps.topics.edits import taken_out

    made = _edit(home, lambda edits, placed: [taken_out(edits, placed, topic, tickets)], dry_run=dry_run)
    print(made[0].into_id)
    say(f"{'would take' if dry_run else 'took'} {len(made[0].tickets)} out of {topic} into {made[0].into_id}")


def undo(dry_run: DryRun = False, home: HomeOption = _HERE) -> None:
    """Takes the last edit back; again, the one before."""
    from pipeline.steps.topics.edits import taken_back

    made = _edit(home, lambda edits, placed: [taken_back(edits)[0]], dry_run=dry_run)
    say(f"{'would take' if dry_run else 'took'} edit {made[0].undone} back: see ticketscout topics history")


def history(home: HomeOption = _HERE) -> None:
    """Shows every edit in its order."""
    from pipeline.steps.topics.listing import history_lines

    with _last_night(home) as con:
        lines = list(history_lines(con))
    print("\n".join(lines) if lines else "nobody edited topics here yet")


def export(
    out: Annotated[Path, typer.Option("--out", metavar="OUT.csv", help="CSV to write.")], home: HomeOption = _HERE
) -> None:
    """Writes all topics with the columns of needs.csv, those of few accounts too."""
    from pipeline.steps.auditing.written import KIND_OF, note
    from pipeline.steps.topics.listing import export_topics

    if out.is_dir():
        raise UsageError(f"{out} is a folder: name a file with --out.")
    place, _ = open_home(home)
    with _last_night(home) as con:
        count = export_topics(
            con, out, lambda topics: note(place, KIND_OF["topics export", "--out"], {"topics": topics})
        )
    say(f"wrote {count} topics: {out}")


@contextmanager
def _last_night(home: Path) -> Iterator[Connection]:
    from pipeline.steps.last_night import last_night

    place, _ = open_home(home)
    with last_night(place) as (con, _as_of):
        yield con


def _edit(home: Path, make: Made, *, dry_run: bool = False) -> Sequence[Edit]:
    """Adds what `make` makes of the edits so far and the topics as they are now."""
    from pipeline.steps.last_night import look_at
    from pipeline.steps.topics.edits import add_edit, read_edits
    from pipeline.steps.topics.group import placed_now
    from pipeline.warehouse import open_warehouse, single_writer, transaction

    place, _ = open_home(home)
    if not place.warehouse.exists():
        raise UsageError(f"no night was run in {place.path} yet: run ticketscout nightly there first.")
    with single_writer(place), open_warehouse(place) as con:
        look_at(con)
        made = make(read_edits(con), placed_now(con))
        if not dry_run:
            with transaction(con):
                for edit in made:
                    add_edit(con, edit, datetime.now(UTC).date())
    return made
