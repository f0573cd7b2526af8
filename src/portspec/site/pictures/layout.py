"""Where the boxes of a picture of flows stand: senders on the left, balancers between, listeners on the right."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from portspec.site.pictures.canvas import COLUMN, wrapped
from portspec.site.pictures.hops import Hop
from portspec.spec.model import Role

TITLE, SMALL = 12, 11
"""Sizes of the font: of a role's title and of ports."""
LINE = 14
EDGE = 6
"""From the edge of a box to its words."""
APART = 10
"""Between two boxes."""
TRANSPORT = 28
"""Room for the name of a transport before its ports."""
STEP = 5.5
"""Between two bands at the edge of a box."""


class Columns(NamedTuple):
    """Left edge and width of the columns; `middle` None: there is no balancer between."""

    left: tuple[float, float]
    middle: tuple[float, float] | None
    right: tuple[float, float]

    @property
    def wide(self) -> float:
        """The width of the picture."""
        return sum(self.right)


THREE = Columns((0, 108), (150, 86), (282, 156))
TWO = Columns((0, 126), None, (222, 214))


Senders = tuple[tuple[str, bool], ...]
"""Roles, each with whether what it sends is binding."""
Groups = Mapping[str, Mapping[Senders, Sequence[Hop]]]
"""The ports of each listener by who sends to them."""


class Row(NamedTuple):
    """The ports of one transport, in lines."""

    transport: str
    lines: tuple[str, ...]

    @property
    def high(self) -> int:
        """In lines; a transport without ports takes one, too."""
        return max(1, len(self.lines))


class Cell(NamedTuple):
    """Ports of one listener that the same senders use: who sends, one hop for each port, the rows."""

    target: str
    senders: Senders
    hops: tuple[Hop, ...]
    rows: tuple[Row, ...]
    y: float
    high: float


class Box(NamedTuple):
    """A role with its title in lines. A sender has no cells."""

    role: str
    title: tuple[str, ...]
    x: float
    y: float
    wide: float
    high: float
    cells: tuple[Cell, ...]


class Layout(NamedTuple):
    """The boxes of the three columns."""

    columns: Columns
    left: tuple[Box, ...]
    middle: tuple[Box, ...]
    right: tuple[Box, ...]

    @property
    def boxes(self) -> tuple[Box, ...]:
        """All boxes."""
        return (*self.left, *self.middle, *self.right)


def layout(hops: Sequence[Hop], roles: Mapping[str, Role], lang: str) -> Layout:
    """Place the roles of some hops. Balancers that pass on stand between the columns, on top; what goes past
    them passes below, from nodes that stand level with what they send to."""
    order = sorted(roles, key=lambda role: roles[role].kind == "outside")
    titles = {role: roles[role].title[lang] for role in order}
    listening = [role for role in order if any(hop.target == role for hop in hops)]
    passing = [role for role in listening if roles[role].kind == "balancer" and any(hop.source == role for hop in hops)]
    columns = THREE if passing else TWO
    sending = [role for role in order if role not in passing and any(hop.source == role for hop in hops)]
    direct = {hop.source for hop in hops if hop.source not in passing and hop.target not in passing}
    nodes = {role for role in direct if roles[role].kind == "node"}
    low = nodes or direct
    sending.sort(key=lambda role: role in low)
    groups = _grouped(hops)
    rank = {role: number for number, role in enumerate((*passing, *sending))}
    middle = _stacked(_listener(role, groups, titles[role], columns.middle or columns.right, rank) for role in passing)
    right = _stacked(
        _listener(role, groups, titles[role], columns.right, rank) for role in listening if role not in passing
    )
    early = _stacked(_sender(role, groups, titles[role], columns.left) for role in sending if role not in low)
    late = _stacked(_sender(role, groups, titles[role], columns.left) for role in sending if role in low)
    if not direct:
        early, middle, right = _levelled(early, middle, right)
        return Layout(columns, early, middle, right)
    if passing:
        right = _lowered(right, _low(middle) + APART)
    late = _lowered(late, _low(early) + APART if early else 0)
    late = _lowered(late, max(0, _sent_to(low, right) - (_top(late) + _low(late)) / 2))
    return Layout(columns, (*early, *late), middle, right) if passing else _without_gap(columns, (*early, *late), right)


