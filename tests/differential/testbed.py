"""The kernel as a judge: a host in a namespace, packets thrown at it, and its own verdict on each.

How a verdict is taken. A ruleset is loaded with `nft -f`, `iptables-restore` or `ip6tables-restore`. Beside it stands
the recorder, which writes down each packet that arrived and each that got past every other chain of its path. A packet
that arrived was accepted exactly if it got there; one that did not arrive is sent again.

Because the recorder drops what it has seen, the kernel never confirms a connection: every probe is the first packet
of its own, unless the testbed opened one on purpose before it loaded the ruleset. What the host sends by itself
(resets, ICMP errors) is dropped at once and disturbs nothing.
"""

from __future__ import annotations

import re
import socket
import struct
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Literal, Self

from differential import wire
from differential.namespaces import Namespace, RefusedError
from differential.network import SYSCTLS, Network, cable
from differential.probes import Probe
from differential.recorder import OPENER, TABLE, Observation, read_record, recorder

SET_LINE = re.compile(r"^#ipset (.*)$", re.MULTILINE)
"""A line for `ipset restore`, in a comment of an iptables ruleset."""
Dialect = Literal["nftables", "iptables-nft", "iptables-legacy", "ip6tables-nft", "ip6tables-legacy"]


class Testbed:
    """A host with three interfaces and a peer that sends to it.

    `terminal`: whatever arrives is for the host, so that it goes to `input`. Otherwise nothing is, and it is forwarded.
    What the host sends leaves by `OUTGOING`.
    """

    __test__ = False

    def __init__(self, *, terminal: bool) -> None:
        self.terminal = terminal
        self.host, self.peer = Namespace(), Namespace()
        self._network: Network | None = None
        self._legacy: set[str] = set()
        self._sets = False
        self._first = self._next = 1

    def __enter__(self) -> Self:
        self.host.__enter__()
        self.peer.__enter__()
        try:
            self._network = cable(self.host, self.peer, terminal=self.terminal)
            self.host.run(["nft", "-f", "-"], recorder(()))
            self.host.write_sysctls(SYSCTLS)  # after the recorder, which brings connection tracking
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the sockets and with them the namespaces."""
        if self._network is not None:
            self._network.close()
        self.peer.__exit__(None, None, None)
        self.host.__exit__(None, None, None)

    def judge(self, dialect: Dialect, text: str, probes: Sequence[Probe]) -> list[Observation]:
        """Load a ruleset, send the probes, and take the kernel's verdict on each. Raises RefusedError."""
        self.prepare(probes)
        self.load(dialect, text, recorder(probes, first=self._first))
        return self.observe(probes)

    def judge_together(self, filters: Sequence[tuple[Dialect, str]], probes: Sequence[Probe]) -> list[Observation]:
        """As `judge`, with the filters of several programs at once, of which nftables' is the last. Raises RefusedError."""
        self.prepare(probes)
        for number, (dialect, text) in enumerate(filters, 1):
            self.load(dialect, text, recorder(probes, first=self._first) if number == len(filters) else "")
        return self.observe(probes)

    def prepare(self, probes: Sequence[Probe]) -> None:
        """Forget the last ruleset and its connections, and open those that the probes belong to. The probes get numbers
        that the last ones did not have: one that was sent twice may still be on its way."""
        self._first = self._next if self._next + len(probes) <= OPENER else 1
        self._next = self._first + len(probes)
        self.host.run(["nft", "-f", "-"], "flush ruleset\n" + recorder(()))
        for family in self._legacy:
            self.host.run([f"{family}-legacy-restore"], emptied(self.host.run([f"{family}-legacy-save"])))
        if self._sets:
            self._destroy_sets()
        self.host.call(forget_connections)
        for probe in probes:
            if probe.state in ("established", "related"):
                for forward, octets in wire.openers(probe, OPENER):
                    opening = probe if forward else wire.reverse(probe)
                    self._send(opening, octets, outgoing=(probe.path == "output") == forward)

    def _destroy_sets(self) -> None:
        """The kernel lets go of the sets of a ruleset that is gone a moment later; lists hold theirs until they are empty."""
        self.host.run(["ipset", "flush"])
        for left in reversed(range(100)):
            try:
                self.host.run(["ipset", "destroy"])
            except RefusedError:
                if not left:
                    raise
                time.sleep(0.02)
            else:
                self._sets = False
                return

    def load(self, dialect: Dialect, text: str, beside: str) -> None:
        """Load a ruleset and the recorder `beside` it, in one step where the program can. Raises RefusedError."""
        if dialect == "nftables":
            self.host.run(["nft", "-f", "-"], f"{text}\n{beside}")
            return
        program, backend = dialect.split("-")
        if backend == "legacy":
            self._legacy.add(program)
        self.host.run(["nft", "-f", "-"], beside)
        sets = "".join(f"{line}\n" for line in SET_LINE.findall(text))
        if sets:
            self._sets = True
            self.host.run(["ipset", "restore"], sets)
        self.host.run([f"{program}-{backend}-restore"], text)

    def observe(self, probes: Sequence[Probe]) -> list[Observation]:
        """Send the probes to the loaded ruleset and read the recorder. Raises RuntimeError on packets that get lost."""
        missing = list(range(len(probes)))
        for _ in range(4):
            for index in missing:
                probe = probes[index]
                self._send(probe, self._octets(probe, self._first + index), outgoing=probe.path == "output")
            record = read_record(self.host.run(["nft", "-nn", "list", "table", "inet", TABLE]))
            missing = [
                index for index in range(len(probes)) if (probes[index].v6, self._first + index) not in record.arrived
            ]
            if not missing:
                break
        else:
            raise RuntimeError(f"{len(missing)} packets never arrived, the first: {probes[missing[0]]}")
        return [
            Observation((probe.v6, number) in record.passed, record.states.get((probe.v6, number)))
            for number, probe in enumerate(probes, self._first)
        ]

    def listing(self, dialect: Dialect, *options: str) -> str:
        """The loaded ruleset as the program prints it, without the recorder. `options` are nft's."""
        if dialect == "nftables":
            listed = self.host.run(["nft", *options, "list", "ruleset"])
            return re.sub(rf"^table inet {TABLE} {{[^\n]*\n.*?^}}\n", "", listed, flags=re.MULTILINE | re.DOTALL)
        program, backend = dialect.split("-")
        return self.host.run([f"{program}-{backend}-save", "-c"])

    def trace(self, dialect: Dialect, text: str, probe: Probe) -> str:
        """How the kernel came to its verdict on one probe: what `nft monitor trace` tells, or for the legacy tables,
        which it does not see, the rules that counted the packet."""
        self.prepare([probe])
        if dialect.endswith("legacy"):
            program = dialect.split("-")[0]
            self.load(
                dialect, re.sub(r"^\[\d+:\d+\] ", "", text, flags=re.MULTILINE), recorder([probe], first=self._first)
            )
            self.observe([probe])
            counted = self.host.run([f"{program}-legacy-save", "-c"])
            return "\n".join(line for line in counted.splitlines() if re.match(r"\[[1-9]", line))
        self.load(dialect, text, recorder([probe], first=self._first, trace=True))
        monitor = self.host.start(["nft", "monitor", "trace"])
        try:
            time.sleep(0.3)
            self.observe([probe])
            time.sleep(0.3)
        finally:
            monitor.terminate()
        told, _ = monitor.communicate(timeout=10)
        return "\n".join(line for line in told.splitlines() if TABLE not in line)

    def _octets(self, probe: Probe, number: int) -> bytes:
        inner = b""
        if probe.state == "related":
            inner = wire.packet(wire.related_datagram(probe), OPENER)
        return wire.packet(probe, number, inner=inner, sequence=3, answers=probe.state == "established")

    def _send(self, probe: Probe, octets: bytes, *, outgoing: bool) -> None:
        assert self._network is not None
        self._network.send(probe, octets, outgoing=outgoing)


def forget_connections() -> None:
    """Empty this network's table of connections (ctnetlink, IPCTNL_MSG_CT_DELETE without a tuple)."""
    netlink_netfilter, ctnetlink_delete, request_with_ack = 12, 1 << 8 | 2, 5
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, netlink_netfilter) as sock:
        sock.bind((0, 0))
        sock.send(struct.pack("=IHHIIBBH", 20, ctnetlink_delete, request_with_ack, 1, 0, 0, 0, 0))
        error = struct.unpack_from("=i", sock.recv(4096), 16)[0]
    if error:
        raise OSError(-error, "connections cannot be forgotten")


def emptied(saved: str) -> str:
    """The tables of an iptables-save listing without rules or user chains, every policy ACCEPT."""
    kept = []
    for line in saved.splitlines():
        if line.startswith(("*", "COMMIT")):
            kept.append(line)
        elif line.startswith(":") and line.split()[1] != "-":
            kept.append(f"{line.split()[0]} ACCEPT [0:0]")
    return "".join(f"{line}\n" for line in kept)
