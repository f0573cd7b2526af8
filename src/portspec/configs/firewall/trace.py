"""Questions about one packet, as users ask them: text in, the packet's way through a filter out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from portspec.configs.firewall.model import Chain, Ruleset
from portspec.configs.firewall.naive import Packet, Replay, replay
from portspec.configs.firewall.ways import likely_way
from portspec.configs.folders import FolderText, place
from portspec.errors import InputError
from portspec.packets.addresses import is_v6, parse_address
from portspec.packets.ports import WITH_PORTS, protocol_number
from portspec.source import SourceText

HOOKS = ("ingress", "prerouting", "input", "forward", "output", "postrouting")
STATES = ("new", "established", "related", "invalid", "untracked")
TCP_FLAGS = {"fin": 1, "syn": 2, "rst": 4, "psh": 8, "ack": 16, "urg": 32, "ece": 64, "cwr": 128}


class Trace(NamedTuple):
    """A packet's way: the packet, the way or chain that was taken, and what came of it. `source` is the filter's text."""

    packet: Packet
    way: str
    replay: Replay
    source: SourceText

    def answer(self) -> dict[str, Any]:
        """The verdict as plain data. Where the filter is several files, paths say which one a line is in."""
        path, line = self.place(self.replay.line)
        whole = {"path": path} if self.replay.line and self.in_files else {}
        return {
            "verdict": self.replay.verdict,
            **whole,
            "line": line or None,
            "way": self.way,
            "trace": [
                {**self._place(span.line), "text": text, "outcome": outcome}
                for span, text, outcome in self.replay.steps
            ],
            "blame": [self._place(span.line) if self.in_files else span.line for span in self.replay.blame],
        }

    @property
    def in_files(self) -> bool:
        """Whether the filter is several files."""
        return isinstance(self.source, FolderText)

    def place(self, line: int) -> tuple[str, int]:
        """Path and line as a person knows them."""
        return place(self.source, line)

    def _place(self, line: int) -> dict[str, Any]:
        path, number = self.place(line)
        return {"path": path, "line": number} if self.in_files else {"line": number}


def trace(ruleset: Ruleset, asked: Mapping[str, Any], path: str = "", line: int = 0) -> Trace:
    """Follow the packet that an object describes.

    Members: `source`, `destination` (addresses), `transport` (default `tcp`), `port`, and where they matter
    `source_port`, `state`, `in_interface`, `out_interface`, `icmp_type`, `icmp_code`, `mark`, `tcp_flags` (a list of
    names), and `hook` or `chain`. Raises InputError at `path`:`line` for a member that is missing or wrong.
    """
    question = _Question(asked, path, line)
    packet = question.packet()
    chain = question.chain(ruleset)
    if chain is not None:
        followed = replay(ruleset, "input", packet, (chain.table, chain.name))
        return Trace(packet, f"{chain.table} {chain.name}", followed, ruleset.source)
    way = question.word("hook", HOOKS) or likely_way(ruleset)
    return Trace(packet, way, replay(ruleset, way, packet), ruleset.source)


class _Question:
    """Reads the members of one object."""

    def __init__(self, asked: Mapping[str, Any], path: str, line: int) -> None:
        self.asked = asked
        self.path = path
        self.line = line

    def error(self, message: str, hint: str = "") -> InputError:
        return InputError(message, self.path, self.line, 1, hint)

    def packet(self) -> Packet:
        source, destination = self.address("source"), self.address("destination")
        if is_v6(source) != is_v6(destination):
            raise self.error("source and destination are of two families")
        transport = self.asked.get("transport", "tcp")
        try:
            protocol = protocol_number(str(transport))
        except ValueError as error:
            raise self.error(f"transport: {error}", "expected tcp, udp, sctp, icmp, … or a number") from None
        port = self.number("port", 65535)
        if port is not None and protocol not in WITH_PORTS:
            raise self.error(f"port: {transport} has no ports")
        return Packet(
            source=source,
            destination=destination,
            transport=protocol,
            port=port,
            source_port=self.number("source_port", 65535),
            state=self.word("state", STATES) or "new",
            in_interface=self.text("in_interface"),
            out_interface=self.text("out_interface"),
            icmp_type=self.number("icmp_type", 255),
            icmp_code=self.number("icmp_code", 255),
            mark=self.number("mark", 0xFFFFFFFF) or 0,
            tcp_flags=self.flags(),
        )

    def address(self, name: str) -> int:
        value = self.asked.get(name)
        if not isinstance(value, str):
            raise self.error(f"{name}: expected an IP address")
        try:
            return parse_address(value)
        except ValueError as error:
            raise self.error(f"{name}: {error}") from None

    def number(self, name: str, most: int) -> int | None:
        value = self.asked.get(name)
        if value is None:
            return None
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 12:
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            raise self.error(f"{name}: expected a number from 0 to {most}")
        return value

    def text(self, name: str) -> str | None:
        value = self.asked.get(name)
        if value is not None and not isinstance(value, str):
            raise self.error(f"{name}: expected text")
        return value

    def word(self, name: str, known: tuple[str, ...]) -> str | None:
        value = self.text(name)
        if value is None:
            return None
        if value.lower() not in known:
            raise self.error(f"{name}: {value!r} is not known", f"known: {', '.join(known)}")
        return value.lower()

    def flags(self) -> int | None:
        value = self.asked.get("tcp_flags")
        if value is None:
            return None
        names = value if isinstance(value, list) else str(value).split(",")
        bits = 0
        for name in names:
            if not isinstance(name, str) or name.lower() not in TCP_FLAGS:
                raise self.error(f"tcp_flags: {name!r} is not known", f"known: {', '.join(TCP_FLAGS)}")
            bits |= TCP_FLAGS[name.lower()]
        return bits

    def chain(self, ruleset: Ruleset) -> Chain | None:
        """The chain by its name, or by table and name where several tables have one."""
        name = self.text("chain")
        if name is None:
            return None
        found = [chain for chain in ruleset.chains.values() if name in (chain.name, f"{chain.table} {chain.name}")]
        if len(found) == 1:
            return found[0]
        names = [f"{chain.table} {chain.name}" for chain in found or ruleset.chains.values()]
        if not found:
            raise self.error(f"no chain {name!r}", f"chains: {', '.join(names[:20])}")
        filters = [chain for chain in found if chain.table == "filter"]
        if len(filters) == 1:
            # `--chain INPUT` of an iptables file means the filter table's, as in `iptables -L INPUT`.
            return filters[0]
        raise self.error(f"{name!r} is the name of several chains", f"say which: {', '.join(names[:20])}")
