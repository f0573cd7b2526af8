"""The testbed itself: does it take the kernel's verdict, and does it provoke the state that it is asked for?"""

from __future__ import annotations

import pytest

from differential.hosts import Hosts
from differential.namespaces import Namespace, RefusedError
from differential.network import INTERFACES
from differential.probes import ACK, ICMP, ICMPV6, SCTP, SYN, TCP, UDP, Path, Probe, State
from differential.testbed import emptied
from portspec.packets.addresses import parse_address

SOURCES = {False: parse_address("10.1.1.1"), True: parse_address("2001:db8:a::1")}
DESTINATIONS = {False: parse_address("192.168.22.5"), True: parse_address("2001:db8:b::1")}
PATHS: tuple[Path, ...] = ("input", "forward", "output")
OPEN = "flush ruleset\n"
HALF = """flush ruleset
table inet filter {
    chain common { tcp dport 22 accept; udp dport 53 reject; ip protocol 112 accept; drop; }
    chain i { type filter hook input priority 0; policy accept; jump common; }
    chain f { type filter hook forward priority 0; policy accept; jump common; }
    chain o { type filter hook output priority 0; policy accept; jump common; }
}
"""


def probe(path: Path, protocol: int, low: int, *, v6: bool, state: State = "new", number: int = 0) -> Probe:
    flags = SYN if state in ("new", "untracked") else ACK
    return Probe(path, SOURCES[v6], DESTINATIONS[v6], protocol, low, 41000 + number, flags, state)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("v6", [False, True], ids=["ipv4", "ipv6"])
@pytest.mark.parametrize("state", ["new", "established", "untracked"])
def test_every_state_is_provoked_for_every_transport(judges: Hosts, path: Path, v6: bool, state: State) -> None:
    echo = ICMPV6 if v6 else ICMP
    request = (128 if v6 else 8) << 8
    reply = request if state != "established" else (129 if v6 else 0) << 8
    wanted = [(TCP, 22), (UDP, 53), (SCTP, 36412), (echo, request), (echo, reply), (112, 0)]
    probes = [probe(path, *one, v6=v6, state=state, number=number) for number, one in enumerate(wanted)]
    observed = judges.judge("nftables", OPEN, probes)
    assert [one.state for one in observed] == [state] * len(probes)
    assert all(one.accepted for one in observed)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("v6", [False, True], ids=["ipv4", "ipv6"])
def test_related_and_invalid_are_provoked(judges: Hosts, path: Path, v6: bool) -> None:
    unreachable = (ICMPV6, 1 << 8) if v6 else (ICMP, 3 << 8 | 1)
    probes = [probe(path, *unreachable, v6=v6, state="related"), probe(path, TCP, 80, v6=v6, state="invalid")]
    assert [one.state for one in judges.judge("nftables", OPEN, probes)] == ["related", "invalid"]


@pytest.mark.parametrize("path", PATHS)
def test_verdicts_are_the_kernels(judges: Hosts, path: Path) -> None:
    probes = [probe(path, *one, v6=False) for one in ((TCP, 22), (TCP, 23), (UDP, 53), (112, 0), (50, 0))]
    assert [one.accepted for one in judges.judge("nftables", HALF, probes)] == [True, False, False, True, False]


@pytest.mark.parametrize("path", PATHS)
def test_many_packets_of_one_connection_do_not_disturb_each_other(judges: Hosts, path: Path) -> None:
    probes = [probe(path, TCP, 22 + number % 2, v6=number % 3 == 0) for number in range(1200)]
    observed = judges.judge("nftables", HALF, probes)
    assert {one.state for one in observed} == {"new"}
    assert [one.accepted for one in observed] == [number % 2 == 0 for number in range(1200)]


@pytest.mark.parametrize("dialect", ["iptables-nft", "iptables-legacy"])
def test_a_ruleset_is_gone_with_the_next_one(judges: Hosts, dialect: str) -> None:
    closed = (
        "*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:u - [0:0]\n-A INPUT -j u\nCOMMIT\n"
    )
    probes = [probe("input", TCP, 22, v6=False)]
    loader = judges.loader(dialect)  # type: ignore[arg-type]
    assert not judges.judge(loader, closed, probes)[0].accepted
    assert judges.judge("nftables", OPEN, probes)[0].accepted


def test_a_ruleset_that_the_program_refuses_is_told(judges: Hosts) -> None:
    with pytest.raises(RefusedError, match="syntax error"):
        judges.judge("nftables", "table inet filter {", [probe("input", TCP, 22, v6=False)])


def test_trace_names_the_deciding_rule(judges: Hosts) -> None:
    assert "tcp dport 22 accept" in judges.trace("nftables", HALF, probe("input", TCP, 22, v6=False))


def test_interfaces_are_told_apart(judges: Hosts) -> None:
    text = 'flush ruleset\ntable ip t {\nchain i { type filter hook input priority 0; policy drop; iifname "eth1" accept; }\n}\n'
    probes = [probe("input", TCP, 22, v6=False)._replace(in_interface=name) for name in INTERFACES]
    assert [one.accepted for one in judges.judge("nftables", text, probes)] == [False, True, False]


def test_nothing_is_left_outside_of_a_namespace(judges: Hosts) -> None:
    with Namespace() as namespace:
        namespace.run(["ip", "link", "add", "here-only", "type", "veth", "peer", "name", "here-too"])
        assert "here-only" in namespace.run(["ip", "-o", "link"])
        with Namespace() as other:
            assert "here-only" not in other.run(["ip", "-o", "link"])


def test_emptied_tables_keep_their_chains_only() -> None:
    saved = "# x\n*filter\n:INPUT DROP [3:1]\n:web - [0:0]\n-A INPUT -j web\nCOMMIT\n"
    assert emptied(saved) == "*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n"
