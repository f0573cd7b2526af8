"""Filters in both dialects and the findings that they must give, the same in each."""

from __future__ import annotations

from typing import NamedTuple

Pair = tuple[str, str]
"""A rule of nftables and the one of iptables that means the same."""


class Case(NamedTuple):
    """Rules of one chain at one place, and perhaps those of the chain for packets that the host sends.

    `v6`: in a cluster of IPv6 addresses.
    """

    name: str
    at: str
    rules: list[Pair]
    expected: list[str]
    chain: str = "input"
    policy: str = "drop"
    v6: bool = False
    sent: tuple[Pair, ...] = ()


CP, WORKER = "host control-plane", "host worker"
EST = ("ct state established,related accept", "-m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT")
INVALID = ("ct state invalid drop", "-m conntrack --ctstate INVALID -j DROP")
ETCD = (
    "ip saddr { 10.0.0.1, 10.0.0.2 } tcp dport 2379 accept",
    "-s 10.0.0.1,10.0.0.2 -p tcp -m tcp --dport 2379 -j ACCEPT",
)
API = (
    "ip saddr { 10.0.0.1-10.0.0.2, 10.0.0.11-10.0.0.12, 10.9.0.0/24 } tcp dport 6443 accept",
    "-s 10.0.0.1,10.0.0.2,10.0.0.11,10.0.0.12,10.9.0.0/24 -p tcp -m tcp --dport 6443 -j ACCEPT",
)
KUBELET = (
    "ip saddr 10.0.0.1-10.0.0.2 tcp dport 10250 accept",
    "-p tcp -m iprange --src-range 10.0.0.1-10.0.0.2 -m tcp --dport 10250 -j ACCEPT",
)
OVERLAY = (
    "ip saddr 10.0.0.1-10.0.0.2 udp dport 6081 accept",
    "-p udp -m iprange --src-range 10.0.0.1-10.0.0.2 -m udp --dport 6081 -j ACCEPT",
)
WEB = ("tcp dport 443 accept", "-p tcp -m tcp --dport 443 -j ACCEPT")
SSH = ("ip saddr 10.9.0.0/24 tcp dport 22 accept", "-s 10.9.0.0/24 -p tcp -m tcp --dport 22 -j ACCEPT")
DROP = ("drop", "-j DROP")
ACCEPT = ("accept", "-j ACCEPT")
RIGHT_CP = [EST, INVALID, ETCD, API, SSH]
RIGHT_WORKER = [EST, KUBELET, OVERLAY, WEB]


def open_to(sources: str, port: int, transport: str = "tcp", verdict: str = "accept") -> Pair:
    """A rule for one source and one port."""
    target = verdict.upper()
    family = "ip6" if ":" in sources else "ip"
    return (
        f"{family} saddr {sources} {transport} dport {port} {verdict}",
        f"-s {sources} -p {transport} -m {transport} --dport {port} -j {target}",
    )


def without(rules: list[Pair], left_out: Pair) -> list[Pair]:
    """The rules but one."""
    return [rule for rule in rules if rule is not left_out]


def instead(rules: list[Pair], old: Pair, *new: Pair) -> list[Pair]:
    """The rules with one replaced by others."""
    return [one for rule in rules for one in (new if rule is old else (rule,))]


def limited(verdict: str, port: int) -> Pair:
    """A rule for one port that matches five times a second."""
    target = verdict.upper()
    return (
        f"tcp dport {port} limit rate 5/second {verdict}",
        f"-p tcp -m tcp --dport {port} -m limit --limit 5/second -j {target}",
    )


def from_peers(match: Pair) -> Pair:
    """etcd for the peers, with one more match."""
    return (
        f"ip saddr {{ 10.0.0.1, 10.0.0.2 }} {match[0]} tcp dport 2379 accept",
        f"-s 10.0.0.1,10.0.0.2 -p tcp {match[1]} --dport 2379 -j ACCEPT",
    )


