"""Where a name goes and where a word stays. All names are made up."""

import pytest

from pipeline.text.redaction import redact

NAMES = ("Quinn Harper", "Agent Smith", "Will Fenn", "Bo")

FULL = [
    ("plain", "ask Quinn Harper about it", "ask [NAME] about it"),
    ("lower case", "ask quinn harper", "ask [NAME]"),
    ("more white space", "Quinn  Harper", "[NAME]"),
    ("over a line end", "Quinn\nHarper", "[NAME]"),
    ("last name first", "Harper, Quinn", "[NAME]"),
    ("possessive", "Quinn Harper's seat", "[NAME]'s seat"),
    ("common words as a name", "thanks to Agent Smith", "thanks to [NAME]"),
    ("inside a word stays", "Quinn Harpers", "Quinn Harpers"),
    ("parts stay elsewhere", "Agent Jo told Quinn", "Agent Jo told Quinn"),
]

PLACES = [
    ("greeting with comma", "Hi Quinn, all good", "Hi [NAME], all good"),
    ("comma before the name", "Hello, Gregory! We are", "Hello, [NAME]! We are"),
    ("title", "Dear Ms. Harper,", "Dear Ms. [NAME],"),
    ("two names", "Dear Jo Fenn,", "Dear [NAME],"),
    ("dash", "Hey Will - are you", "Hey [NAME] - are you"),
    ("no comma", "Hi Quinn thanks for that", "Hi [NAME] thanks for that"),
    ("sentence after the name", "Hi Quinn Can you", "Hi [NAME] Can you"),
    ("after a handle", "@company  Hi, Laura. I would", "@company  Hi, [NAME]. I would"),
    ("handle and name", "@customer Laura, we are sorry", "@customer [NAME], we are sorry"),
    ("second line", "Ticket 12\nHello Laura,\nwe", "Ticket 12\nHello [NAME],\nwe"),
    ("there", "Hi there Laura, we", "Hi there [NAME], we"),
    ("lower case, known", "hi quinn, ok", "hi [NAME], ok"),
    ("German", "Sehr geehrte Frau Müller,", "Sehr geehrte Frau [NAME],"),
    ("French", "Bonjour Amélie,", "Bonjour [NAME],"),
    ("my name is", "my name is Laura and I need", "my name is [NAME] and I need"),
    ("my name is, two", "My name is Laura Fenn.", "My name is [NAME]."),
    ("this is from", "this is Alex from Acme", "this is [NAME] from Acme"),
    ("I'm from", "I'm Alex from Acme", "I'm [NAME] from Acme"),
    ("after a closing", "We agree.\n\nBest regards,\nLaura Fenn", "We agree.\n\nBest regards,\n[NAME]"),
    ("thanks and a name", "Thanks,\nLaura", "Thanks,\n[NAME]"),
    ("on the closing line", "All fine. Cheers, Laura", "All fine. Cheers, [NAME]"),
    ("dash at the end", "See you. - Laura", "See you. - [NAME]"),
    ("caret", "See you. ^Alex", "See you. ^[NAME]"),
]

STAYS = [
    ("sentence starter", "Will you be open in May?"),
    ("greeting and verb", "hi will you be open"),
    ("greeting and May", "Hi May I ask something"),
    ("grace period", "The Grace period and the Mark"),
    ("there", "Hi there, I need help"),
    ("team", "Hi team, hello Team!"),
    ("company team", "Dear Acme Team,"),
    ("customer", "Dear customer, Dear Customer,"),
    ("support", "Hello Support, hi"),
    ("sir", "Dear Sir or Madam,"),
    ("agent", "Thanks Agent"),
    ("thanks again", "Thanks again!"),
    ("flight", "Hi Flight 123 is late"),
    ("airline code", "Hi BA, my bag is lost"),
    ("apostrophe", "Hi I’m waiting"),
    ("my name is not", "my name is not on the list"),
    ("my name is spelled", "My name is Spelled wrong"),
    ("agent initials", "We are sorry. *TMT"),
    ("caret initials", "We are sorry. ^AB"),
    ("route", "the flight Paris - London"),
    ("interjection", "@company Seriously, how long"),
    ("team signature", "Best regards,\nThe Acme Team"),
    ("sentence after thanks", "Thanks,\nCan you also add 10 seats?"),
]


@pytest.mark.parametrize(("text", "expected"), [pytest.param(t, e, id=c) for c, t, e in (*FULL, *PLACES)])
def test_names_go_from_their_places(text: str, expected: str) -> None:
    redacted = redact(text, NAMES)
    assert redacted.text == expected
    assert redacted.counts.get("NAME", 0) == expected.count("[NAME]")


@pytest.mark.parametrize("text", [pytest.param(t, id=c) for c, t in STAYS])
def test_words_that_are_names_too_stay(text: str) -> None:
    assert redact(text, NAMES).text == text


@pytest.mark.parametrize("names", [("",), (" ",), ("-",), ("(", "* +"), ("A B",), ("\\ [",)])
def test_odd_display_names_do_no_harm(names: tuple[str, ...]) -> None:
    assert redact("a - b (c) we need 10 seats", names).text == "a - b (c) we need 10 seats"
