"""What firewalld brings along, where a config does not replace it: facts of Debian 12's package firewalld 1.3.3-1~deb12u2.

The sources are /usr/lib/firewalld (zones, policies, icmptypes) and, for the numbers of ICMP types and the rules that stand around
every zone, firewall/core/nftables.py of python3-firewall. A test holds them against the installed package.
"""

from __future__ import annotations

from functools import cache

from portspec.configs.firewall.firewalld.records import Family, Ports, Service, Word
from portspec.source import SourceText, Span

VERSION = "1.3.3"
DEFAULT_ZONE = "public"
HERE = f"(firewalld {VERSION})"
"""Stands for the folder of what no file of the user's holds."""

ZONES: dict[str, tuple[str, tuple[str, ...]]] = {
    "block": ("%%REJECT%%", ()),
    "dmz": ("default", ("ssh",)),
    "drop": ("DROP", ()),
    "external": ("default", ("ssh",)),
    "home": ("default", ("ssh", "mdns", "samba-client", "dhcpv6-client")),
    "internal": ("default", ("ssh", "mdns", "samba-client", "dhcpv6-client")),
    "public": ("default", ("ssh", "dhcpv6-client")),
    "trusted": ("ACCEPT", ()),
    "work": ("default", ("ssh", "dhcpv6-client")),
}
"""Target and services of each zone. All of them have `forward`."""
MASQUERADING = ("external",)
ICMP_TYPES_ACCEPTED = ("neighbour-advertisement", "neighbour-solicitation", "router-advertisement", "redirect")
"""What the one policy that comes along, `allow-host-ipv6`, lets in."""

IcmpType = tuple[int, int | None]
"""Type and code; None: any code."""
ICMP: dict[str, tuple[IcmpType | None, IcmpType | None]] = {
    "address-unreachable": (None, (1, 3)),
    "bad-header": (None, (4, 0)),
    "beyond-scope": (None, (1, 2)),
    "communication-prohibited": ((3, 13), (1, 1)),
    "destination-unreachable": ((3, None), (1, None)),
    "echo-reply": ((0, None), (129, None)),
    "echo-request": ((8, None), (128, None)),
    "failed-policy": (None, (1, 5)),
    "fragmentation-needed": ((3, 4), None),
    "host-precedence-violation": ((3, 14), None),
    "host-prohibited": ((3, 10), None),
    "host-redirect": ((5, 1), None),
    "host-unknown": ((3, 7), None),
    "host-unreachable": ((3, 1), None),
    "ip-header-bad": ((12, 1), None),
    "neighbour-advertisement": (None, (136, None)),
    "neighbour-solicitation": (None, (135, None)),
    "network-prohibited": ((3, 8), None),
    "network-redirect": ((5, 0), None),
    "network-unknown": ((3, 6), None),
    "network-unreachable": ((3, 0), None),
    "no-route": (None, (1, 0)),
    "packet-too-big": (None, (2, None)),
    "parameter-problem": ((12, None), (4, None)),
    "port-unreachable": ((3, 3), (1, 4)),
    "precedence-cutoff": ((3, 15), None),
    "protocol-unreachable": ((3, 2), None),
    "redirect": ((5, None), (137, None)),
    "reject-route": (None, (1, 6)),
    "required-option-missing": ((12, 1), None),
    "router-advertisement": ((9, None), (134, None)),
    "router-solicitation": ((10, None), (133, None)),
    "source-quench": ((4, None), None),
    "source-route-failed": ((3, 5), None),
    "time-exceeded": ((11, None), (3, None)),
    "timestamp-reply": ((14, None), None),
    "timestamp-request": ((13, None), None),
    "tos-host-redirect": ((5, 3), None),
    "tos-host-unreachable": ((3, 12), None),
    "tos-network-redirect": ((5, 2), None),
    "tos-network-unreachable": ((3, 11), None),
    "ttl-zero-during-reassembly": ((11, 1), (3, 1)),
    "ttl-zero-during-transit": ((11, 0), (3, 0)),
    "unknown-header-type": (None, (4, 1)),
    "unknown-option": (None, (4, 2)),
}
"""ICMP types by name: for IPv4 and for IPv6, None where there is none."""

BASE = (
    "ct state established,related accept",
    "ct status dnat accept",
    "iifname lo accept",
    "ct state invalid drop",
    "ip6 daddr of 6to4 and mapped addresses that lead nowhere reject (RFC3964_IPv4)",
    "to the zones",
    "reject",
    "oifname lo accept",
    "to the policies",
)
"""The rules around the zones, in words."""


def parts() -> list[SourceText]:
    """The files of what comes along, written from the facts, and the rules around the zones."""
    made = [SourceText(f"{HERE}/zones/{name}.xml", _zone(name)) for name in ZONES]
    made.append(SourceText(f"{HERE}/policies/allow-host-ipv6.xml", _policy()))
    made.append(SourceText(HERE, "".join(f"{line}\n" for line in BASE)))
    return made


def _zone(name: str) -> str:
    target, services = ZONES[name]
    lines = [f'<zone target="{target}">', *(f'<service name="{service}"/>' for service in services)]
    if name in MASQUERADING:
        lines.append("<masquerade/>")
    return "\n".join([*lines, "<forward/>", "</zone>\n"])


def _policy() -> str:
    rules = [f'<rule family="ipv6"><icmp-type name="{name}"/><accept/></rule>' for name in ICMP_TYPES_ACCEPTED]
    ends = ['<ingress-zone name="ANY"/>', '<egress-zone name="HOST"/>']
    return "\n".join(['<policy target="CONTINUE" priority="-15000">', *ends, *rules, "</policy>\n"])


@cache
def _lines() -> dict[str, str]:
    from portspec.configs.firewall.firewalld.stock_services import SERVICES

    return dict(line.split(" = ", 1) for line in SERVICES.splitlines())


def service_names() -> list[str]:
    """The services that come along."""
    return list(_lines())


def service(name: str, span: Span) -> Service | None:
    """A service that comes along; None when there is none. `span` is where it is named."""
    line = _lines().get(name)
    if line is None:
        return None
    ports: list[Ports] = []
    source_ports: list[Ports] = []
    protocols: list[Word] = []
    includes: list[Word] = []
    destinations: list[tuple[Family, str]] = []
    for word in line.split():
        kind, colon, rest = word.partition(":")
        if word.startswith("+"):
            includes.append(Word(word[1:], span))
        elif kind == "protocol":
            protocols.append(Word(rest, span))
        elif kind == "ipv4":
            destinations.append(("ipv4", rest))
        elif kind == "ipv6":
            destinations.append(("ipv6", rest))
        else:
            numbers, _, transport = (rest if colon else word).partition("/")
            first, _, last = numbers.partition("-")
            (source_ports if colon else ports).append(Ports(int(first), int(last or first), transport, span))
    return Service(name, tuple(ports), tuple(source_ports), tuple(protocols), tuple(destinations), tuple(includes))
