"""The site, by running mkdocs as a library."""

from __future__ import annotations

import logging
import os
from pathlib import Path

DATA_FOLLOWS = "data_follows"
"""In mkdocs' `extra`: API and schemas are put into the site afterwards."""
INSTALL = "pip install -e '.[docs]' in the checkout"


class SiteError(Exception):
    """The site does not build; mkdocs has said why on standard error."""


def render_site(checkout: Path, target: Path) -> str:
    """Build the site into a folder, without the API and the schemas, which `portspec build` has written beside it;
    empty, or a sentence on why an installation without a checkout has none.

    Raises SiteError when mkdocs finds something wrong.
    """
    config_file = checkout / "mkdocs.yml"
    if not config_file.is_file():
        return "the site is made from a checkout, where mkdocs.yml and docs/ are"
    require_programs(checkout)
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import Abort, MkDocsException

    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    try:
        config = load_config(str(config_file), site_dir=str(target), strict=True)
        config["extra"][DATA_FOLLOWS] = True
        config.plugins.on_startup(command="build", dirty=False)
        try:
            build(config)
        finally:
            config.plugins.on_shutdown()
    except (Abort, MkDocsException) as error:
        raise SiteError(str(error)) from None
    return ""


def require_programs(checkout: Path) -> None:
    """Raises SiteError in a checkout without the packages of the extra `docs`; the sentence says what to install."""
    if (checkout / "mkdocs.yml").is_file() and (missing := _missing_packages()):
        verb = "is" if len(missing) == 1 else "are"
        raise SiteError(f"{', '.join(missing)} {verb} not installed: {INSTALL}")


def _missing_packages() -> list[str]:
    """Those of the extra `docs` that are not there."""
    from importlib.util import find_spec

    needed = {
        "mkdocs": "mkdocs",
        "material": "mkdocs-material",
        "mkdocs_static_i18n": "mkdocs-static-i18n",
        "jieba": "jieba",
    }
    return [package for module, package in needed.items() if find_spec(module) is None]
