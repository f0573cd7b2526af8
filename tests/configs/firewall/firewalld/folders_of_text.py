"""firewalld configs as text, and questions to them."""

from __future__ import annotations

import re
from typing import Any

from configs.firewall.asking import CLIENT, CLIENT6, HOST, HOST6, NAMES, WORDS

from portspec.configs.firewall.model import Ruleset
from portspec.configs.firewall.naive import Packet, replay
from portspec.configs.folders import FolderText, place
from portspec.configs.registry import read
from portspec.errors import InputError
from portspec.packets.addresses import parse_address
from portspec.source import SourceText

_FILE = re.compile(r"^== (\S+)\n", re.MULTILINE)


def source(text: str) -> SourceText:
    """A folder `fw` of the files that each begin with a line `== PATH`; a text without one is a file."""
    parts = _FILE.split(text)
    if len(parts) == 1:
        return SourceText("fw/zones/mine.xml", text)
    return FolderText(
        "fw", [SourceText(f"fw/{name}", body) for name, body in zip(parts[1::2], parts[2::2], strict=True)]
    )


def asked(text: str, packet: str) -> str:
    """What becomes of a packet: the verdict with file and line that decided, such as `accept zones/public.xml:4`, without
    `fw/`. A config that is refused gives its error."""
    try:
        ruleset = read(source(text))
    except InputError as error:
        return str(error).removeprefix("fw/")
    assert isinstance(ruleset, Ruleset)
    assert ruleset.format == "firewalld"
    path, transport, *rest = packet.split()
    options = dict(zip(rest[::2], rest[1::2], strict=True))
    from_ = options.pop("from", CLIENT6 if transport == "icmpv6" else CLIENT)
    to = options.pop("to", HOST6 if ":" in from_ else HOST)
    fields: dict[str, Any] = {"in_interface": "eth0"} if path != "output" else {"out_interface": "eth0"}
    if path == "forward":
        fields["out_interface"] = "eth1"
    for name, value in options.items():
        fields[NAMES[name]] = value if name in WORDS else int(value, 0)
    replayed = replay(ruleset, path, Packet(parse_address(from_), parse_address(to), transport, **fields))
    where, line = place(ruleset.source, replayed.line)
    return f"{replayed.verdict} {where.removeprefix('fw/')}:{line}"
