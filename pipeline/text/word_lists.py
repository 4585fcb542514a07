"""Word lists written as prose: shorter to read and to amend than a list of literals."""


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
