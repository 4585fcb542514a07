"""Signal specs: those that ship are sound; a mistake is one sentence that names the file and the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import bundled
from pipeline.errors import BadConfiguration
from pipeline.signals.spec import Signal, load_cues, load_signal, load_signals

GOOD = """
name = "refund_risk"
title = "asks for money back"
guideline = "Yes: wants money back."
list = "saves"
prevalence = 0.03
half_life = 10
minimum_precision = 0.6
next_step = "Call."
motion = "save"

[[subtypes]]
name = "full"
title = "all of it"
patterns = ['\\ball\\b']

[[subtypes]]
name = "part"
title = "some of it"

[[cues]]
name = "money_back"
example = "I want my money back"
phrases = ["money back"]
"""


def write(folder: Path, text: str, name: str = "refund_risk.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_a_good_spec_loads(tmp_path: Path) -> None:
    signal = load_signal(write(tmp_path, GOOD))
    assert (signal.name, signal.motion, signal.cues[0].phrases) == ("refund_risk", "save", ("money back",))
    assert [subtype.name for subtype in signal.subtypes] == ["full", "part"]


@pytest.mark.parametrize(
    ("text", "subtype"),
    [("Give me all of it", "full"), ("GIVE ME ALL", "full"), ("a little back", "part"), ("", "part")],
)
def test_first_subtype_whose_pattern_is_found_wins(tmp_path: Path, text: str, subtype: str) -> None:
    assert load_signal(write(tmp_path, GOOD)).subtype_of(text) == subtype


def test_without_a_default_subtype_there_may_be_none(tmp_path: Path) -> None:
    no_default = GOOD.replace('[[subtypes]]\nname = "part"\ntitle = "some of it"\n', "")
    assert load_signal(write(tmp_path, no_default)).subtype_of("nothing of the kind") == ""


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("title =", 'colour = "red"\ntitle =', "colour"),  # unknown key
        ('title = "asks for money back"\n', "", "title"),  # missing key
        ('motion = "save"', 'motion = "sell"', "motion"),
        ('motion = "save"', 'motion_when_asked = "sell"', "motion_when_asked"),
        ('title = "all of it"', 'title = "all of it"\nmotion = "sell"', "subtypes.0.motion"),
        ("prevalence = 0.03", "prevalence = 0.0", "prevalence"),
        ("prevalence = 0.03", "prevalence = 0.5", "prevalence"),
        ("prevalence = 0.03", "prevalence = -1", "prevalence"),
        ("prevalence = 0.03", 'prevalence = "few"', "prevalence"),
        ("half_life = 10", "half_life = 1.5", "half_life"),
        ('list = "saves"', 'list = "bin"', "list"),
        ("\\ball\\b", "(all", "full.*pattern"),  # bad regular expression, named by its sub-type
        ("patterns =", "pattern =", r"subtypes.0.pattern\b"),
        ('name = "money_back"\n', "", "cues.0.name"),
        ("phrases =", "phrase =", r"cues.0.phrase\b"),
        ("[[cues]]", "[cues]", "cues"),
        ("[[subtypes]]", "[[", "TOML"),
    ],
)
def test_a_mistake_names_file_and_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    assert old in GOOD
    with pytest.raises(BadConfiguration, match=rf"refund_risk\.toml.*{key}"):
        load_signal(write(tmp_path, GOOD.replace(old, new, 1)))


def test_a_missing_spec_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match=r"none\.toml is not there"):
        load_signal(tmp_path / "none.toml")


@pytest.mark.parametrize("text", ['[[cue]]\nname = "a"\n', '[[cues]]\nname = "a"\n', "[[cues", '[[cues]]\nnom = "a"\n'])
def test_a_bad_file_of_shared_cues_is_refused_with_its_name(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadConfiguration, match=r"cues\.toml"):
        load_cues(write(tmp_path, text, "cues.toml"))


def test_the_signals_that_ship_say_what_to_do(signals: dict[str, Signal]) -> None:
    assert set(signals) == {"churn_risk", "praise", "unmet_need", "upgrade_intent"}
    for file in bundled.signal_specs().glob("*.toml"):
        assert load_signal(file).name == file.stem
    for signal in signals.values():
        assert signal.next_step and signal.guideline and 0 < signal.minimum_precision <= 1 and signal.half_life > 0
        assert not signal.subtypes or not signal.subtypes[-1].patterns, "the last sub-type is the default"
        assert all(subtype.patterns for subtype in signal.subtypes[:-1]), "a default hides what follows it"


def test_an_empty_folder_declares_nothing(tmp_path: Path) -> None:
    assert load_signals(tmp_path) == {}


def test_a_subtype_is_sought_in_the_sentence_then_in_the_whole_turn() -> None:
    praise = load_signals(bundled.signal_specs())["praise"]
    turn = "Works a treat, great service! I told all my colleagues about you."
    assert praise.subtype_of("Works a treat, great service!") == "compliment"
    assert praise.subtype_of("Works a treat, great service!", turn) == "recommendation"
    assert praise.subtype_of("I told all my colleagues about you.", turn) == "recommendation"
