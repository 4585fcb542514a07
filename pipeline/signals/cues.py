"""Cues as a spaCy component: named hints in the words, negated or not.

Patterns are written in spaCy's token-pattern notation, of which four keys are enough: LOWER (a word or {IN: words}),
OP ("?" optional, "*" up to `_STAR` tokens), IS_SENT_START. They are matched by `CueMatcher` rather than by
spaCy's own Matcher, which evaluates every {IN: ...} for every token and costs twenty times as much here
(docs/decisions.md). No downloaded pipeline is needed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any, NamedTuple

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.errors import BadConfiguration
from pipeline.signals.pieces import Parted, lower
from pipeline.signals.spec import Cue

HITS = "cues"
LOWER = "lower"
_COMPONENT = "ticketscout_cues_v1"
NEGATED = "~not"
# How far back a negation reaches, in tokens, unless a clause ends before.
_SCOPE = 4
_STAR = 8
# spaCy parts "don't" into "do" and "n't", and "dont" into "do" and "nt"; what it leaves whole stands as typed.
_NEGATIONS = frozenset(
    [
        "not",
        "n't",
        "nt",
        "no",
        "never",
        "without",
        "nor",
        "neither",
        "cannot",
        "cant",
        "dont",
        "wont",
        "doesnt",
        "didnt",
        "isnt",
        "wasnt",
        "wouldnt",
        "shouldnt",
    ]
)
_CLAUSE_ENDS = frozenset([",", ";", ":", ".", "!", "?", "but", "however", "though", "although"])
_SENTENCE_ENDS = frozenset([".", "!", "?", "…", "\n", "\n\n"])


class Hit(NamedTuple):
    """A cue in a document: its label (`~not` appended where negated) and its tokens [start, end)."""

    label: str
    start: int
    end: int


class _Token(NamedTuple):
    words: frozenset[str] | None
    least: int
    most: int
    starts_sentence: bool


_Try = tuple[str, Sequence[_Token], frozenset[str]]


class CueMatcher:
    """Finds cues in lists of lower-case words. A pattern is tried only where a word that it can start with stands
    before one that it can go on with, and only if the last that it cannot do without is there at all."""

    def __init__(self, patterns: Sequence[tuple[str, Sequence[_Token]]]) -> None:
        tries: dict[str, dict[str | None, list[_Try]]] = {}
        for name, tokens in patterns:
            if not tokens or tokens[0].words is None or tokens[0].least == 0:
                raise BadConfiguration(f"cue {name}: a pattern must begin with a word that is not optional.")
            for word in tokens[0].words:
                following = tries.setdefault(word, {None: []})
                for second in _second_words(tokens) or (None,):
                    following.setdefault(second, []).append((name, tokens, _last_words(tokens)))
        self._tries = {
            word: {second: some if second is None else [*some, *following[None]] for second, some in following.items()}
            for word, following in tries.items()
        }

    def __call__(self, words: Sequence[str]) -> list[Hit]:
        """Hits in order of start, end, label; a cue counts once a start, at its longest."""
        found: dict[tuple[int, str], int] = {}
        last = len(words) - 1
        there = set(words)
        for start, word in enumerate(words):
            following = self._tries.get(word)
            if following is None:
                continue
            second = words[start + 1] if start < last else None
            for name, tokens, needed in following[second if second in following else None]:
                if needed.isdisjoint(there):
                    continue
                end = _match(tokens, 0, words, start)
                if end > found.get((start, name), 0):
                    found[start, name] = end
        hits = [
            Hit(name + NEGATED if is_negated(words, start) else name, start, end)
            for (start, name), end in found.items()
        ]
        return sorted(hits, key=lambda hit: (hit.start, hit.end, hit.label)) if len(hits) > 1 else hits


def _second_words(tokens: Sequence[_Token]) -> frozenset[str] | None:
    """The words that can stand second where the pattern matches; None where any word or none can."""
    if tokens[0].most > 1:
        return None
    words: frozenset[str] = frozenset()
    for token in tokens[1:]:
        if token.words is None:
            return None
        words |= token.words
        if token.least:
            return words
    return None


def _last_words(tokens: Sequence[_Token]) -> frozenset[str]:
    """The words of the last token that must be there and is not just any word."""
    return next(token.words for token in reversed(tokens) if token.words is not None and token.least)


def _match(tokens: Sequence[_Token], place: int, words: Sequence[str], at: int) -> int:
    """End of the longest match of `tokens[place:]` from word `at`, or 0."""
    for here in range(place, len(tokens)):
        token = tokens[here]
        if token.most > 1 or not token.least:
            return _match_some(tokens, here, words, at)
        if at >= len(words) or not _fits(token, words, at):
            return 0
        at += 1
    return at


def _match_some(tokens: Sequence[_Token], place: int, words: Sequence[str], at: int) -> int:
    """The same where `tokens[place]` may stand any number of times within its bounds."""
    token = tokens[place]
    longest = 0 if token.least else _match(tokens, place + 1, words, at)
    for i in range(at, min(at + token.most, len(words))):
        if not _fits(token, words, i):
            break
        longest = max(longest, _match(tokens, place + 1, words, i + 1))
    return longest


def _fits(token: _Token, words: Sequence[str], i: int) -> bool:
    """Whether a word may stand for `token`; any word but the end of a sentence where it names none."""
    fits = words[i] not in _SENTENCE_ENDS if token.words is None else words[i] in token.words
    return fits and (not token.starts_sentence or i == 0 or words[i - 1] in _SENTENCE_ENDS)


def is_negated(words: Sequence[str], start: int) -> bool:
    """Whether a negation reaches the word at `start` within its clause."""
    for i in range(start - 1, max(-1, start - 1 - _SCOPE), -1):
        if words[i] in _CLAUSE_ENDS:
            return False
        if words[i] in _NEGATIONS:
            return True
    return False


def _compile(nlp: Language, cues: Sequence[Cue]) -> Iterator[tuple[str, Sequence[_Token]]]:
    for cue in cues:
        for phrase in cue.phrases:
            yield cue.name, [_Token(frozenset([lower(t.orth_)]), 1, 1, False) for t in nlp.make_doc(phrase)]
        for pattern in cue.patterns:
            yield cue.name, [_token(cue.name, one) for one in json.loads(pattern)]


def _token(cue: str, raw: dict[str, Any]) -> _Token:
    unknown = set(raw) - {"LOWER", "OP", "IS_SENT_START"}
    if unknown or raw.get("OP", "") not in ("", "?", "*"):
        raise BadConfiguration(f"cue {cue}: {raw} uses more than LOWER, OP (? or *) and IS_SENT_START.")
    lower = raw.get("LOWER")
    if isinstance(lower, dict) and set(lower) != {"IN"}:
        raise BadConfiguration(f"cue {cue}: LOWER is a word or {{IN = [words]}}, not {lower}.")
    words = None if lower is None else frozenset(lower["IN"] if isinstance(lower, dict) else [lower])
    least, most = {"": (1, 1), "?": (0, 1), "*": (0, _STAR)}[raw.get("OP", "")]
    return _Token(words, least, most, bool(raw.get("IS_SENT_START")))


class CueComponent:
    """Keeps `doc.user_data["cues"]`, a list of `Hit`, and `doc.user_data["lower"]`, the lower-case words,
    curly apostrophes as straight ones."""

    def __init__(self, nlp: Language, cues: Sequence[Cue]) -> None:
        self._matcher = CueMatcher(list(_compile(nlp, cues)))
        self._parted = Parted(nlp.tokenizer)

    def __call__(self, doc: Doc) -> Doc:
        words = doc.user_data[LOWER] = [lower(token.orth_) for token in doc]
        doc.user_data[HITS] = self._matcher(words)
        return doc

    def read(self, text: str) -> tuple[list[str], list[Hit]]:
        """Words and cues of a text, the same as by the whole pipeline."""
        words = self._parted.words(text)
        return words, self._matcher(words)


@Language.factory(_COMPONENT, default_config={"cues": "[]"})
def create_cues(nlp: Language, name: str, cues: str) -> CueComponent:
    """The component from its configuration: cues as a JSON list, as spaCy keeps configurations."""
    return CueComponent(nlp, [Cue(**one) for one in json.loads(cues)])


@lru_cache(maxsize=8)
def cue_reader(cues: tuple[Cue, ...]) -> CueComponent:
    """The component by itself. Cached: building it costs more than a thousand messages."""
    return CueComponent(_english(), cues)


@lru_cache(maxsize=1)
def _english() -> Language:
    """What parts words: readers of several cues share it."""
    return spacy.blank("en")


@lru_cache(maxsize=8)
def cue_pipeline(cues: tuple[Cue, ...]) -> Language:
    """Tokenizer and cues, as a pipeline of spaCy's."""
    nlp = spacy.blank("en")
    nlp.max_length = 10_000_000
    nlp.add_pipe(_COMPONENT, config={"cues": json.dumps([asdict(cue) for cue in cues])})
    return nlp


def cue_names(cues: Sequence[Cue]) -> list[str]:
    """Feature names in their fixed order: each cue plain and negated."""
    return [name + suffix for name in sorted(cue.name for cue in cues) for suffix in ("", NEGATED)]
