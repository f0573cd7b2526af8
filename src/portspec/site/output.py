"""Everything generated, written into one folder: policies, JSON API, diagrams, schemas, site."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_all_start_methods, get_context
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
        edition()  # what is wrong with the spec is said before anything else begins
        with meanwhile(_write_data, str(made)) as data:
            missing = render_site(Path(CHECKOUT), made / "site")
            data.result()
        if not missing:
            for name in (api.ROOT, api.SCHEMAS):
                shutil.copytree(made / name, made / "site" / name)
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


@contextmanager
def meanwhile(work: Callable[[str], None], argument: str) -> Iterator[Future[None]]:
    """Work that another process does while this one goes on, so that a second core shortens the wait."""
    # A fork begins with all that is read by now, and without the running program's main module.
    context = get_context("fork" if "fork" in get_all_start_methods() else None)
    with ProcessPoolExecutor(1, context) as pool:
        yield pool.submit(work, argument)


def _write_data(folder: str) -> None:
    """Everything but the site."""
    found, made = edition(), Path(folder)
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
