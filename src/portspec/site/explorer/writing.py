"""The releases' data beside the explorer's scripts, in a finished site."""

from __future__ import annotations

from pathlib import Path

from portspec.site.edition import Edition
from portspec.site.explorer.data import script
from portspec.site.pages.explorer import FOLDER


def write_releases(edition: Edition, site: Path) -> None:
    """Write a script per release, which the page loads when it is asked for."""
    folder = site / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, snapshot in edition.snapshots.items():
        (folder / f"{name}.js").write_text(script(snapshot), encoding="ascii")
