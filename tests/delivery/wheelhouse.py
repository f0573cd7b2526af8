"""A folder of wheels without a download: what is installed here, packed again."""

from __future__ import annotations

import re
import zipfile
from importlib.metadata import distribution
from pathlib import Path

from distribution.wheels import _needed, build
from running import REPOSITORY


def fill(folder: Path) -> Path:
    """Wheels of portspec and of everything that it needs, as `pip wheel` would leave them; `folder` itself."""
    build(REPOSITORY, "wheel", folder)
    for name in sorted(_needed(["jsonschema", "ruamel.yaml"])):
        pack(name, folder)
    return folder


def pack(name: str, folder: Path) -> Path:
    """One installed distribution as the wheel that it came from."""
    found = distribution(name)
    tags = re.findall(r"^Tag: (.*)$", found.read_text("WHEEL") or "", re.MULTILINE)
    stem = re.sub(r"[-.]+", "_", found.metadata["Name"])
    wheel = folder / f"{stem}-{found.version}-{tags[-1]}.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for file in found.files or ():
            if (
                ".." not in file.parts
                and "__pycache__" not in file.parts
                and file.name not in ("INSTALLER", "REQUESTED")
            ):
                archive.write(str(file.locate()), str(file))
    return wheel
