"""Names of people: those the export gives, anywhere; others only where a letter or a chat puts a name.

No recognition by model and no list of given names: "Will you…", "in May" and "Grace period" must survive, and
what a model takes for a person is as often a product.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from pipeline.text.name_places import replace_known
from pipeline.text.placeholders import PLACEHOLDER, Tally

_MIN_LETTERS = 4


def replace_names(text: str, names: Sequence[str], tally: Tally) -> str:
    """Replace the full display names of the people in the ticket.

    A full name goes wherever it stands, also as "Last, First"; one word of it, or a display name of one word,
    only in the places of names (it may be "Will" or "Support").
    """
    lower = text.lower()
    known: set[str] = set()
    for name in names:
        parts = _parts(name)
        for part in parts:  # a loop: most names are not there, and a list of nothing takes twice as long
            if part in lower:
                break
        else:
            continue
        present = [part for part in parts if part in lower]
        if len(parts) > 1 and len(present) == len(parts) and sum(map(len, parts)) >= _MIN_LETTERS:
            text = _full_name(name).sub(lambda match: match.group() if match[1] else tally.put("NAME"), text)
        known.update(part for part in present if len(part) > 1)
    return replace_known(text, tally, frozenset(known)) if known else text


@lru_cache(maxsize=4096)
def _parts(name: str) -> tuple[str, ...]:
    return tuple(name.lower().split())


@lru_cache(maxsize=4096)
def _full_name(name: str) -> re.Pattern[str]:
    # The first branch takes existing placeholders, so that a person called "Phone" cannot break one.
    *given, last = (re.escape(part) for part in name.split())
    gap = r"\s{1,4}"
    first = gap.join(given)
    return re.compile(
        rf"({PLACEHOLDER})|(?<!\w)(?:{first}{gap}{last}|{last}\s{{0,2}},\s{{0,3}}{first})(?!\w)",
        re.IGNORECASE,
    )
