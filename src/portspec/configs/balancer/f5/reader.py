"""A config of a BIG-IP as a load balancer."""

from __future__ import annotations

from portspec.configs.balancer.f5.addresses import address, plain
from portspec.configs.balancer.f5.assembly import Virtual, assembled
from portspec.configs.balancer.f5.document import Document
from portspec.configs.balancer.f5.monitors import Monitors
from portspec.configs.balancer.f5.notes import Notes
from portspec.configs.balancer.f5.objects import Objects, Thing
from portspec.configs.balancer.f5.pools import Pools
from portspec.configs.balancer.f5.virtuals import Virtuals
from portspec.configs.balancer.model import Balancer, FloatingAddress
from portspec.errors import InputError
from portspec.source import SourceText

NOT_FLOATING = ("", "none", "traffic-group-local-only", "default")


def read_balancer(source: SourceText) -> Balancer:
    """Read a file whole. Raises InputError with line and column."""
    notes = Notes(source)
    objects = Objects()
    Document(source, notes, objects).read()
    if not objects.seen:
        message = (
            "nothing of ltm: expected stanzas such as `ltm pool NAME { … }` or commands such as `create ltm pool …`"
        )
        raise InputError(message, source.path, 1, 1)
    pools = Pools(objects, notes, Monitors(objects, notes))
    groups = [pools.lowered(thing) for thing in objects.of("pool")]
    lowering = Virtuals(objects, notes)
    virtuals: list[Virtual] = []
    taken: dict[tuple[object, ...], Thing] = {}
    for thing in objects.of("virtual"):
        virtual = lowering.lowered(thing)
        if virtual is None:
            continue
        virtuals.append(virtual)
        _remark_taken(thing, virtual, taken, notes)
    floating = [found for thing in objects.of("virtual-address") if (found := _floating(thing)) is not None]
    return assembled("f5", source, virtuals, groups, notes, floating)


def _remark_taken(thing: Thing, virtual: Virtual, taken: dict[tuple[object, ...], Thing], notes: Notes) -> None:
    """Two virtual servers of one address, port, protocol, source and VLANs: the second one is refused (error 01070333)."""
    vlans = frozenset(item.name.text for item in thing.items("vlans")), "vlans-enabled" in thing.properties
    for listener in virtual.listeners:
        where = (listener.address, listener.address_text, listener.family, listener.first_port, listener.last_port)
        key = (*where, thing.text("ip-protocol", "any"), thing.text("source", "0.0.0.0/0"), vlans)
        first = taken.setdefault(key, thing)
        if first is not thing:
            notes.remark("refused", "shared", listener.span, name=first.short, line=str(first.span.line))


def _floating(thing: Thing) -> FloatingAddress | None:
    """A virtual address that the devices of a traffic group take over from each other."""
    group = thing.text("traffic-group").rpartition("/")[2]
    point = address(plain(thing.text("address", thing.name.rpartition("/")[2])))
    return FloatingAddress(point, thing.span) if point is not None and group not in NOT_FLOATING else None
