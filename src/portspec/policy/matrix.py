"""The matrix that `oc commatrix generate` prints on a live cluster, read from CSV, JSON or YAML.

The forms are those of github.com/openshift-kni/commatrix, pkg/types/types.go: the role is called `Node Role` or
`nodeRole` up to 2025 and `NodeGroup` or `nodeGroup` since; the rows are a bare list or `Matrix`, later `Ports` beside
`DynamicRanges`; in CSV a dynamic range is a row with `first-last` as its port and no role.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, NoReturn

from portspec.errors import InputError
from portspec.source import SourceText, Span
from portspec.yamlsource import MappingNode, Node, ScalarNode, SequenceNode, load_yaml

LARGEST = 4 * 1024 * 1024
MOST_ROWS = 20_000
ROLE_NAMES = ("noderole", "nodegroup")
NEEDED = ("direction", "protocol", "port")
TRANSPORTS = ("tcp", "udp", "sctp")
DIRECTIONS = ("ingress", "egress")
LISTS = ("matrix", "ports", "dynamicranges")
CELL = re.compile(r'[ \t]*"((?:[^"]|"")*)"[ \t]*(?=,|$)|([^,"]*)(?=,|$)')
PORT = re.compile(r"\s*([0-9]{1,5})\s*(?:-\s*([0-9]{1,5})\s*)?")
DIFF = re.compile(r"[+-] (?:ingress|egress),", re.IGNORECASE)
FORMS = "expected what `oc commatrix generate` writes as CSV, JSON or YAML"


class Row(NamedTuple):
    """One row: who listens, on which ports of which nodes.

    `role` is the plugin's own name of the nodes, empty for all of them; `optional` None: the row does not say.
    """

    direction: str
    transport: str
    first: int
    last: int
    namespace: str
    service: str
    pod: str
    container: str
    role: str
    optional: bool | None
    line: int

    @property
    def port(self) -> str:
        """`443` or `30000-32767`."""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


class Matrix(NamedTuple):
    """The rows of a file. `skipped` counts rows without a port, which the plugin passes over as well."""

    path: str
    form: str
    rows: tuple[Row, ...]
    skipped: int


class _Cell(NamedTuple):
    text: str
    span: Span


def read_matrix(source: SourceText) -> Matrix:
    """The matrix of a file. Raises InputError with line and column for what is no such matrix."""
    start = source.text.lstrip()[:1]
    header = source.text.partition("\n")[0]
    if start not in "[{" and "," in header and "direction" in header.lower():
        form, records = "csv", _csv(source)
    else:
        form, records = ("json" if start in "[{" else "yaml"), _nodes(source)
    rows: list[Row] = []
    skipped = 0
    for number, (record, span) in enumerate(records):
        if number >= MOST_ROWS:
            _fail(source, span, f"more than {MOST_ROWS} rows")
        row = _row(source, record, span)
        if row is None:
            skipped += 1
        else:
            rows.append(row)
    if not rows:
        raise InputError("the matrix has no rows", source.path, 1, 1, FORMS)
    return Matrix(source.path, form, tuple(rows), skipped)


def _fail(source: SourceText, span: Span, message: str, hint: str = "") -> NoReturn:
    raise InputError(message, source.path, span.line, span.column, hint)


def _key(name: str) -> str:
    """A column's or a field's name without case, blanks and joints: `Node Role` and `nodeRole` are one."""
    return re.sub(r"[\s_-]", "", name).lower()


def _csv(source: SourceText) -> Iterator[tuple[Mapping[str, _Cell], Span]]:
    lines = source.text.split("\n")
    names = [_key(cell.text) for cell in _cells(source, lines[0].rstrip("\r"), 1)]
    for name in {*NEEDED, "optional"}:
        if name not in names:
            _fail(source, Span(1), f"no column {name.capitalize()!r}", FORMS)
    if not any(name in names for name in ROLE_NAMES):
        _fail(source, Span(1), "no column 'Node Role' or 'NodeGroup'", FORMS)
    if len(set(names)) != len(names):
        _fail(source, Span(1), "a column stands twice in the header")
    for number, line in enumerate(lines[1:], 2):
        text = line.rstrip("\r")
        if not text.strip():
            continue
        if DIFF.match(text):
            hint = "compare communication-matrix.csv, not the plugin's own difference of two matrices"
            _fail(source, Span(number), f"a row that begins with {text[0]!r}", hint)
        cells = list(_cells(source, text, number))
        if len(cells) != len(names):
            place = cells[len(names)].span if len(cells) > len(names) else Span(number, len(text) + 1)
            _fail(source, place, f"{len(cells)} cells; the header has {len(names)}")
        yield dict(zip(names, cells, strict=True)), Span(number)


def _cells(source: SourceText, line: str, number: int) -> Iterator[_Cell]:
    at = 0
    while True:
        match = CELL.match(line, at)
        if match is None:
            _fail(source, Span(number, at + 1), "a quote that does not stand around a whole cell of one line")
        text = match[2] if match[1] is None else match[1].replace('""', '"')
        yield _Cell(text.strip(), Span(number, at + 1))
        at = match.end() + 1
        if at > len(line):
            return


def _nodes(source: SourceText) -> Iterator[tuple[Mapping[str, _Cell], Span]]:
    for item in _records(source, load_yaml(source)):
        if not isinstance(item, MappingNode):
            _fail(source, item.span, "expected an object with direction, protocol and port", FORMS)
        record: dict[str, _Cell] = {}
        for entry in item.entries.values():
            name = _key(entry.key)
            if name in record:
                _fail(source, entry.key_span, f"{entry.key} stands twice")
            if not isinstance(entry.value, ScalarNode):
                _fail(source, entry.value.span, f"{entry.key}: expected a single value")
            text = "" if entry.value.value is None else entry.value.text
            record[name] = _Cell(text.strip(), entry.value.span)
        for name in ("minport", "maxport"):
            if name in record and "port" not in record:
                both = [record[end].text if end in record else "" for end in ("minport", "maxport")]
                record["port"] = _Cell("-".join(both), record[name].span)
                record.setdefault("service", record.get("description", _Cell("", item.span)))
        yield record, item.span


def _records(source: SourceText, root: Node) -> Iterator[Node]:
    if isinstance(root, SequenceNode):
        yield from root.items
        return
    if not isinstance(root, MappingNode):
        _fail(source, root.span, "this is no matrix", FORMS)
    lists = [entry for entry in root.entries.values() if _key(entry.key) in LISTS]
    if not lists:
        _fail(source, root.span, "neither Matrix nor Ports is in it", FORMS)
    for entry in lists:
        if isinstance(entry.value, SequenceNode):
            yield from entry.value.items
        elif not isinstance(entry.value, ScalarNode) or entry.value.value is not None:
            _fail(source, entry.value.span, f"{entry.key}: expected a list")


def _row(source: SourceText, record: Mapping[str, _Cell], span: Span) -> Row | None:
    """The row of a record; None without a port."""
    for name in NEEDED:
        if name not in record:
            _fail(source, span, f"a row without {name}", FORMS)
    if not record["port"].text:
        return None
    first, last = _ends(source, record["port"])
    role = next((record[name].text for name in ROLE_NAMES if name in record), "")

    def text(name: str) -> str:
        return record[name].text if name in record else ""

    return Row(
        _word(source, record["direction"], "direction", DIRECTIONS),
        _word(source, record["protocol"], "protocol", TRANSPORTS),
        first,
        last,
        text("namespace"),
        text("service"),
        text("pod"),
        text("container"),
        role,
        _flag(source, record.get("optional")),
        span.line,
    )


def _word(source: SourceText, cell: _Cell, what: str, known: Sequence[str]) -> str:
    word = cell.text.lower()
    if word not in known:
        _fail(source, cell.span, f"{what}: found {cell.text!r}; expected {', '.join(known)}")
    return word


def _flag(source: SourceText, cell: _Cell | None) -> bool | None:
    if cell is None or not cell.text:
        return None
    return _word(source, cell, "optional", ("true", "false")) == "true"


def _ends(source: SourceText, cell: _Cell) -> tuple[int, int]:
    match = PORT.fullmatch(cell.text)
    if match is not None:
        first, last = int(match[1]), int(match[2] or match[1])
        if 1 <= first <= last <= 65535:
            return first, last
    _fail(source, cell.span, f"port: found {cell.text!r}; expected a port such as 443, or a range such as 30000-32767")
