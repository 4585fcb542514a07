"""What a process does before it works for a night: each worker, and the one that leads them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class _NoPandas(MetaPathFinder):
    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name == "pandas":
            raise ModuleNotFoundError(name)
        return None


def begin() -> None:
    """Arrow is told, once and for all of this process, to do without pandas.

    It looks for it as soon as it is given a list, and its import takes 0.2 s and 34 MB of every process, none of which
    makes a data frame; Ctrl-C would be lost meanwhile. Whoever else asks for pandas here gets it.
    """
    if "pandas" in sys.modules:
        return
    import pyarrow as pa

    finder = _NoPandas()
    sys.meta_path.insert(0, finder)
    try:
        pa.array([None])
    finally:
        sys.meta_path.remove(finder)
