"""Changes of YAML and JSON by their nodes: an item or an entry goes, comes or is written otherwise, in the style of its
neighbours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from portspec.fixes.redraft import Cut, offset, removed
from portspec.source import SourceText, Span
from portspec.yamlnodes import Entry, MappingNode, Node, ScalarNode, SequenceNode

PLAIN = re.compile(r"[A-Za-z0-9/][\w./-]*")
"""A text that YAML takes for itself without quotes."""
WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
"""What some readers of YAML take for something else than a text."""
Step = tuple[MappingNode | SequenceNode, str | int]


class Tree(NamedTuple):
    """A document with its text."""

    source: SourceText
    root: Node
    before: int = 0
    """Lines of other files that places count, where the document is one of several."""

    @property
    def text(self) -> str:
        """The whole text."""
        return self.source.text

    def start(self, node: Node | Entry) -> int:
        """Where a node, or an entry with its key, begins."""
        span = node.key_span if isinstance(node, Entry) else node.span
        return offset(self.text, span.line, span.column)

    def end(self, node: Node) -> int:
        """Where the last character of a node has been."""
        at = self.start(node)
        if not self.flows(node) and isinstance(node, MappingNode) and node.entries:
            return max(self.end(entry.value) for entry in node.entries.values())
        if not self.flows(node) and isinstance(node, SequenceNode) and node.items:
            return max(self.end(item) for item in node.items)
        if node.span.end_line:
            at = offset(self.text, node.span.end_line, node.span.end_column)
        return len(self.text[:at].rstrip())

    def flows(self, node: Node) -> bool:
        """Whether a mapping or sequence is written in brackets."""
        return not isinstance(node, ScalarNode) and self.text[self.start(node)] in "[{"

    def shown(self, node: Node) -> str:
        """The text of a node."""
        return self.text[self.start(node) : self.end(node)]

    def way(self, span: Span) -> list[Step]:
        """How to get to what begins at a place: each mapping or sequence with the key or number that leads on."""
        steps: list[Step] = []
        at = offset(self.text, span.line - self.before, span.column)
        node = self.root
        while True:
            key = self._towards(node, at)
            if key is None or isinstance(node, ScalarNode):
                return steps
            steps.append((node, key))
            node = node.entries[str(key)].value if isinstance(node, MappingNode) else node.items[int(key)]

    def _towards(self, node: Node, at: int) -> str | int | None:
        if isinstance(node, MappingNode):
            found: list[tuple[int, str | int]] = [(self.start(entry), key) for key, entry in node.entries.items()]
        elif isinstance(node, SequenceNode):
            found = [(self.start(item), number) for number, item in enumerate(node.items)]
        else:
            return None
        before = [(begin, key) for begin, key in found if begin <= at]
        return max(before, key=lambda one: one[0])[1] if before else None

    def without_item(self, sequence: SequenceNode, number: int) -> Cut:
        """An item goes. Raises ValueError where it cannot be taken out by itself."""
        item = sequence.items[number]
        if self.flows(sequence):
            return self._out_of_brackets([(self.start(one), self.end(one)) for one in sequence.items], number)
        start, end = self._item_lines(item)
        return Cut(start, end)

    def without_entry(self, mapping: MappingNode, key: str) -> Cut:
        """An entry goes. Raises ValueError where it cannot be taken out by itself."""
        entries = list(mapping.entries.values())
        number = next(at for at, entry in enumerate(entries) if entry.key == mapping.entries[key].key)
        if self.flows(mapping):
            spans = [(self.start(entry), self.end(entry.value)) for entry in entries]
            return self._out_of_brackets(spans, number)
        entry = entries[number]
        start = self.start(entry)
        first = self.text.rfind("\n", 0, start) + 1
        if self.text[first:start].strip():
            raise ValueError("the entry shares its line with the item that it is in")
        return Cut(first, self._line_end(max(self.end(entry.value), start)))

    def _out_of_brackets(self, spans: list[tuple[int, int]], number: int) -> Cut:
        start, end = spans[number]
        if number + 1 < len(spans):
            following = spans[number + 1][0]
            line = self.text.rfind("\n", 0, start) + 1
            broken = "\n" in self.text[end:following]
            if not self.text[line:start].strip() and broken:
                return Cut(line, self.text.find("\n", end) + 1)
            if number and broken:
                return Cut(spans[number - 1][1], end)
            return Cut(start, following)
        if number:
            return Cut(spans[number - 1][1], end)
        return Cut(start, end)

    def _item_lines(self, item: Node) -> tuple[int, int]:
        start = self.start(item)
        dash = self.text.rfind("-", 0, start)
        first = self.text.rfind("\n", 0, dash) + 1
        if dash < 0 or self.text[first:dash].strip() or self.text[dash + 1 : start].strip():
            raise ValueError("the item shares its line with another one")
        return first, self._line_end(max(self.end(item), start))

    def _line_end(self, at: int) -> int:
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end + 1

    def item(self, sequence: SequenceNode, number: int) -> str:
        """The text of an item: with its dash and line ends, or what stands between commas."""
        if self.flows(sequence):
            return self.shown(sequence.items[number])
        start, end = self._item_lines(sequence.items[number])
        text = self.text[start:end]
        return text if text.endswith("\n") else text + "\n"

    def with_item(self, sequence: SequenceNode, number: int, *texts: str) -> Cut:
        """Items, as `item` gives them, come behind another one."""
        item = sequence.items[number]
        if not self.flows(sequence):
            end = self._item_lines(item)[1]
            broken = end == len(self.text) and not self.text.endswith("\n")
            return Cut(end, end, ("\n" if broken else "") + "".join(texts))
        start, end = self.start(item), self.end(item)
        line = self.text.rfind("\n", 0, start) + 1
        blank = self.text[line:start]
        between = ", " if blank.strip() else ",\n" + blank
        return Cut(end, end, "".join(between + text for text in texts))

    def with_entry(self, mapping: MappingNode, behind: str, key: str, value: object) -> Cut:
        """An entry comes behind another one, in brackets or as lines, as its neighbours are."""
        entry = mapping.entries[behind]
        start, end = self.start(entry), self.end(entry.value)
        line = self.text.rfind("\n", 0, start) + 1
        if self.flows(mapping):
            blank = self.text[line:start]
            between = ", " if blank.strip() else ",\n" + blank
            name = json.dumps(key) if self.text[start] == '"' else key
            return Cut(end, end, f"{between}{name}: {self.in_brackets(value)}")
        text = "".join(f"{' ' * (start - line)}{one}\n" for one in _lines(key, value))
        at = self._line_end(max(end, start))
        broken = at == len(self.text) and not self.text.endswith("\n")
        return Cut(at, at, ("\n" if broken else "") + text)

    def entry(self, mapping: MappingNode, key: str) -> str:
        """The text of an entry with its key: whole lines, or what stands between commas. Raises ValueError as
        `without_entry` does."""
        if self.flows(mapping):
            entry = mapping.entries[key]
            return self.text[self.start(entry) : self.end(entry.value)]
        cut = self.without_entry(mapping, key)
        text = self.text[cut.start : cut.end]
        return text if text.endswith("\n") else text + "\n"

    def with_text(self, mapping: MappingNode, text: str) -> Cut:
        """An entry, as `entry` gives it, comes behind the others."""
        last = list(mapping.entries.values())[-1]
        start, end = self.start(last), self.end(last.value)
        if self.flows(mapping):
            line = self.text.rfind("\n", 0, start) + 1
            blank = self.text[line:start]
            return Cut(end, end, (", " if blank.strip() else ",\n" + blank) + text)
        at = self._line_end(max(end, start))
        broken = at == len(self.text) and not self.text.endswith("\n")
        return Cut(at, at, ("\n" if broken else "") + text)

    def entry_as(self, mapping: MappingNode, key: str, value: object) -> Cut:
        """An entry gets another value."""
        entry = mapping.entries[key]
        start, end = self.start(entry), max(self.end(entry.value), self.start(entry))
        if self.flows(mapping):
            return Cut(self.start(entry.value), end, self.in_brackets(value))
        indent = " " * (start - self.text.rfind("\n", 0, start) - 1)
        return Cut(start, end, f"\n{indent}".join(_lines(key, value)))

    def in_brackets(self, value: object) -> str:
        """A value in one line: as JSON where the file is JSON, else without quotes that YAML does not need."""
        if self.text.lstrip()[:1] in "{[":
            return json.dumps(value)
        return _in_brackets(value)

    def rewritten(self, node: Node, text: str) -> Cut:
        """A value of one line is written otherwise, in its quotes."""
        start, end = self.start(node), self.end(node)
        old = self.text[start:end]
        quote = old[0] if old[:1] in "\"'" and old[-1:] == old[:1] else ""
        return Cut(start, end, f"{quote}{text}{quote}")

    def taken(self, sequence: SequenceNode, number: int) -> Cut:
        """As `without_item`, or the whole stretch where lines are shared."""
        try:
            return self.without_item(sequence, number)
        except ValueError:
            return removed(self.text, *(self.start(sequence.items[number]), self.end(sequence.items[number])))


def _in_brackets(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {_in_brackets(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_in_brackets, value)) + "]"
    if isinstance(value, str) and PLAIN.fullmatch(value) and value.lower() not in WORDS:
        return value
    if isinstance(value, str) and '"' in value and not re.search(r"['\n\t]", value):
        return f"'{value}'"
    return json.dumps(value)


def _key(key: str) -> str:
    return json.dumps(key) if key.startswith("@") else key


def _lines(key: str, value: object) -> list[str]:
    """An entry of a block, from the column of its key on."""
    if isinstance(value, dict) and len(value) > 1:
        return [f"{_key(key)}:", *(f"  {line}" for name, one in value.items() for line in _lines(name, one))]
    if isinstance(value, list) and any(isinstance(one, dict) for one in value):
        lines = [f"{_key(key)}:"]
        for one in value:
            inner = [line for name, each in one.items() for line in _lines(name, each)]
            lines += [f"- {inner[0]}", *(f"  {line}" for line in inner[1:])]
        return lines
    return [f"{_key(key)}: {_in_brackets(value)}"]


def replaced(text: str, old: str, new: str) -> str:
    """A text with a number, address or name, as a whole word, written otherwise."""
    return re.sub(rf"(?<![\w.-]){re.escape(old)}(?![\w-]|\.\d)", lambda _: new, text)


def at(node: Node | None, *path: str | int) -> Node | None:
    """The node at a path below another one; None where there is none."""
    for step in path:
        if isinstance(node, MappingNode) and str(step) in node.entries:
            node = node.entries[str(step)].value
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        else:
            return None
    return node


def mappings(node: Node) -> Iterator[MappingNode]:
    """Every mapping of a tree, itself first."""
    if isinstance(node, MappingNode):
        yield node
        for entry in node.entries.values():
            yield from mappings(entry.value)
    elif isinstance(node, SequenceNode):
        for item in node.items:
            yield from mappings(item)
