"""Secrets: keys and tokens known by their form, passwords and codes known by the words before them.

Forms: PEM blocks (RFC 7468), JSON web tokens (RFC 7519), bearer tokens (RFC 6750), and the published prefixes
of common services' keys.
"""

import re

from pipeline.text.placeholders import PLACEHOLDER, Rule, Tally
from pipeline.text.word_lists import either_case, word_set, word_tuple

# With an END line all between goes; without one, only what is base64 beyond doubt.
_PEM = re.compile(
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----"
    r"(?:(?:[^-]|-(?!----)){0,16000}-----END [A-Z ]{0,30}PRIVATE KEY-----"
    r"|(?:\s{0,4}[A-Za-z0-9+/=]{40,80}){0,200})"
)
_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?")
_BEARER = re.compile(r"\b(bearer\s{1,3})(?=[A-Za-z._~+/=-]{0,60}[0-9])[A-Za-z0-9._~+/=-]{12,}", re.IGNORECASE)
_KNOWN_KEY = re.compile(
    r"\b(?:[spr]k_(?:live|test)_[A-Za-z0-9]{8,}|sk-[A-Za-z0-9_-]{20,}|A[KS]IA[0-9A-Z]{16}\b"
    r"|gh[pousr]_[A-Za-z0-9]{16,}"
    r"|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeprs]-[A-Za-z0-9-]{8,}|xapp-[A-Za-z0-9-]{8,}|AIza[\w-]{30,}"
    r"|ya29\.[\w-]{10,}|SG\.[\w-]{10,}\.[\w-]{10,}|hf_[A-Za-z0-9]{20,}|npm_[A-Za-z0-9]{20,}"
    r"|whsec_[A-Za-z0-9+/=]{16,})"
)


_BASIC = re.compile(
    r"\b(authorization:\s{0,3}basic\s{1,3})(?=[A-Za-z+/=]{0,60}[0-9])[A-Za-z0-9+/=]{12,}", re.IGNORECASE
)


def _forms(text: str, tally: Tally) -> str:
    if "-----BEGIN" in text:
        text = _PEM.sub(lambda _: tally.put("SECRET"), text)
    text = _JWT.sub(lambda _: tally.put("SECRET"), text)
    text = _BEARER.sub(lambda match: match.group(1) + tally.put("SECRET"), text)
    text = _BASIC.sub(lambda match: match.group(1) + tally.put("SECRET"), text)
    return _KNOWN_KEY.sub(lambda _: tally.put("SECRET"), text)


# "pass" alone needs a sign after it: a boarding pass is many things.
_LONG_WORDS = r"pass(?:word|code|phrase|wd)|pwd|pw|passwort|kennwort|mot de passe|contraseña|senha|wachtwoord"
_LONG_WORDS += either_case(
    r"|hasło(?: to)?|lösenord(?:et)?|adgangskode|passord|salasana|heslo|şifre|пароль|パスワード|密码"
    r"|clave|mdp|zugangscode"
)
_WORDS = rf"(?:{_LONG_WORDS}|pass(?=\s{{0,2}}[:=]))"
_VALUE = (
    rf"(?:\"[^\"\n\[\]]{{3,64}}\"|「[^」\n\[\]]{{3,64}}」|“[^”\n\[\]]{{3,64}}”|(?:(?!{PLACEHOLDER})[^\s]){{3,128}})"
)
_PASSWORD = re.compile(
    rf"(?<![^\W_])({_WORDS}['\"]?(?:\s{{0,3}}(?P<mark>[:=：は])|\s{{1,3}}(?:-|(?:is|was|ist|est|es|är"
    rf"|é)\b(?:\s{{0,3}}[:=])?))\s{{0,3}})(?P<value>{_VALUE})",
    re.IGNORECASE,
)
_PASSWORD_BARE = re.compile(rf"\b({_WORDS}\s{{1,3}})(?P<value>[^\s\[\]]{{6,64}})", re.IGNORECASE)
_QUOTES = "\"'`“”‘’«»「」"
_AFTER_A_VALUE = ".,;:!?)" + _QUOTES
_ENDS_HERE = re.compile(r"\s*(?:$|[\n.;!])|\s+(?:and|but|und|et|y)\b")
# What a password is said to be by people who do not give it away.
_NO_SECRET = word_set(
    "wrong incorrect correct right invalid valid not no now still also too the a an my your his her in on at"
    " to for it"
    " weak strong secure unsafe safe lost gone old new same blank empty missing fine ok okay good bad long"
    " short simple"
    " unknown unique different case-sensitive case sensitive public private out what why how when where this"
    " that there"
    " see below above reset change changed forgot forgotten please help required optional never always none"
    " null n/a"
    " test broken stuck up down link page field email login username account i we you they he she all being"
    " getting kept"
    " hidden shown known taken compromised"
)


