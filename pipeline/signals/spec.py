"""A signal, declared once in a TOML: what it means, its cues and sub-types, what it asks of whom."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from pipeline.errors import BadConfiguration

Motion = Literal["", "answer", "offer", "return", "save"]
MOTIONS = ("answer", "offer", "return", "save")
LISTS = ("leads", "saves", "needs", "praise")
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class Cue:
    """A phrase hint: a feature with a name. `patterns` are spaCy token patterns
    (https://spacy.io/api/matcher#patterns) as JSON, `phrases` plain words; `example` must match, and is a test. `reads`
    says whose words: the customer's, or the agent's answer to them."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    name: str
    example: str
    phrases: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    reads: Literal["customer", "agent"] = "customer"


@dataclass(frozen=True)
class Subtype:
    """Refines a signal. The first whose pattern is found in the evidence wins; one without patterns always does.
    `motion` replaces the signal's."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    name: str
    title: str
    patterns: tuple[str, ...] = ()
    motion: Motion | None = None


@dataclass(frozen=True)
class Signal:
    """One signal. `prevalence`: share of conversations that carry it, to which probabilities are calibrated;
    `half_life` in days; `minimum_precision` is what its readers need, and `ticketscout models` says where a model falls
    short of it; `motion_when_asked` holds while the customer waits for the answer."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    name: str
    title: str
    guideline: str
    list: str
    prevalence: float
    half_life: int
    minimum_precision: float
    next_step: str
    motion: Motion = ""
    motion_when_asked: Motion | None = None
    next_step_when_asked: str = ""
    subtypes: tuple[Subtype, ...] = ()
    cues: tuple[Cue, ...] = ()

    def subtype_of(self, *texts: str) -> str:
        """The first sub-type with a pattern in the first text, else in the next; or the default, or an empty string."""
        for text in texts:
            for subtype in self.subtypes:
                if any(re.search(p, text, re.IGNORECASE) for p in subtype.patterns):
                    return subtype.name
        return next((subtype.name for subtype in self.subtypes if not subtype.patterns), "")


def load_signal(file: Path) -> Signal:
    """The spec in `file`. Raises BadConfiguration with file and key for what is missing, unknown or impossible."""
    try:
        return _parsed(file, file.read_bytes())
    except FileNotFoundError as error:
        raise BadConfiguration(f"{file} is not there: give the TOML of a signal.") from error


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Signal]:
    return TypeAdapter(Signal)


@lru_cache(maxsize=64)
def _parsed(file: Path, content: bytes) -> Signal:
    """Kept while the content is the same: every step of a night asks for all specs."""
    try:
        raw = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadConfiguration(f"{file} is not valid TOML: {error}.") from error
    raw["cues"] = cues_of(raw.get("cues", []), file)
    try:
        signal = _adapter().validate_python(raw)
    except ValidationError as error:
        raise _bad(file, error) from error
    _check(file, signal)
    return signal


def load_signals(folder: Path) -> dict[str, Signal]:
    """All specs of a folder by name, sorted."""
    signals = [load_signal(file) for file in sorted(folder.glob("*.toml"))]
    return {signal.name: signal for signal in signals}


def load_cues(file: Path) -> tuple[Cue, ...]:
    """The cues of a TOML that holds nothing else."""
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:  # not TOML, not UTF-8
        raise BadConfiguration(f"{file} is not valid TOML: {error}.") from error
    if unknown := sorted(set(raw) - {"cues"}):
        raise BadConfiguration(f"{file}: {unknown[0]}: a file of cues holds [[cues]] alone.")
    return cues_of(raw.get("cues", []), file)


def cues_of(raw: Any, source: Path) -> tuple[Cue, ...]:
    """Cues from their TOML tables. Raises BadConfiguration with `source` and key."""
    ready = (
        [
            one | {"patterns": [json.dumps(pattern) for pattern in one["patterns"]]}
            if isinstance(one, dict) and isinstance(one.get("patterns"), list)
            else one
            for one in raw
        ]
        if isinstance(raw, list)
        else raw
    )
    try:
        return tuple(TypeAdapter(list[Cue]).validate_python(ready))
    except ValidationError as error:
        raise _bad(source, error, "cues") from error


def _bad(file: Path, error: ValidationError, *place: str) -> BadConfiguration:
    first = error.errors()[0]
    return BadConfiguration(f"{file}: {'.'.join(map(str, (*place, *first['loc'])))}: {first['msg']}.")


def _check(file: Path, signal: Signal) -> None:
    if signal.list not in LISTS:
        raise BadConfiguration(f"{file}: list is {signal.list!r}, but must be one of {', '.join(LISTS)}.")
    if not 0 < signal.prevalence < 0.5:
        raise BadConfiguration(f"{file}: prevalence is {signal.prevalence}, but must lie between 0 and 0.5.")
    motions = [signal.motion, signal.motion_when_asked, *(subtype.motion for subtype in signal.subtypes)]
    for motion in motions:
        if motion and motion not in MOTIONS:
            raise BadConfiguration(f"{file}: motion {motion!r} is not one of {', '.join(MOTIONS)}.")
    for subtype in signal.subtypes:
        for pattern in subtype.patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise BadConfiguration(f"{file}: sub-type {subtype.name}: pattern {pattern!r}: {error}.") from error
