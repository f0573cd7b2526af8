"""YAML read by ruamel.yaml's parser into nodes that know their place: the whole language, and every error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from portspec.errors import InputError
from portspec.source import SourceText, Span
from portspec.yamlnodes import Entry, MappingNode, Node, ScalarNode, SequenceNode, resolve_plain

if TYPE_CHECKING:
    from ruamel.yaml.events import Event

MOST_NODES = 50_000
"""Nodes of one file, what aliases repeat counted each time."""
MOST_DEPTH = 32
MOST_SHOWN = 60


def read_full(source: SourceText) -> Node:
    """The one document of a file. Raises InputError with line and column."""
    return _Composer(source).compose()


class _Open:
    """A mapping or sequence that is still being filled. `size` counts the nodes in it, aliases expanded."""

    __slots__ = ("anchor", "end", "entries", "flow", "items", "key", "size", "start")

    def __init__(self, start: int, anchor: str | None, *, mapping: bool, flow: bool) -> None:
        self.start = start
        self.end = (0, 0)
        self.flow = flow
        self.anchor = anchor
        self.entries: dict[str, Entry] | None = {} if mapping else None
        self.items: list[Node] = []
        self.key: tuple[str, Span] | None = None
        self.size = 1


class _Composer:
    """Makes nodes of the parser's events, with a stack of its own: depth never becomes recursion."""

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.shift = 1 if source.text.startswith("\ufeff") else 0
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Node, int] | None] = {}
        self.root: Node | None = None

    def compose(self) -> Node:
        documents = 0
        for event in self.events():
            kind = type(event).__name__
            if kind == "ScalarEvent":
                self.scalar(event)
            elif kind in {"MappingStartEvent", "SequenceStartEvent"}:
                self.open(event, mapping=kind == "MappingStartEvent")
            elif kind in {"MappingEndEvent", "SequenceEndEvent"}:
                self.close(event)
            elif kind == "AliasEvent":
                self.alias(event)
            elif kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    raise self.error("a second YAML document; expected one", event.start_mark.index)
        if self.root is None:
            return ScalarNode(None, "", plain=True, span=Span(1, 1, 1, 1))
        return self.root

    def events(self) -> Iterator[Event]:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError
        from ruamel.yaml.reader import ReaderError

        try:
            yield from YAML(typ="safe", pure=True).parse(self.source.text[self.shift :])
        except ReaderError as error:
            raise self.error(f"character U+{error.character:04X} is not allowed in YAML", error.position) from None
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            message = f"not valid YAML: {error.problem or error.context}"
            if error.problem and error.context and error.context_mark and error.context_mark.index != mark.index:
                line, column = self.source.position(error.context_mark.index + self.shift)
                message += f" ({error.context} from {line}:{column})"
            raise self.error(message, mark.index) from None
        except Exception as error:  # the parser answers some odd input with an assertion or an OverflowError
            raise self.error(f"not valid YAML: {str(error).partition(chr(10))[0] or type(error).__name__}", 0) from None

    def error(self, message: str, index: int, hint: str = "") -> InputError:
        line, column = self.source.position(min(index + self.shift, len(self.source.text)))
        return InputError(message, self.source.path, line, column, hint)

    def span(self, start: int, end: int) -> Span:
        return self.source.span(start + self.shift, end + self.shift)

    def scalar(self, event: Any) -> None:
        start = event.start_mark.index
        self.refuse_tag(event)
        text: str = event.value
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError:
                raise self.error("half a surrogate pair is no character", start) from None
        is_plain = event.style is None
        value = resolve_plain(text) if is_plain else text
        span = self.span(start, event.end_mark.index)
        if is_plain and not text and self.stack and self.stack[-1].key is not None:
            key_span = self.stack[-1].key[1]  # an absent value stands behind its key, not where the parser noticed
            span = Span(key_span.end_line, key_span.end_column, key_span.end_line, key_span.end_column)
        self.place(ScalarNode(value, text, is_plain, span), 1, event.anchor, start, span)

    def open(self, event: Any, *, mapping: bool) -> None:
        start = event.start_mark.index
        self.refuse_tag(event)
        if len(self.stack) >= MOST_DEPTH:
            raise self.error(f"nested more than {MOST_DEPTH} deep", start)
        if self.stack and self.stack[-1].entries is not None and self.stack[-1].key is None:
            raise self.error("a key that is a list or a mapping; expected text", start)
        if event.anchor:
            self.anchors[event.anchor] = None
        self.stack.append(_Open(start, event.anchor, mapping=mapping, flow=bool(event.flow_style)))

    def close(self, event: Any) -> None:
        done = self.stack.pop()
        span = self.span(done.start, event.end_mark.index)
        if not done.flow:  # the parser sees the end of a block only at the next line; it ends with its last part
            span = Span(span.line, span.column, *done.end)
        if done.entries is None:
            self.place(SequenceNode(tuple(done.items), span), done.size, done.anchor, done.start, span)
        else:
            self.place(MappingNode(done.entries, span), done.size, done.anchor, done.start, span)

    def alias(self, event: Any) -> None:
        start = event.start_mark.index
        if event.anchor not in self.anchors:
            raise self.error(f"alias *{event.anchor} without an anchor &{event.anchor} before it", start)
        target = self.anchors[event.anchor]
        if target is None:
            raise self.error(f"alias *{event.anchor} inside its own anchor", start)
        self.place(target[0], target[1], None, start, self.span(start, event.end_mark.index))

    def place(self, node: Node, size: int, anchor: str | None, start: int, span: Span) -> None:
        """Put a finished node where it belongs: into the open collection, or at the root."""
        if anchor:
            self.anchors[anchor] = (node, size)
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        top.end = (span.end_line, span.end_column)
        top.size += size
        if top.size > MOST_NODES:
            raise self.error(f"more than {MOST_NODES} values once aliases are expanded", start)
        if top.entries is None:
            top.items.append(node)
        elif top.key is None:
            if not isinstance(node, ScalarNode):
                raise self.error("a key that is a list or a mapping; expected text", start)
            if node.text in top.entries:
                line = top.entries[node.text].key_span.line
                raise self.error(f"duplicate key {node.text!r}; it is set in line {line} already", start)
            top.key = (node.text, node.span)
        else:
            key, key_span = top.key
            top.entries[key] = Entry(key, key_span, node)
            top.key = None

    def refuse_tag(self, event: Any) -> None:
        if event.ctag is not None:
            raise self.error(
                f"tag {str(event.ctag)[:MOST_SHOWN]}: tags are not read here", event.start_mark.index, "leave it out"
            )
