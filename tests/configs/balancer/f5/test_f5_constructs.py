"""Every construct that the F5 reader publishes is proved by a config and what comes of it."""

from __future__ import annotations

import re

import pytest
from configs.balancer.shown import shown

from portspec.configs.balancer.f5 import read
from portspec.configs.balancer.f5.constructs import CONSTRUCTS
from portspec.configs.constructs import Construct

Proof = tuple[str, tuple[str, ...]]
"""A config, and lines of its model in the compact form, without the places."""
PLACE = re.compile(r" @\d+:\d+-\d+$|(?<=^refused )\d+:\d+-\d+ |(?<=^unknown )\d+:\d+-\d+ |(?<=^ignored )\d+:\d+-\d+ ")
M = "192.168.22.201:6443 { }"
P = "ltm pool /Common/p { members { " + M + " } }\n"
V = "ltm virtual /Common/v { destination 192.168.22.10:6443 pool p "
MEMBER = "  member 192.168.22.201 192.168.22.201 6443"
PLAIN = f"{MEMBER} unchecked"
LISTEN = "  listen 192.168.22.10 6443"
PACE = "5000ms out after 16000ms"
MONITOR = 'ltm monitor https /Common/m { send "GET /readyz HTTP/1.1\\r\\n\\r\\n" '
WATCHED = "ltm pool /Common/p { members { " + M + " } monitor m }\n"

