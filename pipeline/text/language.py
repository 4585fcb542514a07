"""In which language a text is written, where there is enough of it to tell.

Most texts are decided at once by the small words of English, column by column; the rest one by one: letters of another
script by that script, Latin letters by the small words of each language (G. Grefenstette, Comparing two language
identification schemes, JADT 1995). Another language than English needs evidence; what stays in doubt is null, to be
treated as if it were understood. Libraries that were tried instead are in docs/decisions.md.
"""

import re
from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.text.function_words import ENGLISH, FOREIGN
from pipeline.text.placeholders import PLACEHOLDER

_READ = 600
"""So many characters of a text tell its language."""
_MIN_LETTERS = 20
_MIN_WORDS = 4
_MIN_LETTERS_OF_A_SCRIPT = 4

# Words that no other language of this file writes. One in sixty characters is half of what English has.
_SURE_ENGLISH = (
    r"(?i)\b(?:the|and|you|your|this|that|with|have|from|been|they|what|when|would|there|please|thanks|thank|i'm|i’m"
    r"|don't|don’t|it's|it’s|not|how|just|get|why|which|their|about|could|should|were|out|our)\b"
)
_SURE = 2
_CHARACTERS_A_SURE_WORD = 60
_OTHER_SCRIPT = (
    r"[\x{0370}-\x{1dbf}\x{2c00}-\x{2fff}\x{3040}-\x{d7ff}\x{f900}-\x{fdff}\x{fe70}-\x{fefc}\x{ff66}-\x{ffdc}]"
)

_NO_WORDS_IN_RE2 = rf"https?://\S+|\S*[@#]\S+|{PLACEHOLDER}|\w+\.\w\S*"
_NO_WORDS = re.compile(_NO_WORDS_IN_RE2)
# Characters beside which every letter is one of ASCII, and of which RE2 thinks as Python does.
_NOT_PLAIN = "[^\t\n -~‘’“”–—…•€£\u2600-\u2775\ufe0f\U0001f300-\U0001faff]"
_KEPT = bytes(byte if chr(byte) in "abcdefghijklmnopqrstuvwxyz0123456789'" else 32 for byte in range(256))
_KEPT = _KEPT[:65] + _KEPT[97:123] + _KEPT[91:]  # capitals as small letters
_MAY_BE_NO_WORD = re.compile(r"[@#.\[:]")  # what `_NO_WORDS` matches holds one of them
_WORD = re.compile(r"(?<![^\W_])[^\W\d_]+(?:['’][^\W\d_]+)?(?![^\W_])")  # no letters of a code: "GD4O8S"
_WORD_OF_ASCII = re.compile(r"(?<![a-z0-9])[a-z]+(?:'[a-z]+)?(?![a-z0-9])")
_LATIN = re.compile(r"[A-Za-z\u00aa-\u024f\u1e00-\u1eff]")
_SHARE = 6

# script → (its letters, the language or those that it may be, with the letters that only they have)
_SCRIPTS = (
    (re.compile("[\u3040-\u30ff\uff66-\uff9f]"), (("ja", ""),)),
    (re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f]"), (("ko", ""),)),
    (re.compile("[\u3400-\u9fff\uf900-\ufaff]"), (("zh", ""),)),
    (
        re.compile("[\u0400-\u052f]"),
        (("uk", "їєґ"), ("be", "ў"), ("sr", "ђћџ"), ("mk", "ѓќѕ"), ("uk", "і"), ("ru", "ыэё"), ("bg", "ъ"), ("ru", "")),
    ),
    (re.compile("[\u0370-\u03ff\u1f00-\u1fff]"), (("el", ""),)),
    (re.compile("[\u0590-\u05ff\ufb1d-\ufb4f]"), (("he", ""),)),
    (
        re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]"),
        (("ur", "ٹڈڑےں"), ("fa", "پچژگک"), ("ar", "")),
    ),
    (re.compile("[\u0e00-\u0e7f]"), (("th", ""),)),
    (re.compile("[\u0900-\u097f]"), (("hi", ""),)),
    (re.compile("[\u0980-\u09ff]"), (("bn", ""),)),
    (re.compile("[\u0b80-\u0bff]"), (("ta", ""),)),
    (re.compile("[\u0c00-\u0c7f]"), (("te", ""),)),
    (re.compile("[\u10a0-\u10ff]"), (("ka", ""),)),
    (re.compile("[\u0530-\u058f]"), (("hy", ""),)),
)

_LANGUAGES_OF: dict[str, tuple[str, ...]] = {}
for _language, _words in FOREIGN.items():
    for _word in _words - ENGLISH:
        _LANGUAGES_OF[_word] = (*_LANGUAGES_OF.get(_word, ()), _language)
_FOREIGN_WORDS = frozenset(_LANGUAGES_OF)
_FOREIGN_ARRAY, _ENGLISH_ARRAY = (pa.array(sorted(words), pa.string()) for words in (_FOREIGN_WORDS, ENGLISH))


