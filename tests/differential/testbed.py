"""The kernel as a judge: a host in a namespace, packets thrown at it, and its own verdict on each.

How a verdict is taken. A ruleset is loaded with `nft -f`, `iptables-restore` or `ip6tables-restore`. Beside it stands
a table of the testbed's own, the recorder:

- its first chain, before every other, notes that a packet has arrived, by the packet's number (see `wire`);
- its second, right after connection tracking, notes the connection state that the kernel gives the packet;
- its last, behind every other base chain of the path's end (input for packets to the host, postrouting for
  forwarded and outgoing ones), notes that the packet got there, and drops it.

So a packet that arrived was accepted exactly if it is in the last set. One that did not arrive is sent again. Because
the last chain drops, the kernel never confirms a connection: every probe is the first packet of its own, unless
the testbed opened one on purpose before it loaded the ruleset. What the host sends by itself (resets, ICMP errors) is
dropped at once and disturbs nothing.
"""

from __future__ import annotations

import re
import socket
import struct
import time
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Literal, NamedTuple, Self

from differential import wire
from differential.namespaces import Namespace
from differential.probes import Probe
from portspec.packets.addresses import format_address

Dialect = Literal["nftables", "iptables-nft", "iptables-legacy", "ip6tables-nft", "ip6tables-legacy"]

INTERFACES = ("eth0", "eth1", "ens3")
OUTGOING = (
    ("10.0.0.0/8", "eth0"), ("2001:db8:a::/48", "eth0"), ("172.16.0.0/12", "ens3"),
    ("0.0.0.0/0", "eth1"), ("::/0", "eth1"),
)  # fmt: skip
"""Routes of a host that is on the way: the interface by destination."""

OWN = ("192.168.22.0/24", "2001:db8:b::/48")
"""What a host that packets are for calls its own. It takes in everything else that arrives as well."""

OPENER = 60000
"""Number of the packets that open connections; the recorder lets them go on."""

FIRST, BEFORE_TRACKING, AFTER_TRACKING, LAST = -2000000000, -201, -199, 2147483600
OURS = 0x5057

SYSCTLS = {
    "ipv4/ip_forward": 1,
    "ipv6/conf/all/forwarding": 1,
    "ipv4/conf/all/send_redirects": 0,
    "netfilter/nf_conntrack_checksum": 0,
    "netfilter/nf_conntrack_tcp_loose": 0,
    "netfilter/nf_conntrack_tcp_be_liberal": 1,
    **{
        f"ipv4/conf/{name}/{key}": value
        for name in ("all", "default", *INTERFACES)
        for key, value in (("rp_filter", 0), ("accept_local", 1), ("send_redirects", 0))
    },
}


class Observation(NamedTuple):
    """What the kernel did with a probe: whether it went all the way, and the connection state that it had, None
    where the packet was dropped before the kernel looked."""

    accepted: bool
    state: str | None


