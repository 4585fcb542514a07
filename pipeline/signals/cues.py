"""Cues as a spaCy component: named hints in the words, negated or not, as spans of the document.

The component is made for a list of cues and registered by name, so that the pipeline is one object with one order:
tokenizer, sentences, cues. No downloaded pipeline is needed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache

import spacy
from spacy.language import Language
from spacy.matcher import Matcher, PhraseMatcher
from spacy.tokens import Doc, Span

from pipeline.signals.spec import Cue

SPANS = "cues"
NEGATED = "~not"
# How far back a negation reaches, in tokens, unless a clause ends before.
_SCOPE = 4
_NEGATIONS = frozenset(
    "not n't no never without nor neither cannot cant dont wont doesnt didnt isnt wasnt wouldnt shouldnt".split()
)
_CLAUSE_ENDS = frozenset(", ; : . ! ? but however though although".split())


class CueComponent:
    """Sets `doc.spans["cues"]`: one span a hit, labelled with the cue's name, `~not` appended where negated."""

    def __init__(self, nlp: Language, cues: Sequence[Cue]) -> None:
        self._matcher = Matcher(nlp.vocab)
        self._phrases = PhraseMatcher(nlp.vocab, attr="LOWER")
        for cue in cues:
            if cue.patterns:
                self._matcher.add(cue.name, [json.loads(pattern) for pattern in cue.patterns], greedy="LONGEST")
            if cue.phrases:
                self._phrases.add(cue.name, [nlp.make_doc(phrase) for phrase in cue.phrases])

    def __call__(self, doc: Doc) -> Doc:
        hits = sorted({*self._matcher(doc), *self._phrases(doc)}, key=lambda hit: (hit[1], hit[2], hit[0]))
        spans = []
        for name, start, end in hits:
            label = doc.vocab.strings[name]
            if _is_negated(doc, start):
                label += NEGATED
            spans.append(Span(doc, start, end, label=label))
        doc.spans[SPANS] = spans
        return doc


def _is_negated(doc: Doc, start: int) -> bool:
    for i in range(start - 1, max(-1, start - 1 - _SCOPE), -1):
        word = doc[i].lower_
        if word in _CLAUSE_ENDS:
            return False
        if word in _NEGATIONS:
            return True
    return False


@Language.factory("ticketscout_cues_v1", assigns=["doc.spans"], default_config={"cues": "[]"})
def create_cues(nlp: Language, name: str, cues: str) -> CueComponent:
    """The component from its configuration: cues as a JSON list, as spaCy keeps configurations."""
    return CueComponent(nlp, [Cue(**one) for one in json.loads(cues)])


@lru_cache(maxsize=8)
def cue_pipeline(cues: tuple[Cue, ...]) -> Language:
    """Tokenizer, sentence bounds and cues. Cached: building the matchers costs more than a thousand messages."""
    nlp = spacy.blank("en")
    nlp.max_length = 10_000_000
    nlp.add_pipe("sentencizer", config={"punct_chars": [".", "!", "?", "…", "\n", "\n\n"]})
    nlp.add_pipe("ticketscout_cues_v1", config={"cues": json.dumps([asdict(cue) for cue in cues])})
    return nlp


def cue_names(cues: Sequence[Cue]) -> list[str]:
    """Feature names in their fixed order: each cue plain and negated."""
    return [name + suffix for name in sorted(cue.name for cue in cues) for suffix in ("", NEGATED)]
