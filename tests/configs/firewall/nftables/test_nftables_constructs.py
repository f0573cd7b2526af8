"""Every construct that the nftables reader publishes is proved by a file and the answers about it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from configs.firewall.asking import asked
from running import REPOSITORY

from portspec.configs.firewall.nftables.constructs import CONSTRUCTS

Proof = tuple[str, dict[str, str]]
SSH, WEB, DNS = "input tcp port 22", "input tcp port 80", "input udp port 53"
SSH6 = f"{SSH} from 2001:db8:1::3"
OTHER = f"{SSH} from 10.9.9.9"
HEAD = "type filter hook input priority 0; policy drop;"


def base(rule: str, *, inside: str = "", family: str = "inet") -> str:
    """A base chain of policy drop on line 3 with one rule on line 4."""
    return f"table {family} t {{\n{inside}\nchain c {{ {HEAD}\n{rule}\n}}\n}}\n"


DPORT = {"payload": {"protocol": "tcp", "field": "dport"}}


def listing(*statements: dict[str, Any]) -> str:
    """The JSON of a base chain of policy drop on line 4 with one rule on line 5."""
    hooked = {"family": "ip", "table": "t", "name": "c", "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}
    rule = {"family": "ip", "table": "t", "chain": "c", "expr": statements}
    objects = (
        {"metainfo": {"json_schema_version": 1}},
        {"table": {"family": "ip", "name": "t"}},
        {"chain": hooked},
        {"rule": rule},
    )
    return '{"nftables": [\n' + ",\n".join(map(json.dumps, objects)) + "\n]}\n"


ACCEPTS_22 = {SSH: "accept 4", WEB: "drop 3"}
OPEN = {SSH: "unknown 4"}

PROOFS: dict[str, Proof] = {
    "table inet, ip, ip6": (base("accept", family="ip6"), {SSH: "accept 0", f"{SSH6}": "accept 4"}),
    "table arp, bridge": (base("drop", family="bridge") + base("tcp dport 80 drop"), {SSH: "drop 9", SSH6: "drop 9"}),
    "table flags dormant": (base("drop", inside="flags dormant;"), {SSH: "accept 0"}),
    "chain type … hook … priority": (
        base("tcp dport 22 accept").replace("priority 0", "priority filter - 5"), {**ACCEPTS_22, "forward tcp port 22": "accept 0"}),
    "hook ingress, table netdev": (
        'table netdev t {\nchain c { type filter hook ingress device "lo" priority 0; policy accept;\ntcp dport 22 drop\n}\n}\n',
        {SSH: "unknown 2", WEB: "accept 2"}),
    "policy accept, drop": (base("tcp dport 22 reject").replace("policy drop", "policy accept"), {SSH: "reject 4", WEB: "accept 3"}),
    "several base chains on a hook": (
        base("accept", inside="chain d { type filter hook input priority 1; tcp dport 22 drop; }"), {SSH: "drop 2", WEB: "accept 4"}),
    "add, create, insert": (
        "add table ip t\ncreate chain ip t c { type filter hook input priority 0; }\nadd rule ip t c drop\ninsert rule ip t c tcp dport 22 accept\n",
        {SSH: "accept 4", WEB: "drop 3"}),
    "list, reset": ("reset counters\n" + base("tcp dport 22 accept") + "list ruleset\n", {SSH: "accept 5", WEB: "drop 4"}),
    "add rule … position, handle, index": (
        "add table ip t\nadd chain ip t c\nadd rule ip t c handle 2 drop\n",
        {SSH: "file:3:17: a rule placed by position or handle is not read"}),
    "flush ruleset, table, chain, set": (base("drop") + "flush chain inet t c\nadd rule inet t c tcp dport 22 accept\n", {SSH: "accept 8", WEB: "drop 3"}),
    "delete table, chain, set": (base("drop") + "delete table inet t\n" + base("tcp dport 22 accept"), {SSH: "accept 11", WEB: "drop 10"}),
    "delete rule, element": (base("drop") + "delete rule inet t c handle 2\n", {SSH: "file:7:8: delete rule is not read"}),
    "define, redefine, undefine": (
        "define A = 23\nredefine A = 22\ndefine B = { $A, 24 }\nundefine A\n" + base("tcp dport $B accept"), {SSH: "accept 8", "input tcp port 23": "drop 7"}),
    "undefined variable": (base("tcp dport $A accept"), {SSH: "file:4:11: variable $A is not defined"}),
    "include": (
        'include "tests/configs/firewall/nftables/included/*.nft"\n' + base("tcp dport $SSH accept"), {SSH: "accept 5", WEB: "drop 4"}),
    "include of a file that is not there, outside the repository, or of itself": (
        'include "x.nft"\n' + base("accept"), {SSH: "file:1:9: include: file not found: 'x.nft'"}),
    "JSON of nft -j list ruleset": (listing({"match": {"op": "==", "left": DPORT, "right": 22}}, {"accept": None}), {SSH: "accept 5", WEB: "drop 4"}),
    "key or value of the JSON that is not known": (
        listing({"match": {"op": "~", "left": DPORT, "right": 22}}), {SSH: 'file:5:81: ip t c, rule 1: "~" is no comparison'}),
    "flags of a table in the JSON of nft 1.0.6": (
        listing({"accept": None}).replace('"name": "t"', '"name": "t", "flags": "input"'),
        {SSH: 'file:3:50: table ip t: "input" is no flag of a table'}),
    "template or shell script": (base("tcp dport {{ p }} accept"), {SSH: "file:4:11: this is a template or a script ({{…), not what nft reads"}),
    "anonymous set": (base("tcp dport { 20-22, https } accept"), ACCEPTS_22),
    "named set": (
        base("ip saddr @s accept", inside="set s { type ipv4_addr; flags timeout; elements = { 10.1.2.3 timeout 1h }; }"), {SSH: "accept 4", OTHER: "drop 3"}),
    "set with flag dynamic": (base("ip saddr @s accept", inside="set s { type ipv4_addr; flags dynamic; }"), {**OPEN, SSH6: "drop 3"}),
    "set whose elements carry a limit or quota": (
        base("ip saddr @s accept", inside="set s { type ipv4_addr; limit rate 1/second; elements = { 10.1.2.3 }; }"), OPEN),
    "concatenation": (base("ip saddr . tcp dport { 10.1.2.3 . 22 } accept"), {**ACCEPTS_22, OTHER: "drop 3"}),
    "concatenation negated, with a source port, interface, state, flag or mark": (
        base("iifname . tcp dport != { eth0 . 22, eth1 . 22 } accept"), {**OPEN, DNS: "drop 3"}),
    "verdict map": (base("tcp dport vmap { 80 : continue, 22 : accept, * : drop } accept"), {SSH: "accept 4", WEB: "accept 4", DNS: "drop 3"}),
    "add @set, update @set": (base("add @s { ip saddr } accept", inside="set s { type ipv4_addr; flags dynamic; }"), {SSH: "accept 4", SSH6: "drop 3"}),
    "ip saddr, ip daddr, ip6 saddr, ip6 daddr": (base("ip saddr != 10.9.0.0/16 ip daddr 192.168.22.1-192.168.22.9 accept"), {SSH: "accept 4", OTHER: "drop 3"}),
    "host name as an address": (base("ip saddr localhost accept"), {SSH: "file:4:10: ip saddr: not an IP address: 'localhost'"}),
    "address under another mask": (base("ip saddr & 255.0.255.0 == 10.0.2.0 accept"), {**OPEN, SSH6: "drop 3"}),
    "saddr and daddr, sport and dport, type and code, each != one value": (
        base("ip saddr != 10.9.9.9 ip daddr != 10.8.8.8 accept"), {SSH: "accept 4", OTHER: "unknown 4"}),
    "tcp, udp, sctp, dccp, udplite dport": (base("tcp dport <= 22 accept"), {**ACCEPTS_22, DNS: "drop 3"}),
    "tcp, udp, sctp, dccp, udplite sport": (base("tcp sport 1024-65535 accept"), {f"{SSH} sport 4000": "accept 4", f"{SSH} sport 22": "drop 3"}),
    "th dport, th sport": (base("th dport 53 accept"), {DNS: "accept 4", "input tcp port 53": "accept 4", SSH: "drop 3"}),
    "meta l4proto, ip protocol, ip6 nexthdr": (base("ip protocol tcp accept"), {SSH: "accept 4", SSH6: "drop 3", DNS: "drop 3"}),
    "meta nfproto, meta protocol": (base("meta nfproto ipv4 accept"), {SSH: "accept 4", SSH6: "drop 3"}),
    "icmp and icmpv6 type, code": (
        base("icmp type 3 icmp code 1 accept"), {"input icmp type 3 code 1": "accept 4", "input icmp type 3 code 2": "drop 3"}),
    "ct state": (base("ct state { established, related } accept"), {f"{SSH} state related": "accept 4", SSH: "drop 3"}),
    "tcp flags": (base("tcp flags & (syn | ack) == syn accept"), {f"{SSH} flags 2": "accept 4", f"{SSH} flags 18": "drop 3"}),
    "iif, oif, iifname, oifname": (base('iifname "eth*" accept'), {SSH: "accept 4", f"{SSH} in ens3": "drop 3"}),
    "meta mark": (base("meta mark 1 accept"), {f"{SSH} mark 1": "accept 4", f"{SSH} mark 2": "drop 3"}),
    "fib daddr type local, multicast, broadcast, anycast at the input hook": (
        base("fib daddr type != { local, broadcast } drop\nfib daddr type { broadcast, anycast } accept\nfib daddr type local tcp dport 22 accept"), {SSH: "accept 6", WEB: "drop 3", f"{WEB} to 224.0.0.18": "drop 4", f"{WEB} to 255.255.255.255": "accept 5"}),
    "fib saddr . iif oif missing": (base("fib saddr . iif oif missing drop\nfib saddr . mark . iif oif eq 0 drop\nfib saddr . iif oif != 0 tcp dport 22 accept"), {SSH: "accept 6", SSH6: "accept 6", WEB: "drop 3"}),
    "other forms of fib": (base("fib saddr type local drop").replace("policy drop", "policy accept"), OPEN),
    "ct status dnat, snat, assured, seen-reply": (base("ct status dnat accept"), {f"{SSH} state established": "unknown 4", SSH: "drop 3"}),
    "other fields of ct": (base("ct mark 1 accept"), OPEN),
    "other fields of headers": (base("ip ttl < 5 tcp dport 22 accept"), {**OPEN, WEB: "drop 3"}),
    "other fields of meta": (base("meta skuid 0 accept"), OPEN),
    "exthdr, frag, hbh, dst, mh, rt type": (
        base("rt type 0 drop\nexthdr hbh exists drop\nfrag id 5 drop\nexthdr frag missing tcp dport 22 accept"), {SSH6: "accept 7", SSH: "drop 3"}),
    "ip frag-off & 0x1fff": (base("ip frag-off & 0x1fff != 0 drop\nip frag-off & 8191 == 0x0 tcp dport 22 accept\naccept"), {SSH: "accept 5", WEB: "accept 6", SSH6: "accept 6"}),
    "numgen, jhash, socket, osf, rt classid": (base("numgen random mod 2 vmap { 0 : accept, 1 : drop }"), OPEN),
    "xt match, xt target": (base("tcp dport 22 xt match string counter accept\ntcp dport 80 xt target NFLOG"), {SSH: "unknown 4", WEB: "unknown 5", DNS: "drop 3"}),
    "field that nft does not know": (base("tcp dprot 22 accept"), {SSH: "file:4:5: tcp has no field 'dprot'"}),
    "accept, drop, return, continue": (base("tcp dport 22 accept; tcp dport 80 continue; return"), ACCEPTS_22),
    "reject": (base("reject with tcp reset"), {SSH: "reject 4", DNS: "drop 3"}),
    "jump, goto": (base("jump d; goto e", inside="chain d { tcp dport 22 accept; }; chain e { tcp dport 80 reject; }"),
                   {SSH: "accept 2", WEB: "reject 2", DNS: "drop 3"}),
    "jump { … }, goto { … }": (
        base("tcp dport { 22, 80 } jump { ip saddr 10.9.9.9 drop; tcp dport 22 accept; }"), {SSH: "accept 4", OTHER: "drop 4", WEB: "drop 3"}),
    "counter, log, comment": (base('tcp dport 22 counter packets 1 bytes 60 log prefix "x" accept comment "y"'), ACCEPTS_22),
    "limit, quota, meter": (base("limit rate 5/second accept"), OPEN),
    "reset tcp option": (base("reset tcp option timestamp accept"), OPEN),
    "set statement (meta mark set 1)": (base("tcp dport 22 meta mark set 1 accept"), ACCEPTS_22),
    "set statement with a map": (base("tcp dport 22 meta mark set ip saddr map { 10.1.2.3 : 1 } accept"), {**OPEN, WEB: "drop 3"}),
    "set statement on an address, port or payload": (
        base("tcp dport 22 accept", inside="chain r { type filter hook prerouting priority -300; tcp dport 80 tcp dport set 22; }"),
        {SSH: "accept 4", WEB: "unknown 2"}),
    "dup": (base("tcp dport 22 dup to 10.0.0.9 accept", family="ip"), ACCEPTS_22),
    "flow add": (base("flow add @f accept", inside="flowtable f { hook ingress priority 0; devices = { eth0 }; }"), OPEN),
    "masquerade, snat": (
        base("drop", inside="chain n { type nat hook postrouting priority 100; tcp dport 22 masquerade; tcp dport 80 drop; }"),
        {"output tcp port 22": "accept 2", "output tcp port 80": "drop 2"}),
    "dnat, redirect, tproxy, fwd": (
        "table ip t {\nchain n { type nat hook prerouting priority -100;\ntcp dport 22 redirect to :2222\n}\n}\n" + base("tcp dport 23 accept"),
        {SSH: "unknown 3"}),
    "queue, synproxy": (base("tcp dport 22 queue num 0"), {**OPEN, WEB: "drop 3"}),
    "notrack": (
        "table ip t {\nchain r { type filter hook prerouting priority -300;\nnotrack\n}\n}\n" + base("ct state established accept"), {SSH: "unknown 3"}),
    "statement that nft does not know": (base("acept"), {SSH: "file:4:1: 'acept' is no match or statement that is known"}),
}  # fmt: skip


@pytest.fixture(autouse=True)
def in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file may include others of its repository."""
    monkeypatch.chdir(REPOSITORY)


def test_every_construct_has_a_proof() -> None:
    assert [construct.name for construct in CONSTRUCTS] == list(PROOFS)


@pytest.mark.parametrize("construct", CONSTRUCTS, ids=lambda construct: construct.name)
def test_its_treatment_is_true(construct: tuple[str, str, str]) -> None:
    name, treatment, _ = construct
    text, expected = PROOFS[name]
    answers = {packet: asked(text, packet, format_="nftables") for packet in expected}
    assert answers == expected
    words = {answer.split()[0] for answer in answers.values()}
    if treatment == "unknown":
        assert "unknown" in words
    elif treatment == "refused":
        assert all(word.startswith("file:") for word in words)
    else:
        assert words <= {"accept", "drop", "reject"}
