"""The network around a host: three cables to a peer, routes, kernel parameters, and sockets that send as they like."""

from __future__ import annotations

import socket
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from differential.namespaces import Namespace
from differential.probes import Probe
from portspec.packets.addresses import format_address, parse_network

INTERFACES = ("eth0", "eth1", "ens3")
OUTGOING = (
    ("10.0.0.0/8", "eth0"), ("2001:db8:a::/48", "eth0"), ("172.16.0.0/12", "ens3"),
    ("0.0.0.0/0", "eth1"), ("::/0", "eth1"),
)  # fmt: skip
"""Routes of a host that is on the way: the interface by destination."""

OWN = ("192.168.22.0/24", "2001:db8:b::/48")
"""What a host that packets are for calls its own. It takes in everything else that arrives as well."""

OURS = 0x5057
"""The mark of what the host is made to send; the recorder takes it off again."""

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


class Network(NamedTuple):
    """Where packets are thrown in: `wires` by interface, with the Ethernet headers that fit, and raw sockets of the
    host's own, by family."""

    wires: dict[str, socket.socket]
    headers: dict[tuple[str, bool], bytes]
    raw: dict[bool, socket.socket]

    def send(self, probe: Probe, octets: bytes, *, outgoing: bool) -> None:
        """Throw in a packet: from the host itself, or by the probe's interface."""
        if outgoing:
            with suppress(PermissionError):  # how the kernel tells a local sender that a filter dropped the packet
                self.raw[probe.v6].sendto(octets, (format_address(probe.destination), 0))
        else:
            name = probe.in_interface
            self.wires[name].send(self.headers[name, probe.v6] + octets)

    def close(self) -> None:
        """Close every socket: they hold the namespaces."""
        for sock in (*self.wires.values(), *self.raw.values()):
            sock.close()


def cable(host: Namespace, peer: Namespace, *, terminal: bool) -> Network:
    """Cable a host to its peer and give it routes; `terminal`: whatever arrives is for the host itself."""
    commands = ["link set lo up"]
    for number, name in enumerate(INTERFACES, 1):
        commands += [
            f"link add {name} type veth peer name {name} netns {peer.thread_id}",
            f"link set {name} arp off up",
            f"addr add 192.0.2.{number}/32 dev {name}",  # what masquerading needs
            f"addr add 2001:db8:ffff::{number}/128 dev {name} nodad",
        ]
    commands += [f"route add {prefix} dev {name}" for prefix, name in OUTGOING]
    if terminal:
        commands += [f"route add local {prefix} dev lo table 100" for prefix in ("0.0.0.0/0", "::/0")]
        commands += [f"route add local {prefix} dev lo" for prefix in OWN]
    peer.write_sysctls({"ipv6/conf/default/disable_ipv6": 1})
    _batch(host, commands)
    if terminal:
        rules = [f"rule add iif {name} lookup 100" for name in INTERFACES]
        _batch(host, rules)
        _batch(host, rules, "-6")
    _batch(peer, [f"link set {name} arp off up" for name in INTERFACES])
    wires = {name: peer.call(partial(_wire, name)) for name in INTERFACES}
    headers = {
        (name, v6): host.call(partial(_hardware_address, name)) + wires[name].getsockname()[4] + kind
        for name in INTERFACES
        for v6, kind in ((False, b"\x08\x00"), (True, b"\x86\xdd"))
    }
    return Network(wires, headers, {v6: host.call(partial(_raw, v6=v6)) for v6 in (False, True)})


def outgoing_interface(probe: Probe) -> str:
    """The interface by which a forwarded or outgoing probe leaves."""

    for prefix, name in OUTGOING:
        first, last = parse_network(prefix)
        if first <= probe.destination <= last:
            return name
    raise ValueError(f"no route for {probe}")


def _batch(where: Namespace, commands: list[str], *options: str) -> None:
    where.run(["ip", *options, "-batch", "-"], "".join(f"{command}\n" for command in commands))


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
