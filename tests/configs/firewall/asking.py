"""A packet filter asked about one packet, both written as a line of text; what a table of cases needs."""

from __future__ import annotations

from typing import Any

from portspec.configs.firewall.model import Ruleset
from portspec.configs.firewall.naive import Packet, replay
from portspec.configs.folders import join
from portspec.configs.registry import read
from portspec.errors import InputError
from portspec.packets.addresses import parse_address
from portspec.source import SourceText

CLIENT, HOST = "10.1.2.3", "192.168.22.5"
CLIENT6, HOST6 = "2001:db8:1::3", "2001:db8:22::5"
NAMES = {"port": "port", "sport": "source_port", "type": "icmp_type", "code": "icmp_code", "mark": "mark",
         "flags": "tcp_flags", "state": "state", "in": "in_interface", "out": "out_interface"}  # fmt: skip
WORDS = frozenset({"state", "in", "out"})


def asked(text: str, packet: str, *, format_: str) -> str:
    """What becomes of a packet such as `input tcp port 22 from 10.1.2.3 to 192.168.22.5 state new`: the verdict and
    the deciding line, such as `accept 4`. `icmpv6` and a source with colons ask about IPv6. An input that is refused
    gives `file:line:column: message`. What stands behind a line `=== beside` is a file `beside`, given with the first."""
    first, separator, second = text.partition("=== beside\n")
    given = SourceText("file", first)
    try:
        ruleset = read(join(given, [SourceText("beside", second)]) if separator else given)
    except InputError as error:
        return str(error)
    assert isinstance(ruleset, Ruleset)
    assert ruleset.format == format_
    path, transport, *rest = packet.split()
    options = dict(zip(rest[::2], rest[1::2], strict=True))
    source = options.pop("from", CLIENT6 if transport == "icmpv6" else CLIENT)
    destination = options.pop("to", HOST6 if ":" in source else HOST)
    fields: dict[str, Any] = {"in_interface": "eth0"} if path != "output" else {"out_interface": "eth0"}
    for name, value in options.items():
        fields[NAMES[name]] = value if name in WORDS else int(value, 0)
    replayed = replay(ruleset, path, Packet(parse_address(source), parse_address(destination), transport, **fields))
    return f"{replayed.verdict} {replayed.line}"
