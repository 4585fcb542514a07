"""A folder that this machine and all workers read and write, wherever fsspec opens one."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pipeline.sources.opening import filesystem

T = TypeVar("T")
_AT_ONCE = 16  # an object store answers many at once, and each of them slowly


@dataclass(frozen=True)
class Shared:
    """The folder at `url`; names within it may have slashes."""

    url: str

    def under(self, name: str) -> Shared:
        """A folder in it."""
        return Shared(f"{self.url.rstrip('/')}/{name}")

    def put(self, files: Iterable[tuple[Path, str]]) -> None:
        """Copies local files to their names. Each is there whole or not at all."""
        store = filesystem(self.url)

        def one(file: tuple[Path, str]) -> None:
            local, name = file
            target = f"{self.url}/{name}"
            unfinished = f"{target}.{secrets.token_hex(4)}.part"
            store.makedirs(target.rpartition("/")[0], exist_ok=True)
            store.put_file(str(local), unfinished)
            store.mv(unfinished, target)

        _each(one, files)

    def get(self, files: Iterable[tuple[str, Path]]) -> None:
        """Copies what lies at the names to local files. Raises FileNotFoundError."""
        store = filesystem(self.url)

        def one(file: tuple[str, Path]) -> None:
            name, local = file
            local.parent.mkdir(parents=True, exist_ok=True)
            store.get_file(f"{self.url}/{name}", str(local))

        _each(one, files)

    def clear(self) -> None:
        """Removes it with all that it holds."""
        store = filesystem(self.url)
        store.invalidate_cache()
        if store.exists(self.url):
            store.rm(self.url, recursive=True)


def _each(do: Callable[[T], None], files: Iterable[T]) -> None:
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        for _ in threads.map(do, files):  # raises what one of them raised
            pass