class Testbed:
    """A host with three interfaces and a peer that sends to it.

    `terminal`: whatever arrives is for the host, so that it goes to `input`. Otherwise nothing is, and it is forwarded.
    What the host sends leaves by `OUTGOING`.
    """

    __test__ = False

    def __init__(self, *, terminal: bool) -> None:
        self.terminal = terminal
        self.host, self.peer = Namespace(), Namespace()
        self._wires: dict[str, socket.socket] = {}
        self._headers: dict[tuple[str, bool], bytes] = {}
        self._raw: dict[bool, socket.socket] = {}
        self._legacy: set[str] = set()

    def __enter__(self) -> Self:
        self.host.__enter__()
        self.peer.__enter__()
        try:
            self._cable()
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
        for sock in (*self._wires.values(), *self._raw.values()):
            sock.close()
        self.peer.__exit__(None, None, None)
        self.host.__exit__(None, None, None)

    def judge(self, dialect: Dialect, text: str, probes: Sequence[Probe]) -> list[Observation]:
        """Load a ruleset, send the probes, and take the kernel's verdict on each. Raises RefusedError."""
        self.prepare(probes)
        self.load(dialect, text, recorder(probes))
        return self.observe(probes)

    def prepare(self, probes: Sequence[Probe]) -> None:
        """Forget the last ruleset and its connections, and open those that the probes belong to."""
        self.host.run(["nft", "-f", "-"], "flush ruleset\n" + recorder(()))
        for family in self._legacy:
            self.host.run([f"{family}-legacy-restore"], emptied(self.host.run([f"{family}-legacy-save"])))
        self.host.call(forget_connections)
        for probe in probes:
            if probe.state in ("established", "related"):
                for forward, octets in wire.openers(probe, OPENER):
                    opening = probe if forward else wire.reverse(probe)
                    self._send(opening, octets, outgoing=(probe.path == "output") == forward)

    def load(self, dialect: Dialect, text: str, beside: str) -> None:
        """Load a ruleset and the recorder `beside` it, in one step where the program can. Raises RefusedError."""
        if dialect == "nftables":
            self.host.run(["nft", "-f", "-"], f"{text}\n{beside}")
            return
        program, backend = dialect.split("-")
        if backend == "legacy":
            self._legacy.add(program)
        self.host.run(["nft", "-f", "-"], beside)
        self.host.run([f"{program}-{backend}-restore"], text)

    def observe(self, probes: Sequence[Probe]) -> list[Observation]:
        """Send the probes to the loaded ruleset and read the recorder. Raises RuntimeError on packets that get lost."""
        missing = list(range(len(probes)))
        for _ in range(4):
            for index in missing:
                probe = probes[index]
                self._send(probe, self._octets(probe, index + 1), outgoing=probe.path == "output")
            arrived, states, passed = self._recorded()
            missing = [index for index in range(len(probes)) if (probes[index].v6, index + 1) not in arrived]
            if not missing:
                break
        else:
            raise RuntimeError(f"{len(missing)} packets never arrived, the first: {probes[missing[0]]}")
        return [
            Observation((probe.v6, number) in passed, states.get((probe.v6, number)))
            for number, probe in enumerate(probes, 1)
        ]

    def listing(self, dialect: Dialect) -> str:
        """The loaded ruleset as the program prints it, without the recorder."""
        if dialect == "nftables":
            listed = self.host.run(["nft", "list", "ruleset"])
            return re.sub(r"^table inet portspec_recorder \{\n.*?^\}\n", "", listed, flags=re.MULTILINE | re.DOTALL)
        program, backend = dialect.split("-")
        return self.host.run([f"{program}-{backend}-save", "-c"])

    def trace(self, dialect: Dialect, text: str, probe: Probe) -> str:
        """How the kernel came to its verdict on one probe: what `nft monitor trace` tells, or for the legacy tables,
        which it does not see, the rules that counted the packet."""
        self.prepare([probe])
        if dialect.endswith("legacy"):
            program = dialect.split("-")[0]
            self.load(dialect, re.sub(r"^\[\d+:\d+\] ", "", text, flags=re.MULTILINE), recorder([probe]))
            self.observe([probe])
            counted = self.host.run([f"{program}-legacy-save", "-c"])
            return "\n".join(line for line in counted.splitlines() if re.match(r"\[[1-9]", line))
        self.load(dialect, text, recorder([probe], trace=True))
        monitor = self.host.start(["nft", "monitor", "trace"])
        try:
            time.sleep(0.3)
            self.observe([probe])
            time.sleep(0.3)
        finally:
            monitor.terminate()
        told, _ = monitor.communicate(timeout=10)
        return "\n".join(line for line in told.splitlines() if "portspec_recorder" not in line)

    def _octets(self, probe: Probe, number: int) -> bytes:
        inner = b""
        if probe.state == "related":
            inner = wire.packet(wire.related_datagram(probe), OPENER)
        return wire.packet(probe, number, inner=inner, sequence=3, answers=probe.state == "established")

    def _send(self, probe: Probe, octets: bytes, *, outgoing: bool) -> None:
        if outgoing:
            with suppress(PermissionError):  # how the kernel tells a local sender that a filter dropped the packet
                self._raw[probe.v6].sendto(octets, (format_address(probe.destination), 0))
        else:
            name = probe.in_interface
            self._wires[name].send(self._headers[name, probe.v6] + octets)

    def _recorded(self) -> tuple[set[tuple[bool, int]], dict[tuple[bool, int], str], set[tuple[bool, int]]]:
        listed = self.host.run(["nft", "-nn", "list", "table", "inet", "portspec_recorder"])
        found: dict[str, list[str]] = {}
        for name, elements in re.findall(r"set (\w+) \{[^{}]*?elements = \{([^}]*)\}", listed):
            found[name] = [element.strip() for element in elements.split(",")]
        states: dict[tuple[bool, int], str] = {}
        for v6 in (False, True):
            for element in found.get(f"states{6 if v6 else 4}", ()):
                number, _, state = element.partition(" . ")
                states[v6, int(number, 0)] = STATES[int(state, 0)] if state[:1].isdigit() else state
        return _numbers(found, "arrived"), states, _numbers(found, "passed")

    def _cable(self) -> None:
        peer = self.peer.thread_id
        commands = ["link set lo up"]
        for number, name in enumerate(INTERFACES, 1):
            commands += [
                f"link add {name} type veth peer name {name} netns {peer}",
                f"link set {name} arp off up",
                f"addr add 192.0.2.{number}/32 dev {name}",  # what masquerading needs
                f"addr add 2001:db8:ffff::{number}/128 dev {name} nodad",
            ]
        self.host.run(["ip", "-batch", "-"], "\n".join(commands) + "\n")
        self.peer.write_sysctls({"ipv6/conf/all/disable_ipv6": 1})
        self.peer.run(["ip", "-batch", "-"], "".join(f"link set {name} arp off up\n" for name in INTERFACES))
        self.host.run(["nft", "-f", "-"], recorder(()))
        self.host.write_sysctls(SYSCTLS)
        routes = [f"route add {prefix} dev {name}" for prefix, name in OUTGOING]
        if self.terminal:
            routes += [f"route add local {prefix} dev lo table 100" for prefix in ("0.0.0.0/0", "::/0")]
            routes += [f"route add local {prefix} dev lo" for prefix in OWN]
        self.host.run(["ip", "-batch", "-"], "\n".join(routes) + "\n")
        if self.terminal:
            rules = "".join(f"rule add iif {name} lookup 100\n" for name in INTERFACES)
            self.host.run(["ip", "-batch", "-"], rules)
            self.host.run(["ip", "-6", "-batch", "-"], rules)
        for name in INTERFACES:
            self._wires[name] = self.peer.call(lambda name=name: _wire(name))  # type: ignore[misc]
            there = self.host.call(lambda name=name: _hardware_address(name))  # type: ignore[misc]
            here = self._wires[name].getsockname()[4]
            for v6, kind in ((False, b"\x08\x00"), (True, b"\x86\xdd")):
                self._headers[name, v6] = there + here + kind
        self._raw = {v6: self.host.call(lambda v6=v6: _raw(v6=v6)) for v6 in (False, True)}  # type: ignore[misc]


