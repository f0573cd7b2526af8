"""Addresses that VRRP moves between hosts: `vrrp_instance` with `virtual_ipaddress`."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.configs.balancer.keepalived.blocks import Entry
from portspec.configs.balancer.keepalived.lines import Line
from portspec.configs.balancer.keepalived.notes import Notes
from portspec.configs.balancer.keepalived.numbers import whole
from portspec.configs.balancer.model import FloatingAddress
from portspec.packets.addresses import is_v6, parse_address

OPTIONS = frozenset({"brd", "dev", "label", "peer", "preferred_lft", "scope", "track_group"})
"""Words of an address that have a value."""
FLAGS = frozenset({"-nodad", "autojoin", "home", "mngtmpaddr", "nodad", "no_track", "noprefixroute"})


def floated(entries: list[Entry], notes: Notes) -> tuple[FloatingAddress, ...]:
    """The addresses of every instance."""
    found: list[FloatingAddress] = []
    names: dict[str, Entry] = {}
    taken: dict[tuple[str, ...], Entry] = {}
    for entry in entries:
        if not entry.words:
            notes.remark("ignored", "instance-name", entry.span)
            continue
        first = names.setdefault(entry.words[0], entry)
        if first is not entry:
            notes.remark("ignored", "instance-twice", entry.span, name=entry.words[0], line=str(first.span.line))
            continue
        addresses = list(_instance(entry, notes))
        if addresses:
            _remark_shared(entry, addresses[0].address, taken, notes)
        found += addresses
    return tuple(found)


def _remark_shared(entry: Entry, address: int, taken: dict[tuple[str, ...], Entry], notes: Notes) -> None:
    """Two instances of one interface and family with the same router id: keepalived does not start."""
    number, interface = entry.last("virtual_router_id"), entry.last("interface")
    if number is None or interface is None or not interface.words or entry.last("use_vmac") is not None:
        return
    key = (interface.words[0], str(int(number.words[0])), "6" if is_v6(address) else "4")
    first = taken.setdefault(key, entry)
    if first is not entry:
        notes.remark("refused", "router-id-twice", number.span, number=key[1], name=first.words[0], interface=key[0])


def _instance(entry: Entry, notes: Notes) -> Iterator[FloatingAddress]:
    number = entry.last("virtual_router_id")
    if number is None or not number.words or whole(number.words[0], 1, 255) is None:
        if number is None or not number.line.variable:
            span = entry.span if number is None else number.span
            notes.remark("refused", "router-id", span, name=entry.words[0])
        else:
            notes.remark("unknown", "variable", number.span, variable=number.line.variable)
        return
    held: set[int] = set()
    family: bool | None = None
    written = False
    for block in entry.entries:
        if block.name not in ("virtual_ipaddress", "virtual_ipaddress_excluded"):
            continue
        for line in block.values:
            written = True
            address = _address(line, notes)
            if address is None:
                continue
            if block.name == "virtual_ipaddress":
                family = is_v6(address) if family is None else family
                if is_v6(address) != family:
                    notes.remark("ignored", "address-family", line.span, address=line.words[0])
                    continue
            if address not in held:
                held.add(address)
                yield FloatingAddress(address, line.span)
    if not written:
        notes.remark("ignored", "no-addresses", entry.span, name=entry.words[0])


def _address(line: Line, notes: Notes) -> int | None:
    head, slash, length = line.words[0].partition("/")
    try:
        address = parse_address(head)
    except ValueError:
        if line.variable:
            notes.remark("unknown", "variable", line.span, variable=line.variable)
        else:
            notes.remark("ignored", "address", line.span, address=line.words[0])
        return None
    if slash and whole(length, 0, 128 if is_v6(address) else 32) is None:
        notes.remark("ignored", "prefix", line.span, address=line.words[0])
    return address if _options(line, notes) else None


def _options(line: Line, notes: Notes) -> bool:
    """What stands behind an address, and whether keepalived keeps the address."""
    words = iter(line.words[1:])
    for word in words:
        if word in OPTIONS:
            if next(words, None) is None:
                notes.remark("ignored", "address-value", line.span, option=word)
                return False
        elif word == "use_vmac":
            return True
        elif word not in FLAGS:
            notes.remark("ignored", "address-option", line.span, option=word)
            return True
    return True
