"""Long and hostile texts end in time: a pattern that backtracks without bound would take hours here.

What grows with the square of the length takes 16 times as long for four times the text, so a quarter of a megabyte in a
quarter of the time finds less than a megabyte does (`make quality`), but finds it."""

import time

import pytest

from pipeline.text.clean import clean
from tests.once import IN_FULL

LENGTH, SECONDS = (1_000_000, 10.0) if IN_FULL else (250_000, 2.5)
HOSTILE = {
    "digits": "7", "spaces": " ", "at signs": "@", "a.": "a.", "quoted lines": "> x\n",
    "bare quotes": ">\n", "[": "[", "spaced digits": "1 ", "zeros": "0 1", "dashes": "-", "newlines": "\n",
    "blank lines": " \n", "colons": ":", "words": "key ", "password is ": "password is ",
    "http://": "http://", "www.": "www.", "handles": "@a ", "closings": "Thanks,\n",
    "greetings": "Hi Jo,\n", "(at)": "(at)", "at dot": " at a dot ", "PEM": "-----BEGIN PRIVATE KEY-----",
    "IBAN": "GB29", "hex": "a1", "colon hex": "a:", "capitals": "Aa ", "From": "From: a\n",
    "On": "On 1 a\n", "underscores": "_", "question marks": "a?b", "plus": "+", "brackets": "(",
    "On, dated": "On 5 Jan 2026 15:04 a\n", "dated names": "2026-01-05 15:04 Jo ", "wrote": "x wrote:\n",
    "schrieb": "Am 1.1.2026 schrieb ", "em dashes": "—", "forwarded": "--- Forwarded message ", "above": "## reply ",
    "Von": "Von: a\nBetreff: b\n", "mojibake": "Ã¼", "certain mojibake": "â€™", "broken mojibake": "Ã© ü\n",
    "devices": "Sent from my iPhone 11 11 11 11 11 11 11 11\n", "joiners": "\u200d", "joined emoji": "👨\u200d👩",
    "tags": "\U000e0041", "overrides": "\u202e", "CJK": "在2026年1月5日15:04写道\n", "Arabic": "كتب ",
    "not blank": "x\n", "IPs": "1.1.1.1 ", "carets": "^Aa ",
}  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_long_text_ends_in_time(piece: str) -> None:
    text = "x" + piece * (LENGTH // len(piece))
    started = time.process_time()
    clean(text, is_html=False, names=("Quinn Harper", "aa aa"))
    assert time.process_time() - started < SECONDS
