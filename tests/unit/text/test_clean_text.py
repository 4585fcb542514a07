"""From an exported body to what may be stored, and the promise of the vectorised test."""

import re
import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from message_pieces import PIECES

from pipeline.text.clean import Clean, clean, needs_care
from pipeline.text.marks import Mark
from pipeline.text.normalise import GATE, PLAIN, normalise
from tests.once import IN_FULL

MESSAGES = st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=120)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("e\u0301", "é", id="NFC"),
        pytest.param("a\x00b\x07c", "abc", id="control characters"),
        pytest.param("a\r\nb\rc", "a\nb\nc", id="line ends"),
        pytest.param("a\ud800b", "a\ufffdb", id="lone surrogate"),
        pytest.param("a\u200bb\ufeff", "ab", id="zero width"),
        pytest.param("a\u00a0b", "a b", id="no-break space"),
        pytest.param("a\n\n \n\n\nb", "a\n\nb", id="blank lines"),
        pytest.param("  a  b \n", "a  b", id="strip the ends alone"),
        pytest.param(
            "👨\u200d👩\u200d👧 👩🏽\u200d💻 ❤️\u200d🔥", "👨\u200d👩\u200d👧 👩🏽\u200d💻 ❤️\u200d🔥", id="joined emoji"
        ),
        pytest.param("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f", id="a flag's tags"),
        pytest.param("a\U000e0068\U000e0069b", "ab", id="hidden tags"),
        pytest.param("葛\U000e0100飾 a\U000e0100", "葛\U000e0100飾 a", id="a Han letter's variant, and a hidden one"),
        pytest.param("می\u200cخواهم क्\u200dष", "می\u200cخواهم क्\u200dष", id="joiners of Persian and Hindi"),
        pytest.param("a\u200db\u200cc", "abc", id="joiners that join nothing"),
        pytest.param("pay\u202etxt.exe\u202c", "paytxt.exe", id="override of direction"),
        pytest.param("\u2067=1+1\u2069 ok\u2066", "=1+1 ok", id="isolates"),
        pytest.param("שלום\u200f עולם \u061cمرحبا", "שלום עולם مرحبا", id="right to left, letters untouched"),
        pytest.param("a\u3164\uffa0b", "ab", id="letters that show nothing"),
    ],
)
def test_normalise(text: str, expected: str) -> None:
    assert normalise(text) == expected


@given(st.text())
def test_normalise_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_plain_characters_are_their_own_normal_form() -> None:
    ranges = re.compile(f"[{PLAIN}]")
    for char in map(chr, range(0x20000)):
        if ranges.match(char):
            assert unicodedata.is_normalized("NFC", f"e{char}e")
            assert unicodedata.combining(char) == 0
            assert normalise(f"e{char}e") == f"e{char}e"
    assert GATE.startswith("[^")


def test_html_is_read_redacted_and_marked() -> None:
    body = "<p>Hi Quinn,</p><p>call 020 7946 0958.</p><p>Best regards,<br>Jo</p>"
    assert clean(body, is_html=True) == Clean(
        "Hi [NAME],\n\ncall [PHONE].\n\nBest regards,\n[NAME]",
        (Mark("signature", 27, 47),),
        {"PHONE": 1, "NAME": 2},
    )


def test_only_what_came_as_html_is_decoded() -> None:
    assert clean("a &amp; b <b>c</b>", is_html=False).text == "a &amp; b <b>c</b>"


def test_names_of_the_ticket() -> None:
    assert clean("ask Quinn Harper", is_html=False, names=["Quinn Harper"]).text == "ask [NAME]"


def test_zero_width_characters_do_not_hide_an_address() -> None:
    assert clean("jo\u200b@acme.example", is_html=False).text == "[EMAIL]"


@settings(max_examples=300 if IN_FULL else 60, deadline=None)
@given(MESSAGES)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text, is_html=False)
    again = clean(once.text, is_html=False)
    assert (again.text, again.marks, again.counts) == (once.text, once.marks, {})


@settings(max_examples=400 if IN_FULL else 80, deadline=None)
@given(st.lists(MESSAGES.filter(lambda text: text.isprintable() or "\n" not in text), min_size=1, max_size=12))
def test_what_needs_no_care_comes_out_unchanged(texts: list[str]) -> None:
    texts = [text.encode("utf-8", "replace").decode() for text in texts]
    for text, care in zip(texts, needs_care(pa.array(texts, pa.string())).to_pylist(), strict=True):
        if not care:
            assert clean(text, is_html=False, names=()) == Clean(text, (), {})


@pytest.mark.parametrize(
    ("text", "care"),
    [
        pytest.param("hi, can I get 10 more seats?", False, id="chat"),
        pytest.param("@company  why is flight DL4047 late?? 😡 #fail", False, id="tweet"),
        pytest.param("The price was $1,299.00 on 2026-01-05 10:30", True, id="date and time look like a number"),
        pytest.param("It broke on 2026-01-05. [ref 1-372238]", False, id="too short for a number that nobody calls"),
        pytest.param("Hi there, I’m waiting – since May…", False, id="typographic"),
        pytest.param("Will you answer? My order 482913 is late.", False, id="short number"),
        pytest.param("call 020 7946 0958", True, id="phone"),
        pytest.param(f"I recall{' so it was '.ljust(35, '-')} 5551234", True, id="a word that the context cuts in two"),
        pytest.param("Hi Quinn, ok", True, id="name"),
        pytest.param("a\nb", True, id="two lines"),
        pytest.param(" a", True, id="leading space"),
        pytest.param("e\u0301", True, id="not NFC"),
    ],
)
def test_needs_care(text: str, care: bool) -> None:
    assert needs_care(pa.array([text])).to_pylist() == [care]


def test_null_and_large_strings() -> None:
    assert needs_care(pa.array(["ok", None])).to_pylist() == [False, None]
    assert needs_care(pa.array(["a@acme.example"], pa.large_string())).to_pylist() == [True]
    assert needs_care(pa.array([], pa.string())).to_pylist() == []
