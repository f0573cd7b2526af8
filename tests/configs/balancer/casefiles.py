"""Cases of the HAProxy reader: files below `cases/`, each with several configs and what the reader makes of them.

A file is a list of `=== title` blocks: the config, a line `---`, and the compact form of the model (`shown.py`). A block
whose title ends in `[elsewhere]` is not given to the real HAProxy: whether it accepts the config depends on the host, or
on a version that is not here. After a change that is meant, `PORTSPEC_REFRESH=1 pytest tests/configs/balancer` writes
what the reader makes now; review the difference.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "cases"
ELSEWHERE = "[elsewhere]"


class ReaderCase(NamedTuple):
    """One config with the expected compact form."""

    file: str
    title: str
    text: str
    expected: str

    @property
    def id(self) -> str:
        return f"{self.file}: {self.title}"


def load(folder: Path = FOLDER) -> list[ReaderCase]:
    """Every case of every file."""
    found: list[ReaderCase] = []
    for path in sorted(folder.glob("*.txt")):
        for block in path.read_text().split("=== ")[1:]:
            title, _, rest = block.partition("\n")
            text, _, expected = rest.partition("---\n")
            found.append(ReaderCase(path.stem, title, text, expected))
    return found


def write(cases: list[ReaderCase], folder: Path = FOLDER) -> None:
    """Write the cases back to their files."""
    for name in {case.file for case in cases}:
        blocks = [f"=== {case.title}\n{case.text}---\n{case.expected}" for case in cases if case.file == name]
        (folder / f"{name}.txt").write_text("".join(blocks))
