"""Bytes of files as programs save them. All texts are made up."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.sources.decode import decode

FRENCH = "id;texte\n1;Où est passée la facture de décembre ? C’est déjà payé : 20 €\n"
GERMAN = "Guten Tag, für unser Büro in Köln brauchen wir zehn weitere Plätze. Grüße"
POLISH = "Dzień dobry, proszę o więcej miejsc, chcę też wiedzieć, ile to będzie kosztować. Dziękuję, życzę miłego dnia"
RUSSIAN = "Здравствуйте, мы хотим добавить ещё десять мест в наш тариф. Сколько это будет стоить? Спасибо за ответ." * 3
JAPANESE = (
    "お世話になっております。席を十席追加したいのですが、料金はいくらになりますか。よろしくお願いいたします。" * 3
)
CHINESE = "您好，我们想再增加十个席位，请问费用是多少？我们的合同下个月到期，谢谢您的回复。" * 3
KOREAN = "안녕하세요. 좌석을 열 개 더 추가하고 싶습니다. 요금이 얼마나 되는지 알려 주시면 감사하겠습니다." * 3
ENGLISH = '{"id": 1, "body": "we need ten more seats"}\n'

ROWS = [
    ("ASCII", ENGLISH, "ascii", "utf-8"),
    ("UTF-8", FRENCH, "utf-8", "utf-8"),
    ("UTF-8 with a mark", FRENCH, "utf-8-sig", "utf-8"),
    ("UTF-16 with a mark, as Excel saves it", FRENCH, "utf-16", "utf-16-le"),
    ("UTF-16, little end, no mark", ENGLISH, "utf-16-le", "utf-16-le"),
    ("UTF-16, big end, no mark", FRENCH, "utf-16-be", "utf-16-be"),
    ("UTF-16 of Japanese in CSV, no mark", f"id,text,day\n1,{JAPANESE},2026-01-05\n", "utf-16-le", "utf-16-le"),
    ("UTF-32 with a mark", FRENCH, "utf-32", "utf-32-le"),
    ("Windows, Western", FRENCH, "cp1252", "cp1252"),
    ("Windows, German", GERMAN, "cp1252", "cp1252"),
    ("Windows, Central European", POLISH, "cp1250", "cp1250"),
    ("Windows, Cyrillic", RUSSIAN, "cp1251", "cp1251"),
    ("Mail, Japanese", JAPANESE, "iso-2022-jp", "iso-2022-jp"),
    ("Windows, Japanese", JAPANESE, "cp932", "cp932"),
    ("Chinese", CHINESE, "gb18030", "gb18030"),
    ("Korean", KOREAN, "cp949", "cp949"),
    ("Macintosh of old", GERMAN.replace(". ", ".\r"), "mac_roman", "mac_roman"),
]


@pytest.mark.parametrize(("text", "wrote", "read"), [pytest.param(t, w, r, id=c) for c, t, w, r in ROWS])
def test_files_read_as_they_were_written(text: str, wrote: str, read: str) -> None:
    assert decode(text.encode(wrote)) == (text, read)


def test_files_put_together_keep_both_halves() -> None:
    raw = (GERMAN + "\n").encode() * 3 + "für 20 €\n".encode("cp1252")
    assert decode(raw) == ((GERMAN + "\n") * 3 + "für 20 €\n", "utf-8 and windows-1252")


def test_a_byte_that_windows_has_not_is_no_reason_to_lose_the_rest() -> None:
    assert decode(b"caf\xe9 \x81 ok")[0] == "café \x81 ok"


@given(st.binary(max_size=300))
@example(b"")
@example(b"\xff\xfe\x00\xd8")
@example(b"\x00" * 10)
@example(b"\xff\xfe\x00")
def test_never_raises(raw: bytes) -> None:
    text, encoding = decode(raw)
    assert isinstance(text, str) and encoding
    text.encode("utf-8")


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff\x1b")))
def test_utf_8_is_never_taken_for_anything_else(text: str) -> None:
    assert decode(text.encode()) == (text, "utf-8")
