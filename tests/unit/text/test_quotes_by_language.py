"""Quotations and forwards in each language and client's form are marked; what only looks like one stays."""

import pytest
from mail_by_language import FORMS, FORWARD, OUTLOOK, REPLY_LINES, SAID

from pipeline.text.clean import clean
from pipeline.text.mail_words import LANGUAGES
from pipeline.text.marks import mark, own_words

WANTED = "Ten more, please."
OLD = "How many seats?\nAnd which plan?"

ABOVE_QUOTES = [
    pytest.param(lines, id=f"{language}, {form}")
    for language, forms in FORMS.items()
    for form, lines in forms.items()
    if form not in (OUTLOOK, FORWARD)
]


def _own(text: str) -> str:
    return own_words(text, mark(text))


@pytest.mark.parametrize("line", ABOVE_QUOTES)
@pytest.mark.parametrize("quoted", [True, False], ids=["with >", "without >"])
def test_the_line_above_a_quotation_begins_it(line: str, quoted: bool) -> None:
    old = "\n".join(f"> {words}" for words in OLD.split("\n")) if quoted else OLD
    assert _own(f"{WANTED}\n\n{line}\n{old}") == WANTED


@pytest.mark.parametrize("line", ABOVE_QUOTES)
def test_wrapped_lines_too(line: str) -> None:
    words = line.split(" ")
    for at in range(2, len(words)):
        wrapped = f"{' '.join(words[:at])}\n{' '.join(words[at:])}"
        if "2026" not in " ".join(words[:at]) and "[EMAIL]" not in " ".join(words[:at]):
            continue  # no client wraps after so few words
        assert _own(f"{WANTED}\n\n{wrapped}\n> {OLD}".replace("\nAnd", "\n> And")) == WANTED


@pytest.mark.parametrize("line", ABOVE_QUOTES)
def test_answers_below_and_between_stay_own(line: str) -> None:
    text = f"{line}\n> How many seats?\n>> nested\n\nTen.\n\n> Which plan?\n> Monthly?\nYearly."
    assert _own(text) == "Ten.\n\nYearly."


@pytest.mark.parametrize("line", ABOVE_QUOTES)
def test_redaction_leaves_them_recognisable(line: str) -> None:
    text = f"{WANTED}\n\n{line.replace('[EMAIL]', 'jo@acme.example')}\n{OLD}"
    cleaned = clean(text, is_html=False)
    assert own_words(cleaned.text, cleaned.marks) == WANTED


@pytest.mark.parametrize("language", FORMS)
def test_outlook_headers(language: str) -> None:
    headers = FORMS[language][OUTLOOK]
    for rule in ("", "________________________________\n"):
        assert _own(f"{WANTED}\n\n{rule}{headers}\n\n{OLD}") == WANTED
    assert {m.kind for m in mark(f"{WANTED}\n\n{headers}\n\n{OLD}")} == {"quote"}


@pytest.mark.parametrize("language", FORMS)
def test_forwards(language: str) -> None:
    text = f"{WANTED}\n\n{FORMS[language][FORWARD]}\n{FORMS[language][OUTLOOK]}\n\n{OLD}"
    assert _own(text) == WANTED
    assert {m.kind for m in mark(text)} == {"forwarded"}


@pytest.mark.parametrize("language", FORMS)
def test_what_a_customer_says_of_somebodys_words_is_a_customers(language: str) -> None:
    assert mark(SAID[language]) == ()


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.language)
def test_header_words_within_sentences_begin_nothing(language: object) -> None:
    for field in ("original", "forwarded", "subject"):
        word = str(getattr(language, field)).split("|")[0]
        assert mark(f"Hello,\nabout the {word} you sent us\nwe want ten seats.") == ()


@pytest.mark.parametrize("line", REPLY_LINES.values(), ids=REPLY_LINES.keys())
def test_reply_above_this_line(line: str) -> None:
    assert _own(f"{WANTED}\n\n{line}\n\n{OLD}") == WANTED


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Hi,\nFrom: Berlin\nTo: Munich\nDate: 5 May 2026\nCan we move it by a day?", id="a journey"),
        pytest.param("Hi,\nVon: Berlin\nAn: München\nDatum: 5. Mai\nBitte umbuchen", id="a journey in German"),
        pytest.param("Hi,\nI did reply above this line, but nothing came.\nWhy?", id="about the reply line"),
        pytest.param("Hi,\nyour forwarded message: it is empty\nplease send it again", id="about a forward"),
        pytest.param("Hi,\nForwarded message\nis what it says, nothing else", id="no frame, no colon"),
        pytest.param("Hi,\nIn the contract is written:\n> 50 users\nWe have 40.", id="a quotation without a writer"),
        pytest.param("Hi,\n5.1.2026 10:30 schickte ich an <[EMAIL]>:\ndie Kündigung", id="a date and an address"),
        pytest.param("Hi,\nOn Monday, 5 May 2026, Jo from sales wrote:\nten seats for 100", id="no time of day"),
        pytest.param("Hi,\nat 10:30 on 5 May 2026 I wrote:\nwe leave", id="one's own earlier words"),
    ],
)
def test_a_customers_own_words_stay(text: str) -> None:
    kept = _own(text)
    for line in text.split("\n"):
        assert line in kept or line.startswith(">")


def test_a_bare_name_begins_a_quotation_where_one_follows() -> None:
    assert _own("Ten.\n\nJo Fenn wrote:\n> How many?\n> Which plan?") == "Ten."
    assert mark("Ten.\n\nJo Fenn wrote:\nno, eleven") == ()
