"""The vault on a worker of another machine: in its memory, never on its disk nor on the shared folder.

The file's bytes travel as they are, encrypted where the vault is, and lie in an anonymous file of memory
(https://man7.org/linux/man-pages/man2/memfd_create.2.html), which DuckDB opens by its path below `/proc` and which is
gone with the process, however that ends.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from distributed import WorkerPlugin

from pipeline.errors import StepFailed
from pipeline.privacy.vault import open_vault
from pipeline.steps.spreading.kept import drop_kept

_HELD: dict[str, int] = {}


class HoldVault(WorkerPlugin):  # type: ignore[misc]
    """Gives every worker of a cluster the vault, those too that join later."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self._content = content

    def setup(self, worker: Any) -> None:
        """Called in each worker."""
        hold(self.name, self._content)

    def teardown(self, worker: Any) -> None:
        """Called in each worker, when the work is done."""
        drop(self.name)
        drop_kept()


def hold(name: str, content: bytes) -> None:
    """Keeps `content` in this process, instead of what was kept by that name."""
    drop(name)
    if not hasattr(os, "memfd_create"):
        raise StepFailed("workers of a cluster need Linux, which holds the vault in memory: start them there.")
    _HELD[name] = os.memfd_create("vault")
    with open(_HELD[name], "wb", closefd=False) as file:
        file.write(content)


def drop(name: str) -> None:
    """Forgets it."""
    if (handle := _HELD.pop(name, None)) is not None:
        os.close(handle)


def path_of(name: str) -> Path:
    """Where DuckDB opens it. Raises StepFailed where this process holds none."""
    if name not in _HELD:
        raise StepFailed("a worker was not given the vault: run the night again.")
    return Path(f"/proc/{os.getpid()}/fd/{_HELD[name]}")


@contextmanager
def held_by_workers(client: Any, name: str, vault: Path | None) -> Iterator[None]:
    """All workers of `client` hold the vault as long as this lasts; without one they only forget at its end."""
    if vault and vault.with_name(f"{vault.name}.wal").exists():  # what was learnt last may still lie beside it
        with open_vault(vault) as con:
            con.execute("CHECKPOINT")
    client.register_plugin(HoldVault(name, vault.read_bytes() if vault else b""), name=name)
    try:
        yield
    finally:
        client.unregister_worker_plugin(name)
