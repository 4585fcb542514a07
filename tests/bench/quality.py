"""How good signals, facts and redaction are, in one table: `make quality`.

Signals: cross-validated figures of the starters' cards, precision and recall at the declared prevalence, and their
weakest slices. Pairs: messages that differ by one cue. Facts: the report half of `data/facts`. Redaction: `data/pii`.
Never pitched: those who must not be, by what they wrote. `--halves`: what one half of the authors teaches about the
other. All of it on made-up text. Exits 1 naming what fell under `floors.toml`; `--record` writes that file anew, a bit
under what is measured. `--gold FILE...` measures the starters on labelled conversations instead, with intervals,
`--everyday FILE` counts alarms on texts that hold no signal: no floors there.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import tomllib
from pathlib import Path

import pyarrow as pa

from pipeline import bundled
from pipeline.errors import TicketscoutError
from pipeline.learning.evaluate import evaluate
from pipeline.learning.labels import read_folder, read_rows, read_turns
from pipeline.scoring.artifact import load_models
from pipeline.scoring.card import CARD_FILE
from pipeline.scoring.models import scorer_of
from pipeline.signals.facts import load_facts, read_facts
from pipeline.signals.spec import load_signals
from pipeline.text.clean import clean, needs_care
from tests.bench.halves import half_figures
from tests.bench.never_pitched import never_pitched_figures, never_pitched_lines
from tests.bench.pairs import pair_figures
from tests.bench.pii import ALL, halves
from tests.bench.pii import show as show_redaction

DATA = Path(__file__).resolve().parents[2] / "data"
FLOORS = Path(__file__).with_name("floors.toml")
# figure: how much worse it may get; a negative one is a figure of which less is better
MARGINS = {
    "average_precision": 0.02,
    "precision": 0.05,
    "recall": 0.05,
    "calibration_error": -0.01,
    "first_pass_loss": -0.01,
    "precision_at_top": 0.05,
    "false_alarms_per_thousand": -2.0,
    "right": 0.05,
    "first_to_second": 0.02,
    "second_to_first": 0.02,
}
# What is asked for, however far above it the figures are.
ASKED = {("redaction", ALL): {"precision": 0.95, "recall": 0.98}}
# Slices with the lowest average precision that are printed of each signal.
WEAKEST = 4
Figures = dict[str, dict[str, float]]


def signal_figures() -> Figures:
    """Signal → figures, from the starters' cards."""
    found: Figures = {}
    for card_file in sorted(bundled.starter_models().glob(f"*/{CARD_FILE}")):
        card = json.loads(card_file.read_text("utf-8"))
        measured = card["cross_validation"]
        found[card["signal"]] = {
            "average_precision": measured["average_precision"],
            "precision": measured["precision_at_prevalence"],
            "recall": measured["recall_at_prevalence"],
            "precision_at_top": measured["precision_at_top"],
            "false_alarms_per_thousand": measured["false_alarms_per_thousand"],
            "calibration_error": measured["calibration_error_at_prevalence"],
            "first_pass_loss": card["first_pass"]["lost_share"],
            "n": card["rows"],
        }
    return found


def weakest_slices() -> list[str]:
    """Lines that name the slices of each signal whose average precision is the lowest."""
    lines = []
    for card_file in sorted(bundled.starter_models().glob(f"*/{CARD_FILE}")):
        card = json.loads(card_file.read_text("utf-8"))
        slices = [(f["average_precision"], name, f["rows"]) for of in card["slices"].values() for name, f in of.items()]
        worst = ", ".join(f"{name} {value:.2f} (n {n})" for value, name, n in sorted(slices)[:WEAKEST])
        lines.append(f"{card['signal']:<18} weakest slices: {worst}")
    return lines


def fact_figures() -> Figures:
    """Fact → precision and recall on the report half of its rows; a fact that finds nothing has precision 0."""
    facts = load_facts(bundled.fact_specs())
    found: Figures = {}
    for file in sorted((DATA / "facts").glob("*.jsonl")):
        fact = facts[file.stem]
        every = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        rows = [row for row in every if row["split"] == "report"]
        texts = pa.array([row["text"] for row in rows], pa.string())
        hits = read_facts(texts, pa.array([fact.reads] * len(rows)), {fact.name: fact})["row"].to_pylist()
        right = sum(rows[i]["label"] for i in hits)
        found[fact.name] = {
            "precision": right / len(hits) if hits else 0.0,
            "recall": right / sum(row["label"] for row in rows),
            "n": len(rows),
        }
    return found


def alarms(file: Path) -> Figures:
    """Signal → alarms per thousand of the texts of `file`, none of which holds a signal."""
    scorer = scorer_of(load_models(bundled.starter_models()), load_signals(bundled.signal_specs()))
    lines = file.read_text("utf-8").splitlines()
    scores = scorer.score([read_turns(json.loads(line)) for line in lines], with_evidence=False)
    return {
        name: {"per_thousand": 1000 * sum(row[name].is_signal for row in scores) / len(scores), "n": len(scores)}
        for name in scorer.models
    }


