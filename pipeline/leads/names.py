"""Company names compared, where nothing surer says whose a ticket is.

Names are likened without their legal form and in any order of words: rapidfuzz's `token_sort_ratio`
(https://rapidfuzz.github.io/RapidFuzz/Usage/fuzz.html), 0 to 100. A name that two accounts could mean names neither.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz, process

# Under this, different firms of one trade begin to look alike.
LEAST = 92
# The next best must be this much less alike, unless the name is the very same.
CLEARLY = 5
SAME = 100
_LEGAL_FORMS = frozenset(
    """
    inc incorporated corp corporation co company llc llp lp ltd limited plc pty gmbh mbh ag kg kgaa ohg se ug ev sa sas
    sarl srl spa snc bv nv vof ab as asa aps oy oyj kk sl slu lda ltda sp zoo doo kft group holding holdings the and und
    et
    """.split()
)
_WORD = re.compile(r"\w+")
_DOTTED = re.compile(r"(?<=\b\w)\.(?=\w\b)")


def company_key(name: str) -> str:
    """`The Harbour Freight Co., Ltd.` -> `freight harbour`; empty where nothing is left."""
    words = _WORD.findall(_DOTTED.sub("", name.lower()).replace("'", ""))
    return " ".join(sorted(word for word in words if word not in _LEGAL_FORMS))


def likest(names: Sequence[str], accounts: Mapping[str, str]) -> list[tuple[str, int] | None]:
    """For each name the account (id -> name) that it is most like, and how much, 0 to 100; None where it is unclear.

    Only names that share a word are compared: so a hundred thousand accounts cost little, and a mistyped only word
    finds nobody, which is better than somebody else.
    """
    keys = {account_id: company_key(name) for account_id, name in accounts.items()}
    with_word: dict[str, set[str]] = defaultdict(set)
    for account_id, key in keys.items():
        for word in key.split():
            with_word[word].add(account_id)
    return [_likest(company_key(name), keys, with_word) for name in names]


def _likest(key: str, keys: Mapping[str, str], with_word: Mapping[str, set[str]]) -> tuple[str, int] | None:
    near = {account_id: keys[account_id] for word in key.split() for account_id in with_word.get(word, ())}
    best = process.extract(key, near, scorer=fuzz.token_sort_ratio, score_cutoff=LEAST - CLEARLY, limit=2)
    if not best or best[0][1] < LEAST:
        return None
    if len(best) > 1 and best[0][1] - best[1][1] < (CLEARLY if best[0][1] < SAME else 1):
        return None
    return best[0][2], int(best[0][1])
