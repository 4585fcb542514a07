"""Word lists written as prose: shorter to read and to amend than a list of literals."""


def word_set(words: str) -> frozenset[str]:
    """The words of a text, apart by white space."""
    return frozenset(words.split())


def word_tuple(words: str) -> tuple[str, ...]:
    """The same in their order, for lists that are gone through one by one."""
    return tuple(words.split())
