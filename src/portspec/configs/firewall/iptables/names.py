"""Names that iptables takes for numbers, and what it does with its targets."""

from __future__ import annotations

from collections.abc import Mapping

from portspec.configs.firewall.model import Action, Hook

ICMP_TYPES: Mapping[str, tuple[int, int | None]] = {
    "echo-reply": (0, None), "pong": (0, None), "destination-unreachable": (3, None), "network-unreachable": (3, 0),
    "host-unreachable": (3, 1), "protocol-unreachable": (3, 2), "port-unreachable": (3, 3),
    "fragmentation-needed": (3, 4), "source-route-failed": (3, 5), "network-unknown": (3, 6), "host-unknown": (3, 7),
    "network-prohibited": (3, 9), "host-prohibited": (3, 10), "tos-network-unreachable": (3, 11),
    "tos-host-unreachable": (3, 12), "communication-prohibited": (3, 13), "host-precedence-violation": (3, 14),
    "precedence-cutoff": (3, 15), "source-quench": (4, None), "redirect": (5, None), "network-redirect": (5, 0),
    "host-redirect": (5, 1), "tos-network-redirect": (5, 2), "tos-host-redirect": (5, 3), "echo-request": (8, None),
    "ping": (8, None), "router-advertisement": (9, None), "router-solicitation": (10, None),
    "time-exceeded": (11, None), "ttl-exceeded": (11, None), "ttl-zero-during-transit": (11, 0),
    "ttl-zero-during-reassembly": (11, 1), "parameter-problem": (12, None), "ip-header-bad": (12, 0),
    "required-option-missing": (12, 1), "timestamp-request": (13, None), "timestamp-reply": (14, None),
    "address-mask-request": (17, None), "address-mask-reply": (18, None),
}  # fmt: skip

ICMPV6_TYPES: Mapping[str, tuple[int, int | None]] = {
    "destination-unreachable": (1, None), "no-route": (1, 0), "communication-prohibited": (1, 1), "beyond-scope": (1, 2),
    "address-unreachable": (1, 3), "port-unreachable": (1, 4), "failed-policy": (1, 5), "reject-route": (1, 6),
    "packet-too-big": (2, None), "time-exceeded": (3, None), "ttl-exceeded": (3, None),
    "ttl-zero-during-transit": (3, 0), "ttl-zero-during-reassembly": (3, 1), "parameter-problem": (4, None),
    "bad-header": (4, 0), "unknown-header-type": (4, 1), "unknown-option": (4, 2), "echo-request": (128, None),
    "ping": (128, None), "echo-reply": (129, None), "pong": (129, None), "mld-listener-query": (130, None),
    "mld-listener-report": (131, None), "mld-listener-done": (132, None), "mld-listener-reduction": (132, None),
    "router-solicitation": (133, None), "router-advertisement": (134, None),
    "neighbour-solicitation": (135, None), "neighbor-solicitation": (135, None),
    "neighbour-advertisement": (136, None), "neighbor-advertisement": (136, None), "redirect": (137, None),
}  # fmt: skip
"""Type and code by name (iptables-extensions(8)); a code of None is every code."""

FLAGS: Mapping[str, int] = {
    "FIN": 1, "SYN": 2, "RST": 4, "PSH": 8, "ACK": 16, "URG": 32, "ALL": 63, "NONE": 0,
}  # fmt: skip

STATES = frozenset({"new", "established", "related", "invalid", "untracked"})

TARGETS: Mapping[str, Action] = {
    "ACCEPT": "accept", "DROP": "drop", "REJECT": "reject", "RETURN": "return",
    # What ends a nat chain without a change that the filter sees.
    "SNAT": "accept", "MASQUERADE": "accept",
    # What only notes or marks: the packet goes on.
    "LOG": "continue", "NFLOG": "continue", "ULOG": "continue", "TRACE": "continue", "MARK": "continue",
    "CONNMARK": "continue", "TOS": "continue", "DSCP": "continue", "TTL": "continue", "HL": "continue",
    "CLASSIFY": "continue", "TCPMSS": "continue", "CHECKSUM": "continue", "SECMARK": "continue",
    "CONNSECMARK": "continue", "AUDIT": "continue", "SET": "continue", "LED": "continue", "RATEEST": "continue",
    "IDLETIMER": "continue", "TCPOPTSTRIP": "continue", "ECN": "continue", "HMARK": "continue", "TEE": "continue",
}  # fmt: skip
"""What the known targets do. Every other one (DNAT, REDIRECT, NFQUEUE, TPROXY, …) may end the packet either way."""

WITHOUT_OPTIONS = frozenset({"ACCEPT", "DROP", "RETURN", "QUEUE", "NOTRACK", "TRACE"})
"""Targets that take no options."""

ADDRESS_TYPES = frozenset({
    "UNSPEC", "UNICAST", "LOCAL", "BROADCAST", "ANYCAST", "MULTICAST", "BLACKHOLE", "UNREACHABLE", "PROHIBIT", "THROW",
    "NAT", "XRESOLVE",
})  # fmt: skip

EXTENSION_HEADERS = frozenset({"rt", "frag", "hbh", "dst"})
"""Extensions that match packets with such a header of IPv6 only; without one the kernel does not even look at the options.
Packets that are asked about have none."""

INPUT = frozenset({"INPUT"})

HOOKS: Mapping[str, Hook] = {
    "PREROUTING": "prerouting",
    "INPUT": "input",
    "FORWARD": "forward",
    "OUTPUT": "output",
    "POSTROUTING": "postrouting",
}

PRIORITIES: Mapping[str, int] = {"raw": -300, "mangle": -150, "filter": 0, "security": 50}
NAT_PRIORITIES: Mapping[str, int] = {"PREROUTING": -100, "OUTPUT": -100, "INPUT": 100, "POSTROUTING": 100}
"""Order of the tables at a hook (linux/netfilter_ipv4.h)."""

BUILT_IN: Mapping[str, tuple[str, ...]] = {
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
    "security": ("INPUT", "FORWARD", "OUTPUT"),
    "raw": ("PREROUTING", "OUTPUT"),
    "mangle": ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
    "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
}