PROOFS: dict[str, Proof] = {
    "bigip.conf, tmsh list, one-line": ('#TMSH-VERSION: 17.1.1\r\nltm pool /Common/p {\r\n    description "a } \\" b"\r\n    members {\r\n        192.168.22.201:6443 { address 192.168.22.201 }\r\n    }\r\n}\r\n', (PLAIN,)),
    "sys, net, auth, apm, security, cli, …": ("net route x { gw 10.0.0.1 }\ncli script s {\n# it's \"\n}\n" + P, (PLAIN,)),
    "create, modify, delete": ("create ltm pool p members add { " + M + " 10.0.0.2:1 }\nmodify ltm pool p members delete { 10.0.0.2:1 }\ncreate ltm pool q\ndelete ltm pool q\n", (
        "pool p tcp round-robin", PLAIN)),
    "tmsh in a shell script": ("#!/bin/sh\nset -e # x\ntmsh -c 'create ltm pool p members add { \\\n " + M + " }'\n", (PLAIN,)),
    "for, while, if in a shell script": ("for i in 1 2; do\ntmsh create ltm pool p\ndone\n", ("unknown shell word=for",)),
    "variable that the script sets": ("M=192.168.22.201\ntmsh create ltm pool p members add { $M:6443 }\n", (PLAIN,)),
    "variable of a shell script that it does not set": ("tmsh create ltm pool p members add { $M:6443 }\n", (
        "unknown variable variable=M", "  member $M $M 6443 name unchecked")),
    "create of what is there already": ("create ltm pool p\ncreate ltm pool p\n", (
        "refused exists what=pool name=p line=1",)),
    "modify, delete of what is not in the file": ("modify ltm pool p members add { " + M + " }\n", (
        "unknown changed-elsewhere what=pool name=p", PLAIN)),
    "members modify, delete of what is not in the pool": ("create ltm pool p\nmodify ltm pool p members delete { " + M + " }\n", (
        "refused no-such-item name=192.168.22.201:6443",)),
    "template (Jinja, ERB)": ("ltm pool p { members { {{ m }} } }\n", (
        "error 1:24 this is a template ({{), not a config of a BIG-IP",)),
    "braces that do not pair": ("ltm pool p {\n", ("error 1:12 the brace that opens here is never closed",)),
    "partitions, folders, names without them": ("ltm pool /Common/p { members { " + M + " } }\n" + V + "}\nltm virtual /x/y/v { destination /x/192.168.22.11:1 pool /Common/p }\n", (
        "frontend v tcp", "frontend /x/y/v tcp", "  to p")),
    "property that is not known": ("ltm pool p { memberz { " + M + " } }\n", ("unknown property property=memberz what=pool",)),
    "ltm virtual: destination": ("ltm virtual v { destination /Common/2001:db8::1%2.sun-sr-https }\nltm virtual w { destination any:0 }\n", (
        "  listen 2001:db8::1 6443", "  listen * 1-65535 ip4")),
    "destination with a name of a port that is not known": ("ltm virtual v { destination 10.0.0.1:smtp }\n", (
        "unknown service-name name=smtp", "frontend v tcp unread@1")),
    "destination that is a network, mask": ("ltm virtual v { destination 10.0.0.0:443 mask 255.0.0.0 }\n", (
        "unknown network network=10.0.0.0/255.0.0.0", "  listen 10.0.0.0/255.0.0.0 443 name ip4")),
    "traffic-matching-criteria": ("ltm virtual v { traffic-matching-criteria t }\n", ("unknown matching-criteria name=t",)),
    "virtual server on every port beside a more specific one": (V + "}\nltm virtual w { destination 192.168.22.10:0 }\n" + P, (
        "  listen 192.168.22.10 1-6442", "  listen 192.168.22.10 6444-65535")),
    "two virtual servers of one destination": (P + V + "}\nltm virtual w { destination 192.168.22.10:6443 }\n", (
        "refused shared name=v line=2",)),
    "ip-protocol": (P + V + "ip-protocol tcp }\nltm virtual w { destination 10.0.0.1:53 ip-protocol udp }\n", ("frontend v tcp",)),
    "ip-forward, l2-forward, reject, internal": (P + V + "}\nltm virtual w { destination 0.0.0.0:0 ip-forward }\n", ("frontend v tcp",)),
    "enabled, disabled": (P + V + "disabled }\nltm virtual w { destination 10.0.0.1:1 disabled enabled }\n", (
        "frontend v tcp disabled@2", "frontend w tcp")),
    "profiles": ("ltm profile tcp t { idle-timeout 900 }\nltm profile http h { }\n" + P + V + "profiles { t { } h { } clientssl { context clientside } serverssl { context serverside } } }\n", (
        "frontend v http@4", f"{LISTEN} tls", f"{MEMBER} tls unchecked", "  idle idle-timeout 900000ms")),
    "profile that is not in the file": (P + V + "profiles { x { } } }\n", ("unknown profile-elsewhere name=x",)),
    "persist, fallback-persistence": (P + V + "persist { cookie { default yes } } fallback-persistence source_addr }\n", (
        "  sticky cookie", "  sticky source-addr")),
    "source-address-translation, translate-address, translate-port": (P + V + "source-address-translation { type automap } translate-port disabled }\n", (
        "pool p tcp round-robin", "  member 192.168.22.201 192.168.22.201 +0 unchecked")),
    "source": (P + V + "source 10.0.0.0%2/8 }\nltm virtual w { destination 192.168.22.10:0 }\n", (
        "  gate 0 accept if source(10.0.0.0/8)", "  gate 0 reject", "  listen 192.168.22.10 1-65535")),
    "vlans, firewall policies": (P + V + "vlans { x } vlans-enabled fw-enforced-policy f }\n", (
        "unknown vlans vlans=x", "unknown turned-away property=fw-enforced-policy")),
    "rules (iRules)": ("ltm pool q { }\nltm rule r { when X { pool q } }\n" + P + V + "rules { r } }\n", (
        "unknown irule name=r", "  to q if other()", "  to p")),
    "policies": ("ltm pool q { }\nltm policy l { rules { a { actions { 0 { forward select pool q } } } } }\n" + P + V + "policies { l { } } }\n", (
        "unknown policy name=l", "  to q if other()")),
    "pool that is not in the file": (V + "}\n", ("unknown pool-elsewhere pool=p",)),
    "ltm virtual-address": ("ltm virtual-address 192.168.22.10 { enabled no traffic-group traffic-group-1 }\n" + P + V + "}\n", (
        "frontend v tcp disabled@1", "floating 192.168.22.10")),
    "arp disabled": ("ltm virtual-address 192.168.22.10 { arp disabled }\n" + P + V + "}\n", ("unknown arp address=192.168.22.10",)),
    "ltm pool, ltm node": ("ltm node n { address 192.168.22.201 session user-disabled }\nltm pool p { members { n:6443 { state down } } }\n", (
        "  member n 192.168.22.201 6443 disabled unchecked",)),
    "fqdn": ("ltm node n { fqdn { name m.lab.example } }\nltm pool p { members { n:6443 { } } }\n", (
        "  member n m.lab.example 6443 name unchecked",)),
    "fqdn with autopopulate": ("ltm node n { fqdn { name m.lab.example autopopulate enabled } }\nltm pool p { members { n:6443 { } } }\n", (
        "unknown autopopulate name=m.lab.example",)),
    "load-balancing-mode, ratio": ("ltm pool p { load-balancing-mode ratio-member members { 192.168.22.201:6443 { ratio 4 } } }\n", (
        "pool p tcp ratio-member", f"{MEMBER} weight 4 unchecked")),
    "priority-group, min-active-members": ("ltm pool p { members { " + M + " 10.0.0.2:1 { priority-group 9 } } min-active-members 1 }\n", (
        f"{MEMBER} backup unchecked",)),
    "priority-group without min-active-members": ("ltm pool p { members { " + M + " 10.0.0.2:1 { priority-group 9 } } }\n", (
        "ignored priority pool=p", PLAIN)),
    "ltm monitor http, https, tcp, tcp-half-open": (MONITOR + 'recv "200 OK" destination *:1936 interval 3 up-interval 4 timeout 9 }\n' + WATCHED, (
        f"{MEMBER} check https GET /readyz expect 200 OK port 1936 4000ms out after 9000ms",)),
    "defaults-from, built-in monitors": (MONITOR + "recv 200 defaults-from n }\nltm monitor https n { interval 7 }\n" + WATCHED + "ltm pool q { members { " + M + " } monitor tcp }\n", (
        f"{MEMBER} check https GET /readyz expect 200 7000ms out after 16000ms", f"{MEMBER} check tcp {PACE}")),
    "send without recv, recv that an error matches": (MONITOR + "recv HTTP/1.1 }\n" + WATCHED, (
        f"{MEMBER} check other GET /readyz expect HTTP/1.1 {PACE}",)),
    "recv that is a pattern": (MONITOR + 'recv "20[04]" }\n' + WATCHED, ("unknown receive-pattern pattern=20[04]",)),
    "monitor that is not in the file": (WATCHED, ("unknown monitor-elsewhere name=m",)),
    "gateway-icmp, external, reverse, …": ("ltm monitor external m { run /Common/x }\n" + WATCHED, (f"{MEMBER} check other {PACE}",)),
    "inband": ("ltm monitor inband m { failures 2 failure-interval 9 }\n" + WATCHED, (f"{MEMBER} check passive 9000ms fall 2 rise 1",)),
    "a and b, min N of, monitors of members and nodes": (MONITOR + "recv 200 timeout 9 }\nltm pool p { members { 192.168.22.201:6443 { monitor min 2 of { m tcp } } 10.0.0.2:1 { } } monitor min 1 of { m tcp } }\n", (
        f"{MEMBER} check https GET /readyz expect 200 5000ms out after 9000ms", f"  member 10.0.0.2 10.0.0.2 1 check tcp {PACE}")),
    "several requests of one member": (MONITOR + 'recv 200 }\nltm monitor https n { send "GET /livez HTTP/1.1" recv 200 }\nltm pool p { members { ' + M + " } monitor m and n }\n", (
        "unknown several-monitors",)),
}  # fmt: skip


def test_every_construct_has_a_proof() -> None:
    assert [construct.name for construct in CONSTRUCTS] == list(PROOFS)


@pytest.mark.parametrize("construct", CONSTRUCTS, ids=lambda construct: construct.name)
def test_its_treatment_is_true(construct: Construct) -> None:
    text, expected = PROOFS[construct.name]
    lines = [PLACE.sub("", line) for line in shown(text, read).splitlines()]
    assert [line for line in expected if line not in lines] == [], lines
    refused = [line for line in lines if line.startswith(("refused ", "error "))]
    left_open = [line for line in lines if line.startswith("unknown ") or "other(" in line or " check other " in line]
    if construct.treatment == "refused":
        assert refused
    else:
        assert refused == []
        assert bool(left_open) == (construct.treatment == "unknown")
