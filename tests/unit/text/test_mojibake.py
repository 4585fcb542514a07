"""What was read in the wrong encoding is repaired where that is certain, and only there."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.clean import needs_care
from pipeline.text.mojibake import repaired
from pipeline.text.normalise import normalise

REPAIRED = [
    ("u umlaut", "FÃ¼r Sie", "Für Sie"),
    ("apostrophe", "I donâ€™t know", "I don’t know"),
    ("closing quote, whose last byte Windows-1252 has not", "â€œhiâ€\x9d", "“hi”"),
    ("read wrongly twice", "ÃƒÂ¼ber", "über"),
    ("emoji", "great ðŸ˜€", "great 😀"),
    ("pound and degree", "Â£5 at 20Â°C", "£5 at 20°C"),
    ("euro beside a lost no-break space", "1Â 000 â‚¬", "1 000 €"),
    ("a whose no-break space was lost", "dÃ©jÃ  vu Ã  la carte", "déjà vu à la carte"),
    ("Polish", "zaÅ¼Ã³Å‚Ä‡", "zażółć"),
    ("Russian", "ÐŸÑ€Ð¸Ð²ÐµÑ‚", "Привет"),
    ("capitals", "FÃœR", "FÜR"),
    ("one line of two", "FÃ¼r\nfür", "Für\nfür"),
    ("byte order mark", "ï»¿hello", "hello"),
]
STAYS = [
    ("sound accents", "Für dich, à la carte, naïve café"),
    ("capital and dots", "CAFÉ… SÃO… MAÇÃ… IRMÃ"),
    ("capital and quotes", "“MAÇÔ e «TÄ»"),
    ("a writer who speaks of it", "I see Ã¼ instead of ü"),
    ("French quotes", "«café»… «thé»…"),
    ("a letter alone", "Ä… or Å… or Â"),
    ("Vietnamese", "Tôi muốn nâng cấp tài khoản"),
    ("Chinese", "我想升级账户"),
    ("currency and math", "£5 ± 2 × 3 ÷ 4 §1 ¶ µ"),
]


@pytest.mark.parametrize(("broken", "whole"), [pytest.param(b, w, id=c) for c, b, w in REPAIRED])
def test_certain_mojibake_is_repaired(broken: str, whole: str) -> None:
    assert normalise(broken) == whole
    assert needs_care(pa.array([broken])).to_pylist() == [True]


@pytest.mark.parametrize("text", [pytest.param(t, id=c) for c, t in STAYS])
def test_what_may_be_meant_stays(text: str) -> None:
    assert repaired(text) == text


@given(st.text(alphabet="ÂÃÄÅâðÐÑïî €™œ\u009d\u00a0¼©…’”»Ÿ˜ab A\n\u200b"))
def test_repair_ends_and_twice_changes_nothing(text: str) -> None:
    once = repaired(text)
    assert len(once) <= len(text)
    assert repaired(once) == once
    assert normalise(normalise(text)) == normalise(text)
    normalise(text).encode("utf-8")


@given(st.text(alphabet="äöüßéèêëàâçñóõãåøæłżśćčěřžşğıéÀÉÈÖÄÜ abcdef.,!?"))
def test_any_sound_text_comes_back_from_a_wrong_reading(text: str) -> None:
    broken = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode("utf-8"))
    assert repaired(broken) in (text, broken) or repaired(broken) == repaired(text)
