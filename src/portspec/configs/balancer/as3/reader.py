"""An AS3 declaration as a load balancer."""

from __future__ import annotations

from portspec.configs.balancer.as3.declared import Declaration, Declared
from portspec.configs.balancer.as3.monitors import Monitors
from portspec.configs.balancer.as3.pools import Pools
from portspec.configs.balancer.as3.services import Services
from portspec.configs.balancer.as3.tenants import declaration
from portspec.configs.balancer.as3.vocabulary import SERVICES
from portspec.configs.balancer.f5.addresses import address, plain
from portspec.configs.balancer.f5.assembly import Virtual, assembled
from portspec.configs.balancer.f5.notes import Notes
from portspec.configs.balancer.model import Balancer, FloatingAddress
from portspec.source import SourceText

NOT_FLOATING = ("", "none", "default", "traffic-group-local-only")


def read_balancer(source: SourceText) -> Balancer:
    """Read a declaration whole. Raises InputError with line and column."""
    notes = Notes(source)
    found = declaration(source, notes)
    pools = Pools(found, Monitors(found))
    groups = [pools.lowered(one) for one in found.of("Pool")]
    services = Services(found)
    virtuals: list[Virtual] = []
    for one in found.of(*SERVICES):
        virtuals += services.lowered(one)
    _remark_taken(virtuals, notes)
    floating = [made for one in found.of("Service_Address") if (made := _floating(found, one)) is not None]
    return assembled("as3", source, virtuals, groups, notes, floating)


def _remark_taken(virtuals: list[Virtual], notes: Notes) -> None:
    """Two services of one address and port: the BIG-IP refuses the second one (error 01070333)."""
    taken: dict[tuple[object, ...], Virtual] = {}
    for virtual in virtuals:
        for listener in virtual.listeners:
            key = (listener.address, listener.address_text, listener.family, listener.first_port, listener.last_port)
            first = taken.setdefault(key, virtual)
            if first is not virtual:
                notes.remark("refused", "shared", listener.span, name=first.name, line=str(first.span.line))


def _floating(found: Declaration, one: Declared) -> FloatingAddress | None:
    """A virtual address that the devices of a traffic group take over from each other; ARP that is off is remarked."""
    if not found.truth(one.node, "arpEnabled", default=True):
        span = found.span(one.node.items["arpEnabled"])
        found.notes.remark("unknown", "arp", span, address=found.text(one.node, "virtualAddress"))
    group = found.text(one.node, "trafficGroup").rpartition("/")[2]
    point = address(plain(found.text(one.node, "virtualAddress")).partition("/")[0])
    return FloatingAddress(point, found.key_span(one.node)) if point is not None and group not in NOT_FLOATING else None
