"""Every construct that the keepalived reader publishes is proved by a config and what comes of it."""

from __future__ import annotations

import re

import pytest
from configs.balancer.shown import shown

from portspec.configs.balancer.keepalived import read
from portspec.configs.balancer.keepalived.constructs import CONSTRUCTS
from portspec.configs.constructs import Construct

Proof = tuple[str, tuple[str, ...]]
"""A config, and lines of its model in the compact form, without the places."""
PLACE = re.compile(r" @\d+:\d+-\d+$|(?<=^refused )\d+:\d+-\d+ |(?<=^unknown )\d+:\d+-\d+ |(?<=^ignored )\d+:\d+-\d+ ")
V = "virtual_server 10.0.0.1 443 { protocol TCP\n"
R = "real_server 10.1.0.1 443 { }\n"
INSTANCE = "vrrp_instance VI { virtual_router_id 5\n interface eth0\n virtual_ipaddress { 10.0.0.1/24 dev eth0 } }\n"
M = "  member 10.1.0.1 10.1.0.1 443"
PLAIN = f"{M} unchecked"
PACE = "60000ms fast 1000ms timeout 5000ms fall 2 rise 1"
WEB = "status 200-299 60000ms fast 3000ms timeout 5000ms fall 2 rise 1"
GONE = "ignored no-group name=G"


def checked(checker: str) -> str:
    return f"{V} real_server 10.1.0.1 443 {{ {checker} }}\n}}\n"


