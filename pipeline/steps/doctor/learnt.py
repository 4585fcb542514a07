"""Checks of what a night decides by: signals and their models, facts and cues, the CRM's files."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline import bundled
from pipeline.errors import TicketscoutError, UntrustedModel
from pipeline.scoring.artifact import load_model
from pipeline.scoring.models import all_signals, model_folder
from pipeline.signals.facts import load_facts
from pipeline.signals.spec import load_cues
from pipeline.steps.crm import FILES, check_crm
from pipeline.steps.doctor.finding import Finding, Looked, look, of_error, well, wrong
from pipeline.steps.forgetting.due import retrain_lines
from pipeline.steps.marks import MARKS, check_marks


def signals(looked: Looked) -> Iterator[Finding]:
    """Specs are valid, the home's own among them."""
    yield well(f"{len(all_signals(looked.home.models))} specs are valid")


def models(looked: Looked) -> Iterator[Finding]:
    """Each signal has a model, and it loads."""
    for name in all_signals(looked.home.models):
        folder = model_folder(looked.home.models, name)
        if folder is None:
            yield wrong(
                f"{name} has no model, so that nights leave it out", f"run ticketscout train {name} with labels."
            )
            continue
        try:
            load_model(folder)
        except UntrustedModel as error:
            found = of_error(error)
            yield wrong(found.what, f"run ticketscout rollback {name}, or train it again: ticketscout train {name}.")


def retrain(looked: Looked) -> Iterator[Finding]:
    """No model learnt from somebody who was forgotten since."""
    for line in retrain_lines(looked.opened, looked.home):
        what, _, mend = line.rpartition(": ")
        yield look(what, f"run {mend}.")


def facts(looked: Looked) -> Iterator[Finding]:
    """Facts and shared cues that ship can be read."""
    read, cues = load_facts(bundled.fact_specs()), load_cues(bundled.shared_cues())
    yield well(f"{len(read)} facts and {len(cues)} shared cues can be read")


def crm(looked: Looked) -> Iterator[Finding]:
    """Files that the settings name are there, with the columns they need: competitors, products, accounts, …."""
    crm = looked.given.crm
    for name in (*FILES, *MARKS.values()):
        if not (path := getattr(crm, name)):
            continue
        try:
            if name in FILES:
                check_crm({name: looked.home.path / path}, crm.headers)
            else:
                check_marks({mark: looked.home.path / path for mark, setting in MARKS.items() if setting == name})
        except TicketscoutError as error:
            yield wrong(f"crm.{name}: {str(error).rstrip('.')}", f"mend the file, or crm.{name} in ticketscout.toml.")
