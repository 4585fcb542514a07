"""The learning loop over many nights: `python -m tests.bench.loop FOLDER [--nights 120] [--write docs/learning.md]`.

A helpdesk of known truth (`loop_world.py`) runs its nights. Owners answer some leads days later, one in twenty wrongly;
every week a list of questions is asked, answered days later, some wrongly, some not at all, and the signals are
retrained. Each week the model in use is measured on utterances that are never sent, at their natural prevalence. On one
night a batch of labels is poisoned: all of it turned round. All through the commands that people use.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import re
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from sklearn.metrics import average_precision_score

from pipeline.cli.app import app
from pipeline.config import Home
from pipeline.scoring.artifact import Model
from pipeline.scoring.models import all_signals, current_models, scorer_of
from pipeline.scoring.said import Said
from pipeline.warehouse import open_to_read
from tests.bench.loop_world import PREVALENCE, Ticket, Utterance, nights, parted, utterances, write_night

TICKETS = 90
WEEK = 7
QUESTIONS = 60
# Of what people answer so much is wrong, and so much never comes back.
WRONG, SILENT = 0.05, 0.15
LATEST = 9
POISONED = 150
RESAMPLES = 500
# Characters of a bar at an average precision of 1.
BAR = 12


@dataclass
class Week:
    """What stood at the end of a week: by signal the average precision of the model in use, and what was decided."""

    night: int
    quality: dict[str, float]
    models: dict[str, str]
    decided: list[str]
    labels: int


@dataclass
class Course:
    """How the loop went. `falls` are promotions after which a signal did worse beyond noise."""

    weeks: list[Week] = field(default_factory=list)
    falls: list[str] = field(default_factory=list)
    poison: list[str] = field(default_factory=list)


class Loop:
    """One home, the people around it, and the tickets' truth."""

    def __init__(self, folder: Path, pool: list[Utterance], kept: list[Utterance], seed: int) -> None:
        self.folder, self.kept = folder, kept
        self.home = Home(folder / "home")
        self.rng = np.random.default_rng(seed)
        self.pool = pool
        self.truth: dict[str, Utterance] = {}
        self.answered: set[str] = set()
        self.posts: list[tuple[date, Path]] = []
        self.course = Course()
        self.measured: dict[str, tuple[str, np.ndarray]] = {}

    def run(self, count: int, poison_on: int) -> Course:
        """All nights in order."""
        self.measure(0, date.min, [])
        for n, (day, tickets) in enumerate(nights(self.pool, count, TICKETS), start=1):
            self.night(day, tickets)
            self.answer_leads(day)
            for due, file in [post for post in self.posts if post[0] <= day]:
                ticketscout("review", "import", str(file), "--as-of", str(day), "--home", str(self.home.path))
                self.posts.remove((due, file))
            if n == poison_on:
                self.poison(day)
            if n % WEEK == 0:
                self.ask(day)
                said = ticketscout("retrain", *PREVALENCE, "--as-of", str(day), "--home", str(self.home.path))
                if n >= poison_on and not self.course.poison:
                    self.course.poison = [line.strip() for line in said.splitlines() if "left out" in line]
                self.measure(n, day, said.splitlines())
        return self.course

    def night(self, day: date, tickets: list[Ticket]) -> None:
        """An ordinary night."""
        self.truth |= {ticket.ticket_id: ticket.utterance for ticket in tickets}
        export = self.folder / "export" / str(day)
        write_night(export, day, tickets)
        ticketscout(
            *("nightly", "--tickets", str(export), "--accounts", str(export / "accounts.csv")),
            *("--as-of", str(day), "--engine", "local", "--home", str(self.home.path)),
        )

    def answer_leads(self, day: date) -> None:
        """Owners say of half of what they were shown what became of it, one to nine days later, in the inbox."""
        for file in sorted(self.home.owners.glob("*/open.csv")):
            for lead in csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))):
                if lead["lead_id"] in self.answered or self.rng.random() > 0.1:
                    continue
                self.answered.add(lead["lead_id"])
                is_right = lead["signal"] in self.truth[lead["ticket_id"]].carries
                if self.rng.random() < WRONG:
                    is_right = not is_right
                outcome = str(self.rng.choice(["accepted", "won", "bad_timing"])) if is_right else "not_a_signal"
                self.home.inbox.mkdir(parents=True, exist_ok=True)
                (self.home.inbox / f"{day}-{lead['lead_id']}.csv").write_text(
                    f"lead_id,outcome\n{lead['lead_id']},{outcome}\n", encoding="utf-8"
                )

    def ask(self, day: date) -> None:
        """Questions go out; the answers come back days later."""
        for signal in PREVALENCE:
            self.ask_about(signal, day)

    def ask_about(self, signal: str, day: date) -> None:
        """The questions of one signal."""
        file = self.folder / f"questions-{signal}-{day}.csv"
        ticketscout(
            *("review", "export", "-n", str(QUESTIONS), "--signal", signal),
            *("--out", str(file), "--home", str(self.home.path)),
        )
        with open(file, encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        with open_to_read(self.home) as con:
            tickets = dict(con.execute("SELECT example_id, ticket_id FROM examples").fetchall())
        for row in rows:
            chance = self.rng.random()
            if chance < SILENT:
                continue
            is_yes = (signal in self.truth[tickets[row["example_id"]]].carries) != (chance > 1 - WRONG)
            row["decision"] = "yes" if is_yes else "no"
        with open(file, "w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        self.posts.append((day + timedelta(days=int(self.rng.integers(2, LATEST))), file))

    def poison(self, day: date) -> None:
        """Somebody imports labels that are all the wrong way round."""
        signal = next(iter(PREVALENCE))
        pick = self.rng.permutation(len(self.pool))
        yes = [self.pool[i] for i in pick if signal in self.pool[i].carries][: POISONED // 3]
        no = [self.pool[i] for i in pick if not self.pool[i].carries][: POISONED - len(yes)]
        file = self.folder / "poison.jsonl"
        rows = [(one.text, 0) for one in yes] + [(one.text, 1) for one in no]
        file.write_text(
            "".join(f'{{"text": {_json(text)}, "label": {label}}}\n' for text, label in rows), encoding="utf-8"
        )
        ticketscout(
            *("review", "import", str(file), "--signal", signal, "--role", "labeller"),
            *("--as-of", str(day), "--home", str(self.home.path)),
        )

    def measure(self, night: int, day: date, said: list[str]) -> None:
        """Average precision of the models in use on what is never sent, and whether any change was a fall."""
        signals = all_signals(self.home.models)
        models = current_models(self.home.models, signals)
        quality = {}
        for signal in PREVALENCE:
            model = models[signal]
            before = self.measured.get(signal)
            if before is None or before[0] != model.model_id:
                self.measured[signal] = (model.model_id, scores(model, self.kept))
                if before and fell(self.labels(signal), before[1], self.measured[signal][1]):
                    self.course.falls.append(f"{signal} on night {night}")
            quality[signal] = float(average_precision_score(self.labels(signal), self.measured[signal][1]))
        known = 0
        if self.home.warehouse.exists():
            with open_to_read(self.home) as con:
                known = con.execute("SELECT count(*) FROM labels").fetchall()[0][0]
        decided = [line for line in said if line.split(":")[0].split(" ")[0] in PREVALENCE]
        week = Week(night, quality, {s: models[s].model_id for s in PREVALENCE}, decided, known)
        self.course.weeks.append(week)
        print(
            night, {s: round(q, 3) for s, q in quality.items()}, known, *decided, sep="  ", file=sys.stderr, flush=True
        )

    def labels(self, signal: str) -> np.ndarray:
        """(kept,) truth."""
        return np.array([signal in one.carries for one in self.kept])


def scores(model: Model, kept: list[Utterance]) -> np.ndarray:
    """(kept,) probabilities."""
    scorer = scorer_of({model.signal: model}, all_signals())
    rows = scorer.score([[Said("customer", one.text)] for one in kept], with_evidence=False)
    return np.array([row[model.signal].probability for row in rows])


def fell(labels: np.ndarray, before: np.ndarray, after: np.ndarray) -> bool:
    """Whether average precision is lower after than before in 97.5 % of paired bootstrap samples."""
    rng = np.random.default_rng(0)
    differences = []
    for _ in range(RESAMPLES):
        i = rng.integers(len(labels), size=len(labels))
        if labels[i].any():
            differences.append(
                average_precision_score(labels[i], after[i]) - average_precision_score(labels[i], before[i])
            )
    return bool(np.quantile(differences, 0.975) < 0)


def ticketscout(*words: str) -> str:
    """Runs a command as `ticketscout` would; what it prints. Raises for what it refuses."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed), contextlib.suppress(SystemExit):
        app(list(words), standalone_mode=False)
    return printed.getvalue()


def _json(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False)


def report(course: Course, seconds: float) -> str:
    """The curve as a Markdown table with bars, and what came of the poison."""
    bars = [f"{signal} |  " for signal in PREVALENCE]
    lines = [f"| night | labels | {'| '.join(bars)}| decided |", "|---|---|" + "---|---|" * len(PREVALENCE) + "---|"]
    before: dict[str, str] = course.weeks[0].models
    for week in course.weeks:
        new = [f"{signal} promoted" for signal in PREVALENCE if week.models[signal] != before[signal]]
        before = week.models
        figures = " | ".join(f"{q:.3f} | {'█' * round(BAR * q)}" for q in week.quality.values())
        lines.append(f"| {week.night} | {week.labels} | {figures} | {', '.join(new)} |")
    lines += ["", f"Falls beyond noise: {', '.join(course.falls) or 'none'}.", ""]
    lines += [f"The poisoned batch: {'; '.join(course.poison) or 'NOT NOTICED'}", "", f"{seconds / 60:.0f} minutes."]
    return "\n".join(lines)


def main() -> None:
    """Runs the loop and prints its course, or writes it into a document between its marks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--nights", type=int, default=120)
    parser.add_argument("--poison-on", type=int, default=78)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    pool, kept = parted(utterances(chosen.folder))
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        course = Loop(Path(folder), pool, kept, chosen.seed).run(chosen.nights, chosen.poison_on)
    text = report(course, time.perf_counter() - began)
    print(text)
    if chosen.write:
        whole = chosen.write.read_text(encoding="utf-8")
        chosen.write.write_text(
            re.sub(r"(?s)(<!-- loop -->\n).*?(\n<!-- /loop -->)", lambda m: m[1] + text + m[2], whole), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
