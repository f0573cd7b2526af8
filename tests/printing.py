"""Expected texts in files beside the tests; PORTSPEC_REFRESH=1 writes them anew, to be read by eye."""

from __future__ import annotations

import os
from pathlib import Path


def as_printed(file: Path, text: str) -> None:
    """The text is the file's; refreshed on request."""
    if os.environ.get("PORTSPEC_REFRESH") == "1":
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
