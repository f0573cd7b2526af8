"""Random matches of iptables rules, each with hints at the packets that it is about."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from differential.nft_matches import FLAG_VALUES, NUMBERS, sample
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
    Value,
    address_edges,
    port_edges,
)
from differential.probes import ICMP, ICMPV6, TCP, UDP

STATES = {
    "NEW": "new",
    "ESTABLISHED": "established",
    "RELATED": "related",
    "INVALID": "invalid",
    "UNTRACKED": "untracked",
}
ICMP_FORMS: dict[bool, dict[str, tuple[Value, ...]]] = {
    False: {"8": (8, 0), "echo-request": (8, 0), "3/1": (3,), "destination-unreachable": (3, 11), "any": (8, 3, 11, 0),
            "11": (11, 3), "network-unreachable": (3,), "port-unreachable": (3,), "0": (0, 8), "8/0": (8,), "13": (13, 8)},
    True: {"128": (128, 129), "echo-request": (128, 129), "1/1": (1,), "packet-too-big": (2, 3), "135": (135, 136),
           "time-exceeded": (3, 2), "neighbour-solicitation": (135, 134), "129": (129, 128)},
}  # fmt: skip
FLAG_FORMS = (
    "--syn", "! --syn", "--tcp-flags SYN,RST,ACK SYN", "--tcp-flags FIN,SYN,RST,PSH,ACK,URG NONE", "--tcp-flags ALL NONE",
    "! --tcp-flags FIN,SYN,RST,ACK SYN", "--tcp-flags SYN,FIN SYN,FIN", "--tcp-flags ALL FIN,PSH,URG", "--tcp-flags ACK ACK",
)  # fmt: skip


class Match(NamedTuple):
    """The text of a match and its hints."""

    text: str
    hints: tuple[Hint, ...] = ()


def no(rng: Random, chance: float = 0.25) -> str:
    """A negation, or none."""
    return "! " if rng.random() < chance else ""


def address(rng: Random, v6: bool, field: str) -> Match:
    """A match on an address: one, a prefix, a netmask, a range."""
    option = "-s" if field == "source" else "-d"
    texts = (V6_APART + V6_WIDE) if v6 else (V4_APART + V4_WIDE)
    text = rng.choice(texts)
    hints = (Hint(field, address_edges((text,))),)
    if "-" in text or ("/" not in text and rng.random() < 0.2):
        side = "--src-range" if field == "source" else "--dst-range"
        first, _, last = text.partition("-")
        return Match(f"-m iprange {no(rng)}{side} {first}-{last or first}", hints)
    if text.endswith("/24") and rng.random() < 0.3:
        text = text.replace("/24", "/255.255.255.0")
    return Match(f"{no(rng) if not text.endswith('/0') else ''}{option} {text}", hints)


def one_port(rng: Random, transport: str, *, explicit: bool) -> Match:
    """`--dport` or `--sport` of a transport; `explicit` writes `-m tcp` as iptables-save does."""
    option, field, pool = rng.choice(
        (("--dport", "low", PORTS_APART + PORTS_WIDE),) * 3 + (("--sport", "source_port", SOURCE_PORTS),)
    )
    text = rng.choice(pool)
    shown = text.replace("-", ":")
    if shown.endswith(":65535") and rng.random() < 0.5:
        shown = shown[: -len("65535")]
    if shown.startswith("0:") and rng.random() < 0.5:
        shown = shown[1:]
    module = f"-m {transport} " if explicit else ""
    return Match(f"{module}{no(rng)}{option} {shown}", (_protocol(transport), Hint(field, port_edges((text,)))))


def many_ports(rng: Random, transport: str) -> Match:
    """A multiport match."""
    option, fields = rng.choice(
        (
            ("--dports", ("low",)),
            ("--dports", ("low",)),
            ("--sports", ("source_port",)),
            ("--ports", ("low", "source_port")),
        )
    )
    texts = sample(rng, PORTS_APART, 5)
    shown = ",".join(text.replace("-", ":") for text in texts)
    hints = tuple(Hint(field, port_edges(texts)) for field in fields)
    return Match(f"-m multiport {no(rng)}{option} {shown}", (_protocol(transport), *hints))


def flags(rng: Random) -> Match:
    """A match on TCP flags."""
    module = rng.choice(("-m tcp ", ""))
    return Match(module + rng.choice(FLAG_FORMS), (_protocol("tcp"), Hint("flags", FLAG_VALUES)))


def icmp(rng: Random, v6: bool) -> Match:
    """A match on an ICMP type, with its `-p`."""
    text = rng.choice(list(ICMP_FORMS[v6]))
    protocol, name, module, option = (
        (ICMPV6, rng.choice(("ipv6-icmp", "icmpv6")), "icmp6", "--icmpv6-type")
        if v6
        else (ICMP, "icmp", "icmp", "--icmp-type")
    )
    negation = no(rng) if text != "any" else ""
    hints = (
        Hint("protocol", (protocol,)),
        Hint("icmp_type", ICMP_FORMS[v6][text] + ICMP_TYPES[protocol][:1]),
        Hint("icmp_code", (0, 1, 3, 4)),
    )
    return Match(f"-p {name} {rng.choice((f'-m {module} ', ''))}{negation}{option} {text}", hints)


def state(rng: Random) -> Match:
    """A match on the connection state, in its new or its old spelling."""
    names = sample(rng, tuple(STATES), 3)
    module, option = rng.choice((("conntrack", "--ctstate"), ("conntrack", "--ctstate"), ("state", "--state")))
    text = f"-m {module} {no(rng, 0.15)}{option} {','.join(names)}"
    return Match(text, (Hint("state", tuple(STATES[name] for name in names)),))


def interface(rng: Random, *, out: bool) -> Match:
    """A match on an interface."""
    name = rng.choice(("eth0", "eth0", "eth1", "ens3", "eth+", "e+", "ens9", "lo"))
    hints = () if out else (Hint("in_interface", ("eth0", "eth1", "ens3")),)
    return Match(f"{no(rng)}{'-o' if out else '-i'} {name}", hints)


def protocol(rng: Random, v6: bool) -> Match:
    """A match on the protocol alone."""
    forms = {"-p tcp": (TCP,), "! -p tcp": (TCP, UDP), "-p udp": (UDP,), "! -p udp": (UDP, TCP), "-p 112": (112,), "-p vrrp": (112,),
             "-p esp": (50,), "-p sctp": (132,), "-p all": (TCP, UDP, 112), "-p 0": (TCP, 47), "-p 17": (UDP,)}  # fmt: skip
    forms |= {"-p ipv6-icmp": (ICMPV6,), "-p icmpv6": (ICMPV6,)} if v6 else {"-p icmp": (ICMP,), "-p 1": (ICMP,)}
    text = rng.choice(list(forms))
    return Match(text, (Hint("protocol", forms[text]),))


def address_type(rng: Random, v6: bool) -> Match:
    """A match on the kind of an address."""
    forms = ["--src-type UNICAST", "--dst-type MULTICAST", "! --dst-type MULTICAST", "! --src-type MULTICAST"]
    if not v6:
        forms += ["--dst-type BROADCAST,MULTICAST", "! --dst-type BROADCAST"]
    return Match(f"-m addrtype {rng.choice(forms)}")


def mark(rng: Random) -> Match:
    """A match on the packet mark."""
    return Match(rng.choice(("-m mark --mark 0x1", "-m mark --mark 0x0/0xff", "-m mark ! --mark 0x4000/0x4000")))


def _protocol(transport: str) -> Hint:
    return Hint("protocol", (NUMBERS[transport],))
