"""The search index, once for each language: it holds the pages of all languages, with those of its own first."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from portspec.spec.vocabulary import LANGUAGES

DEFAULT = LANGUAGES[0]
"""The language whose pages lie at the top; the others have a folder each."""
INDEX = "search/search_index.json"
SCRIPT = "search/search_index.js"
"""The same for a site that is read from a folder; the name of the variable is the theme's."""
PARTING = "\u200b"
"""Between two Chinese words; invisible, and the search's separator knows it."""
HAN = re.compile("[\u4e00-\u9fff]+")
FOREIGN = 0.05
"""What a page in another language weighs."""
WORKERS = "assets/javascripts/workers"
SHORT_BY_ONE = re.compile(
    r"(for\(let (?P<end>\w+)=(?P<start>\w+)\+1;(?P=end))<((?P<query>\w+)\.length;(?P=end)\+\+\)(?P=query)\.slice\((?P=start),(?P=end)\)in )"
)
"""How the theme's script looks up the words of a query: groups 1 and 4 stand around the comparison."""
BASE = re.compile(r'(<script id="__config" type="application/json">.*?"base":\s*")([^"]*)"', re.DOTALL)


def split_index(site: Path, cut: Callable[[str], Iterable[str]]) -> None:
    """Write each language's index in its own top folder, from the one index of all pages at the top. `cut` parts
    Chinese text into words."""
    whole = json.loads((site / INDEX).read_text(encoding="utf-8"))
    whole["docs"] = [_with_words(found, cut) for found in whole["docs"]]
    for lang in LANGUAGES:
        top = site if lang == DEFAULT else site / lang
        index = {**whole, "docs": list(_seen_from(lang, whole["docs"]))}
        text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
        (top / "search").mkdir(exist_ok=True)
        (top / INDEX).write_text(text, encoding="utf-8")
        (top / SCRIPT).write_text(f"var __index = {text}", encoding="utf-8")


def mend_queries(site: Path) -> None:
    """Let the search find a Chinese word as the reader typed it. The theme's script parts a query by the words that the
    index has, but leaves the last character out when it looks them up: of a query that is one word, only a beginning
    is found. A script that is written otherwise is left as it is."""
    for path in (site / WORKERS).glob("search.*.min.js"):
        script = path.read_text(encoding="utf-8")
        mended = SHORT_BY_ONE.sub(r"\1<=\4", script)
        if mended != script:
            path.write_text(mended, encoding="utf-8")


def _with_words(found: dict[str, Any], cut: Callable[[str], Iterable[str]]) -> dict[str, Any]:
    """A page with the words under which it is found first, parted as its text is; its sections go without."""
    words = found.get("tags", ())
    rest = {name: value for name, value in found.items() if name != "tags"}
    if not words or "#" in found["location"]:
        return rest
    # A page whose sections weigh little is itself still a page.
    weight = {"boost": max(1, found.get("boost", 1))}
    return {**rest, **weight, "tags": [HAN.sub(lambda run: PARTING.join(cut(run[0])), word) for word in words]}


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
