"""Commands about labels: what to ask, what was answered, what there is, what is probably wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import AsOfOption, HomeOption, day_of, open_home
from pipeline.cli.progress import say
from pipeline.errors import UsageError

_HERE = Path()
SignalOption = Annotated[str, typer.Option("--signal", help="Only this signal (default: all).")]
_LISTED = 20


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    review = typer.Typer(
        no_args_is_help=True,
        help="Labels: ask people, read their answers, look at what there is.",
        rich_markup_mode=None,
        epilog="Example: ticketscout review export -n 200 --out questions.csv",
    )
    review.command("export", epilog="Example: ticketscout review export -n 200 --out questions.csv")(export)
    review.command("import", epilog="Example: ticketscout review import questions.csv --role labeller")(import_)
    review.command("labels", epilog="Example: ticketscout review labels --signal churn_risk --out labels.jsonl")(labels)
    review.command("errors", epilog="Example: ticketscout review errors --signal churn_risk --out again.csv")(errors)
    review.command("config", epilog="Example: ticketscout review config > label-studio.xml")(config)
    app.add_typer(review, name="review")


def export(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="List to write; must not be there yet.")],
    count: Annotated[int, typer.Option("-n", help="How many questions in all.")] = 200,
    signal: SignalOption = "",
    form: Annotated[str, typer.Option("--format", help="csv or labelstudio.")] = "csv",
    random_share: Annotated[
        float, typer.Option("--random-share", help="Share that is drawn at random; never under 0.1.")
    ] = 0.2,
    shows_model: Annotated[
        bool, typer.Option("--show-model", help="Show the model's probability, which biases who reads it.")
    ] = False,
    home: HomeOption = _HERE,
) -> None:
    """Asks people about tickets that nobody was asked about before.

    Some at random, so that it can be estimated what the model misses; some that it is uncertain of; some that stand for
    many others. Texts are redacted. Fill in decision (yes, no, cannot say), for a yes the number of the turn that shows
    it, and give the list to review import.
    """
    from pipeline.steps.review.export import export_questions
    from pipeline.warehouse import open_warehouse, single_writer

    place, settings = open_home(home)
    if not place.warehouse.exists():
        raise UsageError(f"no night was run in {place.path} yet: run ticketscout nightly there first.")
    with single_writer(place), open_warehouse(place, memory_limit=settings.run.memory_limit) as con:
        counts = export_questions(
            con,
            place,
            out,
            count=count,
            signal=signal,
            random_share=random_share,
            form=form,
            shows_model=shows_model,
        )
    for name, asked in counts.items():
        told = ", ".join(f"{asked[why]} {why}" for why in ("random", "uncertain", "diverse") if asked[why])
        say(f"{name}: {told or 'nothing left to ask'}")
    say(f"asked {sum(asked.total() for asked in counts.values())} questions: {out}")
    if form == "labelstudio":
        say("its labelling interface: ticketscout review config")


def import_(
    file: Annotated[Path, typer.Argument(help="A filled list, Label Studio's JSON, or labels as JSON lines.")],
    role: Annotated[
        str, typer.Option("--role", help="Who answered where a row says no role: labeller, second_reader, adjudicator.")
    ] = "labeller",
    signal: Annotated[
        str, typer.Option("--signal", help="For JSON lines with one label each: what it is a label of.")
    ] = "",
    as_of: AsOfOption = "",
    home: HomeOption = _HERE,
) -> None:
    """Reads answers.

    An answer that differs from the one before is a new decision; nothing is rewritten, and reading a file twice changes
    nothing. Names are not kept: what is no role is replaced by --role.
    """
    from pipeline.learning.examples import READERS
    from pipeline.steps.review.answers import Reading
    from pipeline.steps.review.export import chosen_signals
    from pipeline.steps.review.read_back import import_answers

    place, settings = open_home(home)
    if role not in READERS:
        raise UsageError(f"--role: use {', '.join(READERS)}; names are not kept.")
    chosen_signals(place, signal)
    counts = import_answers(place, file, Reading(chosen_signals(place, ""), role, signal, day_of(as_of)))
    if counts.was_read_before:
        say(f"{file} was read before: nothing to do")
        return
    say(
        f"read {counts.rows} rows: {counts.new} new decisions, {counts.unchanged} known, "
        f"{counts.unanswered} unanswered, {len(counts.set_aside) + len(counts.conflicts)} set aside"
    )
    if counts.roles_replaced:
        say(f"{counts.roles_replaced} rows had something else than a role in decided_by: {role} is kept instead")
    _list("set aside", counts.set_aside)
    _list("conflict", counts.conflicts)
    _list("in part", counts.remarks)
    if counts.disputed:
        say(f"readers disagree about {counts.disputed}: see ticketscout review errors")
    aside = len(counts.set_aside) + len(counts.conflicts)
    if aside > settings.tolerate * counts.rows:
        say(f"ticketscout: {aside} of {counts.rows} rows were set aside: mend them in the file and import it again.")
        raise typer.Exit(1)


def labels(
    signal: SignalOption = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write them: .jsonl for train, .csv, .json for Label Studio."),
    ] = None,
    home: HomeOption = _HERE,
) -> None:
    """Shows what labels there are.

    By origin, what was asked, how far readers agree, what they dispute, and what answers to random questions say of the
    model: how frequent the signal is, precision, recall.
    """
    from pipeline.steps.review.export import chosen_signals
    from pipeline.steps.review.labels import label_lines, write_labels
    from pipeline.warehouse import open_to_read, open_warehouse, single_writer

    place, settings = open_home(home)
    chosen = chosen_signals(place, signal)
    with open_to_read(place, memory_limit=settings.run.memory_limit) as con:
        for line in label_lines(con, place, chosen):
            print(line)
    if out:
        with single_writer(place), open_warehouse(place, memory_limit=settings.run.memory_limit) as con:
            say(f"wrote {write_labels(con, place, out, chosen, signal)} rows: {out}")


def errors(
    signal: Annotated[str, typer.Option("--signal", help="Whose labels.")],
    count: Annotated[int, typer.Option("-n", help="How many at most.")] = 50,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write them as a list for an adjudicator (CSV).")
    ] = None,
    home: HomeOption = _HERE,
) -> None:
    """Lists labels that are disputed or probably wrong.

    With the label that is suggested beside. Fill in decision in the list of --out and give it to review import: an
    adjudicator's word settles a question.
    """
    from pipeline.steps.review.doubts import doubts, write_doubts
    from pipeline.steps.review.export import chosen_signals
    from pipeline.warehouse import open_to_read, open_warehouse, single_writer

    place, settings = open_home(home)
    spec = chosen_signals(place, signal)[signal] if signal else None
    if spec is None:
        raise UsageError("--signal: name one signal.")
    if count < 1:
        raise UsageError(f"-n {count}: list at least one.")
    if out and out.exists():
        raise UsageError(f"{out} is there already, perhaps with answers: import it first, or name another file.")
    with open_to_read(place, memory_limit=settings.run.memory_limit) as con:
        found, by = doubts(con, spec, count)
    for one in found:
        said = f"{one.label}, suggested {one.suggested} ({one.probability:.2f})" if one.label else "disputed"
        first = next((said.text for said in one.row.turns if said.role == "customer"), "")
        print(f"{one.row.id}  {said:<32}  {' '.join(first.split())[:70]}")
    say(f"{len(found)} labels to look at again, {by}" + (f": {out}" if out else ""))
    if out:
        with single_writer(place), open_warehouse(place, memory_limit=settings.run.memory_limit) as con:
            write_doubts(con, place, out, found, spec)


def config(home: HomeOption = _HERE) -> None:
    """Prints Label Studio's labelling interface for these questions.

    It is the same for every home.
    """
    from pipeline.learning.label_studio import CONFIG

    print(CONFIG, end="")


def _list(what: str, sentences: list[str]) -> None:
    for sentence in sentences[:_LISTED]:
        say(f"{what}: {sentence}")
    if len(sentences) > _LISTED:
        say(f"{what}: and {len(sentences) - _LISTED} more")
