"""Cues as a spaCy component: named hints in the words, negated or not.

Patterns are written in spaCy's token-pattern notation, of which four keys are enough: LOWER (a word or {IN: words}),
OP ("?" optional, "*" up to `_STAR` tokens), IS_SENT_START. They are matched by `CueMatcher` rather than by
spaCy's own Matcher, which evaluates every {IN: ...} for every token and costs twenty times as much here
(docs/decisions.md). No downloaded pipeline is needed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.errors import BadConfiguration
from pipeline.signals.spec import Cue

HITS = "cues"
LOWER = "lower"
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


@dataclass(frozen=True)
class Hit:
    """A cue in a document: its label (`~not` appended where negated) and its tokens [start, end)."""

    label: str
    start: int
    end: int


@dataclass(frozen=True)
class _Token:
    words: frozenset[str] | None
    least: int
    most: int
    starts_sentence: bool


class CueMatcher:
    """Finds cues in lists of lower-case words. Patterns are tried only where a word they can start with stands, and
    only if the word after it may follow; plain phrases are looked up whole."""

    def __init__(self, patterns: Sequence[tuple[str, Sequence[_Token]]]) -> None:
        self._phrases: dict[str, dict[int, dict[tuple[str, ...], set[str]]]] = {}
        self._starting: dict[str, list[tuple[str, Sequence[_Token], frozenset[str] | None]]] = {}
        for name, tokens in patterns:
            if not tokens or tokens[0].words is None or tokens[0].least == 0:
                raise BadConfiguration(f"cue {name}: a pattern must begin with a word that is not optional.")
            if phrase := _phrase(tokens):
                of_length = self._phrases.setdefault(phrase[0], {}).setdefault(len(phrase), {})
                of_length.setdefault(phrase, set()).add(name)
                continue
            second = _second_words(tokens)
            for word in tokens[0].words:
                self._starting.setdefault(word, []).append((name, tokens, second))

    def __call__(self, words: Sequence[str]) -> list[Hit]:
        """Hits in order of start, end, label; a cue counts once a start, at its longest."""
        found: dict[tuple[int, str], int] = {}
        for start, word in enumerate(words):
            for length, phrases in self._phrases.get(word, _NO_PHRASES).items():
                for name in phrases.get(tuple(words[start : start + length]), ()):
                    found[start, name] = max(start + length, found.get((start, name), 0))
            if word not in self._starting:
                continue
            following = words[start + 1] if start + 1 < len(words) else ""
            for name, tokens, second in self._starting[word]:
                if second is not None and following not in second:
                    continue
                end = _match(tokens, 0, words, start)
                if end > found.get((start, name), 0):
                    found[start, name] = end
        hits = [
            Hit(name + NEGATED if is_negated(words, start) else name, start, end)
            for (start, name), end in found.items()
        ]
        return sorted(hits, key=lambda hit: (hit.start, hit.end, hit.label))


_NO_PHRASES: dict[int, dict[tuple[str, ...], set[str]]] = {}


def _phrase(tokens: Sequence[_Token]) -> tuple[str, ...]:
    """The words of a pattern that is nothing but one word after the other; empty for any other pattern."""
    words: list[str] = []
    for token in tokens:
        if token.words is None or len(token.words) != 1 or (token.least, token.most) != (1, 1) or token.starts_sentence:
            return ()
        words += token.words
    return tuple(words)


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


def _match(tokens: Sequence[_Token], place: int, words: Sequence[str], at: int) -> int:
    """End of the longest match of `tokens[place:]` from word `at`, or 0."""
    if place == len(tokens):
        return at
    token = tokens[place]
    ends = [_match(tokens, place + 1, words, at)] if token.least == 0 else []
    for used in range(token.most):
        i = at + used
        if i >= len(words) or (token.words is not None and words[i] not in token.words):
            break
        if token.starts_sentence and i > 0 and words[i - 1] not in _SENTENCE_ENDS:
            break
        if token.words is None and words[i] in _SENTENCE_ENDS:
            break
        ends.append(_match(tokens, place + 1, words, i + 1))
    return max(ends, default=0)


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
            yield cue.name, [_Token(frozenset([t.lower_]), 1, 1, False) for t in nlp.make_doc(phrase)]
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

    def __call__(self, doc: Doc) -> Doc:
        words = [token.lower_ for token in doc]
        if "\u2019" in doc.text:
            words = [word.replace("\u2019", "'") for word in words]
        doc.user_data[LOWER] = words
        doc.user_data[HITS] = self._matcher(words)
        return doc


@Language.factory("ticketscout_cues_v1", default_config={"cues": "[]"})
def create_cues(nlp: Language, name: str, cues: str) -> CueComponent:
    """The component from its configuration: cues as a JSON list, as spaCy keeps configurations."""
    return CueComponent(nlp, [Cue(**one) for one in json.loads(cues)])


@lru_cache(maxsize=8)
def cue_pipeline(cues: tuple[Cue, ...]) -> Language:
    """Tokenizer and cues. Cached: building it costs more than a thousand messages."""
    nlp = spacy.blank("en")
    nlp.max_length = 10_000_000
    nlp.add_pipe("ticketscout_cues_v1", config={"cues": json.dumps([asdict(cue) for cue in cues])})
    return nlp


def cue_names(cues: Sequence[Cue]) -> list[str]:
    """Feature names in their fixed order: each cue plain and negated."""
    return [name + suffix for name in sorted(cue.name for cue in cues) for suffix in ("", NEGATED)]
