"""Word lists written as prose: shorter to read and to amend than a list of literals."""

import re


def word_set(words: str) -> frozenset[str]:
    """The words of a text, apart by white space."""
    return frozenset(words.split())


def either_case(pattern: str) -> str:
    """The pattern with every letter beyond ASCII in both cases, as `re.ASCII` and IGNORECASE together tell none; such
    letters may not stand within a class."""
    return "".join(c if c.isascii() or c.lower() == c.upper() else f"[{c.lower()}{c.upper()}]" for c in pattern)


def word_tuple(words: str) -> tuple[str, ...]:
    """The same in their order, for lists that are gone through one by one."""
    return tuple(words.split())


def by_first_letter(pattern: str) -> str:
    """The pattern's alternatives put together by the character with which they begin, which Python's `re` tries some
    six times faster where there are a hundred. None of them may begin with a class or a group but `(?-i:…)`, whose
    regard to capitals is lost, nor with a character that is repeated."""
    found: dict[str, list[str]] = {}
    for one in _alternatives(pattern):
        for again in _alternatives(one[len("(?-i:") : -1]) if one.startswith("(?-i:") else (one,):
            found.setdefault(again[0], []).append(again[1:])
    return "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in found.items())


def _alternatives(pattern: str) -> list[str]:
    """What stands between the bars that no bracket holds."""
    depth, found = 0, [""]
    for part in re.findall(r"\\.|\[[^\]]*+(?:\]|\Z)|.", pattern):
        depth += (part == "(") - (part == ")")
        if part == "|" and not depth:
            found.append("")
        else:
            found[-1] += part
    return found
