"""Which code trained a model: the release, and the commit where it runs from a checkout."""

from __future__ import annotations

from pathlib import Path

import pipeline


def code_version() -> str:
    """`0.1.0`, or `0.1.0+<12 digits of the commit>` in a checkout."""
    commit = _commit(Path(pipeline.__file__).resolve().parents[1] / ".git")
    return f"{pipeline.__version__}+{commit[:12]}" if commit else pipeline.__version__


def _commit(git: Path) -> str:
    """Read from git's files, so that no program is started; empty where there is none.

    https://git-scm.com/docs/gitrepository-layout: a worktree's `.git` is a file that names its folder, whose
    `commondir` holds the branches, loose or packed.
    """
    try:
        if git.is_file():
            git = (git.parent / git.read_text("utf-8").removeprefix("gitdir:").strip()).resolve()
        head = (git / "HEAD").read_text("utf-8").strip()
        if not head.startswith("ref: "):
            return head
        shared = git / (git / "commondir").read_text("utf-8").strip() if (git / "commondir").exists() else git
        branch = head.removeprefix("ref: ")
        if (shared / branch).exists():
            return (shared / branch).read_text("utf-8").strip()
        packed = (shared / "packed-refs").read_text("utf-8").splitlines()
        return next((line.split()[0] for line in packed if line.endswith(f" {branch}")), "")
    except (OSError, UnicodeDecodeError):
        return ""