EDGE = "between admin,client and control-plane,worker"
TO_WEB = (
    "ip daddr 10.0.0.11-10.0.0.12 tcp dport 443 accept",
    "-p tcp -m iprange --dst-range 10.0.0.11-10.0.0.12 -m tcp --dport 443 -j ACCEPT",
)
ADMINS = open_to("10.9.0.0/24", 6443)
PEERS, BOTH = "10.0.0.1-10.0.0.2", "10.0.0.11-10.0.0.12"
API6 = (
    "ip6 saddr { 2001:db8::1-2001:db8::2, 2001:db8::11-2001:db8::12, 2001:db8:9::/64 } tcp dport 6443 accept",
    "-s 2001:db8::1,2001:db8::2,2001:db8::11,2001:db8::12,2001:db8:9::/64 -p tcp -m tcp --dport 6443 -j ACCEPT",
)
RIGHT_V6 = [EST, open_to("2001:db8::1", 2379), open_to("2001:db8::2", 2379), API6]
ETCD_OPEN = ("tcp dport 2379 accept", "-p tcp -m tcp --dport 2379 -j ACCEPT")
ETCD_SHUT = ("tcp dport 2379 drop", "-p tcp -m tcp --dport 2379 -j DROP")
OPEN_8000 = ("tcp dport 8000-8010 accept", "-p tcp -m tcp --dport 8000:8010 -j ACCEPT")
NEW = ("ct state new accept", "-m conntrack --ctstate NEW -j ACCEPT")
WORLD = "203.0.113.10"
NOT_OURS = "0.0.0.0-10.0.0.0, 10.0.0.3-10.0.0.10, 10.0.0.13-10.8.255.255"

