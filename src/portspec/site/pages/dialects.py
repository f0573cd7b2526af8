"""What is read of each config format: exactly, as unknown, or refused. From the readers' own tables."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from portspec.configs.constructs import Construct
from portspec.configs.registry import readers
from portspec.site import markdown as md
from portspec.site.words import WORDS as SHARED

TREATMENTS = ("exact", "unknown", "refused")
WORDS = {
    "en": {
        "title": "What is read of a config",
        "lead": "Nothing in a config is ignored in silence. A construct is modelled exactly; or it is read with its "
        "meaning left open, and where that decides a verdict, the verdict is unknown and names the line; or the file "
        "is refused with a message. Tests hold these tables.",
        "exact": "Modelled exactly",
        "unknown": "Read, meaning left open",
        "refused": "Refused",
        "untold": "Read as well, with no table of their own: {names}.",
        "construct": "Construct",
        "note": "Note",
    },
    "zh-TW": {
        "title": "能讀懂哪些設定語法",
        "lead": "設定檔中沒有任何內容會被默默略過。每種語法要不是精確建模，就是讀入但意義保留為未知"
        "（若因此影響判定，判定即為未知，並指出該行），再不然就是以訊息拒絕整個檔案。下列各表都有測試把關。"
        "語法名稱與備註以英文列出。",
        "exact": "精確建模",
        "unknown": "讀入，意義保留為未知",
        "refused": "拒絕",
        "untold": "同樣能讀取，但沒有列表：{names}。",
        "construct": "語法",
        "note": "備註",
    },
}


def constructs(name: str) -> tuple[Construct, ...]:
    """The table of a reader: `CONSTRUCTS` in its package or in the package's module `constructs`."""
    package = readers()[name]
    if not hasattr(package, "CONSTRUCTS") and find_spec(f"{package.__name__}.constructs"):
        package = import_module(f"{package.__name__}.constructs")
    return tuple(getattr(package, "CONSTRUCTS", ()))


def page(lang: str) -> str:
    """docs/LANG/reference/constructs.md."""
    words = WORDS[lang]
    parts = [md.front_matter(boost=0.3), md.heading(1, words["title"], "constructs"), words["lead"]]
    for name in readers():
        published = constructs(name)
        if published:
            parts.append(md.heading(2, name, name))
        for treatment in TREATMENTS:
            rows = [
                [md.code(construct.name), md.text(construct.note)]
                for construct in published
                if construct.treatment == treatment
            ]
            if rows:
                parts.append(md.heading(3, words[treatment], f"{name}-{treatment}"))
                parts.append(md.table([words["construct"], words["note"]], rows))
    untold = [md.code(name) for name in readers() if not constructs(name)]
    if untold:
        parts.append(words["untold"].format(names=SHARED[lang]["comma"].join(untold)))
    return md.page(*parts)