STATES = {1: "invalid", 2: "established", 4: "related", 8: "new", 64: "untracked"}


def outgoing_interface(probe: Probe) -> str:
    """The interface by which a forwarded or outgoing probe leaves."""
    from portspec.packets.addresses import parse_network

    for prefix, name in OUTGOING:
        first, last = parse_network(prefix)
        if first <= probe.destination <= last:
            return name
    raise ValueError(f"no route for {probe}")


def recorder(probes: Sequence[Probe], *, trace: bool = False) -> str:
    """The recorder's table as text for nft; probes that want to be untracked are excused from tracking."""
    untracked = {v6: [] for v6 in (False, True)}  # type: dict[bool, list[int]]
    for number, probe in enumerate(probes, 1):
        if probe.state == "untracked":
            untracked[probe.v6].append(number)
    keys = ((False, 4, "ip id"), (True, 6, "ip6 flowlabel"))
    sets = "".join(
        f"set {name}{family} {{ typeof {key}{more}; size 65536; flags dynamic; }}\n"
        for _, family, key in keys
        for name, more in (("arrived", ""), ("states", " . ct state"), ("passed", ""))
    )
    first = "".join(f"add @arrived{family} {{ {key} }}\n" for _, family, key in keys)
    first += "meta nftrace set 1\n" if trace else ""
    excused = "".join(
        f"{key} {{ {', '.join(map(str, untracked[v6]))} }} notrack\n" for v6, _, key in keys if untracked[v6]
    )
    state = "".join(f"{key} != {OPENER} add @states{family} {{ {key} . ct state }}\n" for _, family, key in keys)
    last = "".join(f"{key} != {OPENER} add @passed{family} {{ {key} }} drop\n" for _, family, key in keys)
    return f"""table inet portspec_recorder
delete table inet portspec_recorder
table inet portspec_recorder {{
{sets}
chain arriving {{ type filter hook ingress devices = {{ {", ".join(INTERFACES)} }} priority {FIRST}; {first} }}
chain leaving {{ type filter hook output priority {FIRST}; meta mark != {OURS} drop; meta mark set 0; {first} }}
chain excusing {{ type filter hook prerouting priority {BEFORE_TRACKING}; {excused} }}
chain excusing_leaving {{ type filter hook output priority {BEFORE_TRACKING}; {excused} }}
chain tracked {{ type filter hook prerouting priority {AFTER_TRACKING}; {state} }}
chain tracked_leaving {{ type filter hook output priority {AFTER_TRACKING}; {state} }}
chain at_input {{ type filter hook input priority {LAST}; {last} }}
chain at_postrouting {{ type filter hook postrouting priority {LAST}; {last} }}
}}
"""


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


def _numbers(found: dict[str, list[str]], name: str) -> set[tuple[bool, int]]:
    return {(v6, int(text, 0)) for v6 in (False, True) for text in found.get(f"{name}{6 if v6 else 4}", ())}


def _wire(name: str) -> socket.socket:
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    sock.bind((name, 0))
    return sock


def _hardware_address(name: str) -> bytes:
    with _wire(name) as sock:
        return bytes(sock.getsockname()[4])


def _raw(*, v6: bool) -> socket.socket:
    sock = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, OURS)
    return sock
