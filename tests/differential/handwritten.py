"""Rulesets written by hand, one file per group of constructs, with their probes in the comments at their head.

A line of the head says what the kernel does with one packet::

    # accept input tcp 10.1.2.3 -> 192.168.22.5 port 22
    # drop   forward icmp 10.1.2.3 -> 192.168.22.5 type 8 code 0 state established
    # unknown input tcp 10.1.2.3 -> 192.168.22.5 port 80 sport 40000 flags syn,ack in eth1

`unknown` is for packets on which portspec must not commit itself. A line `# program: ip6tables` names the program
that loads an iptables file, where it is not `iptables`. Beside these packets many more are sent that lie at the edges
of the addresses and ports that the file mentions, unless a line `# edges: none` forbids it. A line `# listing: none`
says that nft cannot list the ruleset again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path as FilePath
from random import Random
from typing import Any, Literal, NamedTuple

from differential.network import INTERFACES
from differential.pools import ICMP_TYPES, Hint, address_edges, port_edges, probe_near
from differential.probes import ACK, ICMP, SCTP, SYN, TCP, UDP, Probe
from portspec.packets.addresses import parse_address
from portspec.packets.ports import protocol_number

FOLDER = FilePath(__file__).parent / "rulesets"
FLAG_BITS = {"fin": 1, "syn": 2, "rst": 4, "psh": 8, "ack": 16, "urg": 32, "ece": 64, "cwr": 128, "none": 0}
EDGE_PROBES = 120

_HEAD = re.compile(r"# *(accept|drop|unknown) +(input|forward|output) +(\S+) +(\S+) -> (\S+)((?: +\w+ +\S+)*) *$")
_ADDRESS = re.compile(
    r"(?<![\w.:])((?:\d+\.){3}\d+(?:/\d+|-(?:\d+\.){3}\d+)?|[0-9a-f]{1,4}:[0-9a-f:]*(?:/\d+|-[0-9a-f:]+)?)(?![\w.])"
)
_PORT = re.compile(r"(?<![\w.:/x-])(\d{1,5})(?:[-:](\d{1,5}))?(?![\w.:/x-])")


class Expected(NamedTuple):
    """A packet and what its author says becomes of it."""

    verdict: Literal["accept", "drop", "unknown"]
    probe: Probe


class Handwritten(NamedTuple):
    """One file: its text, the program that loads it, what its head says and further packets to send."""

    path: FilePath
    text: str
    program: Literal["nftables", "iptables", "ip6tables"]
    expected: tuple[Expected, ...]
    edges: tuple[Probe, ...]
    listable: bool


def read(path: FilePath) -> Handwritten:
    """One file. Raises ValueError for a head that says nothing."""
    text = path.read_text(encoding="utf-8")
    heads = [match for match in map(_HEAD.match, text.splitlines()) if match]
    expected = tuple(_expected(match, 41000 + number) for number, match in enumerate(heads))
    if not expected:
        raise ValueError(f"{path.name}: no packet in its head")
    named = re.search(r"^# program: (\w+)", text, re.MULTILINE)
    program = named[1] if named else path.parent.name
    edges = () if re.search(r"^# edges: none", text, re.MULTILINE) else tuple(_edges(text, expected, program))
    listable = not re.search(r"^# listing: none", text, re.MULTILINE)
    return Handwritten(path, text, program, expected, edges, listable)  # type: ignore[arg-type]


def files(folder: str) -> list[FilePath]:
    """The files of a dialect."""
    return sorted(path for path in (FOLDER / folder).iterdir() if path.is_file())


def _expected(match: re.Match[str], source_port: int) -> Expected:
    verdict, path, transport, source, destination, rest = match.groups()
    words = rest.split()
    options = dict(zip(words[::2], words[1::2], strict=True))
    protocol = protocol_number(transport)
    state = options.get("state", "new")
    default_flags = SYN if state in ("new", "untracked") else ACK
    flags = sum(FLAG_BITS[name] for name in options["flags"].split(",")) if "flags" in options else default_flags
    if "type" in options:
        low = int(options["type"]) << 8 | int(options.get("code", "0"))
    else:
        low = int(options.get("port", (8 if protocol == ICMP else 128) << 8 if "icmp" in transport else 0))
    probe = Probe(
        path=path,  # type: ignore[arg-type]
        source=parse_address(source),
        destination=parse_address(destination),
        protocol=protocol,
        low=low,
        source_port=int(options.get("sport", source_port)),
        flags=flags if protocol == TCP else SYN,
        state=state,
        in_interface=options.get("in", "eth0"),
    )
    return Expected(verdict, probe)  # type: ignore[arg-type]


def _edges(text: str, expected: tuple[Expected, ...], program: str) -> list[Probe]:
    """Packets that differ from an expected one in a field or two, at the edges of what the file mentions."""
    rng = Random(text)
    families = {"iptables": (False,), "ip6tables": (True,)}.get(program, (False, True))
    points = address_edges(_addresses(text))
    ports = port_edges(f"{match[1]}-{match[2] or match[1]}" for match in _PORT.finditer(text) if _is_range(match))
    probes = []
    for _ in range(EDGE_PROBES):
        probe = rng.choice(expected).probe
        addresses = tuple(point for point in points if (point > 1 << 32) == probe.v6) or (probe.source,)
        if rng.random() < 0.2:
            hints = (Hint("source", addresses), Hint("destination", addresses), Hint("low", ports))
            probes.append(probe_near(rng, probe.path, hints, families))
            continue
        for _ in range(rng.choice((1, 1, 2))):
            field = rng.choice(("source", "destination", "low", "low", "source_port", "protocol", "in_interface"))
            changed: dict[str, Any] = {field: rng.choice(_values(field, probe, addresses, ports))}
            probe = probe._replace(**changed)
        probes.append(probe)
    return probes


def _values(field: str, probe: Probe, addresses: tuple[int, ...], ports: tuple[int, ...]) -> Sequence[int | str]:
    if field in ("source", "destination"):
        return addresses
    if field == "protocol":
        return (TCP, UDP, SCTP, 112) if probe.protocol not in ICMP_TYPES else (probe.protocol,)
    if field == "in_interface":
        return INTERFACES
    if field == "low" and probe.protocol in ICMP_TYPES:
        return [kind << 8 | code for kind in ICMP_TYPES[probe.protocol] for code in (0, 1)]
    return ports


def _addresses(text: str) -> list[str]:
    found = []
    for match in _ADDRESS.finditer(text):
        try:
            address_edges((match[1],))
        except ValueError:
            continue
        found.append(match[1])
    return found


def _is_range(match: re.Match[str]) -> bool:
    first, last = int(match[1]), int(match[2] or match[1])
    return first <= last <= 65535
