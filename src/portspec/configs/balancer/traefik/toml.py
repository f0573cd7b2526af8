"""TOML read into nodes that know their place. The library gives values without places: these come from a look at the lines."""

from __future__ import annotations

import re
from typing import Any

from portspec.errors import InputError
from portspec.source import SourceText, Span
from portspec.yamlsource import Entry, MappingNode, Node, ScalarNode, SequenceNode

MOST_CHARACTERS = 500_000
PLACE = re.compile(r"(.*?) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
PART = re.compile(r"""\s*(?:([A-Za-z0-9_-]+)|"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)')\s*""")
STRINGS = re.compile(r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*', re.DOTALL)
DEEP_KEY = re.compile(r"^[ \t\[]*(?:[^.=\n]*\.){32}", re.MULTILINE)
Path = tuple[str | int, ...]
MOST_DEPTH = 32


def load_toml(source: SourceText) -> Node:
    """The document. Raises InputError with line and column."""
    import tomllib

    if len(source.text) > MOST_CHARACTERS:
        raise InputError(f"the file has {len(source.text)} characters; at most {MOST_CHARACTERS} are read", source.path)
    deep = DEEP_KEY.search(source.text)
    if deep is not None:
        raise source.error(f"nested more than {MOST_DEPTH} deep", deep.start())
    try:
        value = tomllib.loads(source.text)
    except RecursionError:
        raise InputError("nested too deep", source.path, 1, 1) from None
    except ValueError as error:
        found = PLACE.fullmatch(str(error))
        if found is None:
            raise InputError(f"not valid TOML: {error}", source.path, 1, 1) from None
        line, column = int(found[2] or 0), int(found[3] or 0)
        if not line:
            line, column = source.position(len(source.text))
        raise InputError(f"not valid TOML: {found[1]}", source.path, line, column) from None
    return _node(value, (), _places(source.text), Span(1, 1, 1, 1), source, 0)


def _node(value: Any, path: Path, places: dict[Path, Span], near: Span, source: SourceText, depth: int) -> Node:
    span = places.get(path, near)
    if depth > MOST_DEPTH:
        raise InputError(f"nested more than {MOST_DEPTH} deep", source.path, span.line, span.column)
    if isinstance(value, dict):
        entries = {
            key: Entry(key, places.get((*path, key), span), _node(one, (*path, key), places, span, source, depth + 1))
            for key, one in value.items()
        }
        return MappingNode(entries, span)
    if isinstance(value, list):
        items = [_node(one, (*path, at), places, span, source, depth + 1) for at, one in enumerate(value)]
        return SequenceNode(tuple(items), span)
    text = value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    return ScalarNode(text, text, plain=not isinstance(value, str), span=span)


def _places(text: str) -> dict[Path, Span]:
    """Where each key of a line of its own stands; a key within a value stands where the line's does."""
    blank = STRINGS.sub(lambda found: re.sub(r"[^\n]", "_", found[0]) if found[0][0] != "#" else "", text)
    places: dict[Path, Span] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    array: Path = ()
    depth = element = 0
    for number, (line, hidden) in enumerate(zip(text.split("\n"), blank.split("\n"), strict=True), 1):
        stripped = hidden.strip()
        start = len(hidden) - len(hidden.lstrip())
        span = Span(number, start + 1, number, len(hidden.rstrip()) + 1)
        if depth == 0 and stripped.startswith("["):
            keys = _keys(line, start + 1 + stripped.startswith("[["))
            if keys:
                table = _table(keys, counts, array=stripped.startswith("[["))
                for at in range(1, len(table) + 1):
                    places.setdefault(table[:at], span)
            continue
        if depth == 0 and "=" in hidden:
            keys = _keys(line, start)
            array, element = (*table, *keys), 0
            for at in range(1, len(keys) + 1):
                places.setdefault((*table, *keys[:at]), span)
        elif depth == 1 and stripped.startswith("{"):
            places.setdefault((*array, element), span)
        for sign in hidden:
            if sign in "[{":
                depth += 1
                element += sign == "{" and depth == 2
            elif sign in "]}":
                depth = max(depth - 1, 0)
    return places


def _keys(line: str, at: int) -> tuple[str, ...]:
    """The dotted key that begins in a line."""
    found: list[str] = []
    while True:
        part = PART.match(line, at)
        if part is None:
            return tuple(found)
        found.append(next(group for group in part.groups() if group is not None))
        at = part.end()
        if line[at : at + 1] != ".":
            return tuple(found)
        at += 1


def _table(keys: tuple[str, ...], counts: dict[Path, int], *, array: bool) -> Path:
    """The path of a table: an array of tables on its way stands for its last element."""
    path: Path = ()
    for number, key in enumerate(keys, 1):
        path = (*path, key)
        if array and number == len(keys):
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path
