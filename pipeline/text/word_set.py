"""Word lists written as prose: shorter to read and to amend than a list of literals."""


def word_set(words: str) -> frozenset[str]:
    """The words of a text, apart by white space."""
    return frozenset(words.split())
