"""Everything generated, written into one folder: policies, JSON API, diagrams, schemas, site."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from portspec.errors import InputError
from portspec.policy.canonical import canonical
from portspec.policy.model import Profile
from portspec.policy.store import CHECKOUT, policy
from portspec.site import api
from portspec.site.api_validation import InvalidDocumentError
from portspec.site.diagram import STYLES, handover_diagram
from portspec.site.edition import edition
from portspec.site.generator import SiteError, render_site, require_programs
from portspec.spec.vocabulary import LANGUAGES

PARTS = ("policies", "api", "diagrams", "schema", "site")
IN_SITE = ("api", "schema")
"""Parts that the site holds as well."""
MARKER = ".portspec-build"
"""Says that the parts beside it were made here and may be replaced."""


class Part(NamedTuple):
    """What was written of one part; `missing` says why it was not, and what to do."""

    name: str
    files: int
    missing: str = ""


def build(output: str) -> list[Part]:
    """Write every part below `output`, each as a whole or not at all; what was written.

    The same spec gives the same bytes. Raises InputError when the folder cannot be written to or holds something
    else under a part's name, and SiteError when the site does not build or a program for it is missing.
    """
    target = Path(output)
    _refuse_foreign(target)
    require_programs(Path(CHECKOUT))
    try:
        target.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=".portspec-making-", dir=target))
    except OSError as error:
        raise InputError(f"cannot be written to: {error.strerror}", output) from None
    try:
        edition()  # read once, before there are two processes; what is wrong with it is said here
        with _second_process() as process:
            data = process.submit(_write_data, made)
            missing = render_site(Path(CHECKOUT), made / "site", with_api=False)
            data.result()
        if not missing:
            for name in IN_SITE:
                shutil.copytree(made / name, made / "site" / name, copy_function=_same_file)
        return list(_swap(made, target, missing))
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _refuse_foreign(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise InputError("is a file; expected a folder", str(target))
    if (target / MARKER).is_file():
        return
    foreign = [name for name in PARTS if (target / name).exists()]
    if foreign:
        message = f"holds {', '.join(foreign)}, which portspec did not write"
        raise InputError(message, str(target), hint="choose another folder with --output")


def _second_process() -> ProcessPoolExecutor:
    """One process beside this one: the pages and the data have nothing to do with each other, and take their time."""
    start = "fork" if "fork" in multiprocessing.get_all_start_methods() else None
    return ProcessPoolExecutor(1, multiprocessing.get_context(start))


def _same_file(source: str, target: str) -> None:
    """One file under a second name, where the file system can do that; they are a thousand."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _write_data(made: Path) -> None:
    """Everything but the site."""
    found = edition()
    for release, snapshot in found.snapshots.items():
        # No line end: the file's SHA-256 is the policy's digest.
        _write(made / "policies" / f"{release}.json", canonical(policy(release, Profile()).document))
        for lang in LANGUAGES:
            for style in STYLES:
                diagram = handover_diagram(snapshot.handover, lang, style).encode()
                _write(made / "diagrams" / release / f"handover.{lang}.{style}.txt", diagram)
                if snapshot is found.newest:
                    _write(made / "diagrams" / f"handover.{lang}.{style}.txt", diagram)
    try:
        api.write(found, made)
    except InvalidDocumentError as error:
        raise SiteError(str(error)) from None
    api.write_schemas(made)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _swap(made: Path, target: Path, missing: str) -> Iterator[Part]:
    """Put the finished parts in the place of the old ones."""
    (target / MARKER).write_text("The folders here are made by `portspec build` and replaced by the next one.\n")
    for name in PARTS:
        fresh, place = made / name, target / name
        if place.exists():
            place.rename(made / f"old-{name}")
        if not fresh.is_dir():
            yield Part(name, 0, missing if name == "site" else "")
            continue
        fresh.rename(place)
        yield Part(name, sum(path.is_file() for path in place.rglob("*")))


__all__ = ["Part", "SiteError", "build"]
