"""A small spec of its own, so that what tests expect does not move with the real one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from portspec.policy import store
from portspec.policy.build import write_files

SMALL = Path(__file__).parent / "specs" / "small"

NEXT = (
    ("version.yaml", "2025.1.0", "2026.5.0"),
    ("services/monitor.yaml", "{from: worker, necessity: required, sources: [changes]}", "{from: worker, necessity: optional, sources: [changes]}"),
    ("services/api.yaml", "purpose: {en: The door to the cluster.", "purpose: {en: A better sentence about the door."),
    ("services/host-services.yaml", "  - port: 22624", "  - port: 22625"),
)  # fmt: skip
"""What a later version of the small spec says otherwise: a necessity, a sentence, a port."""


def changed(folder: Path, changes: Sequence[tuple[str, str, str]] = NEXT) -> Path:
    """A copy of the small spec with texts replaced."""
    shutil.copytree(SMALL, folder)
    for name, old, new in changes:
        file = folder / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")
    return folder


@contextmanager
def present(spec: Path, compiled: Path) -> Iterator[None]:
    """Let a spec be the one that this portspec carries."""
    write_files(str(spec), str(compiled))
    store.forget()
    store._folders.append(str(compiled))
    try:
        yield
    finally:
        store.forget()
