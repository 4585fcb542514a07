"""Shares of counts and differences between two of them, with 95 % intervals, and the least from which a share is said.

Wilson's score interval: E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209-212. The
difference of two independent shares: R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, method 10 (from both
Wilson intervals). Both stay within what is possible, with few counts and with shares of 0 or 1 too.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

FEWEST = 20  # of fewer than these no share is said: its interval would span half of what is possible
_Z = 1.959963984540054  # 97.5 % point of the normal distribution


@dataclass(frozen=True)
class Share:
    """`hits` of `among`."""

    hits: int
    among: int

    @property
    def is_enough(self) -> bool:
        return self.among >= FEWEST

    @property
    def value(self) -> float:
        return self.hits / self.among if self.among else 0.0

    def interval(self) -> tuple[float, float]:
        """Wilson's interval; everything is possible where nothing was counted."""
        n, p = self.among, self.value
        if n == 0:
            return 0.0, 1.0
        spread = _Z * sqrt(p * (1 - p) / n + _Z * _Z / (4 * n * n))
        low, high = ((p + _Z * _Z / (2 * n) + side * spread) / (1 + _Z * _Z / n) for side in (-1, 1))
        return (0.0 if self.hits == 0 else low), (1.0 if self.hits == n else high)


@dataclass(frozen=True)
class Difference:
    """The share of those with something less the share of those without it."""

    with_it: Share
    without_it: Share

    @property
    def is_enough(self) -> bool:
        return self.with_it.is_enough and self.without_it.is_enough

    @property
    def value(self) -> float:
        return self.with_it.value - self.without_it.value

    def interval(self) -> tuple[float, float]:
        """Newcombe's interval, between -1 and 1."""
        p, q = self.with_it.value, self.without_it.value
        (p_low, p_high), (q_low, q_high) = self.with_it.interval(), self.without_it.interval()
        below = sqrt((p - p_low) ** 2 + (q_high - q) ** 2)
        above = sqrt((p_high - p) ** 2 + (q - q_low) ** 2)
        return self.value - below, self.value + above
