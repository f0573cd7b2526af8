"""Virtual servers of a file, lowered.

https://clouddocs.f5.com/cli/tmsh-reference/latest/modules/ltm/ltm_virtual.html and
https://clouddocs.f5.com/api/icontrol-rest/APIRef_tm_ltm_virtual.html.
"""

from __future__ import annotations

import re
from typing import Literal

from portspec.configs.balancer.f5.addresses import ANY, MASKS_OF_ALL, MASKS_OF_ONE, address, endpoint, plain
from portspec.configs.balancer.f5.assembly import FIRST_PORT, LAST_PORT, Turn, Virtual
from portspec.configs.balancer.f5.notes import Notes
from portspec.configs.balancer.f5.objects import Item, Objects, Thing, whole
from portspec.configs.balancer.f5.vocabulary import ABOVE_LAYER_4, IDLE, PERSISTENCE_TYPES, PROFILE_TYPES
from portspec.configs.balancer.model import Gate, Idle, Listener, Persistence, Term
from portspec.packets.addresses import parse_network
from portspec.packets.intervals import IntervalSet
from portspec.source import Span

NOT_BALANCING = ("ip-forward", "l2-forward", "reject", "internal", "dhcp-relay")
"""Virtual servers that lead to no pool: routers, and what turns everybody away."""
TURNING_AWAY = ("fw-enforced-policy", "ip-intelligence-policy", "security-nat-policy", "service-policy", "rate-limit")
POOLS = re.compile(r"\bpool[ \t]+(/?[\w./-]+)")
MOST_INHERITED = 100


