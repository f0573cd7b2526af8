"""What mkdocs calls (mkdocs.yml, `hooks`): pages before a build, the navigation, the language switcher, the HTML."""

from __future__ import annotations

import logging
import os
from functools import cache
from pathlib import Path
from typing import Any

from portspec.errors import InputError
from portspec.site import api
from portspec.site.accessible import accessible
from portspec.site.api_validation import InvalidDocumentError
from portspec.site.contents import generated_pages, navigation
from portspec.site.edition import Edition, edition, refresh
from portspec.site.explorer.writing import write_releases
from portspec.site.generator import DATA_FOLLOWS
from portspec.site.html import stackable_tables, without_alternates
from portspec.site.pages import explorer
from portspec.site.search import split_index, with_own_index
from portspec.site.writing import write_pages
from portspec.spec.vocabulary import LANGUAGES

TERMS = Path(__file__).with_name("terms.txt")
NO_JIEBA = (
    "jieba is not installed, and without it the search finds no Chinese word: pip install -e '.[docs]' in the checkout"
)


_written: list[tuple[Edition, Path]] = []
"""The edition whose pages lie in a folder of documents."""


def on_config(config: Any) -> Any:
    """Set the navigation, with a place for every generated page but those of single services. While mkdocs serves, this begins each rebuild, so the
    spec is read anew."""
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")  # no build date in what is published
    _teach_terms()
    try:
        refresh()
        config["nav"] = navigation(edition())
    except InputError as error:
        raise _refusal(str(error)) from None
    return config


@cache
def _teach_terms() -> None:
    """Tell the search index's word cutter the words of this field, which its own dictionary cuts apart."""
    try:
        import jieba
    except ImportError:
        raise _refusal(NO_JIEBA) from None

    jieba.setLogLevel(logging.WARNING)
    jieba.load_userdict(str(TERMS))


def _refusal(sentence: str) -> Exception:
    """What mkdocs prints as one line, without a traceback."""
    from mkdocs.exceptions import PluginError

    return PluginError(sentence)


def on_pre_build(config: Any) -> None:
    """Write the generated pages of both languages. They are real files: the language plugin drops virtual ones. It builds
    once more for each further language, for which the pages are there."""
    docs = Path(config["docs_dir"])
    if _written == [(edition(), docs)]:
        return
    for lang in LANGUAGES:
        write_pages(docs / lang, generated_pages(edition(), lang))
    _written[:] = [(edition(), docs)]


def on_page_content(html: str, page: Any, config: Any, files: Any) -> str:
    """Label the cells of wide tables; start the explorer on its page."""
    del config, files
    return explorer.with_scripts(stackable_tables(html), edition(), page.url)


def on_page_context(context: dict[str, Any], page: Any, config: Any, nav: Any) -> dict[str, Any]:
    """Point the language switcher at the same page in the other language, by a relative link: the language plugin
    leaves an absolute one on the first page, which leads nowhere when the site is read from a folder."""
    del nav
    alternates = getattr(page.file, "alternates", {})
    for entry in config["extra"]["alternate"]:
        if entry["lang"] in alternates:
            entry["link"] = alternates[entry["lang"]].url
    return context


def on_post_page(output: str, page: Any, config: Any) -> str:
    """Drop links that lead nowhere; name what the theme leaves without a name; search in the page's own language first."""
    del config
    return with_own_index(accessible(without_alternates(output)), page.url)


def on_post_build(config: Any) -> None:
    """Give each language its index, once all languages are built. Drop the sitemap: it lists whole addresses, and
    this site has none of its own; the packed copy carries a time."""
    site = Path(config["site_dir"])
    if all((site / lang).is_dir() for lang in LANGUAGES[1:]):
        split_index(site)
        write_releases(edition(), site)
        if DATA_FOLLOWS not in config["extra"]:
            _write_api(site)
    for path in site.glob("**/sitemap.xml*"):
        path.unlink()


def _write_api(site: Path) -> None:
    try:
        api.write(edition(), site)
        api.write_schemas(site)
    except InvalidDocumentError as error:
        raise _refusal(str(error)) from None


on_post_build.mkdocs_priority = -200  # type: ignore[attr-defined] # behind the plugins that write the index
