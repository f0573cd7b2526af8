"""The lines of a file as columns: what stands in them, line by line and row by row.

A line that lists several ports is a row for each of them; every other line is one row.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import MutableSequence, Sequence
from typing import Any

from portspec.records import NamedTuple

Form = tuple[str, str]
"""What lines have in common that differ only in addresses, port and comment: what stands before the port, ending with
`--dport` or `--dports` where there is one, and what stands behind it."""


class Rows(NamedTuple):
    """Columns with an entry per row.

    `firsts` and `lasts` are the ends of the source addresses; `places` index the ends of destinations; `ports` are 0
    where the form of the line does not end with one; `numbers` index forms, -1: none. `lines` are the indices of the
    rows' lines, in ascending order.
    """

    firsts: MutableSequence[int]
    lasts: MutableSequence[int]
    places: MutableSequence[int]
    ports: MutableSequence[int]
    numbers: MutableSequence[int]
    lines: Sequence[int]

    def cut(self, start: int, end: int) -> Rows:
        """The rows of the lines from one index up to another."""
        first, last = self.row(start), self.row(end)
        return self if last - first == len(self.lines) else self.between(first, last)

    def between(self, start: int, end: int) -> Rows:
        """The rows from one up to another."""
        firsts, lasts, places, ports, numbers, lines = self
        return Rows(
            firsts[start:end],
            lasts[start:end],
            places[start:end],
            ports[start:end],
            numbers[start:end],
            lines[start:end],
        )

    def row(self, line: int) -> int:
        """The first row of a line, or where it would be."""
        return bisect_left(self.lines, line)


class Lines(NamedTuple):
    """Lines are named by their indices in the file. `start` is the first one here, `end` the one behind the last.

    `changes` are the lines where the chain is another one than before, the first of all included, and `chains` the
    chains from there on; None: the line is no rule of a known form. `near` and `far` are the ends of destinations. The
    values of `misfits` are not what they look like. `odd` are the lines, but empty ones, that are no rules of a known
    form.
    """

    start: int
    end: int
    changes: list[int]
    chains: list[str | None]
    rows: Rows
    near: Sequence[int]
    far: Sequence[int]
    forms: list[Form]
    misfits: list[int]
    odd: list[tuple[int, str]]

    def cut(self, start: int, end: int) -> Lines:
        """The lines from one index up to another."""
        first, last = bisect_right(self.changes, start), bisect_left(self.changes, end)
        return self._replace(
            start=start,
            end=end,
            changes=[start, *self.changes[first:last]] if end > start else [],
            chains=self.chains[first - 1 : last] if end > start else [],
            rows=self.rows.cut(start, end),
            misfits=[at for at in self.misfits if start <= at < end],
            odd=[(at, line) for at, line in self.odd if start <= at < end],
        )


class Gathered:
    """Lines that are gathered part by part, from the one with the index `start` on.

    Numbers are kept as machine words, or in lists where they may not fit in 32 bits: what is read by another process
    is handed over as the bytes that it is.
    """

    def __init__(self, start: int = 0, *, wide: bool) -> None:
        self.wide = wide
        self.start = start
        self.end = start
        self.changes: list[int] = []
        self.chains: list[str | None] = []
        self.firsts = self._addresses()
        self.lasts = self._addresses()
        self.near = self._addresses()
        self.far = self._addresses()
        self.places = array("I")
        self.ports = array("I")
        self.numbers = array("i")
        self.lines = array("I")
        """Empty as long as every line is one row."""
        self.forms: list[Form] = []
        self.misfits: list[int] = []
        self.odd: list[tuple[int, str]] = []

    def _addresses(self) -> Any:
        return [] if self.wide else array("I")

    def changed(self, at: int, chain: str | None) -> None:
        """From a line on the chain is another one, unless it is the same."""
        if not self.chains or self.chains[-1] != chain:
            self.changes.append(at)
            self.chains.append(chain)

    def of_lines(self, lines: Sequence[int]) -> None:
        """The lines of the next rows; to be told before the rows are added."""
        if not self.lines:
            self.lines.extend(range(self.start, self.start + len(self.numbers)))
        self.lines.extend(lines)

    def parcel(self) -> dict[str, Any]:
        """All of it as what `marshal` takes."""
        return {name: value.tobytes() if isinstance(value, array) else value for name, value in self.__dict__.items()}

    @classmethod
    def unpacked(cls, parcel: dict[str, Any]) -> Gathered:
        """The contents of a parcel."""
        made = cls(wide=parcel["wide"])
        for name, value in parcel.items():
            column = getattr(made, name)
            if isinstance(column, array):
                column.frombytes(value)
            else:
                setattr(made, name, value)
        return made

    def extend(self, other: Gathered) -> None:
        """Put those behind these that follow them."""
        near, forms = len(self.near), len(self.forms)
        for at, chain in zip(other.changes, other.chains, strict=True):
            self.changed(at, chain)
        if self.lines or other.lines:
            self.of_lines(other.lines or range(other.start, other.end))
        self.firsts += other.firsts
        self.lasts += other.lasts
        self.near += other.near
        self.far += other.far
        self.places.extend(map(near.__add__, other.places))
        self.ports += other.ports
        # The last one of these is what -1, which is none, finds.
        self.numbers.extend(map([*range(forms, forms + len(other.forms)), -1].__getitem__, other.numbers))
        self.forms += other.forms
        self.misfits += other.misfits
        self.odd += other.odd
        self.end = other.end

    def complete(self) -> Lines:
        """What has been gathered."""
        rows = Rows(
            self.firsts,
            self.firsts if self.firsts == self.lasts else self.lasts,
            self.places.tolist(),
            self.ports,
            self.numbers.tolist(),
            self.lines or range(self.start, self.end),
        )
        return Lines(
            self.start,
            self.end,
            self.changes,
            self.chains,
            rows,
            self.near,
            self.far,
            self.forms,
            self.misfits,
            self.odd,
        )
