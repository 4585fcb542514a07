"""Puts what ships with the project into the wheel: `models/` and the sample stand beside the packages in a checkout
and lie in `pipeline/_bundled/` when installed (`pipeline.bundled` finds either)."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

SHIPPED = (
    "models/cues.toml",
    "models/signals",
    "models/facts",
    "models/starter",
    "models/words",
    "data/labels",
    "data/sample",
)


class BuildWithBundle(build_py):
    """`build_py`, then the copies; nothing for an editable install, which reads the checkout."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        for name in SHIPPED:
            source, target = Path(name), Path(self.build_lib) / "pipeline" / "_bundled" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, dirs_exist_ok=True)
            else:
                shutil.copy2(source, target)


setup(cmdclass={"build_py": BuildWithBundle})
