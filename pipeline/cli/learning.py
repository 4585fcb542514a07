"""Commands of the learning loop: retrain, promote, rollback, models."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import AsOfOption, HomeOption, JsonOption, day_of, open_home
from pipeline.cli.progress import say
from pipeline.errors import UsageError

_HERE = Path()
_FLOOR = 100
SignalArgument = Annotated[str, typer.Argument(help="A signal, as `ticketscout models` names it.")]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command(epilog="Example: ticketscout retrain churn_risk --dry-run")(retrain)
    app.command(epilog="Example: ticketscout promote churn_risk 0123456789abcdef")(promote)
    app.command(epilog="Example: ticketscout rollback churn_risk")(rollback)
    app.command("models", epilog="Example: ticketscout models churn_risk")(list_models)


def retrain(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[SIGNAL]...", help="Which signals (default: all).")
    ] = None,
    floor: Annotated[int, typer.Option("--floor", min=1, help="Labels needed, a fifth of them yes.")] = _FLOOR,
    trust: Annotated[
        list[str] | None, typer.Option("--trust", metavar="BATCH", help="A batch that was set aside, but is right.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Train and compare, but write nothing.")] = False,
    as_of: AsOfOption = "",
    home: HomeOption = _HERE,
) -> None:
    """Learns from this home's labels.

    Each signal gets a challenger, which takes the place of the model in use only where it is better beyond noise on
    labels held out, and worse nowhere. Batches of labels that contradict everything before are named and left out.
    """
    from pipeline.cli.model_words import print_decision
    from pipeline.steps.retraining.retrain import retrain as run
    from pipeline.steps.retraining.retrain import signals_to_retrain
    from pipeline.warehouse import open_to_read, open_warehouse, single_writer

    place, settings = open_home(home)
    on = day_of(as_of)
    signals = signals_to_retrain(place, names or [])
    if not place.warehouse.is_file():
        raise UsageError(f"{place.warehouse} is not there: run a night first, then label some of its tickets.")
    memory = settings.run.memory_limit
    with nullcontext() if dry_run else single_writer(place):
        opened = open_to_read if dry_run else open_warehouse
        with opened(place, memory_limit=memory) as con:
            for signal in signals:
                print_decision(run(con, place, signal, on, floor=floor, trusted=trust or (), is_dry=dry_run))
    if dry_run:
        say("nothing was written")


def promote(
    signal: SignalArgument,
    model_id: Annotated[str, typer.Argument(help="A kept model, see `ticketscout models SIGNAL`.")],
    as_of: AsOfOption = "",
    home: HomeOption = _HERE,
) -> None:
    """Puts a kept model into use.

    The next night scores all tickets with it.
    """
    from pipeline.steps.retraining.promote import promote as run
    from pipeline.steps.retraining.promote import refuse_unkept
    from pipeline.warehouse import open_warehouse, single_writer

    place, settings = open_home(home)
    on = day_of(as_of)
    refuse_unkept(place, signal, model_id)
    with single_writer(place), open_warehouse(place, memory_limit=settings.run.memory_limit) as con:
        run(con, place, signal, model_id, on)
    print(f"{signal}: {model_id} is in use; the next night scores all tickets with it")


def rollback(
    signal: SignalArgument,
    as_of: AsOfOption = "",
    home: HomeOption = _HERE,
) -> None:
    """Goes back to the model that was in use before.

    In the end that is the starter. The model that is left stays in the registry.
    """
    from pipeline.steps.retraining.promote import refuse_without_own, roll_back
    from pipeline.warehouse import open_warehouse, single_writer

    place, settings = open_home(home)
    on = day_of(as_of)
    refuse_without_own(place, signal)
    with single_writer(place), open_warehouse(place, memory_limit=settings.run.memory_limit) as con:
        back_to = roll_back(con, place, signal, on)
    print(f"{signal}: back to {back_to}; the next night scores all tickets with it")


def list_models(
    signal: Annotated[str | None, typer.Argument(help="One signal, with its history.")] = None,
    as_json: JsonOption = False,
    home: HomeOption = _HERE,
) -> None:
    """Lists the models in use.

    With a signal: all that was decided about its models, and why.
    """
    from pipeline.cli.model_words import history_lines, model_lines
    from pipeline.steps.forgetting.due import retrain_due
    from pipeline.steps.retraining.model_list import history, in_use

    place, _ = open_home(home)
    found = in_use(place, signal)
    due = retrain_due(place, signal)
    decided = history(place, signal) if signal else []
    if as_json:
        import json
        from dataclasses import asdict

        rows = [asdict(one) for one in found]
        if signal:
            rows[0]["history"] = [asdict(event) for event in decided]
        print(json.dumps(rows[0] if signal else rows, indent=2, ensure_ascii=False, default=str))
        return
    for line in (*model_lines(found), *due, *(history_lines(decided, found[0].kept) if signal else ())):
        print(line)
