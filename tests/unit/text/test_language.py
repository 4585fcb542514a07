"""Which language a text is in; figures on the real conversations, which are not in this repository, are in
docs/benchmarks.md."""

import time

import pyarrow as pa
import pytest
from foreign_sentences import SENTENCES
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text.function_words import ENGLISH, FOREIGN
from pipeline.text.language import _by_column, _closely, languages
from tests.once import IN_FULL

ENGLISH_MESSAGES = """
I would like to cancel my subscription at the end of the month.
Can we add ten more seats to our account?
Since the last update the export does not work any more.
Pls join PNRs GD4O8S and GEF7MI. Thx!
need to purchase a cable service can u help me asap
no 45 lake view road bridge town al 45528
roll a fourteen sided dice exactly
Kudos to flight attendant Albert H. on flight 225 tonight
new plane no WiFi??? disappointing, free drinks??
Our office in São Paulo and the one in Zürich want the same plan.
Señor Muñoz from Málaga asked me about Über den Wolken.
hey il be there in a min, u got my man waiting
Die hard fan of your app, was in the war room with it
Mac OS version 10.14.5. Graphics: AMD Radeon R9 M295X 4GB
ETA on MIA to LAX? still de-icing, no info at gate D 12
omg lol this app is so slow rn smh
upgrade plz!!! team plan, 12 users, pay yearly
Error: null pointer in main.dll at line 45, see log
""".strip().split("\n")

PIECES = " ".join((*ENGLISH_MESSAGES, *"".join(SENTENCES["es"]).split("\n"))).split()
PIECES += "' '' ’ don’t rock'n'roll's a1b'c b4 due min — “x” 😀 \ufe0f ❶ 🄀 é İ ß _ - \n \x0b \x1c \u00a0 я".split(" ")
PIECES += ["https://a.example/b", "[EMAIL]", "[ID]x", "@a", "#b", "x.y", "die der Hund nicht"]

ALIKE = {"nb": {"da"}, "uk": {"ru"}}
"""Short sentences of one may hold nothing that the other has not."""


def _language(text: str) -> str | None:
    return languages(pa.array([text])).to_pylist()[0]


@pytest.mark.parametrize("text", ENGLISH_MESSAGES)
def test_english_is_not_called_foreign(text: str) -> None:
    assert _language(text) in ("en", None)


def _is_long(language: str, text: str) -> bool:
    return len(text.split()) >= 8 or language in ("ja", "zh", "ko")


@pytest.mark.parametrize("language", SENTENCES)
def test_other_languages_are_found(language: str) -> None:
    texts = SENTENCES[language].strip().split("\n")
    found = languages(pa.array(texts)).to_pylist()
    assert "en" not in found
    long = [code for text, code in zip(texts, found, strict=True) if _is_long(language, text)]
    assert sum(code is not None for code in long) >= 0.85 * len(long)
    assert set(found) <= {language, None} | ALIKE.get(language, set())


def test_of_all_sentences_of_eight_words_95_in_100_are_found() -> None:
    long = [text for code, texts in SENTENCES.items() for text in texts.strip().split("\n") if _is_long(code, text)]
    found = languages(pa.array(long)).to_pylist()
    assert len(long) > 250
    assert sum(code not in ("en", None) for code in found) >= 0.95 * len(long)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("Gracias!", id="one word"),
        pytest.param("ok merci bien", id="few words"),
        pytest.param("12345 67890 🙂🙂", id="no letters"),
        pytest.param("@jo #wichtig https://acme.example/für/das/und/ist/nicht [NAME]", id="names and links"),
        pytest.param("ok 好", id="a letter of another script"),
        pytest.param("FW: RE: AW: Q3 KPI SLA GDPR ROI", id="abbreviations"),
    ],
)
def test_too_little_text_is_unknown(text: str) -> None:
    assert _language(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("My name is Дмитрий and I need more seats", "en"),
        ("ABC-123 заказ не пришёл, где мой товар", "ru"),
        ("ご確認お願いします", "ja"),
        ("请尽快退款", "zh"),
        ("می‌خواهم اشتراک خود را لغو کنم", "fa"),
        ("ฉันต้องการยกเลิกบัญชี", "th"),
        ("мы хотим отменить заказ і подписку", "uk"),
    ],
)
def test_scripts(text: str, code: str) -> None:
    assert _language(text) == code


def test_nulls_and_types() -> None:
    texts = pa.array(["Where is the invoice you sent me?", None, SENTENCES["de"].strip().split("\n")[0]])
    for column in (texts, texts.cast(pa.large_string())):
        found = languages(column)
        assert (found.type, found.to_pylist()) == (pa.string(), ["en", None, "de"])
    assert languages(pa.array([], pa.string())).to_pylist() == []
    assert languages(texts.slice(2)).to_pylist() == ["de"]


def test_only_the_beginning_is_read_and_long_texts_end_in_time() -> None:
    for piece in ("a ", "the ", "für ", "a.b", "好", "@", "'", "x'x"):
        started = time.process_time()
        languages(pa.array([piece * (1_000_000 // len(piece))]))
        assert time.process_time() - started < 1


def test_small_words_are_lower_case_and_not_only_english() -> None:
    for words in (ENGLISH, *FOREIGN.values()):
        assert all(word == word.lower() for word in words)
    assert all(len(words - ENGLISH) >= 40 for words in FOREIGN.values())


@settings(max_examples=400 if IN_FULL else 60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=14), max_size=8), st.sampled_from([" ", ""]))
def test_a_column_is_read_as_its_texts_are(texts: list[list[str]], between: str) -> None:
    column = [between.join(text) for text in texts]
    assert _by_column(pa.array(column, pa.string())).to_pylist() == [_closely(text) for text in column]