class Virtuals:
    """Lowers virtual servers."""

    def __init__(self, objects: Objects, notes: Notes) -> None:
        self.objects = objects
        self.notes = notes
        self.addresses = {
            thing.text("address", thing.name.rpartition("/")[2]): thing for thing in objects.of("virtual-address")
        }
        self.pools_named: dict[str, tuple[str, ...]] = {}

    def lowered(self, thing: Thing) -> Virtual | None:
        """A virtual server; None when it takes no TCP connections to any pool."""
        protocol = thing.text("ip-protocol", "any")
        if protocol not in ("tcp", "any", "*", "0", "6") or any(flag in thing.properties for flag in NOT_BALANCING):
            return None
        profiles = [(item, *self.profile(item, thing)) for item in thing.items("profiles")]
        types = {type_ for _, type_, _ in profiles}
        if "udp" in types and not types & {"tcp", "fastl4"}:
            return None
        mode: Literal["tcp", "http"] = "tcp"
        mode_span = None
        for item, type_, _ in profiles:
            if type_ in ABOVE_LAYER_4:
                mode, mode_span = "http", self.span_of(item)
        found, unread = self.listeners(thing, tls="client-ssl" in types)
        if self.forwarding(thing) == "direct" and found and found[0].everywhere:
            # Packets go on to where they were sent, by way of a member: a router's default route.
            return None
        self.remark_clients(thing)
        pool = thing.properties.get("pool")
        turns = self.turns(thing)
        name = "" if pool is None or pool.text in ("", "none") else pool.text
        self.remark_pool(thing, name)
        return Virtual(
            name=thing.short,
            listeners=found,
            mode=mode,
            span=thing.span,
            pool=self.full_pool(name, thing),
            pool_span=None if pool is None or not pool.words else self.word_span(thing, "pool"),
            mode_span=mode_span,
            turns=turns,
            persistence=tuple(self.persistence(thing)),
            forwarding=self.forwarding(thing),
            keeps_port=thing.text("translate-port", "enabled") == "disabled",
            server_tls="server-ssl" in types,
            client_idle=self.idle(profiles, "serverside"),
            server_idle=self.idle(profiles, "clientside"),
            disabled=self.disabled(thing),
            unread=unread,
            gates=self.gates(thing),
        )

    def word_span(self, thing: Thing, key: str) -> Span:
        """Where the value of a property stands, or its key where it has none."""
        entry = thing.properties[key]
        word = entry.words[0] if entry.words else entry.key
        return self.notes.span(word.start, word.stop)

    def span_of(self, item: Item) -> Span:
        """Where an item stands."""
        return self.notes.span(item.name.start, item.name.stop)

    # Listeners

    def listeners(self, thing: Thing, *, tls: bool) -> tuple[tuple[Listener, ...], Span | None]:
        """What it listens on, and the place of a port that is not known."""
        if "traffic-matching-criteria" in thing.properties:
            span = self.word_span(thing, "traffic-matching-criteria")
            self.notes.remark("unknown", "matching-criteria", span, name=thing.text("traffic-matching-criteria"))
            return (), span
        if not thing.text("destination"):
            return (), thing.span
        span = self.word_span(thing, "destination")
        text = thing.text("destination")
        found = endpoint(text)
        if found.port is None:
            if "$" not in text:
                self.notes.remark("unknown", "service-name", span, name=found.port_text)
            return (), span
        ports = (found.port, found.port) if found.port else (FIRST_PORT, LAST_PORT)
        host = self.host(found.host, thing)
        network = host.partition("/")
        mask = thing.text("mask") or (network[2] if network[2] not in ("32", "128") else "")
        family: Literal["any", "ip4", "ip6"] = "ip6" if ":" in host or host == "any6" else "ip4"
        if host in ANY or mask in MASKS_OF_ALL:
            return (Listener(None, "*", *ports, tls, False, span, family),), None
        if mask not in MASKS_OF_ONE:
            self.notes.remark("unknown", "network", span, network=f"{network[0]}/{mask}")
            return (Listener(None, f"{network[0]}/{mask}", *ports, tls, False, span, family),), None
        point = address(network[0])
        if point is None and "$" not in host:
            self.notes.remark("unknown", "address-elsewhere", span, name=host)
        return (Listener(point, network[0], *ports, tls, False, span, family if point is None else "any"),), None

    def host(self, host: str, thing: Thing) -> str:
        """The address behind a destination: it may be named after a virtual address."""
        if host in ANY or address(host.partition("/")[0]) is not None:
            return host
        known = self.objects.find("virtual-address", host, thing.name)
        return plain(known.text("address", host)) if known is not None else host

    def disabled(self, thing: Thing) -> Span | None:
        """The line that takes it out of service: its own, or that of its address."""
        keys = list(thing.properties)
        if "disabled" in keys and ("enabled" not in keys or keys.index("disabled") > keys.index("enabled")):
            return self.word_span(thing, "disabled")
        known = self.virtual_address(thing)
        if known is not None and known.text("enabled") in ("no", "false", "disabled"):
            return self.word_span(known, "enabled")
        return None

    def virtual_address(self, thing: Thing) -> Thing | None:
        """The virtual address that it listens on."""
        host = endpoint(thing.text("destination")).host
        return self.addresses.get(host) or self.objects.find("virtual-address", host, thing.name)

    # Who is let in

    def gates(self, thing: Thing) -> tuple[Gate, ...]:
        """The clients that it takes connections of: those of its `source`. For others it is not there."""
        text = thing.text("source")
        if text in ("", "0.0.0.0/0", "::/0", "any", "any6"):
            return ()
        span = self.word_span(thing, "source")
        try:
            sources = IntervalSet((parse_network(plain(text)),))
        except ValueError:
            self.notes.remark("unknown", "clients", span, source=text)
            return ()
        return Gate(True, span, ((Term("source", sources=sources),),)), Gate(False, span)

    def remark_clients(self, thing: Thing) -> None:
        """Which clients are let in where not all are, by what is not worked out."""
        vlans = [item.name.text for item in thing.items("vlans")]
        for flag in ("vlans-enabled", "vlans-disabled"):
            if flag in thing.properties and (vlans or flag == "vlans-enabled"):
                self.notes.remark("unknown", "vlans", self.word_span(thing, flag), vlans=", ".join(vlans) or "none")
        for key in TURNING_AWAY:
            if thing.text(key) not in ("", "none", "disabled"):
                self.notes.remark("unknown", "turned-away", self.word_span(thing, key), property=key)
        known = self.virtual_address(thing)
        if known is not None and known.text("arp") == "disabled":
            self.notes.remark("unknown", "arp", self.word_span(known, "arp"), address=known.short)

    def remark_pool(self, thing: Thing, name: str) -> None:
        if name and "$" not in name and self.objects.find("pool", name, thing.name) is None:
            self.notes.remark("unknown", "pool-elsewhere", self.word_span(thing, "pool"), pool=name)

    def full_pool(self, name: str, thing: Thing) -> str:
        found = self.objects.find("pool", name, thing.name) if name else None
        return found.name if found is not None else name

    def turns(self, thing: Thing) -> tuple[Turn, ...]:
        """What iRules and policies turn aside: whom is not worked out, but the pools that they name are found."""
        found: list[Turn] = []
        for key, kind, remark in (("rules", "rule", "irule"), ("policies", "policy", "policy")):
            for item in thing.items(key):
                span = self.span_of(item)
                self.notes.remark("unknown", remark, span, name=item.name.text)
                known = self.objects.find(kind, item.name.text, thing.name)
                pools = self.pools_of(known) if known is not None else ()
                found.append(Turn(f"{kind} {item.name.text}", pools, span))
        return tuple(found)

    def pools_of(self, thing: Thing) -> tuple[str, ...]:
        """The pools of the file that the text of a rule names."""
        if thing.name not in self.pools_named:
            named = dict.fromkeys(POOLS.findall(thing.body))
            found = [self.objects.find("pool", name, thing.name) for name in named]
            self.pools_named[thing.name] = tuple(dict.fromkeys(one.name for one in found if one is not None))
        return self.pools_named[thing.name]

    # Profiles

    def profile(self, item: Item, thing: Thing) -> tuple[str, Thing | None]:
        """The type of a profile, and the profile where it stands in the file."""
        known = self.objects.find("profile", item.name.text, thing.name)
        if known is not None:
            return known.type, known
        name = item.name.text.removeprefix("/Common/")
        if name in PROFILE_TYPES:
            return PROFILE_TYPES[name], None
        self.notes.remark("unknown", "profile-elsewhere", self.span_of(item), name=item.name.text)
        return "", None

    def idle(self, profiles: list[tuple[Item, str, Thing | None]], other: str) -> tuple[Idle, ...]:
        """What cuts silent connections on one side; `other` is the context of the other side."""
        for item, type_, known in profiles:
            context = item.properties["context"].text if "context" in item.properties else "all"
            if type_ in ("tcp", "fastl4") and context != other:
                return self.idle_of(known, item.name.text)
        return ()

    def idle_of(self, known: Thing | None, name: str) -> tuple[Idle, ...]:
        """The idle timeout of a profile, inherited where it is not its own."""
        for _ in range(MOST_INHERITED):
            if known is None:
                break
            text = known.text("idle-timeout")
            if text:
                time = 0 if text == "indefinite" else whole(text, -1)
                return (Idle("idle-timeout", time * 1000, self.word_span(known, "idle-timeout")),) if time >= 0 else ()
            name = known.text("defaults-from") or {"tcp": "tcp", "fastl4": "fastL4"}[known.type]
            known = self.objects.find("profile", name, known.name)
        seconds = IDLE.get(name.removeprefix("/Common/"))
        return (Idle("idle-timeout", seconds * 1000, None),) if seconds is not None else ()

    def forwarding(self, thing: Thing) -> Literal["proxy", "nat", "direct"]:
        """How connections get to a member: from an address of the BIG-IP only with source address translation."""
        if thing.text("translate-address", "enabled") == "disabled":
            return "direct"
        translation = thing.properties.get("source-address-translation")
        type_ = translation.inner("type") if translation is not None else None
        snat = type_ is not None and type_.text != "none"
        old = thing.text("snat", "none") != "none" or thing.text("snatpool", "none") != "none"
        return "proxy" if snat or old else "nat"

    def persistence(self, thing: Thing) -> list[Persistence]:
        """What ties clients to members."""
        found = [
            Persistence(self.persistence_type(item.name.text, thing), self.span_of(item))
            for item in thing.items("persist")
        ]
        fallback = thing.text("fallback-persistence")
        if fallback not in ("", "none"):
            kind = self.persistence_type(fallback, thing)
            found.append(Persistence(kind, self.word_span(thing, "fallback-persistence")))
        return found

    def persistence_type(self, name: str, thing: Thing) -> str:
        known = self.objects.find("persistence", name, thing.name)
        if known is not None:
            return known.type
        short = name.removeprefix("/Common/")
        return PERSISTENCE_TYPES.get(short, short)