PROOFS: dict[str, Proof] = {
    "comments with # and !, quotes, braces anywhere": (V + "! x }\r\n# {\r\nvirtualhost \"a # }\"\r\n" + R + "}", (PLAIN,)),
    "$NAME=…, ${NAME}, definitions of several lines": ("$A=10.1.0\n$R= \\\nreal_server ${A}.1 443 { \\\n}\n\n" + V + "$R\n}\n", (PLAIN,)),
    "${NAME} that is defined nowhere": (V + "real_server ${X} 443 { }\n" + R + "}\n", ("refused undefined name=${X}", PLAIN)),
    "~SEQ, ~SEQx, ~LST": (V + "~SEQ(A, 1, 2) real_server 10.1.0.$A 443 { }\n~LST(B, 7) real_server 10.1.0.$B 443 { }\n}\n", (
        PLAIN, "  member 10.1.0.2 10.1.0.2 443 unchecked", "  member 10.1.0.7 10.1.0.7 443 unchecked")),
    "${_PWD}, ${_INSTANCE}, ${_RANDOM}": (V + "real_server 10.1.0.${_RANDOM 1 9} 443 { }\n}\n", (
        "unknown variable variable=_RANDOM", "  member 10.1.0.$_RANDOM 10.1.0.$_RANDOM 443 name unchecked")),
    "@name, @^name": (V + "@a quorum 1\n@^a " + R + "}\n", ("unknown conditional", PLAIN)),
    "include and its variants": ("include /etc/passwd\n", ("error 1:1 include: '/etc/passwd' is outside the repository",)),
    "include of what is not there": ("includer nothing-*.conf\n" + INSTANCE, ("ignored include name=nothing-*.conf",)),
    "include outside the repository, in a circle": ("include ../../x\n", ("error 1:1 include: '../../x' is outside the repository",)),
    "keyword that is not known, brace that does not fit": (V + "x 1\n" + R + "}\n}\n", (
        "ignored keyword keyword=x", "ignored brace-closed", PLAIN)),
    "keyword without its value": (V + "lvs_sched\n" + R + "}\n", ("refused incomplete keyword=lvs_sched", PLAIN)),
    "vrrp_instance": (INSTANCE, ("floating 10.0.0.1",)),
    "virtual_router_id that is missing or taken": ("vrrp_instance A { virtual_ipaddress { 10.0.0.1 } }\n", ("refused router-id name=A",)),
    "vrrp_sync_group, vrrp_script, track_*, notify, priorities": (INSTANCE + "vrrp_sync_group G { group { VI\n } notify x }\n", ("floating 10.0.0.1",)),
    "static_ipaddress, static_routes, virtual_routes": (INSTANCE + "static_ipaddress {\n10.9.9.9/24 dev eth0\n}\n", ("floating 10.0.0.1",)),
    "virtual_server ADDRESS PORT": (V + R + "}\n", ("  listen 10.0.0.1 443", "  to 10.0.0.1 443")),
    "virtual_server without a port": (V + R + "}\n" + V.replace(" 443", "") + "persistence_timeout 9\n" + R + "}\n", (
        "  listen 10.0.0.1 1-442", "  listen 10.0.0.1 444-65535")),
    "virtual_server group, virtual_server_group": ("virtual_server_group G {\n10.0.0.1-2 443\n}\n" + V.replace("10.0.0.1 443", "group G") + R + "}\n", (
        "  listen 10.0.0.1 443", "  listen 10.0.0.2 443")),
    "range of a group that leaves its /24": ("virtual_server_group G {\n10.0.0.255-10.0.1.0 443\n}\n" + V.replace("10.0.0.1 443", "group G") + R + "}\n", (
        "unknown range-octet range=10.0.0.255-10.0.1.0", "  listen 10.0.1.0 443")),
    "virtual_server fwmark": ("virtual_server fwmark 5 {\n" + R + "}\n", ("unknown mark mark=5", "frontend fwmark 5 tcp unread@1")),
    "protocol": (V.replace("protocol TCP", "") + R + "}\n", ("ignored no-protocol", "frontend 10.0.0.1 443 tcp")),
    "lvs_method, lb_kind": (V + "lb_kind DR\nreal_server 10.1.0.1 8443 { }\n}\n", (
        "pool 10.0.0.1 443 tcp wlc direct", "  member 10.1.0.1 10.1.0.1 +0 unchecked", "ignored port-kept port=8443")),
    "real servers with several methods": (V + R + "real_server 10.1.0.2 443 { lvs_method TUN }\n}\n", ("unknown several-methods",)),
    "lvs_sched, lb_algo": (V + "lvs_sched fo\n" + R + "real_server 10.1.0.2 443 { weight 5 }\n}\n", (f"{M} backup unchecked",)),
    "lvs_sched dh, lblc, lblcr, ovf": (V + "lvs_sched ovf\n" + R + "}\n", ("unknown by-destination scheduler=ovf",)),
    "persistence_timeout, persistence_granularity": (V + "persistence_timeout 9\n" + R + "}\n", ("  sticky source",)),
    "sorry_server": (V + "sorry_server 10.1.0.1 443\nreal_server 10.1.0.2 443 { }\n}\n", (f"{M} backup unchecked",)),
    "quorum with a sorry server": (V + "quorum 2\nsorry_server 10.9.9.9 1\nreal_server 10.1.0.2 443 { weight 2 }\n}\n", ("unknown quorum quorum=2",)),
    "lvs_timeouts": ("global_defs { lvs_timeouts tcpfin 1 tcp 7200 }\n" + V + R + "}\n", ("  idle lvs_timeouts 7200000ms",)),
    "alpha, omega, warmup, hysteresis, inhibit_on_failure, ha_suspend": (V + "alpha\nomega\nha_suspend\nhysteresis 1\n" + R + "}\n", (PLAIN,)),
    "real_server, weight": (V + "real_server 10.1.0.1 443 { weight 0 }\n}\n", (f"{M} weight 0 unchecked",)),
    "real server without a port whose probe has none": (V + "real_server 10.1.0.1 { TCP_CHECK { } }\n}\n", (
        "ignored probe-port checker=TCP_CHECK", f"{M} disabled check tcp {PACE}")),
    "HTTP_GET, SSL_GET": (checked("SSL_GET { connect_port 9\n url { path /readyz } }"), (
        f"{M} check https GET /readyz expect {WEB.replace('299 ', '299 port 9 ')}",)),
    "several URLs, several checkers": (checked("HTTP_GET { url { path /a }\n url { path /b } }"), ("unknown several-urls path=/a count=2",)),
    "HTTP_GET without a url": (checked("HTTP_GET { }"), ("refused no-url checker=HTTP_GET",)),
    "TCP_CHECK": (checked("TCP_CHECK { }"), (f"{M} check tcp {PACE}",)),
    "SMTP_CHECK, DNS_CHECK, UDP_CHECK, PING_CHECK, MISC_CHECK, BFD_CHECK, FILE_CHECK": (checked("PING_CHECK { }"), (f"{M} check other {PACE}",)),
    "delay_loop, retry, delay_before_retry, connect_timeout": (checked("delay_loop 3\nretry 2\nTCP_CHECK { delay_before_retry 1.5\nconnect_timeout 2 }"), (
        f"{M} check tcp 3000ms fast 1500ms timeout 2000ms fall 3 rise 1",)),
}  # fmt: skip


def test_every_construct_has_a_proof() -> None:
    assert [construct.name for construct in CONSTRUCTS] == list(PROOFS)


@pytest.mark.parametrize("construct", CONSTRUCTS, ids=lambda construct: construct.name)
def test_the_construct_is_treated_as_published(construct: Construct) -> None:
    text, lines = PROOFS[construct.name]
    found = [PLACE.sub("", line) for line in shown(text, read).splitlines()]
    for line in lines:
        assert line in found, found
    marked = {line.split()[0] for line in found} & {"unknown", "refused", "error"}
    if construct.treatment == "unknown":
        assert "unknown" in marked
    elif construct.treatment == "refused":
        assert marked & {"refused", "error"}
    else:
        assert not marked & {"unknown", "refused"}
