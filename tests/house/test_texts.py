"""No file says where it was written: no path of somebody's machine, no address of a package registry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import REPOSITORY

NOT_OURS = {".git", ".venv", "dist", "build", "site", "__pycache__", ".hypothesis"}
SLASH = "/"  # so that this file does not find itself, as with the names that are cut in two
MACHINE = re.compile(rf"(?<![\w.*{SLASH}-]){SLASH}(?:home|root|work|Users|builds){SLASH}\w")
REGISTRY = re.compile(
    "|".join(
        ("py" + "pi.org", "python" + "hosted", "npm" + "js", "proxy.go" + "lang", "index" + "-url", "file:" + "//")
    )
)


def texts() -> Iterator[tuple[str, str]]:
    """Every text of the repository with its name; what is made on the way is left out."""
    for path in sorted(REPOSITORY.rglob("*")):
        parts = path.relative_to(REPOSITORY).parts
        if NOT_OURS & set(parts) or any(part.endswith(("_cache", ".egg-info")) for part in parts) or not path.is_file():
            continue
        try:
            yield str(Path(*parts)), path.read_text()
        except UnicodeDecodeError:
            continue  # a picture


@pytest.mark.parametrize("pattern", [MACHINE, REGISTRY], ids=["a path of a machine", "a package registry"])
def test_no_file_names(pattern: re.Pattern[str]) -> None:
    found = [f"{name}: {match[0]}" for name, text in texts() for match in pattern.finditer(text)]
    assert found == []


def test_it_would_be_found() -> None:
    assert MACHINE.search(f"see {SLASH}home{SLASH}ann{SLASH}spec")
    assert REGISTRY.search("--index" + "-url x")
    assert "README.md" in dict(texts())