CASES: list[Case] = [
    # Nothing wrong
    Case("a right control plane", CP, RIGHT_CP, []),
    Case("a right worker", WORKER, RIGHT_WORKER, []),
    Case("right by a closing drop", CP, [*RIGHT_CP, DROP], [], policy="accept"),
    Case("right in IPv6", CP, RIGHT_V6, [], v6=True),
    Case("a right edge", EDGE, [EST, ADMINS, TO_WEB], [], chain="forward"),
    Case("what is sent is filtered, rightly", CP, RIGHT_CP, [], sent=(EST, NEW)),
    Case("a drop behind the accept", CP, [EST, ETCD, API, open_to("10.0.0.12", 6443, verdict="drop")], []),
    Case("a port for the site that the policy does not know", CP, [*RIGHT_CP, open_to("10.9.0.0/24", 9090)], []),
    Case("first packets by their flags", CP,
         instead(RIGHT_CP, ETCD, from_peers(("tcp flags & (fin | syn | rst | ack) == syn", "-m tcp --syn"))), []),
    Case("the source ports of clients", CP, instead(RIGHT_CP, ETCD, from_peers(("tcp sport 1024-65535", "-m tcp --sport 1024:65535"))), []),
    Case("opened to the world, but dropped before", CP, [EST, ETCD, ETCD_SHUT, ETCD_OPEN, API], []),
    # A required hop is blocked
    Case("no rule for etcd", CP, without(RIGHT_CP, ETCD),
         [f"PS101 | error | certain | 2379 | policy | 10.0.0.2>10.0.0.1 tcp/2379 drop | {PEERS} → {PEERS}"]),
    Case("refused before the accept", CP, [EST, open_to("10.0.0.0/8", 2379, verdict="reject"), ETCD, API],
         [f"PS101 | error | certain | 2379 | rule 1 | 10.0.0.2>10.0.0.1 tcp/2379 reject | {PEERS} → {PEERS}"]),
    Case("dropped at the end", CP, [EST, ETCD, DROP], [
        f"PS101 | error | certain | 6443 | rule 2 | 10.0.0.11>10.0.0.1 tcp/6443 drop | {BOTH} → {PEERS}",
        f"PS101 | error | certain | 6443 | rule 2 | 10.9.0.10>10.0.0.1 tcp/6443 drop | 10.9.0.0/24 → {PEERS}"], policy="accept"),
    Case("established alone admits no first packet", CP, [EST, ETCD],
         [f"PS101 | error | certain | 6443 | policy | 10.0.0.11>10.0.0.1 tcp/6443 drop | {BOTH} → {PEERS}",
          f"PS101 | error | certain | 6443 | policy | 10.9.0.10>10.0.0.1 tcp/6443 drop | 10.9.0.0/24 → {PEERS}"]),
    Case("the other transport", WORKER, instead(RIGHT_WORKER, OVERLAY, (OVERLAY[0].replace("udp", "tcp"), OVERLAY[1].replace("udp", "tcp"))),
         [f"PS101 | error | certain | 6081 | policy | 10.0.0.1>10.0.0.11 udp/6081 drop | {PEERS} → {BOTH}"]),
    Case("source ports that no client has", CP, instead(RIGHT_CP, ETCD, from_peers(("tcp sport 0-1023", "-m tcp --sport 0:1023"))),
         [f"PS101 | error | certain | 2379 | policy | 10.0.0.2>10.0.0.1 tcp/2379 drop | {PEERS} → {PEERS}"]),
    Case("an edge that lets nothing through", EDGE, [EST, DROP], [
        f"PS101 | error | certain | 443 | rule 1 | {WORLD}>10.0.0.11 tcp/443 drop | {NOT_OURS}, 10.9.1.0-255.255.255.255 → {BOTH}",
        f"PS101 | error | certain | 6443 | rule 1 | 10.9.0.10>10.0.0.1 tcp/6443 drop | 10.9.0.0/24 → {PEERS}"], chain="forward"),
    Case("nothing may be sent first", CP, RIGHT_CP, [
        f"PS101 | error | certain | 10250 | policy | 10.0.0.1>10.0.0.11 tcp/10250 drop | {PEERS} → {BOTH}",
        f"PS101 | error | certain | 2379 | policy | 10.0.0.2>10.0.0.1 tcp/2379 drop | {PEERS} → {PEERS}",
        f"PS101 | error | certain | 6081 | policy | 10.0.0.1>10.0.0.11 udp/6081 drop | {PEERS} → {BOTH}"], sent=(EST,)),
    # Blocked in part: which part
    Case("one peer is left out", CP, instead(RIGHT_CP, ETCD, open_to("10.0.0.1", 2379)),
         ["PS101 | error | certain | 2379 | policy | 10.0.0.2>10.0.0.1 tcp/2379 drop | 10.0.0.2 → 10.0.0.1"]),
    Case("half a network is left out", CP, instead(RIGHT_CP, API, *(open_to(one, 6443) for one in ("10.9.0.0/25", "10.0.0.11", "10.0.0.12"))),
         [f"PS101 | error | certain | 6443 | policy | 10.9.0.138>10.0.0.1 tcp/6443 drop | 10.9.0.128/25 → {PEERS}"]),
    Case("one worker is dropped before", CP, [EST, open_to("10.0.0.12", 6443, verdict="drop"), ETCD, API],
         [f"PS101 | error | certain | 6443 | rule 1 | 10.0.0.12>10.0.0.1 tcp/6443 drop | 10.0.0.12 → {PEERS}"]),
    Case("the public port for one network", WORKER, instead(RIGHT_WORKER, WEB, open_to("198.51.100.0/24", 443)),
         [f"PS101 | error | certain | 443 | policy | {WORLD}>10.0.0.11 tcp/443 drop | {NOT_OURS}, 10.9.1.0-198.51.99.255, +1 → {BOTH}"]),
    Case("one peer is left out in IPv6", CP, without(RIGHT_V6, RIGHT_V6[2]),
         ["PS101 | error | certain | 2379 | policy | 2001:db8::2>2001:db8::1 tcp/2379 drop | 2001:db8::2 → 2001:db8::1"], v6=True),
    # The reply is blocked
    Case("replies do not come in", CP, [ETCD, API], ["PS102 | error | certain | 2379 | policy | 10.0.0.1>10.0.0.2 tcp/1024 drop | 3"]),
    Case("replies do not go out", CP, RIGHT_CP, ["PS102 | error | certain | 6443 | policy | 10.0.0.1>10.9.0.10 tcp/1024 drop | 3"], sent=(NEW,)),
    Case("replies do not pass the edge", EDGE, [ADMINS, TO_WEB], ["PS102 | error | certain | 6443 | policy | 10.0.0.1>10.9.0.10 tcp/1024 drop | 2"],
         chain="forward"),
    # It hangs on something that is not modelled: which rule
    Case("an accept under a limit", CP, instead(RIGHT_CP, ETCD, from_peers(("limit rate 5/second", "-m limit --limit 5/second -m tcp"))),
         ["PS103 | warning | possible | 2379 | rule 2 | 10.0.0.2>10.0.0.1 tcp/2379 unknown"]),
    Case("a drop under a limit", CP, [EST, limited("drop", 2379), ETCD, API],
         ["PS103 | warning | possible | 2379 | rule 1 | 10.0.0.2>10.0.0.1 tcp/2379 unknown"]),
    Case("a limit on what is dropped anyway", CP, [*RIGHT_CP, limited("drop", 2379)], []),
    Case("an interface that may be another", WORKER, instead(RIGHT_WORKER, WEB, (f'iifname "eth9" {WEB[0]}', f"-i eth9 {WEB[1]}")),
         [f"PS103 | warning | possible | 443 | rule 3 | {WORLD}>10.0.0.11 tcp/443 unknown"]),
    # Exposure
    Case("one address too many", CP, [EST, ETCD, open_to("10.0.0.3", 2379), API],
         ["PS201 | error | certain | 2379 | rule 2 | 10.0.0.3>10.0.0.1 tcp/2379 accept | 10.0.0.3"]),
    Case("the whole network", CP, [EST, open_to("10.0.0.0/24", 2379), API],
         ["PS201 | error | certain | 2379 | rule 1 | 10.0.0.10>10.0.0.1 tcp/2379 accept | 10.0.0.0, 10.0.0.3-10.0.0.255"]),
    Case("opened to the world, and dropped behind it", CP, [EST, ETCD, ETCD_OPEN, ETCD_SHUT, API],
         [f"PS201 | error | certain | 2379 | rule 2 | {WORLD}>10.0.0.1 tcp/2379 accept | 0.0.0.0/0"]),
    Case("half of the world", CP, [EST, open_to("128.0.0.0/1", 2379), ETCD, API],
         [f"PS201 | error | certain | 2379 | rule 1 | {WORLD}>10.0.0.1 tcp/2379 accept | 128.0.0.0/1"]),
    Case("the site where only the cluster may", WORKER, [*RIGHT_WORKER, open_to("10.9.0.0/24", 10250)],
         ["PS201 | warning | certain | 10250 | rule 4 | 10.9.0.10>10.0.0.11 tcp/10250 accept | 10.9.0.0/24"]),
    Case("the world in IPv6", CP, [*RIGHT_V6, ETCD_OPEN],
         ["PS201 | error | certain | 2379 | rule 4 | 2001:db8::a>2001:db8::1 tcp/2379 accept | ::/0"], v6=True),
    Case("the world in IPv6, in halves", CP, [*RIGHT_V6, open_to("::/1", 6443), open_to("8000::/1", 6443)],
         ["PS201 | warning | certain | 6443 | rule 4 | 2001:db8::a>2001:db8::1 tcp/6443 accept | ::/0"], v6=True),
    Case("the world under a limit", CP, [*RIGHT_CP, limited("accept", 2379)],
         [f"PS201 | warning | possible | 2379 | rule 5 | {WORLD}>10.0.0.1 tcp/2379 unknown | 0.0.0.0/0"]),
    Case("an edge that opens etcd", EDGE,
         [EST, ADMINS, ("ip daddr 10.0.0.0/24 tcp dport { 443, 2379 } accept", "-d 10.0.0.0/24 -p tcp -m multiport --dports 443,2379 -j ACCEPT")],
         [f"PS201 | error | certain | 2379 | rule 2 | {WORLD}>10.0.0.1 tcp/2379 accept | 0.0.0.0/0"], chain="forward"),
    Case("whoever sends from one port", CP, [*RIGHT_CP, ("tcp sport 53 accept", "-p tcp -m tcp --sport 53 -j ACCEPT")],
         [f"PS201 | error | certain | 2379 | rule 5 | {WORLD}:53>10.0.0.1 tcp/2379 accept | 0.0.0.0/0",
          f"PS201 | warning | certain | 6443 | rule 5 | {WORLD}:53>10.0.0.1 tcp/6443 accept | 0.0.0.0/0",
          f"PS202 | warning | certain | rule 5 | {WORLD}:53>10.0.0.1 tcp/22 accept | 0.0.0.0/0 | 0-2378/tcp, 2380-6442/tcp, 6444-65535/tcp"]),
    Case("an accept for one source port behind a drop", CP,
         [*RIGHT_CP, DROP, ("tcp sport 53 accept", "-p tcp -m tcp --sport 53 -j ACCEPT")], []),
    Case("a mark that nothing sets", CP, [("meta mark 0x8000 drop", "-m mark --mark 0x8000 -j DROP"), *RIGHT_CP], []),
    Case("ports that the policy does not know", CP, [*RIGHT_CP, OPEN_8000],
         [f"PS202 | warning | certain | rule 5 | {WORLD}>10.0.0.1 tcp/8000 accept | 0.0.0.0/0 | 8000-8010/tcp"]),
    Case("two audiences, each with its ports", CP, [*RIGHT_CP, open_to("198.51.100.0/24", 9000), OPEN_8000, open_to("198.51.100.0/24", 8005)],
         ["PS202 | warning | certain | rule 5 | 198.51.100.10>10.0.0.1 tcp/9000 accept | 198.51.100.0/24 | 9000/tcp",
          f"PS202 | warning | certain | rule 6 | {WORLD}>10.0.0.1 tcp/8000 accept | 0.0.0.0/0 | 8000-8010/tcp"]),
    Case("the world in two halves, rules far apart", CP, [open_to("0.0.0.0/1", 8000), *RIGHT_CP, open_to("128.0.0.0/1", 8000)],
         [f"PS202 | warning | certain | rule 6 | {WORLD}>10.0.0.1 tcp/8000 accept | 0.0.0.0/0 | 8000/tcp"]),
    Case("the world but for some", CP, [*RIGHT_CP, open_to("203.0.113.0/24", 2379, verdict="drop"), ETCD_OPEN],
         ["PS201 | error | certain | 2379 | rule 6 | 198.51.100.10>10.0.0.1 tcp/2379 accept | 0.0.0.0/0 (!203.0.113.0/24)"]),
    Case("for certain to some, perhaps to all", CP, [*RIGHT_CP, open_to("198.51.100.0/24", 8000), open_to("198.51.100.0/24", 2379), limited("accept", 8000), limited("accept", 2379)],
         ["PS201 | error | certain | 2379 | rule 6 | 198.51.100.10>10.0.0.1 tcp/2379 accept | 198.51.100.0/24",
          f"PS201 | warning | possible | 2379 | rule 8 | {WORLD}>10.0.0.1 tcp/2379 unknown | 0.0.0.0/0 (!198.51.100.0/24)",
          "PS202 | warning | certain | rule 5 | 198.51.100.10>10.0.0.1 tcp/8000 accept | 198.51.100.0/24 | 8000/tcp",
          f"PS202 | note | possible | rule 7 | {WORLD}>10.0.0.1 tcp/8000 unknown | 0.0.0.0/0 (!198.51.100.0/24) | 8000/tcp"]),
    Case("one port for certain, another one perhaps", CP, [*RIGHT_CP, OPEN_8000, limited("accept", 9000)],
         [f"PS202 | warning | certain | rule 5 | {WORLD}>10.0.0.1 tcp/8000 accept | 0.0.0.0/0 | 8000-8010/tcp",
          f"PS202 | note | possible | rule 6 | {WORLD}>10.0.0.1 tcp/9000 unknown | 0.0.0.0/0 | 9000/tcp"]),
    Case("a range over two services and what is between", CP, [*RIGHT_CP, ("tcp dport 2379-6443 accept", "-p tcp -m tcp --dport 2379:6443 -j ACCEPT")],
         [f"PS201 | error | certain | 2379 | rule 5 | {WORLD}>10.0.0.1 tcp/2379 accept | 0.0.0.0/0",
          f"PS201 | warning | certain | 6443 | rule 5 | {WORLD}>10.0.0.1 tcp/6443 accept | 0.0.0.0/0",
          f"PS202 | warning | certain | rule 5 | {WORLD}>10.0.0.1 tcp/2380 accept | 0.0.0.0/0 | 2380-6442/tcp"]),
    Case("such a port under a limit", CP, [*RIGHT_CP, limited("accept", 8000)],
         [f"PS202 | note | possible | rule 5 | {WORLD}>10.0.0.1 tcp/8000 unknown | 0.0.0.0/0 | 8000/tcp"]),
    Case("everything by policy", CP, [EST], [f"PS203 | error | certain | policy | {WORLD}>10.0.0.1 tcp/22 accept | 0.0.0.0/0 | 6443/tcp, 2379/tcp"],
         policy="accept"),
    Case("everything by a rule", CP, [*RIGHT_CP, ACCEPT],
         [f"PS203 | error | certain | rule 5 | {WORLD}>10.0.0.1 tcp/22 accept | 0.0.0.0/0 | 6443/tcp, 2379/tcp"]),
    Case("everything through the edge", EDGE, [("ip daddr 10.0.0.0/24 accept", "-d 10.0.0.0/24 -j ACCEPT"), EST],
         [f"PS203 | error | certain | rule 0 | {WORLD}>10.0.0.1 tcp/22 accept | 0.0.0.0/0 | 6443/tcp, 2379/tcp"], chain="forward"),
]  # fmt: skip
