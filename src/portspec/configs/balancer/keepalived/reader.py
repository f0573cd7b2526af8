"""A config of keepalived as a load balancer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portspec.configs.balancer.keepalived.blocks import Blocks, Entry
from portspec.configs.balancer.keepalived.floating import floated
from portspec.configs.balancer.keepalived.groups import Group, grouped
from portspec.configs.balancer.keepalived.lines import Lines
from portspec.configs.balancer.keepalived.notes import Notes
from portspec.configs.balancer.keepalived.numbers import whole
from portspec.configs.balancer.keepalived.servers import Virtual, virtual
from portspec.configs.balancer.keepalived.vocabulary import IPVS_IDLE
from portspec.configs.balancer.model import Balancer, Frontend, Idle, Listener, Pool, Route
from portspec.errors import InputError
from portspec.packets.addresses import format_address
from portspec.source import SourceText, Span

LAST_PORT = 65535
LONGEST_IDLE = 31 * 86_400
DECIDING = frozenset({"virtual_server", "virtual_server_group", "virtual_ipaddress", "virtual_ipaddress_excluded"})
"""Blocks in which every line decides about a connection or an address."""


def read_balancer(source: SourceText) -> Balancer:
    """Read a file whole. Raises InputError with line and column."""
    notes = Notes()
    entries = Blocks(Lines(source, notes).read(), notes).read()
    if not entries:
        message = "no block of keepalived: expected global_defs, vrrp_instance, virtual_server, …"
        raise InputError(message, source.path, 1, 1)
    for line in _conditional(entries, deciding=False):
        notes.remark("unknown", "conditional", line)
    groups = _groups(entries, notes)
    virtuals = [
        found
        for entry in entries
        if entry.name == "virtual_server" and (found := virtual(entry, groups, notes)) is not None
    ]
    floating = floated([entry for entry in entries if entry.name == "vrrp_instance"], notes)
    idle = (_idle(entries),)
    frontends, pools = _assembled(virtuals, idle, notes)
    return Balancer("keepalived", source, frontends, pools, notes.sorted(), floating=floating)


def _groups(entries: list[Entry], notes: Notes) -> dict[str, Group]:
    found: dict[str, Group] = {}
    for entry in entries:
        if entry.name != "virtual_server_group":
            continue
        if not entry.words:
            notes.remark("refused", "incomplete", entry.span, keyword=entry.name)
            continue
        group = grouped(entry, notes)
        if not group.addresses and group.unread is None:
            notes.remark("ignored", "group-empty", entry.span, name=entry.words[0])
        else:
            found.setdefault(entry.words[0], group)
    return found


def _conditional(entries: Sequence[Entry], *, deciding: bool) -> Iterator[Span]:
    """Lines that count on some hosts only, and that decide something."""
    for entry in entries:
        matters = deciding or entry.name in DECIDING
        if entry.line.conditional and (matters or entry.name == "vrrp_instance"):
            yield entry.span
        if matters:
            yield from (line.span for line in entry.values if line.conditional)
        yield from _conditional(entry.entries, deciding=matters)


def _idle(entries: list[Entry]) -> Idle:
    """How long the kernel keeps a silent TCP connection."""
    found = Idle("lvs_timeouts", IPVS_IDLE * 1000, None)
    for entry in entries:
        for setting in entry.entries:
            if entry.name == "global_defs" and setting.name == "lvs_timeouts" and "tcp" in setting.words[:-1]:
                seconds = whole(setting.words[setting.words.index("tcp") + 1], 1, LONGEST_IDLE)
                if seconds is not None:
                    found = Idle("lvs_timeouts", seconds * 1000, setting.span)
    return found


def _assembled(
    virtuals: list[Virtual], idle: tuple[Idle, ...], notes: Notes
) -> tuple[tuple[Frontend, ...], tuple[Pool, ...]]:
    """Every virtual server as a frontend and a pool. Names tell which pool a frontend leads to: those that are given twice
    get their line."""
    own: dict[int, list[int]] = {}
    for one in virtuals:
        for address in one.addresses:
            if address.port and one.protocol == "TCP":
                own.setdefault(address.address, []).append(address.port)
    names: set[str] = set()
    taken: dict[tuple[object, ...], Virtual] = {}
    frontends: list[Frontend] = []
    pools: list[Pool] = []
    for one in virtuals:
        name = one.name if one.name not in names else f"{one.name} ({one.entry.span.line})"
        while name in names:
            name += "+"
        names.add(name)
        span = one.entry.span
        for address in one.addresses:
            first = taken.setdefault((address.address, address.port, one.protocol), one)
            if first is not one:
                notes.remark("unknown", "shared", span, name=first.name, line=str(first.entry.span.line))
        listeners = tuple(_listeners(one, own))
        frontends.append(Frontend(name, "tcp", listeners, (Route(name, "", span),), span, unread=one.unread, idle=idle))
        forwarding = one.forwarding
        pools.append(
            Pool(name, "tcp", one.members, one.scheduler, one.persistence, span, forwarding, idle)  # type: ignore[arg-type]
        )
    return tuple(frontends), tuple(pools)


def _listeners(one: Virtual, own: dict[int, list[int]]) -> Iterator[Listener]:
    """The ports that a virtual server takes at each address. Without a port it takes those that no other one has."""
    if one.protocol != "TCP":
        return
    for address in one.addresses:
        ranges = [(address.port, address.port)] if address.port else list(_left(own.get(address.address, [])))
        for first, last in ranges:
            yield Listener(
                address.address, format_address(address.address), first, last, tls=False, accept_proxy=False,
                span=address.span, family="ip6" if ":" in address.text else "ip4",
            )  # fmt: skip


def _left(ports: list[int]) -> Iterator[tuple[int, int]]:
    at = 1
    for port in sorted({*ports, LAST_PORT + 1}):
        if at < port:
            yield at, port - 1
        at = port + 1
