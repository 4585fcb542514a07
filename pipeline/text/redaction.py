"""Redaction: what is personal in a message becomes a typed placeholder, before anything is written.

Patterns, checksums and the ticket's own names; no model decides what stays private. Each kind's patterns,
with the specification they follow, are in the module of that kind (`pii_…`, `names`). Every pattern is
bounded, so that time grows with the length of the text and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.text.name_places import PLACES
from pipeline.text.names import replace_names
from pipeline.text.pii_email import EMAIL, SPELLED_EMAIL
from pipeline.text.pii_ids import NAMED_ID, SHAPED_ID
from pipeline.text.pii_links import BARE_LINK, LINK
from pipeline.text.pii_money import BANK_ACCOUNT, CARD, IBAN
from pipeline.text.pii_network import IPV4, IPV6
from pipeline.text.pii_phone import PHONE
from pipeline.text.pii_secrets import CODE, KEYED, PASSWORD, SECRET_FORM
from pipeline.text.placeholders import Rule, Tally, digits_in

# In order: what contains another goes before it (a link its address, a secret its digits), what is sure
# before what is guessed (a valid card before a possible telephone number).
ALL_RULES = (
    SECRET_FORM,
    LINK,
    BARE_LINK,
    PASSWORD,
    KEYED,
    EMAIL,
    SPELLED_EMAIL,
    IBAN,
    CARD,
    BANK_ACCOUNT,
    NAMED_ID,
    SHAPED_ID,
    IPV4,
    IPV6,
    CODE,
    PHONE,
    *PLACES,
)
"""Without names, a text that no rule's gate matches is not changed by `redact`."""

_PLACE = {rule: place for place, rule in enumerate(ALL_RULES)}
_REACHING = tuple(rule for rule in ALL_RULES if rule.reaches_over)

# What is replaced can uncover something for a rule that ran before. Each pass takes characters out that no
# later pass sees, so the end is sure; two passes are the rule.
_MAX_PASSES = 12


@dataclass(frozen=True)
class Redacted:
    """A text without what is personal, and how many placeholders of each kind were put into it."""

    text: str
    counts: Mapping[str, int]


def redact(text: str, names: Sequence[str] = ()) -> Redacted:
    """Replace what is personal by `[EMAIL]`, `[PHONE]`, `[CARD]`, `[BANK_ACCOUNT]`, `[IP]`, `[LINK]`,
    `[SECRET]`, `[NAME]` or `[ID]`.

    `names` are the full display names of the people in the ticket. Redacting twice changes nothing, and
    placeholders that are there already stay whole. Links that give nothing away keep scheme, host and path,
    uncounted.
    """
    return _repeated(text, names, ALL_RULES, Tally(), _MAX_PASSES)


@dataclass(frozen=True)
class Begun:
    """A text after one go of its rules: of what it has become, `active` are the rules that may match. Names were looked
    for last; `is_named` says that some were found, behind which others may be."""

    text: str
    active: tuple[Rule, ...]
    tally: Tally
    is_named: bool


def begin(text: str, names: Sequence[str], matched: Sequence[Rule]) -> Begun | Redacted | None:
    """`redact` of a text of one line, spelled as `normalise` leaves it, of which it is known whose gates (RE2) match:
    those of `matched`, in the order of ALL_RULES. Of the rest, those that reach over a placeholder are asked behind a
    change. None: nothing to take out. What is begun is to be ended.
    """
    for number, rule in enumerate(matched):
        tally = Tally()
        redacted = rule.apply(text, tally)
        if redacted != text:
            return _from_change(text, redacted, names, matched, number, tally)
    if names and replace_names(text, names, Tally()) != text:
        return redact(text, names)
    return None


def _from_change(
    before: str, text: str, names: Sequence[str], matched: Sequence[Rule], number: int, tally: Tally
) -> Begun | Redacted:
    """Goes on where `matched[number]` changed the text, as if every rule had been asked."""
    lower = before.lower()
    digits = digits_in(before)
    active, behind = _active(tuple(matched), number)
    for rule in behind:
        if rule.may_apply(text, lower, digits):
            text = rule.apply(text, tally)
    named = replace_names(text, names, tally) if names else text
    if named == before:
        return Redacted(named, dict(tally.counts))
    return Begun(named, active, tally, named != text)


def end(begun: Begun, names: Sequence[str], matched: Sequence[Rule]) -> Redacted:
    """`redact` of a text that was begun; `matched`: of its active rules at least those whose gates (RE2) match what it
    is now. Where none of them changes it, no other go does."""
    text = begun.text
    is_changed = any(rule.apply(text, Tally()) != text for rule in matched)
    if is_changed or (begun.is_named and replace_names(text, names, Tally()) != text):
        return _repeated(text, names, begun.active, begun.tally, _MAX_PASSES - 1)
    return Redacted(text, dict(begun.tally.counts))


@lru_cache(maxsize=1024)
def _active(matched: tuple[Rule, ...], number: int) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """The rules that a text may need once `matched[number]` changed it, in order, and those of them behind that one."""
    active = sorted({*matched, *_REACHING}, key=_PLACE.__getitem__)
    return tuple(active), tuple(rule for rule in active if _PLACE[rule] > _PLACE[matched[number]])


def _repeated(text: str, names: Sequence[str], rules: Sequence[Rule], tally: Tally, passes: int) -> Redacted:
    for _ in range(passes):
        redacted, rules = _pass(text, names, rules, tally)
        if redacted == text:
            break
        text = redacted
    return Redacted(text, dict(tally.counts))


def _pass(text: str, names: Sequence[str], rules: Sequence[Rule], tally: Tally) -> tuple[str, list[Rule]]:
    """The text after one go of these rules, and which of them had something to look at."""
    lower = text.lower()
    digits = digits_in(text)
    active = []
    for rule in rules:
        if rule.may_apply(text, lower, digits):
            text = rule.apply(text, tally)
            active.append(rule)
    if names:
        text = replace_names(text, names, tally)
    return text, active
