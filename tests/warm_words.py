"""Imported once by the server that commands are forked from: what each would compile anew, from files that ship, before
it reads its first message. Pure Python and spaCy only: threads of DuckDB, BLAS and OpenMP do not survive a fork."""

from __future__ import annotations

import pyarrow.dataset  # noqa: F401  # imported late by what writes Parquet
import tldextract  # noqa: F401  # imported late, as are the topics' libraries

import pipeline.topics.titles  # noqa: F401
from pipeline import bundled
from pipeline.cli.app import the_command
from pipeline.digest.page_words import environment
from pipeline.scoring.conversation import cues_for
from pipeline.signals.cues import cue_reader
from pipeline.signals.spec import load_cues, load_signals
from pipeline.steps.score_partition import _fact_rules

cues = cues_for(load_signals(bundled.signal_specs()), load_cues(bundled.shared_cues()))
for reads in ("customer", "agent"):  # as `cue_columns` asks for them
    cue_reader(tuple(cue for cue in cues if cue.reads == reads))
_fact_rules()
environment().get_template("page.html.j2")
the_command()
