"""Balancer, firewalls and edge of one cluster, judged as one path: what is said, and where nothing is."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from checks.standard import HOSTS, ROLES

from portspec.checks.examples import DAY, place_of
from portspec.checks.filter_example import CONTROL_PLANE, WORKER, wrong
from portspec.checks.finding import Finding
from portspec.checks.haproxy_example import RIGHT
from portspec.checks.ps322_let_through import EDGE
from portspec.checks.run import check_cluster
from portspec.cluster.model import Cluster, ConfigEntry
from portspec.configs.firewall.naive import replay
from portspec.configs.registry import read
from portspec.packets.intervals import IntervalSet
from portspec.policy.model import Phase, Profile
from portspec.policy.store import policy
from portspec.source import SourceText

GUARD = """\
table inet filter {
  chain input {
    type filter hook input priority filter; policy drop;
    ct state established,related accept
    tcp dport { 80, 443, 6443 } accept
    ip saddr { 192.168.22.200-192.168.22.203, 192.168.22.211-192.168.22.213 } tcp dport 22623 accept
  }
}
"""
OPEN_EDGE = EDGE.replace("-m tcp --dport 6443 -j", "-m multiport --dports 6443,22623 -j").replace(
    "-s 10.1.0.0/16 -d 192.168.22.10/32", "-d 192.168.22.10/32"
)
TRANSPARENT = """\
stream {{
  upstream api {{ server 192.168.22.201:6443; server 192.168.22.202:6443; server 192.168.22.203:6443; }}
  server {{ listen 192.168.22.10:6443; {bind} proxy_pass api; }}
}}
events {{ }}
"""


class Put(NamedTuple):
    """A config with its place, as `standard.place_of` reads it."""

    format: str
    text: str
    place: str


LB = Put("haproxy", RIGHT, "balancer")
MASTERS = Put("nftables", CONTROL_PLANE, "host control-plane")
WORKERS = Put("iptables", WORKER, "host worker")


def found(*configs: Put, phase: Phase = "install") -> list[Finding]:
    """The findings about paths, PS320 to PS322."""
    entries = [
        (ConfigEntry(f"{number}.{put.format}", place_of(put.place), put.format, None), SourceText(f"{number}.{put.format}", put.text))
        for number, put in enumerate(configs)
    ]  # fmt: skip
    cluster = Cluster(
        "portspec.yaml", "", "4.18", Profile(), phase, ROLES, HOSTS, tuple(entry for entry, _ in entries), ()
    )
    result = check_cluster(policy("4.18", Profile()), cluster, entries, DAY)
    return [one for one in result.findings if one.code in ("PS320", "PS321", "PS322")]


def guard(text: str = GUARD) -> Put:
    return Put("nftables", text, "host api-balancer")


def edge(text: str) -> Put:
    return Put("iptables", text, "edge")


CASES = {
    "all is right": ((LB, MASTERS, WORKERS, guard(), edge(EDGE)), []),
    "no filter is known": ((LB,), []),
    "no balancer config is known": ((MASTERS, edge(OPEN_EDGE)), []),
    # who gets past the edge is stopped at the host
    "an open edge before a host that is not": ((LB, guard(), edge(OPEN_EDGE)), []),
    "an open host behind an edge that is not": (
        (LB, guard(GUARD.replace("443, 6443 }", "443, 6443, 22623 }")), edge(EDGE)),
        [],
    ),
    "an open edge before an open host": (
        (LB, guard(GUARD.replace("443, 6443 }", "443, 6443, 22623 }")), edge(OPEN_EDGE)),
        [("PS322", "edge", "error", "certain")],
    ),
    "an open edge, and nothing of the host": ((LB, edge(OPEN_EDGE)), [("PS322", "edge", "error", "certain")]),
    "an open host, and nothing of the edge": (
        (LB, guard(GUARD.replace("443, 6443 }", "443, 6443, 22623 }"))),
        [("PS322", "host", "warning", "possible")],
    ),
    "an open edge to an address that nothing listens at": (
        (LB._replace(text=RIGHT.replace("bind 192.168.22.10:22623", "bind 192.168.30.10:22623")), edge(OPEN_EDGE)),
        [],
    ),
    "a balancer that may not go out": (
        (
            LB,
            guard(
                GUARD
                + "table inet out {\n  chain output {\n    type filter hook output priority 0; policy accept;\n"
                "    tcp dport { 443, 22623 } drop\n  }\n}\n"
            ),
        ),
        [("PS320", "all", "error", "certain"), ("PS320", "all", "error", "certain")],
    ),
    "a member that rejects the balancer": (
        (LB, Put("nftables", wrong(CONTROL_PLANE, "192.168.22.10, ", ""), "host control-plane")),
        [("PS320", "some", "error", "certain"), ("PS320", "some", "error", "certain")],
    ),
    "a probe on a port that is closed": (
        (LB._replace(text=RIGHT.replace("211:80 check", "211:80 check port 8888")), WORKERS),
        [("PS321", "some", "warning", "certain")],
    ),
    "a probe of another machine that is closed": (
        (LB._replace(text=RIGHT.replace("211:80 check", "211:80 check addr 192.168.22.212 port 8888")), WORKERS),
        [("PS321", "some", "warning", "certain")],
    ),
    "a member that has no business there": (
        (LB._replace(text=RIGHT.replace("server master-1 192.168.22.202:6443", "server master-1 192.168.22.212:6443")), WORKERS),
        [],
    ),
    # the node sees the client's own address
    "a transparent balancer": (
        (Put("nginx", TRANSPARENT.format(bind="proxy_bind $remote_addr transparent;"), "balancer api"), MASTERS),
        [("PS320", "all-forwarded", "error", "certain")],
    ),
    "the same with its own address": ((Put("nginx", TRANSPARENT.format(bind=""), "balancer api"), MASTERS), []),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_said_of_a_path(name: str) -> None:
    configs, expected = CASES[name]
    made = [(one.code, one.variant, one.severity, one.confidence) for one in found(*configs)]
    assert made == expected


@pytest.mark.parametrize("name", [name for name, (_, expected) in CASES.items() if expected])
def test_a_finding_names_every_file_and_its_packet_is_what_the_filter_says(name: str) -> None:
    configs, _ = CASES[name]
    for one in found(*configs):
        files = {one.path, *(place.path for place in one.related)}
        assert any(path.endswith((".haproxy", ".nginx")) for path in files)
        assert any(path.endswith((".nftables", ".iptables")) for path in files)
        assert one.witness is not None
        assert (one.witness.verdict == "accept") == (one.code == "PS322")
        number = int(one.path.split(".")[0])
        put = configs[number]
        assert put.format in ("nftables", "iptables"), "it is told where it is mended"
        # The packet, put again to the naive evaluator, fares as told.
        assert _again(put, one) == one.witness.verdict


def _again(put: Put, one: Finding) -> str:
    from portspec.configs.firewall.model import Ruleset
    from portspec.configs.firewall.naive import Packet
    from portspec.packets.addresses import parse_address

    ruleset = read(SourceText("again", put.text), put.format)
    assert isinstance(ruleset, Ruleset)
    assert one.witness is not None
    source, destination = parse_address(one.witness.source), parse_address(one.witness.destination)
    path = "forward" if put.place == "edge" else "input" if destination in place_addresses(put) else "output"
    packet = Packet(
        source=source,
        destination=destination,
        transport=one.witness.transport,
        port=one.witness.port,
        source_port=one.witness.source_port,
        state="new",
    )
    return replay(ruleset, path, packet).verdict


def place_addresses(put: Put) -> IntervalSet:
    return ROLES[put.place.split()[1]]


def test_the_bootstrap_host_that_is_cut_weighs_while_installing() -> None:
    """While installing it alone serves; a worker of three does not weigh as much."""
    closed = Put(
        "nftables", "table ip f { chain i { type filter hook input priority 0; policy drop; } }\n", "host bootstrap"
    )
    assert {one.severity for one in found(LB, closed) if one.code == "PS320"} == {"error"}
    assert [one for one in found(LB, closed, phase="running") if one.code == "PS320"] == []
