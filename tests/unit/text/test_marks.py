"""Marks by client and language, and the words that must come through. All messages are made up."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from message_pieces import PIECES

from pipeline.text.marks import Mark, mark, own_words
from tests.once import IN_FULL

SAID = "We would like ten more seats."
OLD = "What plan are you on?"
HEADERS = f"From: Jo <[EMAIL]>\nSent: Monday, 5 January 2026 10:12\nTo: Support\nSubject: Seats\n\n{OLD}"

# (case, what follows the customer's words, the kinds it is marked with)
BELOW = [
    ("Gmail", f"On Mon, Jan 5, 2026 at 3:04 PM [NAME] <[EMAIL]> wrote:\n\n> {OLD}", ["quote"]),
    ("Gmail, wrapped", f"On Mon, Jan 5, 2026 at 3:04 PM [NAME]\n<[EMAIL]> wrote:\n> {OLD}", ["quote"]),
    ("Apple Mail", f"On 5 Jan 2026, at 15:04, [NAME] <[EMAIL]> wrote:\n\n> {OLD}\n> \n> bye", ["quote"]),
    ("no > at all", f"On Mon, Jan 5, 2026 at 3:04 PM [NAME] wrote:\n{OLD}\nbye", ["quote"]),
    ("German", f"Am 05.01.2026 um 15:04 schrieb [NAME] <[EMAIL]>:\n> {OLD}", ["quote"]),
    ("French", f"Le lun. 5 janv. 2026 à 15:04, [NAME] <[EMAIL]> a écrit :\n> {OLD}", ["quote"]),
    ("Spanish", f"El lun, 5 ene 2026 a las 15:04, [NAME] (<[EMAIL]>) escribió:\n> {OLD}", ["quote"]),
    ("Italian", f"Il giorno lun 5 gen 2026 alle ore 15:04 [NAME] <[EMAIL]> ha scritto:\n> {OLD}", ["quote"]),
    ("Dutch", f"Op ma 5 jan 2026 om 15:04 schreef [NAME] <[EMAIL]>:\n> {OLD}", ["quote"]),
    ("Portuguese", f"Em seg., 5 de jan. de 2026 às 15:04, [NAME] <[EMAIL]> escreveu:\n> {OLD}", ["quote"]),
    ("original message", f"-----Original Message-----\n{HEADERS}", ["quote"]),
    ("German original", f"-----Ursprüngliche Nachricht-----\n{OLD}", ["quote"]),
    ("Outlook rule", f"________________________________\n{HEADERS}", ["quote"]),
    ("Outlook bold", f"*From:* Jo\n*Sent:* Monday\n*To:* Support\n*Subject:* Seats\n\n{OLD}", ["quote"]),
    ("Outlook plain", HEADERS, ["quote"]),
    ("German Outlook", f"Von: Jo\nGesendet: Montag\nAn: Support\nBetreff: Plätze\n\n{OLD}", ["quote"]),
    ("lines only", f"> {OLD}\n> bye", ["quote"]),
    ("Zendesk", f"##- Please type your reply above this line -##\n{OLD}", ["quote"]),
    ("forwarded, Gmail", f"---------- Forwarded message ---------\nFrom: Jo\n\n{OLD}", ["forwarded"]),
    ("forwarded, Apple", f"Begin forwarded message:\n\nFrom: Jo\n\n{OLD}", ["forwarded"]),
    ("delimiter", "-- \n[NAME]\nAcme Ltd", ["signature"]),
    ("iPhone", "Sent from my iPhone", ["signature"]),
    ("Android", "Sent from my Samsung Galaxy smartphone.", ["signature"]),
    ("Outlook app", "Get Outlook for iOS", ["signature"]),
    ("Outlook app, sent", "Sent from Outlook for Android", ["signature"]),
    ("German device", "Von meinem iPhone gesendet", ["signature"]),
    ("closing and name", "Best regards,\n[NAME]", ["signature"]),
    ("block", "Kind regards\n\n[NAME]\nHead of IT | Acme\n[PHONE]\nwww.acme.example", ["signature"]),
    ("thanks and a name", "Thanks,\nJo Fenn", ["signature"]),
    ("cheers, lower case", "Cheers,\njo", ["signature"]),
    ("sincerely alone", "Sincerely", ["signature"]),
    ("one line", "Best, Jo", ["signature"]),
    (
        "disclaimer",
        "This e-mail and any attachments are confidential and intended solely for the addressee.\nIf you have"
        " received this in error, please notify the sender and delete it.",
        ["disclaimer"],
    ),
    (
        "signature, disclaimer, quote",
        "Regards,\nJo\n\nCONFIDENTIALITY NOTICE: this is privileged and any disclosure is prohibited.\n\n"
        f"On Mon, Jan 5, 2026 at 3:04 PM X wrote:\n> {OLD}",
        ["signature", "disclaimer", "quote"],
    ),
    ("two", f"Sent from my iPad\n\nOn Jan 5, 2026, at 10:12, X wrote:\n> {OLD}", ["signature", "quote"]),
]  # fmt: skip

DEVICES = [
    "Sent from my Samsung Galaxy S24 Ultra, please excuse any typos.", "Sent from Mail for Windows",
    "Get Outlook for Android<https://aka.ms/x>", "Sent with Proton Mail secure email.", "Von meinem iPhone gesendet",
    "Gesendet von Outlook für Android", "Envoyé de mon iPhone", "Télécharger Outlook pour iOS",
    "Enviado desde mi iPhone", "Obtener Outlook para iOS", "Inviato da iPhone", "Enviado do meu iPhone",
    "Verstuurd vanaf mijn iPhone", "Skickat från min iPhone", "Sendt fra min iPhone", "Lähetetty iPhonesta",
    "Wysłane z iPhone'a", "Odesláno z iPhonu", "iPhone'umdan gönderildi", "Отправлено с iPhone", "Надіслано з iPhone",
    "Στάλθηκε από το iPhone μου", "iPhoneから送信", "从我的iPhone发送", "從我的 iPhone 傳送", "나의 iPhone에서 보냄",
    "نُشرت من iPhone", "נשלח מה-iPhone שלי",
]  # fmt: skip

CLOSINGS = [
    "Mit freundlichen Grüßen", "Hochachtungsvoll", "Bien cordialement,", "Saludos cordiales", "Cordiali saluti",
    "Com os melhores cumprimentos,", "Met hartelijke groet,", "Med vänliga hälsningar", "Med venlig hilsen",
    "Vennlig hilsen", "Ystävällisin terveisin", "Z poważaniem", "S pozdravem,", "Saygılarımla,", "С уважением,",
    "З повагою,", "Με εκτίμηση,",
]  # fmt: skip

STAYS = [
    ("chat", "hi, can I get 10 more seats?"),
    ("tweet", "@company  my flight is late again 😡 ^AB"),
    ("thanks and a request", "Hello\n\nThanks,\nCan you also add 10 seats?"),
    ("thanks and a statement", "Hello\n\nThanks,\nwe need them by Friday"),
    ("thanks at the end", "You solved it.\n\nThanks!"),
    ("lone > in a chat", "> 5 hours on hold"),
    ("list of numbers", "we have\n> 50 users"),
    ("face", "no answer\n>:("),
    ("colon", "On your site it says:\n10 seats for free\nIs that so?"),
    ("somebody wrote", "On Monday your colleague wrote:\nwe can do 20 %\nIs that so?"),
    ("web form", "From: Jo\nSubject: Seats\n\nWe need ten more."),
    ("from and to", "From: Berlin\nwe move on Friday"),
    ("sent from a place", "Sent from my office yesterday, still no answer. Why?"),
    ("sent from a phone, and on", "Hi\nSent from my phone but no answer"),
    ("Outlook as a wish", "Hi\nGet Outlook to work again on my phone"),
    ("what a phone sent", "Hi\nthe app sent from my phone a wrong order"),
    ("confidential", "Is our data confidential? We intend to buy."),
    ("dashes as a rule", "a\n--\nCan you do that?"),
    ("list", "We need:\n- SSO\n- 10 seats\n- an invoice"),
    ("PS", "Thanks,\nJo\nPS: we also need 10 more seats, can you send a quote?"),
]


@pytest.mark.parametrize(("below", "kinds"), [pytest.param(b, k, id=c) for c, b, k in BELOW])
def test_what_the_customer_did_not_write_is_marked(below: str, kinds: list[str]) -> None:
    text = f"{SAID}\n\n{below}"
    marks = mark(text)
    assert list(dict.fromkeys(m.kind for m in marks)) == kinds
    assert own_words(text, marks) == SAID


@pytest.mark.parametrize("text", [pytest.param(t, id=c) for c, t in STAYS])
def test_own_words_stay_unmarked(text: str) -> None:
    assert mark(text) == ()
    assert own_words(text, ()) == text


@pytest.mark.parametrize("line", DEVICES)
def test_lines_of_devices_by_language(line: str) -> None:
    assert own_words(f"{SAID}\n\n{line}", mark(f"{SAID}\n\n{line}")) == SAID


@pytest.mark.parametrize("closing", CLOSINGS)
def test_closings_by_language(closing: str) -> None:
    text = f"{SAID}\n\n{closing}\n[NAME]"
    assert own_words(text, mark(text)) == SAID
    assert mark(f"{SAID}\n\n{closing} ten more seats?") == ()


def test_answers_between_quotes_stay_own_words() -> None:
    text = "On Jan 5, 2026, at 10:12, X wrote:\n> How many?\nTen.\n\n> Which plan?\n> Monthly?\nYearly please."
    assert own_words(text, mark(text)) == "Ten.\n\nYearly please."


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("> a\n> b", id="quote alone"),
        pytest.param("Sent from my iPhone", id="device line alone"),
        pytest.param(f"-----Original Message-----\n{HEADERS}", id="original alone"),
    ],
)
def test_a_text_of_marks_alone_keeps_nothing(text: str) -> None:
    assert own_words(text, mark(text)) == ""


def test_words_below_the_reply_line_at_the_top_stay() -> None:
    text = "##- Please type your reply above this line -##\nWe need ten seats."
    assert "ten seats" in own_words(text, mark(text))


def test_marks_tell_their_place() -> None:
    assert mark("Yes.\n> old\n") == (Mark("quote", 5, 11),)


@settings(max_examples=300 if IN_FULL else 60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | st.text(max_size=200))
def test_marks_are_in_order_and_apart(text: str) -> None:
    marks = mark(text)
    assert all(0 <= m.start < m.end <= len(text) for m in marks)
    assert all(a.end <= b.start for a, b in pairwise(marks))
