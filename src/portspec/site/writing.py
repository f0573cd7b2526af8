"""Generated files on disk: written only when they change, removed when nothing makes them any more."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from portspec.site.contents import FOLDERS


def write_pages(folder: Path, pages: Mapping[str, str]) -> list[Path]:
    """Bring a language's top folder up to date; the files that were written or removed.

    A file that is right already is not touched, so that a server that watches the folder does not build for ever.
    """
    touched = []
    for name, content in pages.items():
        path = folder / name
        if path.is_file() and path.read_text(encoding="utf-8") == content:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        touched.append(path)
    for generated in FOLDERS:
        for path in sorted((folder / generated).glob("*.md")):
            if path.relative_to(folder).as_posix() not in pages:
                path.unlink()
                touched.append(path)
    return touched
