"""Large edge filters: `portspec check` beside `iptables-legacy-restore --test` reading the same file, whole processes.

    sudo python benchmarks/iptables_restore.py [SHAPE …] [SIZE …] [--json FILE]

Needs root, iptables-legacy-restore (Debian package iptables) and unshare (util-linux). The goals: a
ratio of at most 1.0 for 100,000 rules, and of 4.0 for 5,000, where most of it is Python's start. The shapes:

- tickets: what a firewall team's tool writes: every rule with its state and a comment that names the ticket
- mixed: a grown list, most rules bare, some with comments, states, several ports, and drops in between
- flat: nothing but rules of one form that accept a source, a network and a port
- drops: the same, every other one of them a drop
- chains: one chain for each of many services, entered by a jump, with eight sources and a drop at its end
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator

from shapes import Peer, Shape, compare, host

PEER = Peer(
    name="iptables-legacy-restore --test",
    command=("unshare", "-n", "iptables-legacy-restore", "--test"),
    version=("iptables-legacy-restore", "--version"),
    file="edge.rules",
    runs={1_000: 15, 5_000: 15, 10_000: 11, 100_000: 9},
    goals={5_000: 4.0, 100_000: 1.0},
)
HEAD = ("*filter", ":INPUT DROP [0:0]", ":FORWARD DROP [0:0]", ":OUTPUT ACCEPT [0:0]")


def tickets(count: int, pick: random.Random) -> Iterator[str]:
    """Rules of one form each with source, destination, state, port and comment."""
    yield from HEAD
    yield "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
    for number in range(count - 1):
        yield (
            f"-A FORWARD -s {host(pick)}/32 -d {host(pick)}/32 -p tcp -m conntrack --ctstate NEW"
            f' -m tcp --dport {pick.randint(1, 65535)} -m comment --comment "ticket {number}" -j ACCEPT'
        )
    yield "COMMIT"


def mixed(count: int, pick: random.Random) -> Iterator[str]:
    """Hosts and networks, single and several ports, comments, states, drops in between, in a chain of its own."""
    yield from (*HEAD, ":tickets - [0:0]")
    yield "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
    yield "-A FORWARD -d 192.168.22.0/24 -j tickets"
    for number in range(count - 3):
        address = f"{host(pick)}/32"
        if pick.random() < 0.1:
            address = address.rsplit(".", 1)[0] + ".0/24"
        port = pick.randint(1, 65535)
        kind = pick.random()
        if kind < 0.5:
            yield f"-A tickets -s {address} -p tcp -m tcp --dport {port} -j ACCEPT"
        elif kind < 0.7:
            comment = f'-m comment --comment "ticket {number}"'
            yield f"-A tickets -s {address} -d 192.168.22.0/24 -p tcp -m tcp --dport {port} {comment} -j ACCEPT"
        elif kind < 0.8:
            yield f"-A tickets -s {address} -p udp -m multiport --dports 53,{port} -j ACCEPT"
        elif kind < 0.9:
            yield f"-A tickets -s {address} -p tcp -m conntrack --ctstate NEW -m tcp --dport {port} -j DROP"
        else:
            yield f"-A tickets -s {address} -j DROP"
    yield "-A tickets -j REJECT --reject-with icmp-admin-prohibited"
    yield "COMMIT"


def flat(count: int, pick: random.Random) -> Iterator[str]:
    """Rules of one form each with source, destination and port, bare."""
    yield from _bare(count, pick, ("ACCEPT",))


def drops(count: int, pick: random.Random) -> Iterator[str]:
    """The same, accepting and dropping in turn."""
    yield from _bare(count, pick, ("ACCEPT", "DROP"))


def _bare(count: int, pick: random.Random, targets: tuple[str, ...]) -> Iterator[str]:
    yield from HEAD
    yield "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
    for number in range(count - 1):
        yield (
            f"-A FORWARD -s {host(pick)}/32 -d 192.168.22.0/24 -p tcp -m tcp --dport {pick.randint(1, 65535)}"
            f" -j {targets[number % len(targets)]}"
        )
    yield "COMMIT"


def chains(count: int, pick: random.Random) -> Iterator[str]:
    """Ten rules for each service: the jump to its chain, eight sources, a drop."""
    names = [f"SVC-{number:06d}" for number in range(count // 10)]
    yield from HEAD
    yield from (f":{name} - [0:0]" for name in names)
    for name in names:
        match = f'-p tcp -m comment --comment "shop/{name.lower()}" -m tcp --dport {pick.randint(1, 65535)}'
        yield f"-A FORWARD -d {host(pick)}/32 {match} -j {name}"
    for name in names:
        for _ in range(8):
            yield f'-A {name} -s {host(pick)}/32 -m comment --comment "shop/{name.lower()}" -j ACCEPT'
        yield f"-A {name} -j DROP"
    yield "COMMIT"


SHAPES: dict[str, Shape] = {
    "tickets": tickets,
    "mixed": mixed,
    "flat": flat,
    "drops": drops,
    "chains": chains,
}


if __name__ == "__main__":
    sys.exit(compare(PEER, SHAPES, sys.argv[1:]))
