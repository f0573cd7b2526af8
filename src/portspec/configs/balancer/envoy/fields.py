"""A message of Envoy's API as it stands in YAML or JSON: its fields by name, their values by type.

As protobuf's JSON has it (https://protobuf.dev/programming-guides/json/): a field may be written in lower camel case, a number
as text, an enum by its number. As Envoy reads YAML: what is not quoted may be a number or one of YAML 1.1's words for truth.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from portspec.configs.balancer.f5.notes import Notes
from portspec.source import Span
from portspec.yamlsource import MappingNode, Node, ScalarNode, SequenceNode

TYPE_KEY = "@type"
DURATION = re.compile(r"(-?)(\d{1,12})(?:\.(\d{1,9}))?s")
NUMBER = re.compile(r"(\d{1,15})(?:\.0*)?")
TRUE = frozenset({"true", "yes", "on", "y"})
FALSE = frozenset({"false", "no", "off", "n"})
NOWHERE = MappingNode({}, Span(1, 1, 1, 1))


def camel(name: str) -> str:
    """A field's name in lower camel case."""
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


class Message:
    """One message: fields that it does not have are remarked as refused. A value that is missing is an empty message."""

    def __init__(self, notes: Notes, node: Node | None, known: frozenset[str], span: Span | None = None) -> None:
        self.notes = notes
        self.node = node
        self.entries: dict[str, tuple[Span, Node]] = {}
        self.type = ""
        self._span = span
        if node is None or _is_null(node):
            return
        if not isinstance(node, MappingNode):
            notes.remark("refused", "type", node.span, wanted="{ }")
            return
        shown = {camel(name): name for name in known}
        for key, entry in node.entries.items():
            name = key if key in known else shown.get(key, "")
            if key == TYPE_KEY:
                self.type = entry.value.text if isinstance(entry.value, ScalarNode) else ""
            elif name:
                if not _is_null(entry.value):
                    self.entries[name] = (entry.key_span, entry.value)
            else:
                notes.remark("refused", "field", entry.key_span, field=key)

    def __contains__(self, name: str) -> bool:
        return name in self.entries

    @property
    def span(self) -> Span:
        """Where the message begins."""
        if self._span is not None:
            return self._span
        span = self.node.span if self.node is not None else NOWHERE.span
        return _first_line(span)

    def key_span(self, name: str) -> Span:
        """Where a field's name stands; the message, where it does not."""
        return self.entries[name][0] if name in self.entries else self.span

    def value_span(self, name: str) -> Span:
        """Where a field with its value stands, as far as it is one line."""
        if name not in self.entries:
            return self.span
        key, value = self.entries[name]
        if value.span.end_line == key.line:
            return Span(key.line, key.column, key.line, value.span.end_column)
        return key

    def text(self, name: str, default: str = "") -> str:
        """A string."""
        return self._scalar(name) or default

    def whole(self, name: str, default: int, most: int = 0xFFFFFFFF) -> int:
        """A number that is not negative. One that is out of bounds is remarked."""
        if name not in self.entries:
            return default
        text = self._scalar(name)
        octal = re.fullmatch(r"0[0-7]+", text) is not None and _is_plain(self.entries[name][1])
        found = NUMBER.fullmatch(text)
        if found is None or int(found[1]) > most:
            self.refuse(name, "number", field=name, text=text)
            return default
        return int(found[1], 8) if octal else int(found[1])

    def truth(self, name: str, *, default: bool = False) -> bool:
        """True or false."""
        if name not in self.entries:
            return default
        text = self._scalar(name)
        words = text.lower() if _is_plain(self.entries[name][1]) else text
        if words not in TRUE | FALSE:
            self.refuse(name, "truth", field=name, text=text)
            return default
        return words in TRUE

    def duration(self, name: str) -> int | None:
        """A time in milliseconds, rounded up; None where it is not given or not one."""
        if name not in self.entries:
            return None
        text = self._scalar(name)
        found = DURATION.fullmatch(text)
        if found is None or found[1]:
            self.refuse(name, "duration", field=name, text=text)
            return None
        return int(found[2]) * 1000 - -int((found[3] or "0").ljust(9, "0")) // 1_000_000

    def choice(self, name: str, words: Sequence[str]) -> str:
        """An enum's word, by whatever it is written; its first one by default."""
        if name not in self.entries:
            return words[0]
        text = self._scalar(name)
        if text.isascii() and text.isdigit() and len(text) < 4:
            if int(text) < len(words):
                return words[int(text)]
        elif text.upper() in words:
            return text.upper()
        self.refuse(name, "choice", field=name, text=text)
        return words[0]

    def message(self, name: str, known: frozenset[str]) -> Message:
        """A message within; one that is not there has the place of this one."""
        return Message(self.notes, self.node_of(name), known, self.key_span(name))

    def messages(self, name: str, known: frozenset[str]) -> list[Message]:
        """A list of messages."""
        return [Message(self.notes, node, known) for node in self.items(name)]

    def texts(self, name: str) -> list[tuple[str, Span]]:
        """A list of strings with their places."""
        return [(node.text, node.span) for node in self.items(name) if isinstance(node, ScalarNode)]

    def node_of(self, name: str) -> Node | None:
        """The value of a field as it stands."""
        return self.entries[name][1] if name in self.entries else None

    def items(self, name: str) -> tuple[Node, ...]:
        """The items of a list; one value alone is none."""
        node = self.node_of(name)
        if node is None:
            return ()
        if not isinstance(node, SequenceNode):
            self.refuse(name, "list", field=name)
            return ()
        return node.items

    def refuse(self, name: str, key: str, **values: str) -> None:
        """Remark that Envoy does not take a field's value."""
        self.notes.remark("refused", key, self.value_span(name), **values)

    def _scalar(self, name: str) -> str:
        if name not in self.entries:
            return ""
        node = self.entries[name][1]
        if not isinstance(node, ScalarNode):
            self.refuse(name, "scalar", field=name)
            return ""
        return node.text


def typed(node: Node | None) -> str:
    """The type of a message that may be of any: without the part that all of Envoy's have."""
    if not isinstance(node, MappingNode) or TYPE_KEY not in node.entries:
        return ""
    value = node.entries[TYPE_KEY].value
    text = value.text if isinstance(value, ScalarNode) else ""
    return text.rpartition("/")[2].removeprefix("envoy.")


def struct(node: Node | None) -> dict[str, str]:
    """The plain entries of a message without a fixed form, as text."""
    if not isinstance(node, MappingNode):
        return {}
    return {key: entry.value.text for key, entry in node.entries.items() if isinstance(entry.value, ScalarNode)}


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.plain and node.value is None


def _is_plain(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.plain


def _first_line(span: Span) -> Span:
    """A place that is more than a line, cut to its beginning."""
    if span.end_line in (0, span.line):
        return span
    return Span(span.line, span.column, span.line, span.column + 1)
