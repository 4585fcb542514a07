"""Commands about models and files of rows: predict, train, evaluate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from pipeline.cli.options import HomeOption, JsonOption, open_home
from pipeline.cli.progress import say
from pipeline.errors import UsageError

_HERE = Path()
ModelsOption = Annotated[
    Path | None, typer.Option("--models", help="Only these models: a folder that train wrote, or a folder of such.")
]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command(epilog="Example: ticketscout predict rows.jsonl --out signals.csv")(predict)
    app.command(epilog="Example: ticketscout train churn_risk --labels labels.jsonl --objective precision=0.8")(train)
    app.command(epilog="Example: ticketscout evaluate churn_risk --labels gold.jsonl --where stratum=random")(evaluate)


def predict(
    rows: Annotated[Path, typer.Argument(metavar="IN.jsonl", help="Rows of id and text, or id and turns.")],
    out: Annotated[Path, typer.Option("--out", help="CSV to write.")],
    models: ModelsOption = None,
    home: HomeOption = _HERE,
) -> None:
    """Says how probable each signal is.

    One row for each input row and signal: probability, yes or no, and the sentence that shows it. Nothing is stored.
    """
    from pipeline.steps.predict import predict as run

    place, _ = open_home(home)
    say(f"predicted {run(rows, out, place.models, models)} rows: {out}")


def train(
    signal: Annotated[str, typer.Argument(help="A declared signal, or any name with --spec.")],
    labels: Annotated[Path, typer.Option("--labels", help="Labelled rows, JSON lines.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder to write (default: models/SIGNAL in the home).")
    ] = None,
    objective: Annotated[str, typer.Option(help="What the threshold is chosen for: f1, or precision=0.8.")] = "f1",
    prevalence: Annotated[
        float | None, typer.Option(help="Share of positives to calibrate to (default: that of the labels).")
    ] = None,
    spec: Annotated[Path | None, typer.Option(help="TOML of a signal that is not declared.")] = None,
    start: Annotated[
        Literal["auto", "starter", "scratch"],
        typer.Option(help="What to add to: the starter, nothing, or (auto) the starter under 2,000 rows."),
    ] = "auto",
    home: HomeOption = _HERE,
) -> None:
    """Trains a model from labelled rows.

    Writes the model and its card. Needs 60 rows, 10 of each label. A signal that has a starter adds your rows to what
    the starter knows, so that 200 labels of your own go a long way. A rare signal of your own, which has no starter,
    is told from the everyday messages that ship beside your rows; --start scratch leaves both out.
    """
    from pipeline.steps.train import train_signal

    place, _ = open_home(home)
    if prevalence is not None and not 0 < prevalence < 1:
        raise UsageError(f"--prevalence {prevalence}: a share between 0 and 1.")
    folder = out or place.models / signal
    model = train_signal(
        place, signal, labels, folder, objective=objective, prevalence=prevalence, spec=spec, start=start
    )
    figures = model.card["cross_validation"]
    say(
        f"{signal}: {model.card['rows']} rows, {model.card['positives']} yes; cross-validated average precision "
        f"{figures['average_precision']:.3f}, F1 {figures['f1']:.3f}; model {model.model_id} in {folder}"
    )


def evaluate(
    signal: Annotated[str, typer.Argument(help="The signal to measure.")],
    labels: Annotated[Path, typer.Option("--labels", help="Labelled rows, JSON lines.")],
    models: ModelsOption = None,
    where: Annotated[list[str] | None, typer.Option("--where", help="Only rows whose FIELD=VALUE.")] = None,
    as_json: JsonOption = False,
    home: HomeOption = _HERE,
) -> None:
    """Measures a model on labelled rows.

    Precision, recall, F1, average precision, precision among the first k, calibration and evidence, each with its
    95 % interval.
    """
    from pipeline.steps.train import evaluate_signal

    place, _ = open_home(home)
    result = evaluate_signal(place, signal, labels, models, _fields(where or []))
    if as_json:
        import json

        print(json.dumps(result, indent=2))
        return
    print(f"{result['signal']}: {result['rows']} rows, {result['positives']} yes, {result['said']} said yes")
    for name, figure in result["figures"].items():
        print(f"  {name:<18} {figure['value']:.3f}  ({figure['low']:.3f} to {figure['high']:.3f})")


def _fields(where: list[str]) -> dict[str, str]:
    fields = {}
    for condition in where:
        field, equals, value = condition.partition("=")
        if not equals:
            raise UsageError(f"--where {condition!r}: write it as FIELD=VALUE.")
        fields[field] = value
    return fields
