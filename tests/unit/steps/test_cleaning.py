"""A worker's tables are cleaned as `clean` cleans each text with the names of its record: nobody is passed over because
a text did not look as if it needed care."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.steps.ingesting.cleaning import clean_texts
from pipeline.text.clean import clean
from tests.once import IN_FULL

NAMES = ("Quinn Harper", "Ann-Marie O'Neill", "J Li", "Ferro", "A B", "ΝΙΚΟΣ Pappas", "İpek Kaya")
_SAID = (
    "Hi Quinn,",
    "hi quinn,",
    "hello li, hi ann-marie,",
    "hello QUINN harper, it is done",
    "Harper, Quinn wrote that",
    "Dear Ann-Marie,",
    "Thanks, Νίκος",
    "Kind regards, İpek",
    "J Li called",
    "A B called",
    "Ferro, are you there?",
    "We will be there.",
    "My mail is q@acme.example.",
    "<p>Hi Quinn,</p>",
    "",
)
_TEXT = st.lists(st.sampled_from(_SAID), max_size=2).map("\n".join)


@st.composite
def _tables(draw: st.DrawFn) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Messages that lie together by record, a ticket a record, and who takes part in some of the records."""
    records = range(draw(st.integers(1, 4)))
    said = [(record, text) for record in records for text in draw(st.lists(_TEXT | st.none(), max_size=3))]
    messages = {"record": [record for record, _ in said], "body": [text for _, text in said]}
    tickets = {"record": list(records), "subject": [draw(_TEXT | st.none()) for _ in records]}
    known = draw(st.sampled_from((list(records), list(records)[1:])))
    names = [draw(st.lists(st.sampled_from(NAMES), max_size=3, unique=True)) for _ in known]
    html = [bool(text) and draw(st.booleans()) for _, text in said]
    return (
        pa.table(
            [messages["record"], pa.array(messages["body"], pa.string()), pa.array(html, pa.bool_())],
            names=["record", "body", "is_html"],
        ).cast(pa.schema([("record", pa.int64()), ("body", pa.string()), ("is_html", pa.bool_())])),
        pa.table({"record": tickets["record"], "subject": pa.array(tickets["subject"], pa.string())}),
        pa.table({"record": pa.array(known, pa.int64()), "names": pa.array(names, pa.list_(pa.string()))}),
    )


@settings(max_examples=300 if IN_FULL else 60, deadline=None)
@given(_tables())
def test_every_text_is_what_clean_makes_of_it(tables: tuple[pa.Table, pa.Table, pa.Table]) -> None:
    messages, tickets, names = tables
    names_of = {row["record"]: row["names"] for row in names.to_pylist()}
    cleaned, redacted, _ = clean_texts(messages, tickets, names)
    for row, text in zip(messages.to_pylist(), cleaned["text"].to_pylist(), strict=True):
        expected = clean(row["body"] or "", is_html=row["is_html"], names=names_of.get(row["record"], ())).text
        assert (text or "") == expected
    for row, subject in zip(tickets.to_pylist(), redacted["subject"].to_pylist(), strict=True):
        expected = clean(row["subject"] or "", is_html=False, names=names_of.get(row["record"], ())).text
        assert (subject or "") == expected


def test_a_first_name_alone_is_taken_out_of_a_greeting_in_lower_case() -> None:
    """The last name stands nowhere in the conversation, and no rule takes "quinn" for a name by its looks."""
    said = ["where is my order?", "hi quinn, it is on its way"]
    messages = pa.table({"record": [7, 7], "body": said, "is_html": [False, False]})
    tickets = pa.table({"record": [7], "subject": ["an order"]})
    names = pa.table({"record": [7], "names": [["Quinn Harper"]]})
    cleaned, _, counts = clean_texts(messages, tickets, names)
    assert cleaned["text"].to_pylist() == ["where is my order?", "hi [NAME], it is on its way"]
    assert counts == {"NAME": 1}


def test_a_name_is_found_in_letters_whose_small_ones_arrow_does_not_write_as_python_does() -> None:
    """A sigma at the end of a word has a small letter of its own."""
    messages = pa.table({"record": [7], "body": ["ask ΝΙΚΟΣ ΒΕΝΝΟΣ about it"], "is_html": [False]})
    tickets = pa.table({"record": [7], "subject": ["ΝΙΚΟΣ ΒΕΝΝΟΣ and an order"]})
    names = pa.table({"record": [7], "names": [["ΝΙΚΟΣ ΒΕΝΝΟΣ"]]})
    cleaned, redacted, _ = clean_texts(messages, tickets, names)
    assert cleaned["text"].to_pylist() == ["ask [NAME] about it"]
    assert redacted["subject"].to_pylist() == ["[NAME] and an order"]
