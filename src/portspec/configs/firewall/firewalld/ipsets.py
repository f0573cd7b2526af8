"""What it means that an address is in a set."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.configs.firewall.firewalld import values
from portspec.configs.firewall.firewalld.matches import BOXES, UNIVERSES, Match, Matches, addressed, unknown
from portspec.configs.firewall.firewalld.records import Address, Direction, IpSet, Word
from portspec.configs.firewall.model import Condition, InterfaceCondition, MarkCondition, SourcePortCondition, Unknown
from portspec.configs.folders import FolderText
from portspec.errors import InputError
from portspec.packets.boxes import Box
from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import PROTOCOLS, WITH_PORTS, ports, protocol_number
from portspec.packets.stretches import subtract_by_ports

USABLE_AS_SOURCE = (
    "hash:ip", "hash:ip,port", "hash:ip,mark", "hash:net", "hash:net,port", "hash:net,iface", "hash:mac",
)  # fmt: skip
ADDRESSES = ("ip", "net")
MOST_WORK = 300_000
"""Steps of about a microsecond that the rest of a set may take."""


def members(whole: FolderText, found: IpSet, address: Address, direction: Direction, *, marks: bool) -> Matches:
    """Packets whose source or destination is in a set, or is not in it. `marks`: rules set marks, so that a packet's is
    not known. Raises InputError for entries that do not fit the set's type."""
    if direction == "source" and found.type not in USABLE_AS_SOURCE:
        raise values.wrong(whole, address.span, f"a set of type {found.type} cannot be a source")
    if found.type == "hash:mac":
        return unknown(f"ipset {found.name}: MAC addresses are not known")
    if not found.filled:
        return unknown(f"ipset {found.name} is filled at run time", found.family)
    kinds = found.type.removeprefix("hash:").split(",")
    reader = _Entries(whole, found, kinds, direction, marks=marks)
    if len(kinds) == 1:
        inside = IntervalSet(reader.addresses(entry, entry.text) for entry in found.entries)
        if address.negated:
            inside = UNIVERSES[found.family] - inside
        return addressed(direction, found.family, inside)
    matches = list(reader.matches())
    if not address.negated:
        return matches
    if any(match.conditions for match in matches):
        return unknown(f"not in ipset {found.name}", found.family)
    budget = _Budget()
    try:
        rest = subtract_by_ports(BOXES[found.family], [match.box for match in matches], budget.spend)
    except _SpentError:
        return unknown(f"not in ipset {found.name}: too many pieces", found.family)
    return [Match(box) for box in rest]


class _SpentError(Exception):
    """The pieces that a set leaves are too many to be worked out."""


class _Budget:
    def __init__(self) -> None:
        self.left = MOST_WORK

    def spend(self, work: int) -> None:
        self.left -= work
        if self.left < 0:
            raise _SpentError


class _Entries:
    """Reads the entries of one set. As a destination an entry's port is the packet's destination port and its interface
    the incoming one, as a source the source port and the outgoing one: so firewalld writes it."""

    def __init__(self, whole: FolderText, found: IpSet, kinds: list[str], direction: Direction, *, marks: bool) -> None:
        self.whole = whole
        self.found = found
        self.kinds = kinds
        self.direction = direction
        self.marks = marks

    def wrong(self, entry: Word, message: str) -> InputError:
        return values.wrong(
            self.whole, entry.span, f"entry {entry.text[:60]!r}: {message}", f"the set is a {self.found.type}"
        )

    def addresses(self, entry: Word, text: str) -> tuple[int, int]:
        if values.family_of(text) == self.found.family and not text.endswith("/0"):
            return values.network(text)
        first, dash, last = text.partition("-")
        if dash and {values.family_of(end) for end in (first, last)} == {self.found.family}:
            ends = values.network(first)[0], values.network(last)[1]
            if ends[0] <= ends[1]:
                return ends
        raise self.wrong(entry, f"expected an {self.found.family} address or network")

    def matches(self) -> Iterator[Match]:
        for entry in self.found.entries:
            words = entry.text.split(",")
            if len(words) != len(self.kinds):
                raise self.wrong(entry, f"expected {len(self.kinds)} values between commas")
            box: Box = BOXES[self.found.family]
            conditions: list[Condition] = []
            for kind, word in zip(self.kinds, words, strict=True):
                if kind in ADDRESSES:
                    box = self.narrowed(box, IntervalSet.of(*self.addresses(entry, word)))
                elif kind == "port":
                    protocol, span = self.port(entry, word)
                    if self.direction == "destination":
                        box = box._replace(ports=ports(protocol, *span))
                    else:
                        box = box._replace(ports=ports(protocol))
                        conditions.append(SourcePortCondition(IntervalSet.of(*span)))
                elif kind == "mark":
                    conditions.append(self.mark(entry, word))
                else:
                    conditions.append(self.interface(entry, word))
            if box.sources and box.destinations:
                yield Match(box, tuple(conditions))

    def narrowed(self, box: Box, addresses: IntervalSet) -> Box:
        if self.direction == "source":
            return box._replace(sources=box.sources & addresses)
        return box._replace(destinations=box.destinations & addresses)

    def port(self, entry: Word, word: str) -> tuple[int, tuple[int, int]]:
        name, colon, text = word.partition(":")
        if not colon:
            name, text = "tcp", word
        if name not in PROTOCOLS and not (name.isascii() and name.isdigit()):
            raise self.wrong(entry, f"unknown protocol {name[:40]!r}")
        try:
            protocol = protocol_number(name)
        except ValueError:
            raise self.wrong(entry, f"unknown protocol {name[:40]!r}") from None
        if protocol not in WITH_PORTS:
            raise self.wrong(entry, f"{name} has no ports: firewalld cannot load it")
        first, dash, last = text.partition("-")
        numbers = [part for part in ((first, last) if dash else (first,)) if part.isascii() and part.isdigit()]
        ends = [int(part[:9]) for part in numbers]
        if len(ends) != 1 + bool(dash) or max(ends) > 65535 or ends[0] > ends[-1]:
            raise self.wrong(entry, f"{text[:40]!r} is no port")
        return protocol, (ends[0], ends[-1])

    def mark(self, entry: Word, word: str) -> Condition:
        if self.marks:
            return Unknown(f"mark {word[:20]}: rules set marks")
        try:
            value = int(word[:12], 16 if word.startswith("0x") else 10)
        except ValueError:
            raise self.wrong(entry, f"{word[:40]!r} is no mark") from None
        return MarkCondition(value)

    def interface(self, entry: Word, word: str) -> Condition:
        if not word or len(word) > 15:
            raise self.wrong(entry, f"{word[:40]!r} is no name of an interface")
        return InterfaceCondition("in" if self.direction == "destination" else "out", frozenset({word}))
