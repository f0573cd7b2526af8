"""A section of Traefik's configuration: its fields by name, in upper or lower case, and their values.

Every value may be written as text; `<<` of YAML is merged; a list may be one text with commas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from portspec.configs.balancer.f5.notes import Notes
from portspec.source import Span
from portspec.yamlsource import Entry, MappingNode, Node, ScalarNode, SequenceNode

MERGE = "<<"
DURATION = re.compile(r"([0-9]{1,12}(?:\.[0-9]{0,9})?)(ns|us|µs|μs|ms|s|m|h)")
UNITS = {"ns": 1e-6, "us": 1e-3, "µs": 1e-3, "μs": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4, "h": 36e5}
TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False", ""})
MOST_MERGED = 32


class Section:
    """One section. A field that is not known is remarked as refused; `known` None: every name is one's own."""

    def __init__(self, notes: Notes, node: Node | None, known: frozenset[str] | None, span: Span | None = None) -> None:
        self.notes = notes
        self.node = node
        self.entries: dict[str, Entry] = {}
        self._span = span
        if node is None or is_null(node):
            return
        if not isinstance(node, MappingNode):
            if not (isinstance(node, ScalarNode) and node.text.lower() in ("true", "false")):
                notes.remark("refused", "section", first_line(node.span))
            return
        for entry in merged(node):
            name = entry.key if known is None else entry.key.lower()
            if known is not None and name not in known:
                notes.remark("refused", "field", entry.key_span, field=entry.key)
            else:
                self.entries.setdefault(name, entry)

    def __contains__(self, name: str) -> bool:
        return name in self.entries

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return self.node is None or is_null(self.node) or (isinstance(self.node, MappingNode) and not self.node.entries)

    @property
    def span(self) -> Span:
        """Where the section begins: at its name, where it has one."""
        if self._span is not None:
            return self._span
        return first_line(self.node.span) if self.node is not None else Span(1, 1, 1, 1)

    def key_span(self, name: str) -> Span:
        """Where the name of a field stands; the section, where it does not."""
        return self.entries[name].key_span if name in self.entries else self.span

    def value_span(self, name: str) -> Span:
        """Where a field with its value stands, as far as it is one line."""
        if name not in self.entries:
            return self.span
        key, value = self.entries[name].key_span, self.entries[name].value.span
        if value.line == key.line == value.end_line and value.end_column > key.end_column:
            return Span(key.line, key.column, key.line, value.end_column)
        return key

    def text(self, name: str, default: str = "") -> str:
        """A text, or whatever else of one value."""
        if name not in self.entries:
            return default
        value = self.entries[name].value
        if not isinstance(value, ScalarNode):
            self.notes.remark("refused", "single", self.key_span(name), field=self.entries[name].key)
            return default
        return value.text

    def texts(self, name: str) -> list[tuple[str, Span]]:
        """A list of texts with their places; one text may be several, with commas."""
        if name not in self.entries:
            return []
        value = self.entries[name].value
        if isinstance(value, ScalarNode):
            return [(part.strip(), self.value_span(name)) for part in value.text.split(",") if part.strip()]
        if isinstance(value, SequenceNode):
            return [(item.text, item.span) for item in value.items if isinstance(item, ScalarNode)]
        self.notes.remark("refused", "list", self.key_span(name), field=self.entries[name].key)
        return []

    def whole(self, name: str, default: int) -> int:
        """A whole number, which may be negative."""
        text = self.text(name)
        if not text:
            return default
        if re.fullmatch(r"[-+]?[0-9]{1,18}", text) is None:
            self.wrong(name, text)
            return default
        return int(text)

    def truth(self, name: str) -> bool:
        """True or false."""
        text = self.text(name)
        if text not in TRUE | FALSE:
            self.wrong(name, text)
        return text in TRUE

    def truth_or(self, name: str, *, default: bool = False) -> bool:
        """True or false, or what holds where nothing is written."""
        return self.truth(name) if name in self else default

    def duration(self, name: str, default: int) -> int:
        """A time in milliseconds, rounded up: a number of seconds, or numbers with units."""
        text = self.text(name)
        if not text:
            return default
        plain = text.removeprefix("-").removeprefix("+")
        if plain.isascii() and plain.isdigit() and len(plain) <= 12:
            time = float(plain) * 1000
        elif re.fullmatch(f"(?:{DURATION.pattern})+", plain) is not None:
            time = sum(float(number) * UNITS[unit] for number, unit in DURATION.findall(plain))
        else:
            self.wrong(name, text)
            return default
        return default if text.startswith("-") or not time else -int(-time // 1)

    def section(self, name: str, known: frozenset[str] | None) -> Section:
        """A section within."""
        if name not in self.entries:
            return Section(self.notes, None, known, self.span)
        return Section(self.notes, self.entries[name].value, known, self.key_span(name))

    def sections(self, name: str, known: frozenset[str] | None) -> list[Section]:
        """A list of sections."""
        if name not in self.entries:
            return []
        value = self.entries[name].value
        if not isinstance(value, SequenceNode):
            self.notes.remark("refused", "list", self.key_span(name), field=self.entries[name].key)
            return []
        return [Section(self.notes, item, known) for item in value.items]

    def named(self, known: frozenset[str] | None) -> Iterator[tuple[str, Section]]:
        """The sections of a section whose names are one's own."""
        for name, entry in self.entries.items():
            yield name, Section(self.notes, entry.value, known, entry.key_span)

    def wrong(self, name: str, text: str) -> None:
        """Remark a value that Traefik does not take."""
        self.notes.remark("refused", "value", self.value_span(name), field=self.entries[name].key, text=text)


def merged(node: MappingNode, depth: int = 0) -> Iterator[Entry]:
    """The entries of a mapping, those first that it holds itself."""
    for entry in node.entries.values():
        if entry.key != MERGE:
            yield entry
    if MERGE in node.entries and depth < MOST_MERGED:
        value = node.entries[MERGE].value
        for one in value.items if isinstance(value, SequenceNode) else (value,):
            if isinstance(one, MappingNode):
                yield from merged(one, depth + 1)


def is_null(node: Node) -> bool:
    """Whether nothing is written."""
    return isinstance(node, ScalarNode) and node.plain and not node.text


def first_line(span: Span) -> Span:
    """A place that is more than a line, cut to its beginning."""
    return span if span.end_line in (0, span.line) else Span(span.line, span.column, span.line, span.column + 1)
