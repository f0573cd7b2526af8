"""Reading YAML nodes with errors that say where, what was found and what was expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NoReturn

from portspec.errors import InputError
from portspec.source import Span
from portspec.yamlsource import Entry, MappingNode, Node, ScalarNode, SequenceNode


class Reader:
    """Reads the nodes of one file; `path` is the file's name in errors."""

    def __init__(self, path: str) -> None:
        self.path = path

    def fail(self, span: Span, message: str, hint: str = "") -> NoReturn:
        """Raise InputError at a place."""
        raise InputError(message, self.path, span.line, span.column, hint)

    def mapping(self, node: Node, what: str) -> Mapping[str, Entry]:
        """The entries of a mapping."""
        if not isinstance(node, MappingNode):
            self.fail(node.span, f"{what}: expected a mapping, found {kind(node)}")
        return node.entries

    def record(self, node: Node, what: str, keys: Sequence[str], required: Sequence[str] = ()) -> Mapping[str, Entry]:
        """The entries of a mapping with known keys. Unknown and missing keys are errors."""
        entries = self.mapping(node, what)
        for key, entry in entries.items():
            if key not in keys:
                self.fail(entry.key_span, f"{what}: unknown key {key!r}", suggestion(key, keys))
        for key in required:
            if key not in entries:
                self.fail(node.span, f"{what}: the key {key!r} is missing")
        return entries

    def sequence(self, node: Node, what: str, *, single: bool = False) -> Sequence[Node]:
        """The items of a list; with `single`, one scalar counts as a list of one."""
        if isinstance(node, SequenceNode):
            return node.items
        if not single or not isinstance(node, ScalarNode) or node.value is None:
            self.fail(node.span, f"{what}: expected a list, found {kind(node)}")
        return (node,)

    def text(self, node: Node, what: str) -> str:
        """A scalar as it is written; `4.10` stays `4.10` with or without quotes."""
        if not isinstance(node, ScalarNode):
            self.fail(node.span, f"{what}: expected text, found {kind(node)}")
        if node.value is None or not node.text.strip():
            self.fail(node.span, f"{what}: expected text, found nothing")
        return node.text.strip()

    def word(self, node: Node, what: str, known: Sequence[str]) -> str:
        """One of a list of words."""
        text = self.text(node, what)
        if text not in known:
            self.fail(node.span, f"{what}: {text!r} is not known", suggestion(text, known))
        return text


def kind(node: Node) -> str:
    """What a node is, for a message."""
    if isinstance(node, MappingNode):
        return "a mapping"
    if isinstance(node, SequenceNode):
        return "a list"
    return "nothing" if node.value is None else f"{node.text!r}"


def suggestion(word: str, known: Sequence[str]) -> str:
    """One line of help: the nearest known word, or all of them."""
    import difflib

    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"known: {', '.join(known)}"
