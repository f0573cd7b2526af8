"""What `ipset save` prints, given beside an iptables file: sets by name, as far as what they match is in the file.

The grammar and the types are those of ipset(8); how the kernel asks a set is told where it is done, in `ipset_match`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from portspec.configs.firewall.iptables.names import ICMP_TYPES, ICMPV6_TYPES
from portspec.configs.firewall.services import SERVICES
from portspec.errors import InputError
from portspec.packets.addresses import V6_BASE, is_v6, parse_addresses
from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import ports, protocol_number
from portspec.source import SourceText

FIRST_WORDS = ("create", "add", "-N", "-A", "-exist", "-!")
TYPES = frozenset({
    "hash:ip", "hash:net", "hash:ip,port", "hash:net,port", "hash:ip,port,ip", "hash:ip,port,net", "bitmap:ip", "bitmap:port",
    "list:set",
})  # fmt: skip
"""The types that are read, and compared with the kernel."""
OTHER_TYPES = frozenset({
    "bitmap:ip,mac", "hash:mac", "hash:ip,mac", "hash:net,iface", "hash:ip,mark", "hash:net,net", "hash:net,port,net",
})  # fmt: skip
"""Those of which only the name is read: what asks for hardware addresses, interfaces and marks, and pairs of networks, which
the kernels that this was compared with do not have."""
VALUED = frozenset({
    "family", "hashsize", "maxelem", "bucketsize", "initval", "netmask", "timeout", "range", "size", "markmask", "bitmask",
    "packets", "bytes", "comment", "skbmark", "skbprio", "skbqueue", "before", "after",
})  # fmt: skip
FLAGS = frozenset({"counters", "comment", "skbinfo", "forceadd", "wildcard", "nomatch", "-exist"})
WHOLE = {"inet": 32, "inet6": 128}


class Element(NamedTuple):
    """One entry: the set of each dimension, addresses or points of the port line in the order of the type; `lengths` are
    the prefix lengths by which the kernel looks entries up, the more specific ones first."""

    parts: tuple[IntervalSet, ...]
    lengths: tuple[int, ...]
    nomatch: bool


class IpSet(NamedTuple):
    """One set. `open` says why what it matches is not in the file, empty where it is. `members` are those of a list, with
    the line of each."""

    kind: str
    v6: bool
    elements: tuple[Element, ...]
    open: str
    mask: int
    members: tuple[str, ...]

    @property
    def of_one_family(self) -> bool:
        """Whether there are addresses in it: lists have whatever is in their sets, and ports have none."""
        return self.kind not in ("list:set", "bitmap:port")

    @property
    def dimensions(self) -> tuple[str, ...]:
        """`ip`, `net`, `port`: what each dimension is; empty for a list."""
        return () if self.kind == "list:set" else tuple(self.kind.partition(":")[2].split(","))


class Trouble(Exception):  # noqa: N818
    """What is wrong with a word of a line."""

    def __init__(self, message: str, word: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message, self.word, self.hint = message, word, hint


def is_ipset(text: str) -> bool:
    """Whether a text is one that `ipset restore` takes: by its first word."""
    for line in text.split("\n", 200):
        words = line.split(None, 1)
        if words and not words[0].startswith("#"):
            return words[0] in FIRST_WORDS
    return False


def read_ipsets(source: SourceText) -> dict[str, IpSet]:
    """The sets of a file. Raises InputError with line and column."""
    found: dict[str, _Set] = {}
    for number, line in enumerate(source.text.split("\n"), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        try:
            _line(found, [word for word in words if word not in ("-exist", "-!")], line)
        except Trouble as trouble:
            raise InputError(trouble.message, source.path, number, _column(line, trouble.word), trouble.hint) from None
    return {name: one.complete() for name, one in found.items()}


def _column(line: str, word: str) -> int:
    """Where a word stands in a line: as a whole, or else as a part."""
    whole = re.search(rf"(?<!\S){re.escape(word)}(?!\S)", line)
    return whole.start() + 1 if whole else max(line.find(word), 0) + 1


class _Set:
    """A set while it is read."""

    def __init__(self, kind: str, options: Mapping[str, str]) -> None:
        self.kind = kind
        family = options.get("family", "inet")
        if family not in WHOLE:
            raise Trouble(f"family {family!r}; expected inet or inet6", family)
        self.v6 = family == "inet6"
        self.whole = WHOLE[family]
        self.mask = self._length(options.get("netmask", str(self.whole)))
        self.elements: list[Element] = []
        self.members: list[str] = []
        self.open = f"entries of type {kind}" if kind not in TYPES else "bitmask" if "bitmask" in options else ""

    def _length(self, text: str) -> int:
        if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= self.whole):
            raise Trouble(f"netmask {text!r}; expected a number up to {self.whole}", text)
        return int(text)

    def add(self, text: str, options: Mapping[str, str]) -> None:
        if options.get("timeout", "0") != "0":
            # It may have run out by the time that a packet comes.
            self.open = self.open or f"entry {text} with a timeout"
            return
        if self.kind == "list:set":
            self.members.append(text)
        elif self.kind in TYPES:
            dimensions = self.kind.partition(":")[2].split(",")
            words = text.split(",")
            if len(words) != len(dimensions):
                raise Trouble(f"{text!r}: a set of type {self.kind} has {len(dimensions)} parts an entry", text)
            read = [self._part(kind, word) for kind, word in zip(dimensions, words, strict=True)]
            for parts in product(*read):
                lengths = tuple(length for _, length in parts if length >= 0)
                self.elements.append(Element(tuple(part for part, _ in parts), lengths, "nomatch" in options))

    def _part(self, kind: str, word: str) -> list[tuple[IntervalSet, int]]:
        """One part of an entry, and its prefix length: -1 for what is looked up as it is. A range of networks is several."""
        if kind == "port":
            return [(_bitmap_ports(word) if self.kind == "bitmap:port" else _ports(word), -1)]
        _, slash, length = word.partition("/")
        try:
            found = parse_addresses(word)
        except ValueError as error:
            raise Trouble(str(error), word, "expected an address, a prefix or a range") from None
        if is_v6(found.first) != self.v6:
            raise Trouble(f"{word!r} is of the other IP family than its set", word)
        if self.mask != self.whole and kind == "ip":
            found = IntervalSet(_masked(found, self.mask, self.whole))
        if kind != "net":
            return [(found, -1)]
        if slash and length == "0":
            raise Trouble(f"{word!r}: a prefix of length 0 cannot be in a set", word)
        first, last = found.spans[0]
        return [
            (IntervalSet.of(low, low + (1 << self.whole - size) - 1), size) for low, size in self._networks(first, last)
        ]

    def _networks(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """The fewest networks that make up a range: the first address and the length of each."""
        base = V6_BASE if self.v6 else 0
        while first <= last:
            at = first - base
            bits = min((at & -at).bit_length() - 1 if at else self.whole, (last - first + 1).bit_length() - 1)
            yield first, self.whole - bits
            first += 1 << bits

    def complete(self) -> IpSet:
        ordered = sorted(self.elements, key=lambda element: tuple(-length for length in element.lengths))
        return IpSet(self.kind, self.v6, tuple(ordered), self.open, self.mask, tuple(self.members))


def _line(found: dict[str, _Set], words: Sequence[str], line: str) -> None:
    command = {"-N": "create", "-A": "add"}.get(words[0], words[0])
    if command not in ("create", "add") or len(words) < 3:
        raise Trouble(
            f"expected `create NAME TYPE` or `add NAME ENTRY`, found {line.strip()[:40]!r}",
            words[0],
            "give what ipset save prints",
        )
    name, third = words[1], words[2]
    if command == "create":
        if third not in TYPES | OTHER_TYPES:
            raise Trouble(f"no type of set {third!r}", third, f"known: {', '.join(sorted(TYPES | OTHER_TYPES))}")
        if name in found:
            raise Trouble(f"set {name} is created twice", name)
        found[name] = _Set(third, _options(words[3:]))
        return
    if name not in found:
        raise Trouble(f"no set {name!r} was created before", name)
    member = found[name].kind == "list:set"
    if member and third not in found:
        raise Trouble(f"no set {third!r} was created before", third)
    if member and found[third].kind == "list:set":
        raise Trouble(f"{third} is a list itself, and a list takes none", third)
    found[name].add(third, _options(words[3:]))


def _options(words: Sequence[str]) -> dict[str, str]:
    options: dict[str, str] = {}
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if word in VALUED and not (word == "comment" and (at == len(words) or words[at] in VALUED | FLAGS)):
            if at == len(words):
                raise Trouble(f"{word} needs a value", word)
            options[word] = words[at]
            at += 1
            if options[word].startswith('"'):
                # A comment may have blanks in it.
                while not (words[at - 1].endswith('"') and (len(words[at - 1]) > 1 or at - 2 >= 0)) and at < len(words):
                    at += 1
        elif word in FLAGS:
            options[word] = ""
        else:
            raise Trouble(f"unknown option {word!r}", word)
    return options


def _masked(addresses: IntervalSet, length: int, whole: int) -> list[tuple[int, int]]:
    """The networks of a length that addresses lie in."""
    size = 1 << (whole - length)
    first, last = addresses.first, addresses.spans[-1][1]
    base = V6_BASE if whole == WHOLE["inet6"] else 0
    return [(first - (first - base) % size, last - (last - base) % size + size - 1)]


def _ports(word: str) -> IntervalSet:
    """`[PROTOCOL:]PORT[-PORT]`, `icmp:TYPE/CODE` or `PROTOCOL:0`; TCP without a protocol."""
    name, colon, rest = word.rpartition(":")
    try:
        protocol = protocol_number(name) if colon else 6
    except ValueError as error:
        raise Trouble(str(error), word) from None
    if protocol in (1, 58):
        return _icmp(word, rest, protocol)
    if protocol not in (6, 17, 132, 136):
        if rest != "0":
            raise Trouble(f"{word!r}: of a protocol without ports an entry is {name}:0", word)
        return ports(protocol)
    first, dash, last = rest.partition("-")
    low = _number(first, word)
    high = _number(last, word) if dash else low
    return ports(protocol, min(low, high), max(low, high))


def _icmp(word: str, rest: str, protocol: int) -> IntervalSet:
    names = ICMPV6_TYPES if protocol == 58 else ICMP_TYPES
    if rest in names:
        kind, code = names[rest]
        low = kind << 8 | (code or 0)
        return ports(protocol, low, low)
    kind_text, slash, code_text = rest.partition("/")
    numbers = [kind_text, code_text]
    if not slash or not all(one.isascii() and one.isdigit() and len(one) <= 3 and int(one) <= 255 for one in numbers):
        raise Trouble(f"{word!r} is no ICMP type", word, "expected a name, or TYPE/CODE")
    point = int(kind_text) << 8 | int(code_text)
    return ports(protocol, point, point)


def _bitmap_ports(word: str) -> IntervalSet:
    """Ports of TCP and of UDP: the protocol that a word may begin with is not kept (ipset(8), bitmap:port)."""
    first, dash, last = word.rpartition(":")[2].partition("-")
    low = _number(first, word)
    high = _number(last, word) if dash else low
    return ports(6, min(low, high), max(low, high)) | ports(17, min(low, high), max(low, high))


def _number(text: str, word: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535:
        return int(text)
    if text in SERVICES:
        return SERVICES[text]
    raise Trouble(
        f"{word!r}: {text!r} is no port", word, "expected a number up to 65535 or a service name such as https"
    )
