"""The search index, once for each language: it holds the pages of all languages, with those of its own first."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from portspec.spec.vocabulary import LANGUAGES

DEFAULT = LANGUAGES[0]
"""The language whose pages lie at the top; the others have a folder each."""
INDEX = "search/search_index.json"
SCRIPT = "search/search_index.js"
"""The same for a site that is read from a folder; the name of the variable is the theme's."""
FOREIGN = 0.05
"""What a page in another language weighs."""
BASE = re.compile(r'(<script id="__config" type="application/json">.*?"base":\s*")([^"]*)"', re.DOTALL)


def split_index(site: Path) -> None:
    """Write each language's index in its own top folder, from the one index of all pages at the top."""
    whole = json.loads((site / INDEX).read_text(encoding="utf-8"))
    for lang in LANGUAGES:
        top = site if lang == DEFAULT else site / lang
        index = {**whole, "docs": list(_seen_from(lang, whole["docs"]))}
        text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
        (top / "search").mkdir(exist_ok=True)
        (top / INDEX).write_text(text, encoding="utf-8")
        (top / SCRIPT).write_text(f"var __index = {text}", encoding="utf-8")


def _seen_from(lang: str, documents: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for found in documents:
        folder = found["location"].partition("/")[0]
        own = folder if folder in LANGUAGES else DEFAULT
        location = found["location"]
        if lang != DEFAULT:
            location = location.removeprefix(f"{lang}/") if own == lang else f"../{location}"
        weight = {} if own == lang else {"boost": found.get("boost", 1) * FOREIGN}
        yield {**found, "location": location, **weight}


def with_own_index(html: str, address: str) -> str:
    """A page that looks for the index in its language's top folder. `address` is the page's, from the site's top."""
    lang, _, below = address.partition("/")
    if lang not in LANGUAGES or lang == DEFAULT:
        return html
    up = "/".join([".."] * (len(PurePosixPath(below).parts) - 1)) or "."
    return BASE.sub(lambda found: f'{found[1]}{up}"', html, count=1)
