"""Nodes of a YAML file, each with its place, and the values of unquoted scalars."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from portspec.records import NamedTuple
from portspec.source import Span

Value = str | int | float | bool | None


class ScalarNode(NamedTuple):
    """A scalar: its value by the core schema, its text as written (quotes and escapes resolved), whether unquoted."""

    value: Value
    text: str
    plain: bool
    span: Span


class Entry(NamedTuple):
    """One entry of a mapping. `key` is the key's text, quoted or not."""

    key: str
    key_span: Span
    value: Node


class MappingNode(NamedTuple):
    """A mapping, in the order of the file."""

    entries: dict[str, Entry]
    span: Span


class SequenceNode(NamedTuple):
    """A sequence."""

    items: tuple[Node, ...]
    span: Span


Node = ScalarNode | MappingNode | SequenceNode

_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_CONSTANTS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_NUMBER_START = frozenset("+-.0123456789")
_MOST_DIGITS = 400


def resolve_plain(text: str) -> Value:
    """The value of an unquoted scalar by YAML 1.2's core schema."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _NUMBER_START or len(text) > _MOST_DIGITS:
        return text
    if _INTEGER.fullmatch(text):
        if text.startswith(("0o", "0x")):
            return int(text[2:], 8 if text[1] == "o" else 16)
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text


def plain(node: Node) -> Any:
    """The node as dicts, lists and values, positions left behind."""
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(node, SequenceNode):
        return [plain(item) for item in node.items]
    return {key: plain(entry.value) for key, entry in node.entries.items()}


def find_span(node: Node, path: Sequence[str | int]) -> Span:
    """Where the node at a path of keys and indexes stands; its nearest parent when there is no such node."""
    for step in path:
        if isinstance(node, MappingNode) and step in node.entries:
            node = node.entries[str(step)].value
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        else:
            break
    return node.span
