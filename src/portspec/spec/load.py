"""The spec's folder: which files it has, read with positions, and put together as plain data."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from portspec.errors import InputError
from portspec.source import SourceText
from portspec.yamlsource import Node, load_yaml, plain

KINDS = {
    "version.yaml": "version",
    "releases.yaml": "releases",
    "roles.yaml": "roles",
    "profiles.yaml": "profiles",
    "balancers.yaml": "balancers",
    "handover.yaml": "handover",
    "note.yaml": "note",
    "exclusions.yaml": "exclusions",
    "sources.yaml": "sources",
    "glossary.yaml": "glossary",
}
"""The spec's own files with the schema of each; every file of `services/` is a `service`."""

SERVICES = "services"

BESIDE = ("CHANGELOG.md",)
"""What lies in a spec's folder for people."""


class Document(NamedTuple):
    """One file of the spec: its path as messages name it, its kind, and its content with positions."""

    path: str
    kind: str
    source: SourceText
    root: Node


def load_spec(folder: str) -> list[Document]:
    """Every file of a spec folder, the services last and sorted by name.

    Raises InputError for a missing file, one that is no UTF-8, and one that is no YAML.
    """
    wanted = list(KINDS.items())
    services = os.path.join(folder, SERVICES)
    if os.path.isdir(services):
        wanted += [(f"{SERVICES}/{name}", "service") for name in sorted(os.listdir(services)) if name.endswith(".yaml")]
    return [load_document(f"{folder}/{name}", kind) for name, kind in wanted]


def load_document(path: str, kind: str) -> Document:
    """One YAML file. Raises InputError."""
    source = read_text(path)
    return Document(path, kind, source, load_yaml(source))


def read_text(path: str) -> SourceText:
    """A text file. Raises InputError when it is missing, a directory, or no UTF-8."""
    try:
        with open(path, "rb") as stream:
            content = stream.read()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path) from None
    try:
        return SourceText(path, content.decode())
    except UnicodeDecodeError as error:
        before = content[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
        message = f"not UTF-8: byte 0x{content[error.start]:02x}"
        raise InputError(message, path, before.count(b"\n") + 1, column) from None


def assemble(documents: list[Document]) -> dict[str, Any]:
    """The spec's plain data, keyed by kind; `services` is a list in the order of the files."""
    spec: dict[str, Any] = {"services": []}
    for document in documents:
        content = plain(document.root)
        if document.kind == "service":
            spec["services"].append(content)
        elif document.kind in {"profiles", "handover"}:
            spec[document.kind] = content
        elif document.kind == "note":
            spec["note"] = content["parts"]
        elif document.kind == "glossary":
            spec["glossary"] = content
        else:
            spec[document.kind] = content[document.kind]
    return spec
