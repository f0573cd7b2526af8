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
from portspec.site.edition import edition, refresh
from portspec.site.explorer.writing import write_releases
from portspec.site.html import stackable_tables, without_alternates
from portspec.site.pages import explorer
from portspec.site.search import mend_queries, split_index, with_own_index
from portspec.site.terms import terms
from portspec.site.writing import write_pages
from portspec.spec.vocabulary import LANGUAGES

FREQUENCY = 100000
"""How common a word of the field is taken to be: more than its parts, so that it stays whole."""
NO_JIEBA = (
    "jieba is not installed, and without it the search finds no Chinese word: pip install -e '.[docs]' in the checkout"
)


def on_config(config: Any) -> Any:
    """Set the navigation, with a place for every generated page but those of which there are many. While mkdocs serves,
    this begins each rebuild, so the spec is read anew."""
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")  # no build date in what is published
    _teach_terms()
    try:
        if not _is_inner(config):
            refresh()
        config["nav"] = navigation(edition())
    except InputError as error:
        raise _refusal(str(error)) from None
    return config


def _is_inner(config: Any) -> bool:
    """Whether this is the build of a further language, which the language plugin starts within the first one's."""
    return bool(getattr(config.plugins.get("i18n"), "building", False))


@cache
def _teach_terms() -> None:
    """Tell the search index's word cutter the words of this field, which its own dictionary cuts apart."""
    try:
        import jieba
    except ImportError:
        raise _refusal(NO_JIEBA) from None

    jieba.setLogLevel(logging.WARNING)
    for word in terms():
        jieba.add_word(word, FREQUENCY)


def _refusal(sentence: str) -> Exception:
    """What mkdocs prints as one line, without a traceback."""
    from mkdocs.exceptions import PluginError

    return PluginError(sentence)


def on_pre_build(config: Any) -> None:
    """Write the generated pages of both languages. They are real files: the language plugin drops virtual ones."""
    if _is_inner(config):
        return
    docs = Path(config["docs_dir"])
    for lang in LANGUAGES:
        write_pages(docs / lang, generated_pages(edition(), lang))


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Draw the pictures that a hand-written page asks for."""
    from portspec.site.pictures import cost

    del files
    lang = next((one for one in LANGUAGES if page.url.startswith(f"{one}/")), LANGUAGES[0])
    try:
        return cost.with_cost(markdown, Path(config["docs_dir"]) / cost.FOLDER, lang)
    except (OSError, ValueError, KeyError) as error:
        raise _refusal(f"{cost.FOLDER} holds no measurements: {error}") from None


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
    if _is_inner(config):
        return
    import jieba

    site = Path(config["site_dir"])
    split_index(site, jieba.cut)
    mend_queries(site)
    write_releases(edition(), site)
    if config["extra"].get("with_api", True):
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