def languages(texts: pa.Array) -> pa.Array:
    """For each text its ISO 639-1 code, or null: unknown, or not enough text to tell.

    Give what the writer wrote, without quotations and signatures. English on short texts, too.
    """
    if not len(texts):
        return pa.array([], pa.string())
    start = pc.utf8_slice_codeunits(pc.fill_null(texts, "").cast(pa.string()), 0, _READ)
    sure = pc.count_substring_regex(start, _SURE_ENGLISH)
    is_ascii = pc.string_is_ascii(start)
    is_english = pc.and_(
        pc.and_(
            pc.greater_equal(sure, _SURE),
            pc.greater_equal(pc.multiply(sure, _CHARACTERS_A_SURE_WORD), pc.utf8_length(start)),
        ),
        pc.invert(_in_another_script(start, is_ascii)),
    )
    is_short = pc.and_(is_ascii, pc.less(pc.utf8_length(start), _MIN_LETTERS))
    doubtful = pc.invert(pc.or_(is_english, is_short))
    known = pc.if_else(is_english, pa.scalar("en"), pa.scalar(None, pa.string()))
    return pc.replace_with_mask(known, doubtful, _by_column(start.filter(doubtful)))


def _in_another_script(texts: pa.Array, is_ascii: pa.Array) -> pa.Array:
    found = pc.match_substring_regex(texts.filter(pc.invert(is_ascii)), _OTHER_SCRIPT)
    return pc.replace_with_mask(pa.repeat(False, len(texts)), pc.invert(is_ascii), found)


def _by_column(texts: pa.Array) -> pa.Array:
    """`_closely` of each text: by column where its letters are those of ASCII and English outweighs every other
    language, text by text elsewhere."""
    is_plain = pc.invert(pc.match_substring_regex(texts, _NOT_PLAIN))
    pieces = _pieces(pc.if_else(is_plain, texts, ""))
    in_text = pc.list_parent_indices(pieces).to_numpy()
    words = pc.ascii_trim(pieces.flatten(), characters="'")
    is_word = pc.ascii_is_alpha(words).to_numpy(False)
    odd = np.flatnonzero(~is_word)
    odd_words = words.take(pa.array(odd))
    is_word[odd] = pc.match_substring_regex(odd_words, "^[a-z]+'[a-z]+$").to_numpy(False)
    is_unclear = np.zeros(len(words), bool)
    is_unclear[odd] = pc.match_substring_regex(odd_words, "'.*'|[0-9].*'|'.*[0-9]").to_numpy(False)
    is_english = pc.is_in(words, _ENGLISH_ARRAY).to_numpy(False)
    is_foreign = pc.is_in(words, _FOREIGN_ARRAY).to_numpy(False)
    count, english, foreign, unclear = (
        np.bincount(in_text[of], minlength=len(texts)) for of in (is_word, is_english, is_foreign, is_unclear)
    )
    letters = np.bincount(in_text[is_word], pc.binary_length(words).to_numpy()[is_word], len(texts))
    is_told = is_plain.to_numpy(False) & (unclear == 0) & ((english > foreign) | (foreign == 0))
    is_enough = (letters >= _MIN_LETTERS) & (count >= _MIN_WORDS)
    in_english = pa.array(is_enough & (english > 0) & (english * _SHARE >= count))
    told = pc.if_else(in_english, pa.scalar("en"), pa.scalar(None, pa.string()))
    left = pa.array(~is_told)
    return pc.replace_with_mask(told, left, pa.array(map(_closely, texts.filter(left).to_pylist()), pa.string()))


def _pieces(texts: pa.Array) -> pa.Array:
    """What stands between anything but letters of ASCII, digits and apostrophes, in lower case: a list a text."""
    apart = pc.replace_substring(pc.replace_substring_regex(texts, _NO_WORDS_IN_RE2, " "), "’", "'")
    _, offsets, letters = apart.buffers()
    kept = pa.py_buffer((letters or pa.py_buffer(b"")).to_pybytes().translate(_KEPT))
    return pc.ascii_split_whitespace(pa.Array.from_buffers(pa.string(), len(apart), [None, offsets, kept]))


def _closely(text: str) -> str | None:
    if _MAY_BE_NO_WORD.search(text):
        text = _NO_WORDS.sub(" ", text)
    is_ascii = text.isascii()
    words = _WORD_OF_ASCII.findall(text.lower()) if is_ascii else _WORD.findall(text.lower().replace("’", "'"))
    letters = sum(map(len, words))
    if letters < _MIN_LETTERS_OF_A_SCRIPT:
        return None
    if not is_ascii:
        latin = len(_LATIN.findall(text))
        if letters - latin > latin:
            return _by_script(text)
    if letters < _MIN_LETTERS or len(words) < _MIN_WORDS:
        return None
    return _by_words(words)


def _by_script(text: str) -> str | None:
    text = text.lower()
    counts = [len(letters.findall(text)) for letters, _ in _SCRIPTS]
    kana, _, han = counts[:3]
    if kana and kana * 8 > han:  # Japanese mixes both; Chinese has no kana
        return "ja"
    most = max(range(len(_SCRIPTS)), key=counts.__getitem__)
    if counts[most] < _MIN_LETTERS_OF_A_SCRIPT:
        return None
    return next(language for language, own in _SCRIPTS[most][1] if not own or any(letter in text for letter in own))


def _by_words(words: list[str]) -> str | None:
    """The language most of whose small words are here, each counted once, if it is surer than English."""
    english = sum(map(ENGLISH.__contains__, words))
    foreign = _FOREIGN_WORDS.intersection(words)
    if not foreign:
        return "en" if english and english * _SHARE >= len(words) else None
    counts = Counter(language for word in foreign for language in _LANGUAGES_OF[word])
    best, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
    if count > english and count * _SHARE >= len(set(words)):
        accents = {letter for word in words for letter in word if letter > "\x7f"}
        if count >= 3 or (count == 2 and (accents or not english)) or (len(accents) >= 2 and not english):
            return best
    return "en" if english * _SHARE >= len(words) and english > count else None
