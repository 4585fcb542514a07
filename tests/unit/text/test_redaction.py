"""What goes and what stays, kind by kind. All data is made up; each row says which case it is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from message_pieces import PIECES

from pipeline.text.placeholders import KINDS
from pipeline.text.redaction import redact
from tests.once import IN_FULL

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dBjftJeZ4CVPmB92K27uhbUJU1p1r"
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7bq\n-----END RSA PRIVATE KEY-----"

GOES = {
    "EMAIL": [
        ("plain", "write to jane@acme.example please", "write to [EMAIL] please"),
        ("dots and plus", "jo.fenn+news@mail.acme.example", "[EMAIL]"),
        ("mailto", "mailto:jo@acme.example", "mailto:[EMAIL]"),
        ("angle brackets", "Jo <jo@acme.example>,", "Jo <[EMAIL]>,"),
        ("end of sentence", "It is jo@acme.example.", "It is [EMAIL]."),
        ("unicode", "jürgen@bücher.example", "[EMAIL]"),
        ("full-width at", "jo＠acme.example", "[EMAIL]"),
        ("quoted local part", '"jo fenn"@acme.example', "[EMAIL]"),
        ("address literal", "jo@[192.0.2.1]", "[EMAIL]"),
        ("(at) and dot", "jane (at) acme dot com", "[EMAIL]"),
        ("[at] and [dot]", "jane[at]acme[dot]example", "[EMAIL]"),
        ("(at) with a point", "jane(at)acme.example", "[EMAIL]"),
        ("spoken", "it's jane at acme dot com", "it's [EMAIL]"),
        ("two of them", "a@acme.example,b@acme.example", "[EMAIL],[EMAIL]"),
    ],
    "PHONE": [
        ("international", "+44 20 7946 0958", "[PHONE]"),
        ("international, tight", "+4915112345678", "[PHONE]"),
        ("trunk zero in brackets", "+44 (0)20 7946 0958", "[PHONE]"),
        ("double zero", "0044 20 7946 0958", "[PHONE]"),
        ("US brackets", "(202) 555-0143", "[PHONE]"),
        ("US dashes", "at 202-555-0143.", "at [PHONE]."),
        ("US dots", "202.555.0143", "[PHONE]"),
        ("US with 1", "1-800-555-0199", "[PHONE]"),
        ("extension", "202-555-0143 ext. 12", "[PHONE]"),
        ("UK national", "ring 020 7946 0958", "ring [PHONE]"),
        ("UK without context", "020 7946 0958 is it", "[PHONE] is it"),
        ("French pairs", "06 12 34 56 78", "[PHONE]"),
        ("Spanish groups", "612 34 56 78", "[PHONE]"),
        ("context word, bare", "call me on 2025550143", "call me on [PHONE]"),
        ("alone on its line", "2025550143", "[PHONE]"),
        ("tel:", "Tel: 030 1234567", "Tel: [PHONE]"),
        ("after a date", "2026-01-05 020 7946 0958", "2026-01-05 [PHONE]"),
        ("a number behind", "202-555-0143 2 seats", "[PHONE] 2 seats"),
    ],
    "CARD": [
        ("spaced", "4111 1111 1111 1111", "[CARD]"),
        ("tight", "card 4111111111111111.", "card [CARD]."),
        ("dashes", "5555-5555-5555-4444", "[CARD]"),
        ("Amex", "3782 822463 10005", "[CARD]"),
        ("with expiry behind", "4111 1111 1111 1111 12/28", "[CARD] 12/28"),
        ("expiry as groups", "4111 1111 1111 1111 12 28", "[CARD] 12 28"),
        ("double spaces", "4111  1111  1111  1111", "[CARD]"),
    ],
    "BANK_ACCOUNT": [
        ("IBAN, spaced", "GB29 NWBK 6016 1331 9268 19", "[BANK_ACCOUNT]"),
        ("IBAN, tight", "DE89370400440532013000", "[BANK_ACCOUNT]"),
        ("IBAN, lower case", "de89 3704 0044 0532 0130 00", "[BANK_ACCOUNT]"),
        ("IBAN, word after", "DE89 3704 0044 0532 0130 00 from then", "[BANK_ACCOUNT] from then"),
        (
            "US routing and account",
            "routing number 021000021, account number 1234567890",
            "routing number [BANK_ACCOUNT], account number [BANK_ACCOUNT]",
        ),
        ("UK sort code", "sort code 20-00-00", "sort code [BANK_ACCOUNT]"),
        ("UK pair at the bank", "my bank: 20-00-00 55779911", "my bank: [BANK_ACCOUNT]"),
    ],
    "IP": [
        ("IPv4", "from 192.0.2.10 only", "from [IP] only"),
        ("with port", "192.0.2.10:8080", "[IP]:8080"),
        ("IPv6", "2001:db8::8a2e:370:7334", "[IP]"),
        ("IPv6, full", "2001:0db8:0000:0000:0000:ff00:0042:8329", "[IP]"),
    ],
    "LINK": [
        ("user and password", "https://jo:pw@acme.example/a", "[LINK]"),
        ("token", "see https://acme.example/a?token=abc.", "see [LINK]."),
        ("reset", "https://acme.example/x?reset_code=1", "[LINK]"),
        ("signature", "https://files.acme.example/a.pdf?x=1&sig=AbC", "[LINK]"),
        ("random path", "https://acme.example/i/9f86d081884c7d659a2feaa0c55ad015", "[LINK]"),
        ("UUID", "https://acme.example/i/123e4567-e89b-12d3-a456-426614174000", "[LINK]"),
        ("random fragment", "https://acme.example/#a1B2c3D4e5F6g7H8", "[LINK]"),
        ("meeting", "https://meet.acme.example/j/98765432101?pwd=abc", "[LINK]"),
        ("no scheme", "acme.example/login?session=abc", "[LINK]"),
    ],
    "SECRET": [
        ("password is", "my password is hunter2", "my password is [SECRET]"),
        ("password is, a word", "my password is hunter.", "my password is [SECRET]."),
        ("pwd:", "pwd: S3cret!x", "pwd: [SECRET]"),
        ("password=", "password=letmein", "password=[SECRET]"),
        ("quoted", 'password is "open sesame1"', 'password is "[SECRET]"'),
        ("Stripe key", "sk_live_abcdefgh12345678", "[SECRET]"),
        ("AWS key", "AKIAIOSFODNN7EXAMPLE", "[SECRET]"),
        ("GitHub token", "ghp_abcdefghijklmnopqrstuvwxyz0123456789", "[SECRET]"),
        ("Slack token", "xoxb-123456789012-abcdef", "[SECRET]"),
        ("Google key", "AIzaSyA1234567890abcdefghijklmnopqrstuv", "[SECRET]"),
        ("JWT", JWT, "[SECRET]"),
        ("bearer", "Authorization: Bearer abcdef0123456789", "Authorization: Bearer [SECRET]"),
        ("PEM", f"here: {PEM} thanks", "here: [SECRET] thanks"),
        ("hex after key", "the api key 9f86d081884c7d659a2feaa0c55ad015", "the api key [SECRET]"),
        ("one-time code", "the verification code is 482913", "the verification code is [SECRET]"),
        ("code first", "482913 is your login code", "[SECRET] is your login code"),
        ("PIN", "PIN: 4821", "PIN: [SECRET]"),
        ("PIN number", "my pin number is 4821", "my pin number is [SECRET]"),
        ("your code", "your code is 482913", "your code is [SECRET]"),
        ("assigned", "api_key=AbCdEf1234567890abcdEFGH", "api_key=[SECRET]"),
        ("CVV", "cvv 123", "cvv [SECRET]"),
    ],
    "ID": [
        ("SSN with words", "my SSN is 536-22-1234", "my SSN is [ID]"),
        ("SSN, tight", "ssn 536221234", "ssn [ID]"),
        ("SSN by shape", "it is 536-22-1234", "it is [ID]"),
        ("NINO", "national insurance number AB 12 34 56 C", "national insurance number [ID]"),
        ("passport", "passport number X1234567", "passport number [ID]"),
        ("CPF", "cpf 529.982.247-25", "cpf [ID]"),
        ("codice fiscale", "RSSMRA85T10A562S", "[ID]"),
        ("DNI", "dni 12345678Z", "dni [ID]"),
    ],
}

STAYS = [
    ("flight", "flight 1403 and DL4047 to CLE"),
    ("order id", "order 2025550143 has not arrived"),
    ("order number with hash", "order #20255501439"),
    ("ticket id", "ticket 12345678901"),
    ("booking reference", "confirmation HHVZIB"),
    ("e-ticket", "e-ticket 0012143999800"),
    ("ISO date", "on 2026-01-05"),
    ("ISO date and time", "2026-01-05 15:04:05"),
    ("dotted date", "am 05.01.2026"),
    ("slashed date", "on 01/05/2026 at 10:30"),
    ("years", "in 2019-2021"),
    ("price", "$1,234,567.00 or 1.234.567,89 €"),
    ("price, grouped", "1 000 000 EUR"),
    ("amount", "2 500 000 rows"),
    ("version", "version 10.2.1"),
    ("version of four parts", "since version 1.2.3.4"),
    ("v-version", "v1.2.3.4"),
    ("Windows build", "10.0.19041.1234"),
    ("octet too large", "300.1.2.3"),
    ("coordinates", "52.520008, 13.404954"),
    ("measurement", "1200 x 800 mm, 12.5 kg"),
    ("steps", "as easy as 1-2-3"),
    ("serial", "serial C02XK1ABCDEF"),
    ("time", "12:30:45"),
    ("time span", "from 10:00-12:00 on 12.01.2026"),
    ("timestamp", "2026-11-22T04:54:00Z"),
    ("barcode", "UPC 012345678905"),
    ("parcel", "tracking 1Z999AA10123456784"),
    ("shop order", "Order 123-4567890-1234567 shipped"),
    ("ISBN", "ISBN 978-3-16-148410-0"),
    ("product key words", "the secret key is fine in production-environment-eu-west-1"),
    ("MAC address", "00:1A:2B:3C:4D:5E"),
    ("C++", "std::vector and a::b"),
    ("handle", "@acme and .@acme, thanks"),
    ("at a place", "look at acme.example or work at acme dot com"),
    ("plain link", "https://acme.example/docs/how-to-reset-your-password"),
    ("long slug", "https://acme.example/blog/2026-how-to-move-200-seats-to-the-business-plan"),
    ("harmless query", "https://acme.example/pricing?utm_source=mail&lang=en"),
    ("bare domain", "www.acme.example"),
    ("failed Luhn", "4111 1111 1111 1112"),
    ("failed IBAN", "GB29 NWBK 6016 1331 9268 18"),
    ("customer account", "account 1234567890"),
    ("password trouble", "my password is wrong and the password is not working"),
    ("password expired", "the password is expired."),
    ("password reset", "password reset does not work"),
    ("boarding pass", "my boarding pass is here, 3 passes online"),
    ("PIN length", "the PIN is 4 digits"),
    ("keys", "the key feature we need is SSO, a token of thanks"),
    ("bearer of news", "the bearer of bad news"),
    ("SSN-like order", "order 536-22-1234"),
    ("percent", "100 percent, 99.999%"),
    ("seats", "we need 250 seats by 2026-12-01"),
    ("question", "what?why? really?"),
]


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [pytest.param(k, t, e, id=f"{k}: {case}") for k, rows in GOES.items() for case, t, e in rows],
)
def test_what_is_personal_goes(kind: str, text: str, expected: str) -> None:
    redacted = redact(text)
    assert redacted.text == expected
    assert redacted.counts == {kind: expected.count(f"[{kind}]")}
    assert redact(redacted.text).text == redacted.text


@pytest.mark.parametrize("text", [pytest.param(t, id=case) for case, t in STAYS])
def test_what_is_not_personal_stays(text: str) -> None:
    redacted = redact(text)
    assert (redacted.text, redacted.counts) == (text, {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("https://acme.example/a?q=jo", "https://acme.example/a", id="query dropped"),
        pytest.param("https://acme.example/a?q=jo.", "https://acme.example/a.", id="full stop kept"),
        pytest.param("https://acme.example/a#plans", "https://acme.example/a#plans", id="section kept"),
    ],
)
def test_other_links_lose_their_query_uncounted(text: str, expected: str) -> None:
    assert redact(text).text == expected
    assert redact(text).counts == {}


def test_every_kind_has_a_table() -> None:
    assert {*GOES, "NAME"} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_existing_placeholders_stay_whole(kind: str) -> None:
    text = f"Hi [{kind}], password is [{kind}], call [{kind}] or [{kind}]@[{kind}]"
    names = (kind.replace("_", " "), kind.lower(), f"[{kind}] x", "Hi There")
    assert redact(text, names).text == text


@settings(max_examples=400 if IN_FULL else 80, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=200))
def test_redacting_twice_changes_nothing(text: str) -> None:
    names = ("Quinn Harper", "Agent Smith", "Will")
    once = redact(text, names)
    again = redact(once.text, names)
    assert again.text == once.text
    assert again.counts == {}
