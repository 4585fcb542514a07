"""Mail and web domains: what identifies a company, and what only identifies a mail provider."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tldextract import TLDExtract

# Providers whose addresses say nothing about the employer.
FREEMAIL = frozenset(
    """
    gmail.com googlemail.com yahoo.com yahoo.co.uk yahoo.fr yahoo.de yahoo.it yahoo.es ymail.com rocketmail.com
    hotmail.com hotmail.co.uk hotmail.fr hotmail.de outlook.com outlook.de outlook.fr live.com live.co.uk msn.com
    icloud.com me.com mac.com aol.com gmx.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de arcor.de
    mail.com email.com proton.me protonmail.com pm.me tutanota.com tuta.io fastmail.com zoho.com hey.com
    orange.fr wanadoo.fr free.fr laposte.net sfr.fr libero.it virgilio.it tiscali.it alice.it telenet.be skynet.be
    ziggo.nl kpnmail.nl planet.nl bluewin.ch sunrise.ch telia.com seznam.cz wp.pl o2.pl onet.pl interia.pl
    mail.ru yandex.ru yandex.com rambler.ru bk.ru qq.com 163.com 126.com sina.com naver.com hanmail.net daum.net
    rediffmail.com uol.com.br bol.com.br terra.com.br btinternet.com virginmedia.com sky.com comcast.net
    verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net rogers.com shaw.ca bigpond.com optusnet.com.au
    """.split()
)


# Whatever the list says of its end, a name of two labels is its own: most are, and the list takes ten times as long.
_TWO_LABELS = re.compile(r"[a-z0-9-]+\.[a-z0-9-]+")


@cache
def _extract() -> TLDExtract:
    """The public suffix list that ships with the library; nothing is fetched. https://publicsuffix.org

    Imported where the first domain is asked for: it brings an HTTP client with it that is never used.
    """
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(maxsize=65536)
def registered_domain(host: str | None) -> str | None:
    """`mail.acme.co.uk` -> `acme.co.uk`; None for what is no domain and for freemail providers.

    A name under a suffix the list does not know (`.example`, an intranet) keeps its last two labels.
    """
    name = (host or "").strip().lower().rstrip(".").removeprefix("www.")
    if "." not in name or " " in name:
        return None
    found = name if _TWO_LABELS.fullmatch(name) else _by_the_list(name)
    return None if found in FREEMAIL else found


def _by_the_list(name: str) -> str:
    return _extract()(name).top_domain_under_public_suffix or ".".join(name.split(".")[-2:])
