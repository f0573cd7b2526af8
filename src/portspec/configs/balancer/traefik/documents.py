"""The files of a configuration: which one is static, which ones the file provider reads, and what is in none of them.

One file may hold both (https://doc.traefik.io/traefik/providers/file/ lets `filename` name the static file itself); a folder
holds `traefik.yml`, and the files that its `providers.file` names by `filename` or `directory`. Where those paths are of the
host that Traefik runs on, only their last part counts.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

from portspec.configs.balancer.f5.notes import Notes
from portspec.configs.balancer.traefik.sections import Section, merged
from portspec.configs.balancer.traefik.toml import load_toml
from portspec.configs.balancer.traefik.vocabulary import DYNAMIC, FILE, PROVIDERS, STATIC
from portspec.configs.folders import FolderText
from portspec.errors import InputError
from portspec.source import SourceText, Span
from portspec.yamlsource import Entry, MappingNode, Node, ScalarNode, SequenceNode, load_yaml

STATIC_NAMES = ("traefik.yml", "traefik.yaml", "traefik.toml")
SUFFIXES = (".yml", ".yaml", ".toml")


class Document(NamedTuple):
    """One file. `static`: its part of the static configuration counts; `dynamic`: that of the dynamic one does."""

    path: str
    root: MappingNode
    static: bool
    dynamic: bool


class Documents(NamedTuple):
    """All files that count. `whole`: no other file is needed to know the entry points; `elsewhere`: the line that names the
    files with the routers, which are not here."""

    found: tuple[Document, ...]
    whole: bool
    elsewhere: Span | None = None


def documents(source: SourceText, notes: Notes) -> Documents:
    """Read the files. Raises InputError with line and column."""
    if isinstance(source, FolderText):
        return _of_folder(source, notes)
    root = _load(source, 0)
    keys = {entry.key.lower() for entry in merged(root)}
    if not keys & (STATIC | DYNAMIC):
        raise InputError("neither entryPoints nor tcp or http is here", source.path, 1, 1)
    static, dynamic = bool(keys & STATIC), bool(keys & {"http", "tcp"})
    document = Document(source.path, root, static, dynamic)
    _remark_unknown(notes, document)
    providers = _providers(root, notes)
    _remark_providers(providers, notes)
    return Documents((document,), static, _elsewhere(providers, notes) if static and not dynamic else None)


def _of_folder(source: FolderText, notes: Notes) -> Documents:
    first = next((at for at, part in enumerate(source.parts) if _name(part.path) in STATIC_NAMES), None)
    if first is None:
        raise InputError("no traefik.yml or traefik.toml is in this folder", source.path)
    root = _load(source.parts[first], source.firsts[first] - 1)
    providers = _providers(root, notes)
    file = providers.section("file", FILE) if "file" in providers else None
    itself = file is not None and _name(file.text("filename")) == _name(source.parts[first].path)
    static = Document(source.parts[first].path, root, static=True, dynamic=itself)
    _remark_unknown(notes, static)
    _remark_providers(providers, notes)
    found = [static]
    for at, part in enumerate(source.parts):
        if at != first and file is not None and _is_named(part.path, source.path, file):
            document = Document(part.path, _load(part, source.firsts[at] - 1), static=False, dynamic=True)
            _remark_unknown(notes, document)
            found.append(document)
    elsewhere = _elsewhere(providers, notes) if len(found) == 1 and not itself else None
    return Documents(tuple(found), whole=True, elsewhere=elsewhere)


def _is_named(path: str, folder: str, file: Section) -> bool:
    """Whether the file provider reads a part: by its folder where one is named, else by its name."""
    if not path.endswith(SUFFIXES):
        return False
    directory = _name(file.text("directory").rstrip("/"))
    if directory:
        inner = os.path.dirname(os.path.relpath(path, folder)).replace(os.sep, "/")
        return directory in inner.split("/")
    return _name(path) == _name(file.text("filename"))


def _providers(root: MappingNode, notes: Notes) -> Section:
    entries = {entry.key.lower(): entry for entry in merged(root)}
    node = entries["providers"].value if "providers" in entries else None
    return Section(notes, _lowered(node), None, entries["providers"].key_span if "providers" in entries else None)


def _lowered(node: Node | None) -> Node | None:
    if not isinstance(node, MappingNode):
        return node
    return MappingNode({entry.key.lower(): entry for entry in merged(node)}, node.span)


def _remark_providers(providers: Section, notes: Notes) -> None:
    """Other providers may add routers."""
    for name, entry in providers.entries.items():
        if name != "file" and name not in PROVIDERS:
            notes.remark("unknown", "provider", entry.key_span, name=entry.key)


def _elsewhere(providers: Section, notes: Notes) -> Span | None:
    """Where the file provider is told of files that are not here."""
    if "file" not in providers:
        return None
    file = providers.section("file", FILE)
    span = providers.key_span("file")
    notes.remark("unknown", "file-elsewhere", span, path=file.text("filename") or file.text("directory"))
    return span


def _remark_unknown(notes: Notes, document: Document) -> None:
    """Names at the root that Traefik passes over, in this kind of file or in any."""
    for entry in merged(document.root):
        name = entry.key.lower()
        known = (name in STATIC and document.static) or (name in DYNAMIC and document.dynamic)
        if not known and not name.startswith("x-") and name != "tls":
            notes.remark("ignored", "root", entry.key_span, name=entry.key)


def sections(
    found: Documents, name: str, known: frozenset[str] | None, notes: Notes, *, static: bool
) -> Iterator[Section]:
    """A section of the root in every file that counts for it."""
    for document in found.found:
        if document.static if static else document.dynamic:
            for entry in merged(document.root):
                if entry.key.lower() == name:
                    yield Section(notes, entry.value, known, entry.key_span)


def _load(part: SourceText, lines: int) -> MappingNode:
    at = part.text.find("{{")
    if at >= 0:
        raise part.error("this is a template ({{), not a configuration of Traefik", at, "render it first")
    root = load_toml(part) if is_toml(part) else load_yaml(part)
    if not isinstance(root, MappingNode):
        raise InputError(
            "expected a mapping with entryPoints, tcp or http", part.path, root.span.line, root.span.column
        )
    moved = _moved(root, lines) if lines else root
    return moved if isinstance(moved, MappingNode) else root


def is_toml(part: SourceText) -> bool:
    """Whether a file is TOML, by its name or, where that does not tell, by its first line."""
    return part.path.endswith(".toml") or (not part.path.endswith((".yml", ".yaml")) and _looks_like_toml(part.text))


def _looks_like_toml(text: str) -> bool:
    """Of a file without a telling name: whether its first line that says something is one of TOML."""
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            return stripped.startswith("[") or ("=" in stripped and ":" not in stripped.partition("=")[0])
    return False


def _moved(node: Node, lines: int) -> Node:
    """The same with its places in the folder's one text."""
    span = _span(node.span, lines)
    if isinstance(node, ScalarNode):
        return node._replace(span=span)
    if isinstance(node, SequenceNode):
        return SequenceNode(tuple(_moved(item, lines) for item in node.items), span)
    entries = {
        key: Entry(entry.key, _span(entry.key_span, lines), _moved(entry.value, lines))
        for key, entry in node.entries.items()
    }
    return MappingNode(entries, span)


def _span(span: Span, lines: int) -> Span:
    return span._replace(line=span.line + lines, end_line=span.end_line + lines if span.end_line else 0)


def _name(path: str) -> str:
    return path.rpartition("/")[2]
