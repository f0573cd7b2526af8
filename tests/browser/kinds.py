"""One page of each kind of the built site, found by where the pages lie; so a new kind is looked at without being named.

Every page at the top is a kind of its own, and so is every page in a folder whose pages are each about something else.
In any other folder the pages come from one generator: its list, and its longest page.
"""

from __future__ import annotations

from functools import cache
from pathlib import PurePosixPath

from built_site import LANGUAGES, pages, site

EACH_ITS_OWN = {"", "reference"}
INDEX = "index.html"


@cache
def kinds() -> tuple[str, ...]:
    """The address of one English page of each kind; the other language has the same below its own folder."""
    folders: dict[str, list[str]] = {}
    for name in pages():
        folders.setdefault(PurePosixPath(name).parent.as_posix().removeprefix("."), []).append(name)
    found: list[str] = []
    for folder, names in sorted(folders.items()):
        if folder in EACH_ITS_OWN:
            found += names
            continue
        lists = [name for name in names if name.endswith(INDEX)]
        rest = [name for name in names if name not in lists]
        found += lists + sorted(rest, key=_length)[-1:]
    return tuple(found)


def _length(name: str) -> int:
    return sum((site() / folder / name).stat().st_size for folder in LANGUAGES.values())