def _passwords(text: str, tally: Tally) -> str:
    text = _PASSWORD.sub(lambda match: _password(match, tally), text)
    return _PASSWORD_BARE.sub(lambda match: _bare_password(match, tally), text)


def _password(match: re.Match[str], tally: Tally) -> str:
    value = match["value"]
    core = value.rstrip(_AFTER_A_VALUE).lstrip(_QUOTES)
    is_said = match["mark"] is None
    if not core or "://" in core or core.lower() in _NO_SECRET or (is_said and not _is_given_away(match, value, core)):
        return match.group()
    before, _, after = value.partition(core)
    return match.group(1) + before + tally.put("SECRET") + after


def _is_given_away(match: re.Match[str], value: str, core: str) -> bool:
    """After "is": a value with digits, symbols or quotes; a plain word only where the sentence ends with
    it."""
    if value[0] in _QUOTES or any(char.isdigit() for char in core):
        return (len(core) >= 3 and not core.isdigit()) or len(core) >= 4
    if any(not char.isalpha() and char not in "-'’/" for char in core):
        return True
    if core.lower().endswith(("ed", "ing", "ly", "able", "ible", "n't", "n’t")):
        return False
    has_end = value != value.rstrip(_AFTER_A_VALUE) or _ENDS_HERE.match(match.string, match.end()) is not None
    return has_end and "'" not in core and "’" not in core


def _bare_password(match: re.Match[str], tally: Tally) -> str:
    """ "password hunter2": only a word that mixes letters and digits."""
    core = match["value"].rstrip(_AFTER_A_VALUE)
    if len(core) < 6 or not any(map(str.isdigit, core)) or not any(map(str.isalpha, core)) or "://" in core:
        return match.group()
    return match.group(1) + tally.put("SECRET") + match["value"][len(core) :]


_KEYED = re.compile(
    r"(?<![A-Za-z\[])((?:key|token|secret|credential|signature|hash|licen[sc]e|activation code)s?\b[^\n]{0,24}?"
    r"[\s:=\"'`(]|[a-z_-]{0,24}(?:key|token|secret|sess(?:ion)?_?id)[\"']?\s{0,2}[=:]\s{0,2}[\"']?)"
    r"([A-Za-z0-9_\-+/=.~]{16,512})",
    re.IGNORECASE,
)


_TURNS = re.compile(r"[0-9](?=[A-Za-z])|[A-Za-z](?=[0-9])")


def _keyed(text: str, tally: Tally) -> str:
    def put(match: re.Match[str]) -> str:
        core = match.group(2).rstrip(".")
        has_both = any(map(str.isdigit, core)) and any(map(str.isalpha, core))
        # After such a word less chance is asked for than of a word alone (`is_random`).
        if not has_both or len(_TURNS.findall(core)) < 2:
            return match.group()
        return match.group(1) + tally.put("SECRET") + match.group(2)[len(core) :]

    return _KEYED.sub(put, text)


