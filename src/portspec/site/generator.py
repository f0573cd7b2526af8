"""The site, by running mkdocs as a library."""

from __future__ import annotations

import logging
import os
from pathlib import Path

INSTALL = "pip install 'portspec[docs]'"


class SiteError(Exception):
    """The site does not build; mkdocs has said why on standard error."""


def render_site(checkout: Path, target: Path) -> str:
    """Build the site into a folder; empty, or a sentence on why there is none and what to do.

    Raises SiteError when mkdocs finds something wrong.
    """
    config_file = checkout / "mkdocs.yml"
    if not config_file.is_file():
        return "the site is made from a checkout, where mkdocs.yml and docs/ are"
    missing = _missing_modules()
    if missing:
        return f"{', '.join(missing)} not installed: {INSTALL}, or in a checkout: pip install -e '.[docs]'"
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import Abort, MkDocsException

    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    try:
        config = load_config(str(config_file), site_dir=str(target), strict=True)
        config.plugins.on_startup(command="build", dirty=False)
        try:
            build(config)
        finally:
            config.plugins.on_shutdown()
    except (Abort, MkDocsException) as error:
        raise SiteError(str(error)) from None
    _drop_sitemap(target)
    return ""


def _missing_modules() -> list[str]:
    """Names of the packages of the extra `docs` that are not there."""
    from importlib.util import find_spec

    needed = {
        "mkdocs": "mkdocs",
        "material": "mkdocs-material",
        "mkdocs_static_i18n": "mkdocs-static-i18n",
        "jieba": "jieba",
    }
    return [package for module, package in needed.items() if find_spec(module) is None]


def _drop_sitemap(target: Path) -> None:
    """A sitemap lists absolute addresses, and this site has none of its own; the packed copy carries a time."""
    for name in ("sitemap.xml", "sitemap.xml.gz"):
        (target / name).unlink(missing_ok=True)