def redaction_speed() -> tuple[float, float, float]:
    """MB, MB/s and the share of texts that need care, cleaning each text of the label files once, as a night would."""
    texts = [said.text for row in read_folder(DATA / "labels", "praise") for said in row.turns]
    size = sum(len(text.encode()) for text in texts) / 1e6
    start = time.perf_counter()
    care = needs_care(pa.array(texts, pa.string())).to_pylist()
    for text, is_needed in zip(texts, care, strict=True):
        if is_needed:
            clean(text, is_html=False)
    return size, size / (time.perf_counter() - start), sum(care) / len(care)


def fallen(kind: str, measured: Figures, floors: Figures) -> list[str]:
    """What is under its floor (or over its ceiling), or has gone, in words."""
    found = []
    for name, limits in floors.items():
        for figure, limit in limits.items():
            value = measured.get(name, {}).get(figure)
            less_is_better = MARGINS[figure] < 0
            if value is None or (value > limit if less_is_better else value < limit):
                shown = "not measured any more" if value is None else f"{value:.3f}"
                found.append(f"{kind} {name}: {figure} {shown}, {'at most' if less_is_better else 'floor'} {limit:.3f}")
    return found + [
        f"{kind} {name}: no floor recorded" for name in sorted(set(measured) - set(floors)) if ": " not in name
    ]


def record(figures: dict[str, Figures]) -> None:
    """Writes the floors a bit under what is measured."""
    lines = ["# What `make quality` must not fall under; written by `python -m tests.bench.quality --record`."]
    for kind, by_name in figures.items():
        for name, measured in by_name.items():
            if name.startswith("cue: "):  # a dozen pairs each: printed, no floor
                continue
            limits = {key: max(measured[key] - margin, 0) for key, margin in MARGINS.items() if key in measured}
            limits |= ASKED.get((kind, name), {})
            lines += ["", f"[{kind}.{name}]", *(f"{key} = {limit:.3f}" for key, limit in limits.items())]
    FLOORS.write_text("\n".join(lines) + "\n", "utf-8")


def show(title: str, figures: Figures) -> None:
    """One table: a row a name, a column a figure."""
    columns = list(next(iter(figures.values()), {}))
    short = [
        column.replace("average_precision", "AP")
        .replace("false_alarms_per_thousand", "alarms/1000")
        .replace("calibration_error", "ECE")
        .replace("precision_at_top", "P@top")
        for column in columns
    ]
    print(f"{title:<18}" + "".join(f"{column:>16}" for column in short))
    for name, measured in figures.items():
        cells = (f"{measured[c]:.{0 if c == 'n' else 3}f}" if c in measured else "" for c in columns)
        print(f"{name:<18}" + "".join(f"{cell:>16}" for cell in cells))
    print()


def show_gold(files: list[Path]) -> None:
    """The starters' figures on labelled conversations, each with its 95 % interval."""
    if not files:
        return
    signals = load_signals(bundled.signal_specs())
    for name, model in load_models(bundled.starter_models()).items():
        rows = [row for file in files for row in read_rows(file, name)]
        try:
            result = evaluate(scorer_of({name: model}, signals), name, rows)
        except TicketscoutError as error:
            print(f"{error}\n")
            continue
        print(f"{name}: {result['rows']} rows, {result['positives']} yes, {result['said']} said yes")
        for figure, value in result["figures"].items():
            print(f"  {figure:<18} {value['value']:.3f}  ({value['low']:.3f} to {value['high']:.3f})")
        print()


def main(arguments: list[str]) -> int:
    """0, or 1 where something fell under its floor."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.quality", description=__doc__)
    parser.add_argument("--gold", nargs="+", type=Path, metavar="FILE", help="labelled conversations, JSON lines")
    parser.add_argument("--everyday", type=Path, metavar="FILE", help="texts that hold no signal, JSON lines")
    parser.add_argument("--halves", action="store_true", help="also what one half of the authors teaches: 5 minutes")
    parser.add_argument("--record", action="store_true", help="write floors.toml from what is measured now")
    chosen = parser.parse_args(arguments)
    if chosen.gold or chosen.everyday:
        show_gold(chosen.gold or [])
        if chosen.everyday:
            show("false alarms", alarms(chosen.everyday))
        return 0
    scorer = scorer_of(load_models(bundled.starter_models()), load_signals(bundled.signal_specs()))
    figures = {"signals": signal_figures(), "pairs": pair_figures(scorer), "facts": fact_figures()}
    figures["never_pitched"] = never_pitched_figures()
    if chosen.halves or chosen.record:
        figures["halves"] = half_figures()
    for kind, measured in figures.items():
        show(kind, measured)
    figures["redaction"] = halves()
    show_redaction("redaction", figures["redaction"])
    print("\n".join([*never_pitched_lines(), "", *weakest_slices()]) + "\n")
    size, speed, care = redaction_speed()
    print(f"redaction: {size:.1f} MB at {speed:.1f} MB/s on one core; {care:.0%} of the texts need care\n")
    if chosen.record:
        record(figures)
        print(f"recorded in {FLOORS}")
        return 0
    floors = tomllib.loads(FLOORS.read_text("utf-8"))
    fell = [line for kind, measured in figures.items() for line in fallen(kind, measured, floors.get(kind, {}))]
    print("\n".join(f"FELL  {line}" for line in fell) or "all at or above their floors")
    return 1 if fell else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
