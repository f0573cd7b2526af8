"""What mkdocs calls (mkdocs.yml, `hooks`): pages before a build, the navigation, the language switcher."""

from __future__ import annotations

import logging
import os
from functools import cache
from pathlib import Path
from typing import Any

from portspec.site.contents import generated_pages, navigation
from portspec.site.edition import edition
from portspec.site.writing import write_pages
from portspec.spec.vocabulary import LANGUAGES

TERMS = Path(__file__).with_name("terms.txt")


def on_config(config: Any) -> Any:
    """Set the navigation, which names every generated page."""
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")  # no build date in what is published
    _teach_terms()
    config["nav"] = navigation(edition())
    return config


@cache
def _teach_terms() -> None:
    """Tell the search index's word cutter the words of this field, which its own dictionary cuts apart."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    jieba.load_userdict(str(TERMS))


def on_pre_build(config: Any) -> None:
    """Write the generated pages of both languages. They are real files: the language plugin drops virtual ones."""
    docs = Path(config["docs_dir"])
    for lang in LANGUAGES:
        write_pages(docs / lang, generated_pages(edition(), lang))


def on_page_context(context: dict[str, Any], page: Any, config: Any, nav: Any) -> dict[str, Any]:
    """Point the language switcher at the same page in the other language, by a relative link: the language plugin
    leaves an absolute one on the first page, which leads nowhere when the site is read from a folder."""
    del nav
    alternates = getattr(page.file, "alternates", {})
    for entry in config["extra"]["alternate"]:
        if entry["lang"] in alternates:
            entry["link"] = alternates[entry["lang"]].url
    return context
