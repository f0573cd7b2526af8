"""Random matches of nftables rules, each with hints at the packets that it is about."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from differential.pools import (
    ICMP_TYPES,
    PORTS_APART,
    PORTS_WIDE,
    SOURCE_PORTS,
    V4_APART,
    V4_WIDE,
    V6_APART,
    V6_WIDE,
    Hint,
    address_edges,
    port_edges,
)
from differential.probes import ACK, FIN, ICMP, ICMPV6, PSH, RST, SCTP, SYN, TCP, UDP
from portspec.packets.addresses import format_address, parse_address

NUMBERS = {"tcp": TCP, "udp": UDP, "sctp": SCTP}
STATE_BITS = {"invalid": 1, "established": 2, "related": 4, "new": 8, "untracked": 64}
STATES = ("new", "established", "related", "invalid", "untracked")
ICMP_NAMES = {
    ICMP: {"echo-request": 8, "echo-reply": 0, "destination-unreachable": 3, "time-exceeded": 11, "timestamp-request": 13},
    ICMPV6: {"echo-request": 128, "destination-unreachable": 1, "packet-too-big": 2, "nd-neighbor-solicit": 135,
             "nd-router-advert": 134, "time-exceeded": 3},
}  # fmt: skip
FLAG_FORMS = (
    "tcp flags syn", "tcp flags syn,ack", "tcp flags == syn", "tcp flags != syn", "tcp flags ! syn",
    "tcp flags & (fin | syn | rst | ack) == syn", "tcp flags & (syn | ack) != syn", "tcp flags & (fin | syn) == (fin | syn)",
    "tcp flags syn / fin,syn,rst,ack", "tcp flags != syn / syn,ack",
    "tcp flags & (fin | syn | rst | psh | ack | urg) == 0x0", "tcp flags & rst == rst", "tcp flags fin,psh,urg / fin,psh,urg",
    "tcp flags { syn, syn | ack }", "tcp flags != { syn, ack }", "tcp flags & (fin | syn | rst | ack) == { syn, ack }",
    "tcp flags & (syn | ack) != { syn, ack }", "tcp flags > syn", "tcp flags <= ack", "tcp flags ! syn,rst", "tcp flags == syn,ack",
)  # fmt: skip
FLAG_VALUES = (SYN, SYN, ACK, SYN | ACK, PSH | ACK, RST, FIN | PSH | 32, 0, SYN | FIN)


class Match(NamedTuple):
    """The text of a match and its hints."""

    text: str
    hints: tuple[Hint, ...] = ()


class NamedSet(NamedTuple):
    """A declared set or map: what it is keyed by (`ip saddr`-like selectors fit by type) and the hints by field."""

    name: str
    kind: str
    texts: tuple[tuple[str, ...], ...]


def listed(rng: Random, texts: list[str]) -> str:
    """An anonymous set."""
    spaced = rng.choice((", ", ",", " , "))
    return "{ " + spaced.join(texts) + rng.choice((" }", ", }"))


def sample(rng: Random, pool: tuple[str, ...], most: int = 4) -> list[str]:
    """One to `most` members of a pool."""
    return rng.sample(pool, rng.randint(1, min(most, len(pool))))


def address(rng: Random, v6: bool, sets: list[NamedSet]) -> Match:
    """A match on the source or the destination address."""
    side = rng.choice(("saddr", "daddr"))
    key = f"{'ip6' if v6 else 'ip'} {side}"
    field = "source" if side == "saddr" else "destination"
    apart, wide = (V6_APART, V6_WIDE) if v6 else (V4_APART, V4_WIDE)
    named = [one for one in sets if one.kind == ("ipv6_addr" if v6 else "ipv4_addr")]
    form = rng.choice(("one", "one", "set", "named", "wide", "masked", "ranges"))
    negated = rng.choice(("", "", "!= "))
    if form == "masked" and not v6:
        text = rng.choice(("10.1.0.0", "10.2.0.0", "{ 10.1.0.0, 192.168.0.0 }"))
        points = address_edges(f"{each}/16" for each in ("10.1.0.0", "10.2.0.0", "192.168.0.0"))
        return Match(f"{key} & 255.255.0.0 {negated or '== '}{text}", (Hint(field, points),))
    if form == "ranges":
        first = parse_address("2001:db8:a::") if v6 else parse_address("10.1.0.0")
        texts = [f"{format_address(low)}-{format_address(high)}" for low, high in spans(rng, first + 1, first + 400)]
        return Match(f"{key} {negated}{listed(rng, texts)}", (Hint(field, address_edges(texts)),))
    if form == "named" and named:
        chosen = rng.choice(named)
        return Match(f"{key} {negated}@{chosen.name}", (Hint(field, address_edges(row[0] for row in chosen.texts)),))
    if form == "set":
        texts = sample(rng, apart)
        return Match(f"{key} {negated}{listed(rng, texts)}", (Hint(field, address_edges(texts)),))
    text = rng.choice(wide if form == "wide" else apart)
    if text.endswith("/0"):
        negated = ""
    return Match(f"{key} {negated}{text}", (Hint(field, address_edges((text,))),))


def port(rng: Random, sets: list[NamedSet], protocol: str) -> Match:
    """A match on a destination or source port of one protocol, or by `th` of several."""
    side = rng.choice(("dport", "dport", "dport", "sport"))
    field = "low" if side == "dport" else "source_port"
    apart = PORTS_APART if side == "dport" else ("53", "67-68", "40000", "1024-32767")
    wide = PORTS_WIDE if side == "dport" else SOURCE_PORTS
    prefix, hints = "", []
    if protocol == "th":
        names = sample(rng, ("tcp", "udp", "sctp"), 3)
        prefix = f"meta l4proto {listed(rng, names)} " if len(names) > 1 else f"meta l4proto {names[0]} "
        hints = [Hint("protocol", tuple(NUMBERS[name] for name in names))]
    else:
        hints = [Hint("protocol", (NUMBERS[protocol],))]
    key = f"{prefix}{protocol} {side}"
    named = [one for one in sets if one.kind == "inet_service"]
    form = rng.choice(("one", "one", "set", "set", "named", "wide", "compare", "ranges"))
    negated = rng.choice(("", "", "", "!= "))
    if form == "named" and named:
        chosen = rng.choice(named)
        return Match(
            f"{key} {negated}@{chosen.name}", (*hints, Hint(field, port_edges(row[0] for row in chosen.texts)))
        )
    if form == "set":
        texts = sample(rng, apart)
        return Match(f"{key} {negated}{listed(rng, texts)}", (*hints, Hint(field, port_edges(texts))))
    if form == "ranges":
        texts = [f"{low}-{high}" for low, high in spans(rng, 0, 65535)]
        return Match(f"{key} {negated}{listed(rng, texts)}", (*hints, Hint(field, port_edges(texts))))
    if form == "compare":
        operator, bound = rng.choice((">=", ">", "<", "<=", "==")), rng.choice(("1024", "6443", "1023", "22623"))
        return Match(f"{key} {operator} {bound}", (*hints, Hint(field, port_edges((bound,)))))
    text = rng.choice(wide if form == "wide" else apart)
    return Match(f"{key} {negated}{text}", (*hints, Hint(field, port_edges((text,)))))


def spans(rng: Random, first: int, last: int) -> list[tuple[int, int]]:
    """A few ranges between two numbers that do not overlap, some of them side by side."""
    points = sorted(rng.sample(range(first, last), 2 * rng.randint(2, 6)))
    found = list(zip(points[::2], points[1::2], strict=True))
    for at in range(1, len(found)):
        if rng.random() < 0.3:
            found[at] = (found[at - 1][1] + 1, found[at][1])
    rng.shuffle(found)
    return found


def icmp(rng: Random, v6: bool) -> Match:
    """A match on an ICMP type and perhaps its code."""
    protocol, name = (ICMPV6, "icmpv6") if v6 else (ICMP, "icmp")
    names = sample(rng, tuple(ICMP_NAMES[protocol]), 3)
    types = tuple(ICMP_NAMES[protocol][one] for one in names)
    hints = (Hint("protocol", (protocol,)), Hint("icmp_type", types + ICMP_TYPES[protocol][:2]))
    form = rng.choice(("one", "set", "not", "number", "code", "pair"))
    if form == "set":
        return Match(f"{name} type {listed(rng, names)}", hints)
    if form == "not":
        return Match(f"{name} type != {names[0]}", hints)
    if form == "number":
        return Match(f"{name} type {types[0]}", hints)
    if form == "code":
        code = rng.choice(("0", "1", "0-3", "!= 0", "{ 0, 4 }"))
        return Match(f"{name} type {names[0]} {name} code {code}", (*hints, Hint("icmp_code", (0, 1, 3, 4))))
    if form == "pair":
        return Match(
            f"{name} type . {name} code {{ {names[0]} . 0, {names[-1]} . 1 }}", (*hints, Hint("icmp_code", (0, 1)))
        )
    return Match(f"{name} type {names[0]}", hints)


def state(rng: Random) -> Match:
    """A match on the connection state."""
    names = sample(rng, STATES, 3)
    form = rng.choice(("comma", "comma", "set", "not", "two", "not these", "none", "masked", "slashed", "number"))
    text = {
        "not these": f"!= {listed(rng, names)}",
        "none": f"! {','.join(names)}",
        "masked": f"& ({' | '.join(names)} | new) != 0",
        "slashed": f"{names[0]} / {','.join(dict.fromkeys((*names, 'established', 'new')))}",
        "number": f"{STATE_BITS[names[0]]:#x}",
        "comma": ",".join(names),
        "set": listed(rng, names),
        "not": f"!= {names[0]}",
        "two": "established,related",
    }[form]
    return Match(f"ct state {text}", (Hint("state", tuple(names)),))


def interface(rng: Random, path: str) -> Match:
    """A match on the interface that the packet came by, or leaves by."""
    out = path == "output" or (path == "forward" and rng.random() < 0.4)
    key = "oif" if out else "iif"
    name = rng.choice(("eth0", "eth0", "eth1", "ens3"))
    hints = () if out else (Hint("in_interface", (name, name, "eth0", "eth1")),)
    form = rng.choice(("name", "index", "set", "glob", "not", "lo"))
    text = {
        "name": f'{key}name "{name}"',
        "index": f'{key} "{name}"',
        "set": f'{key}name {{ "{name}", "ens9" }}',
        "glob": f'{key}name "{rng.choice(("eth*", "en*", "e*"))}"',
        "not": f"{key}name != {name}",
        "lo": f'{key} {rng.choice(("", "!= "))}"lo"',
    }[form]
    return Match(text, hints)


def protocol(rng: Random, v6: bool, *, inet: bool) -> Match:
    """A match on the protocol alone."""
    forms = {
        "meta l4proto tcp": (TCP,), "meta l4proto != udp": (TCP, UDP, 112), "meta l4proto { tcp, 112 }": (TCP, 112),
        "meta l4proto 50": (50,), "meta l4proto { icmp, ipv6-icmp }": (ICMP, ICMPV6), "meta l4proto sctp": (SCTP,),
    }  # fmt: skip
    if v6:
        forms |= {"ip6 nexthdr tcp": (TCP,), "ip6 nexthdr { udp, ipv6-icmp }": (UDP, ICMPV6)}
    else:
        forms |= {"ip protocol udp": (UDP,), "ip protocol { tcp, udp }": (TCP, UDP), "ip protocol != tcp": (UDP, ICMP)}
    if inet and v6:
        forms |= {"meta nfproto ipv6": (TCP, UDP, ICMPV6), "meta nfproto ipv6 tcp dport 22": (TCP,)}
    elif inet:
        forms |= {"meta nfproto ipv4": (TCP, UDP, ICMP), "meta protocol ip": (TCP,), "meta nfproto != ipv6": (UDP,)}
    text = rng.choice(list(forms))
    return Match(text, (Hint("protocol", forms[text]),))


def flags(rng: Random) -> Match:
    """A match on TCP flags."""
    return Match(rng.choice(FLAG_FORMS), (Hint("protocol", (TCP,)), Hint("flags", FLAG_VALUES)))


def concatenation(rng: Random, v6: bool, sets: list[NamedSet], path: str) -> Match:
    """A lookup of several fields at once, in an anonymous or a named set."""
    family, address_type = ("ip6", "ipv6_addr") if v6 else ("ip", "ipv4_addr")
    transport = rng.choice(("tcp", "udp"))
    kinds: dict[str, tuple[str, tuple[str, ...]]] = {
        f"{address_type} . inet_service": (f"{family} saddr . {transport} dport", ("source", "low")),
        f"{address_type} . {address_type}": (f"{family} saddr . {family} daddr", ("source", "destination")),
        "inet_proto . inet_service": ("meta l4proto . th dport", ("protocol", "low")),
        "ct_state . inet_service": (f"ct state . {transport} dport", ("state", "low")),
        "tcp_flag . inet_service": ("tcp flags . tcp dport", ("flags", "low")),
    }
    if path != "output":
        kinds[f"ifname . {address_type}"] = (f"iifname . {family} saddr", ("in_interface", "source"))
    kind = rng.choice(list(kinds))
    keys, fields = kinds[kind]
    # Which packets are not in a set with conditions is left open.
    negated = rng.choice(("", "", "", "!= ")) if kind.split(" ")[0] not in ("ifname", "ct_state", "tcp_flag") else ""
    named = [one for one in sets if one.kind == kind]
    if named and rng.random() < 0.6:
        chosen = rng.choice(named)
        rows, text = chosen.texts, f"@{chosen.name}"
    else:
        rows = rows_of(rng, kind)
        text = listed(rng, [" . ".join(row) for row in rows])
    return Match(f"{keys} {negated}{text}", row_hints(fields, rows) + _transport_hint(keys, transport))


def _transport_hint(keys: str, transport: str) -> tuple[Hint, ...]:
    return (Hint("protocol", (NUMBERS[transport],)),) if f"{transport} dport" in keys else ()


def rows_of(rng: Random, kind: str, most: int = 4) -> tuple[tuple[str, ...], ...]:
    """Elements of a set of a type, no two of which overlap."""
    pools = {"ipv4_addr": V4_APART, "ipv6_addr": V6_APART, "inet_service": PORTS_APART, "inet_proto": ("tcp", "udp", "sctp"),
             "ifname": ('"eth0"', '"ens3"', '"ens9"'), "ct_state": ("new", "established", "untracked"),
             "tcp_flag": ("syn", "ack", "rst")}  # fmt: skip
    rows = {tuple(rng.choice(pools[part]) for part in kind.split(" . ")) for _ in range(rng.randint(1, most))}
    return tuple(sorted(rows))


def row_hints(fields: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> tuple[Hint, ...]:
    """Hints at the packets that a set's rows are about: mostly of one row, so that whole rows are hit."""
    hints = []
    for index, field in enumerate(fields):
        texts = [row[index] for row in rows]
        if field in ("source", "destination"):
            hints.append(Hint(field, address_edges(texts)))
        elif field == "protocol":
            hints.append(Hint(field, tuple(NUMBERS[text] for text in texts)))
        elif field == "state":
            hints.append(Hint(field, tuple(texts)))
        elif field == "flags":
            hints.append(Hint(field, tuple({"syn": SYN, "ack": ACK, "rst": RST}[text] for text in texts)))
        elif field == "in_interface":
            hints.append(Hint(field, tuple(text.strip('"') for text in texts if text != '"ens9"')))
        else:
            hints.append(Hint(field, port_edges(texts)))
    return tuple(hints)
