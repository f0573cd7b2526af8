"""Large filters in nftables: `portspec check` beside `nft -c -f` reading the same file, whole processes.

    sudo python benchmarks/nft_check.py [SHAPE …] [SIZE …] [--json FILE]

Needs root, nft (Debian package nftables) and unshare (util-linux). The goal for 100,000 rules is a ratio of at most 0.8. The
shapes are those of `iptables_restore.py`, as nftables prints them, and:

- sets: one set that holds as many addresses as there would be rules, and few rules that ask it
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator

from shapes import Peer, Shape, compare, host

PEER = Peer(
    name="nft -c",
    command=("unshare", "-n", "nft", "-c", "-f"),
    version=("nft", "--version"),
    file="edge.nft",
    runs={1_000: 9, 10_000: 7, 100_000: 5},
    goals={100_000: 0.8},
)
HEAD = ("table inet filter {", "\tchain forward {", "\t\ttype filter hook forward priority filter; policy drop;")
FIRST = "\t\tct state established,related accept"


def tickets(count: int, pick: random.Random) -> Iterator[str]:
    """Rules of one form each with source, destination, state, port, counter and comment."""
    yield from (*HEAD, FIRST)
    for number in range(count - 1):
        yield (
            f"\t\tip saddr {host(pick)} ip daddr {host(pick)} ct state new tcp dport {pick.randint(1, 65535)} "
            f'counter packets {pick.randint(0, 9999)} bytes {pick.randint(0, 999999)} accept comment "ticket {number}"'
        )
    yield from ("\t}", "}")


def mixed(count: int, pick: random.Random) -> Iterator[str]:
    """Hosts and networks, single and several ports, comments, states, drops in between, in a chain of its own."""
    yield from (*HEAD, FIRST, "\t\tip daddr 192.168.22.0/24 jump tickets", "\t}", "\tchain tickets {")
    for number in range(count - 3):
        address = host(pick)
        if pick.random() < 0.1:
            address = address.rsplit(".", 1)[0] + ".0/24"
        port = pick.randint(1, 65535)
        kind = pick.random()
        if kind < 0.5:
            yield f"\t\tip saddr {address} tcp dport {port} accept"
        elif kind < 0.7:
            yield f'\t\tip saddr {address} ip daddr 192.168.22.0/24 tcp dport {port} accept comment "ticket {number}"'
        elif kind < 0.8:
            yield f"\t\tip saddr {address} udp dport {{ 53, {port} }} accept"
        elif kind < 0.9:
            yield f"\t\tip saddr {address} ct state new tcp dport {port} drop"
        else:
            yield f"\t\tip saddr {address} drop"
    yield from ("\t\treject with icmpx admin-prohibited", "\t}", "}")


def flat(count: int, pick: random.Random) -> Iterator[str]:
    """Rules of one form each with source, destination and port, bare."""
    yield from _bare(count, pick, ("accept",))


def drops(count: int, pick: random.Random) -> Iterator[str]:
    """The same, accepting and dropping in turn."""
    yield from _bare(count, pick, ("accept", "drop"))


def _bare(count: int, pick: random.Random, verdicts: tuple[str, ...]) -> Iterator[str]:
    yield from (*HEAD, FIRST)
    for number in range(count - 1):
        verdict = verdicts[number % len(verdicts)]
        yield f"\t\tip saddr {host(pick)} ip daddr 192.168.22.0/24 tcp dport {pick.randint(1, 65535)} {verdict}"
    yield from ("\t}", "}")


def chains(count: int, pick: random.Random) -> Iterator[str]:
    """Ten rules for each service: the jump to its chain, eight sources, a drop."""
    names = [f"svc-{number:06d}" for number in range(count // 10)]
    yield "table inet filter {"
    for name in names:
        yield f"\tchain {name} {{"
        for _ in range(8):
            yield f'\t\tip saddr {host(pick)} accept comment "shop/{name}"'
        yield from ("\t\tdrop", "\t}", "")
    yield from HEAD[1:]
    for name in names:
        yield f'\t\tip daddr {host(pick)} tcp dport {pick.randint(1, 65535)} jump {name} comment "shop/{name}"'
    yield from ("\t}", "}")


def sets(count: int, pick: random.Random) -> Iterator[str]:
    """A set of so many addresses, as nft prints it, two in a line."""
    hosts = sorted({host(pick) for _ in range(count)})
    yield "table inet filter {"
    yield from ("\tset allowed {", "\t\ttype ipv4_addr", f"\t\telements = {{ {hosts[0]}, {hosts[1]},")
    for at in range(2, len(hosts), 2):
        yield f"\t\t\t     {', '.join(hosts[at : at + 2])}" + (" }" if at + 2 >= len(hosts) else ",")
    yield from ("\t}", "", *HEAD[1:], FIRST)
    for port in (80, 443, 6443):
        yield f"\t\tip saddr @allowed ip daddr 192.168.22.0/24 tcp dport {port} accept"
    yield from ("\t}", "}")


SHAPES: dict[str, Shape] = {
    "tickets": tickets,
    "mixed": mixed,
    "flat": flat,
    "drops": drops,
    "chains": chains,
    "sets": sets,
}


if __name__ == "__main__":
    sys.exit(compare(PEER, SHAPES, sys.argv[1:]))
