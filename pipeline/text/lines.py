"""A text as lines that know where they stand: what quotes and signatures are found in."""

from dataclasses import dataclass

_QUOTE_SIGNS = ":;_=.-<(|@^)"  # ">:(", ">_<", ">=": faces and operators


@dataclass(frozen=True)
class Line:
    """One line; `end` is after its newline, so that the lines of a text lie end to end."""

    start: int
    end: int
    text: str

    @property
    def is_blank(self) -> bool:
        return not self.text or self.text.isspace()

    @property
    def is_quoted(self) -> bool:
        """Whether it begins with ">" as a quotation does (RFC 3676, section 4.5)."""
        after = self.text.lstrip(" \t")
        return after[:1] == ">" and (len(after) == 1 or after[1] not in _QUOTE_SIGNS)


def lines_of(text: str) -> list[Line]:
    """The text's lines, in order, without a gap."""
    found = []
    start = 0
    for words in text.split("\n"):
        end = min(start + len(words) + 1, len(text))
        found.append(Line(start, end, words))
        start = end
    return found