_CODE_WORDS = (
    r"(?:(?:verification|security|login|log-in|sign-in|auth|authentication|authorization|2fa|mfa|unlock"
    r"|recovery|access|activation|backup|one[- ]time) (?:code|pin|passcode)|pin (?:code|number)"
    r"|(?:your|my) code|one[- ]time password|otp|passcode|pin|puk|cvv2?|cvc2?|cid|2fa|tan)"
)
_CODE_VALUE = r"(?:(?:[A-Z]-)?[0-9]{3}[ -][0-9]{3}|[0-9]{4}-[0-9]{4}|[0-9](?: [0-9]){3,7}|(?:[A-Z]-)?[0-9]{3,8})"
_CODE = re.compile(
    rf"\b({_CODE_WORDS}s?(?:\s{{0,2}}(?:is|was|:|=|#|-"
    rf"|ist))?(?:\s{{0,2}}:)?\s{{0,3}})({_CODE_VALUE})((?: {_CODE_VALUE}){{0,9}})(?![\w%]|[.,:/-][0-9])",
    re.IGNORECASE,
)
_CODE_FIRST = re.compile(
    rf"(?<![\w.,:/#-])({_CODE_VALUE})((?: is| as)? (?:your|my|the)\b[^\n.]{{0,30}}?\b{_CODE_WORDS}\b)",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\s?(?:digits?|characters?|chars|times|days?|minutes?|hours?|users?|seats?)\b", re.IGNORECASE)


def _codes(text: str, tally: Tally) -> str:
    def put(match: re.Match[str]) -> str:
        if _COUNTED.match(match.string, match.end()):
            return match.group()
        return match.group(1) + tally.put("SECRET") + (" " + tally.put("SECRET") if match.group(3) else "")

    text = _CODE.sub(put, text)
    return _CODE_FIRST.sub(lambda match: tally.put("SECRET") + match.group(2), text)


SECRET_FORM = Rule(
    r"-----BEGIN|eyJ[A-Za-z0-9_-]{8}|(?i:bearer\s|basic\s{1,3}[A-Za-z0-9+/=]{12})|[spr]k_(?:live|test)|sk-|A[KS]IA|gh[pousr]_|github_pat_|glpat-"
    r"|xox|xapp-|AIza|ya29\.|SG\.|hf_|npm_|whsec_",
    _forms,
    hints=word_tuple(
        "-----begin eyj bearer basic k_live k_test sk- akia asia ghp_ gho_ ghu_ ghs_ ghr_ pat- _pat_ xox xapp-"
        " aiza ya29. sg. hf_ npm_ whsec_"
    ),
)
PASSWORD = Rule(
    rf"(?i:(?:{_LONG_WORDS}|pass)['\"]?(?:\s{{0,3}}[:=：は]|\s{{1,3}}(?:-|(?:is|was|ist|est|es|är|é)[\s:=]"
    r"|[^\s\[\]]{0,64}[0-9])))",
    _passwords,
    hints=word_tuple(
        "pass pwd pw kennwort contrase senha wachtwoord hasło lösen adgangskode salasana heslo şifre пароль"
        " パスワード 密码 clave mdp zugangscode"
    ),
)
KEYED = Rule(
    r"(?i:key|token|secret|credential|signature|hash|licen[sc]e|activation code|sess(?:ion)?_?id)[^\n]*"
    r"[A-Za-z0-9_\-+/=.~]{16}",
    _keyed,
    hints=word_tuple(
        "key token secret credential signature hash license licence code sessid sess_id sessionid session_id"
    ),
    quick_gate=r"[A-Za-z0-9_\-+/=.~]{16}",
    digits=1,
)
CODE = Rule(
    rf"(?i:{_CODE_WORDS}s?[^\n0-9]{{0,14}}[0-9]{{3}}|[0-9]{{3}}(?: is| as)? (?:your|my|the)"
    r"|code[^\n0-9]{0,14}[0-9] [0-9] [0-9])",
    _codes,
    hints=("code", "pin", "puk", "otp", "cvv", "cvc", "cid", "2fa", "tan", "one-time", "one time"),
    digits=1,
    reaches_over=True,
)
