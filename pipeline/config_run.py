"""Settings of how a run works: `[run]`."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

# Of DuckDB, which spills what does not fit: a million tickets take no longer with it than with a gigabyte.
MEMORY_LIMIT = "700MB"


class Run(BaseModel):
    """How a run works; the command line's options win.

    `dask_address`, `partitions`: a running cluster, and a folder or address (`s3://bucket/folder`) that its workers and
    this machine read and write, of this home alone; see docs/more-machines.md.
    `dask_plain_tcp`: whether names may go to another machine without TLS.
    """

    model_config = ConfigDict(extra="forbid")

    engine: Literal["auto", "local", "processes", "dask"] = "auto"
    workers: int = Field(default=0, ge=0)
    partition_mb: float = Field(default=8.0, gt=0)
    memory_limit: str = Field(default=MEMORY_LIMIT, pattern=r"^\d+(\.\d+)? ?[KMGT]i?B$")
    dask_address: str = ""
    partitions: str = Field(default="", pattern=r"^($|/|[a-z][a-z0-9+.-]*://).*")
    dask_plain_tcp: bool = False