def _without_gap(columns: Columns, left: tuple[Box, ...], right: tuple[Box, ...]) -> Layout:
    """Two columns, level with each other."""
    left, right = _levelled(_stacked(_moved(box, -box.y) for box in left), right)
    return Layout(columns, left, (), right)


def _grouped(hops: Sequence[Hop]) -> Groups:
    """The ports of each listener by who sends to them: one hop stands for all to a port."""
    ports: dict[tuple[str, str, str], list[Hop]] = {}
    for hop in hops:
        ports.setdefault((hop.target, hop.port, hop.transport), []).append(hop)
    found: dict[str, dict[Senders, list[Hop]]] = {}
    for (target, _, _), these in ports.items():
        senders = tuple(sorted((hop.source, hop.binding) for hop in these))
        found.setdefault(target, {}).setdefault(senders, []).append(these[0])
    return found


def _sender(role: str, groups: Groups, title: str, column: tuple[float, float]) -> Box:
    lines = wrapped(title, _columns(column[1] - 2 * EDGE, TITLE), whole=True)
    bands = sum(role in dict(senders) for group in groups.values() for senders in group)
    high = max(LINE * len(lines) + 2 * EDGE, STEP * (bands + 1))
    return Box(role, lines, column[0], 0.0, column[1], high, ())


def _listener(role: str, groups: Groups, title: str, column: tuple[float, float], rank: Mapping[str, int]) -> Box:
    lines = wrapped(title, _columns(column[1] - 2 * EDGE, TITLE), whole=True)
    y: float = LINE * len(lines) + EDGE
    cells = []
    for senders, hops in sorted(groups[role].items(), key=lambda item: _middle(item[0], rank)):
        rows = _rows(hops, column[1])
        high = max(LINE * sum(row.high for row in rows) + EDGE, STEP * (len(senders) + 1))
        cells.append(Cell(role, tuple(sorted(senders, key=lambda one: rank[one[0]])), tuple(hops), rows, y, high))
        y += high
    return Box(role, lines, column[0], 0.0, column[1], y, tuple(cells))


def _middle(senders: Senders, rank: Mapping[str, int]) -> float:
    return sum(rank[role] for role, _ in senders) / len(senders)


def _rows(hops: Sequence[Hop], wide: float) -> tuple[Row, ...]:
    columns = _columns(wide - TRANSPORT - 2 * EDGE, SMALL)
    found: dict[str, list[str]] = {}
    for hop in hops:
        found.setdefault(hop.transport, []).append(hop.port.replace("-", "–"))
    return tuple(Row(transport, wrapped(" ".join(ports), columns)) for transport, ports in found.items())


def _columns(wide: float, size: float) -> int:
    return int(wide / size / COLUMN)


def _sent_to(senders: Collection[str], boxes: Sequence[Box]) -> float:
    """The middle of where some senders' bands end."""
    ends = [
        cell.y + cell.high / 2 for box in boxes for cell in box.cells for role, _ in cell.senders if role in senders
    ]
    return sum(ends) / len(ends)


def _stacked(boxes: Iterable[Box]) -> tuple[Box, ...]:
    found, y = [], 0.0
    for box in boxes:
        found.append(_moved(box, y))
        y += box.high + APART
    return tuple(found)


def _moved(box: Box, by: float) -> Box:
    cells = tuple(cell._replace(y=cell.y + by) for cell in box.cells)
    return box._replace(y=box.y + by, cells=cells)


def _lowered(boxes: tuple[Box, ...], by: float) -> tuple[Box, ...]:
    return tuple(_moved(box, by) for box in boxes)


def _top(boxes: Sequence[Box]) -> float:
    return min((box.y for box in boxes), default=0)


def _low(boxes: Sequence[Box]) -> float:
    return max((box.y + box.high for box in boxes), default=0)


def _levelled(*columns: tuple[Box, ...]) -> list[tuple[Box, ...]]:
    """Columns around the middle line of the longest one."""
    low = max(map(_low, columns))
    return [_lowered(column, (low - _low(column)) / 2) for column in columns]
