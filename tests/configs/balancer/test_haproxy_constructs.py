"""Every construct that the HAProxy reader publishes is proved by a config and what comes of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from configs.balancer.shown import shown
from configs.balancer.test_haproxy_cases import haproxy_says

from portspec.configs.balancer.haproxy.constructs import CONSTRUCTS
from portspec.configs.constructs import Construct

Proof = tuple[str, tuple[str, ...]]
"""A config, and lines of its model in the compact form, without the places."""
PLACE = re.compile(r" @\d+:\d+-\d+$|(?<=^refused )\d+:\d+-\d+ |(?<=^unknown )\d+:\d+-\d+ |(?<=^ignored )\d+:\d+-\d+ ")
A = "listen a\n bind :6443\n"
B = "backend b\n"
M = " server m 10.0.0.1:6443\n"
PLAIN = "  member m 10.0.0.1 6443 unchecked"
CHECK = "  member m 10.0.0.1 6443 check"
PACE = "2000ms timeout 2000ms fall 3 rise 2 verify"
LISTEN = "  listen * 6443 ip4"
WAITING = " tcp-request inspect-delay 5s\n tcp-request content accept if { req_ssl_hello_type 1 }\n"

PROOFS: dict[str, Proof] = {
    "comments, quotes, escapes": (B + " server 'm' \"10.0.0.1\":6443 # x\r\n server \\x6e 10.0.0.2:6443\r\n", (PLAIN, "  member n 10.0.0.2 6443 unchecked")),
    "global": ("global\n maxconn 9\n ssl-server-verify none\n" + B + " server m 10.0.0.1:6443 check ssl\n", (
        "  member m 10.0.0.1 6443 tls check tls 2000ms timeout 2000ms fall 3 rise 2",)),
    "defaults, named defaults, from": ("defaults d\n mode http\ndefaults\n mode tcp\nbackend a\nbackend b from d\n", (
        "pool a tcp roundrobin", "pool b http roundrobin")),
    "frontend, backend, listen": ("frontend f\n bind :1\n default_backend b\n" + B + M + A, (
        "frontend f tcp", "  to b", "pool b tcp roundrobin", PLAIN, "frontend a tcp", LISTEN, "  to a")),
    "resolvers, peers, userlist, cache, log-forward, …": ("resolvers r\n nameserver n 10.0.0.1:53\npeers p\n bind :1\n" + A, (
        "frontend a tcp", LISTEN)),
    "setenv, presetenv, unsetenv": ("global\n setenv P 6443\n presetenv P 1\n" + 'listen a\n bind ":${P}"\n', (LISTEN,)),
    "variable of the environment": ('listen a\n bind "10.0.0.9:${P}"\n' + B + " server m ${M}:6443\n", (
        "unknown listener-variable address=10.0.0.9:${P} variable=P", "unknown server-variable variable=M",
        "  member m ${M} 6443 name unchecked")),
    "variable of the environment with a default": ('listen a\n bind "10.0.0.9:${P-6443}"\n' + B + ' server m "${M-10.0.0.1}:6443"\n', (
        "  listen 10.0.0.9 6443", PLAIN, "unknown default-taken variable=P", "unknown default-taken variable=M")),
    "default of a variable outside of double quotes": (A + " bind ${LB-10.0.0.9}:443\n", ("refused default-unquoted variable=LB",)),
    ".if, .elif, .else, .endif": ("global\n setenv S lab\nlisten a\n.if defined(S) && streq(\"${S}\",lab)\n bind :6443\n.else\n bind :1\n.endif\n", (
        LISTEN,)),
    ".if defined for a variable that the file unsets, strstr": ("global\n unsetenv S\nlisten a\n.if defined(S)\n bind :1\n.endif\n bind :6443\n", (
        LISTEN,)),
    ".if on a version, a feature or the environment": ("listen a\n.if version_atleast(2.4)\n bind :6443\n.else\n bind :1\n.endif\n", (
        LISTEN, "  listen * 1 ip4", "unknown conditional directive=.if")),
    ".if that does not fit together": (A + ".endif\n", ("error 3:1 .endif without .if",)),
    "template or shell script": (A + " server m {{ master }}:6443\n", (
        "error 3:11 this is a template ({{), not what HAProxy reads",)),
    "last line without a line end": (A + B + M.rstrip("\n"), ("refused cut-off", PLAIN)),
    "keyword or option that HAProxy does not know": (A + " serv m\n option fooo\n clitimeout 5s\n", (
        "refused keyword-unknown keyword=serv section=listen", "refused option-unknown option=fooo",
        "refused keyword-replaced keyword=clitimeout instead=timeout client")),
    "section name given twice": (B + B, ("refused name-twice section=backend name=b line=1",)),
    "keyword on the wrong side": (B + " bind :1\n" + M, ("ignored no-effect keyword=bind section=backend", PLAIN)),
    "bind": ("listen a\n bind 10.0.0.9:6443,[::]:80-81 v6only ssl accept-proxy\n bind api.lab.example:443\n", (
        "  listen 10.0.0.9 6443 tls accept-proxy", "  listen :: 80-81 ip6 tls accept-proxy",
        "  listen api.lab.example 443 name")),
    "bind to a socket, UDP or QUIC": (A + " bind unix@/run/a.sock\n bind quic4@:443 ssl\n", (LISTEN,)),
    "bind fd@N": ("listen a\n bind fd@3\n", ("frontend a tcp unread@2", "unknown inherited-listener address=fd@3")),
    "frontend NAME ADDRESS:PORT": ("frontend a *:6443\n mode tcp\n", ("refused frontend-address", LISTEN)),
    "mode": (A + " mode http\n mode tcp\n", ("frontend a tcp@4", "pool a tcp roundrobin")),
    "disabled, enabled": (A + " disabled\n" + B + " disabled\n enabled\n" + M, ("frontend a tcp disabled@3", PLAIN)),
    "bind of two frontends to one address": (A + "listen c\n bind :80-7000\n", (LISTEN, "unknown listener-twice line=4 address=*:6443")),
    "bind with interface, namespace": ("listen a\n bind :6443 interface eth0\n", (LISTEN, "unknown bind-place option=interface")),
    "tcp-request by source and port": (A + " acl inside src 10.0.0.0/8 192.168.0.0/255.255.0.0\n tcp-request connection reject if !inside\n", (
        "  gate 0 reject if not source(10.0.0.0/8,192.168.0.0/16)",)),
    "tcp-request by anything else": (A + " tcp-request content reject if !{ req_ssl_hello_type 1 }\n", ("unknown rejection",)),
    "expect-proxy": (A + " tcp-request connection expect-proxy layer4\n", ("  listen * 6443 ip4 accept-proxy",)),
    "expect-proxy of some clients": (A + " tcp-request connection expect-proxy layer4 if { src 10.0.0.1 }\n", (LISTEN, "unknown expect-proxy")),
    "stats": (A + " mode http\n stats uri /s\n stats auth u:p\n", ("stats /s of a password",)),
    "use_backend, default_backend": ("frontend f\n bind :1-2\n default_backend b\n use_backend a unless { dst_port 1 }\n" + A + B, (
        "  to a unless port(1)", "  to b")),
    "acl on dst_port": (A + " acl x dst_port ge 65000\n acl x dst_port 1:2\n use_backend b if !x { dst_port 3 } or { dst_port lt 9 }\n" + B, (
        "  to b if not port(65000-65535,1-2) and port(3) or port(0-8)", "  to a")),
    "acl on the TLS server name": (A + WAITING + " use_backend b if { req.ssl_sni -m end .lab.example }\n" + B, (
        "  to b if server-name(.lab.example)",)),
    "acl on the TLS server name without inspect-delay": (A + " use_backend b if { req.ssl_sni -m end .lab.example }\n" + B, (
        "  to b if other()", "unknown server-name-early")),
    "acl on ssl_fc_sni where TLS is not ended": (A + " use_backend b if { ssl_fc_sni api.lab.example }\n" + B, (
        "  to b if port()", "unknown server-name-never")),
    "acl on the source": (A + " use_backend b if { src 10.0.0.0/8 ::1 }\n" + B, ("  to b if source(10.0.0.0/8,::1)",)),
    "acl on anything else": (A + " use_backend b if { hdr_cnt(x) 1 } !{ dst 10.0.0.1 }\n" + B, (
        "  to b if other() and not other()",)),
    "use_backend %[…] by a map that is not in the repository": (A + " use_backend %[dst_port,map_int(/dev/null)]\n", (
        "unknown dynamic-backend backend=%[dst_port,map_int(/dev/null)]",)),
    "use_backend %[…]": (A + " use_backend %[req.ssl_sni]\n", ("unknown dynamic-backend backend=%[req.ssl_sni]",)),
    "route to a backend that is not there": (A + " default_backend b\n", ("refused no-such-backend backend=b",)),
    "frontend in mode http, backend in mode tcp": (A + " mode http\n default_backend b\n" + B, (
        "refused modes frontend=a backend=b",)),
    "server, default-server": (B + " default-server backup weight 9\n server m master-0.lab.example:+1 weight 2\n server n [::1]\n", (
        "  member m master-0.lab.example +1 name backup weight 2 unchecked", "  member n ::1 +0 backup weight 9 unchecked")),
    "server-template": (B + " server-template m 2-3 10.0.0.1:6443\n", (
        "  member m2 10.0.0.1 6443 unchecked", "  member m3 10.0.0.1 6443 unchecked")),
    "more than 100,000 servers from templates": (B + " server-template m 60000 10.0.0.1:1\n server-template n 1-60000 10.0.0.1:1\n", (
        "error 3:20 the templates of this file make more than 100000 servers",)),
    "dispatch": (A + " dispatch 10.0.0.1:6443\n", ("  member dispatch 10.0.0.1 6443 unchecked",)),
    "backup, disabled, weight, ssl, send-proxy": (B + " server m 10.0.0.1:1 backup disabled weight 0 ssl verify none send-proxy-v2\n", (
        "  member m 10.0.0.1 1 backup disabled weight 0 tls send-proxy unchecked",)),
    "server at a socket": (B + " server m unix@/run/m.sock\n", ("unknown socket",)),
    "server at 0.0.0.0": (B + " server m 0.0.0.0:6443\n", ("unknown transparent",)),
    "option allbackups": (B + " option allbackups\n" + M, ("pool b tcp roundrobin all-backups", PLAIN)),
    "agent-check": (B + " server m 10.0.0.1:6443 agent-check agent-port 9\n", ("unknown agent-check", PLAIN)),
    "option transparent": (B + " option transparent\n", ("unknown transparent-pool",)),
    "use-server": (B + " use-server m if { src 10.0.0.0/8 }\n" + M, ("unknown use-server", PLAIN)),
    "value that HAProxy does not take": (B + " server m 10.0.0.1:6443 weight 257\n server n 10.0.0.300:1\n timeout server 5x\n", (
        "refused server-weight value=257", "refused address-or-name text=10.0.0.300", "refused time text=5x")),
    "check": (B + " timeout check 3s\n server m 10.0.0.1:6443 check check-ssl verify none inter 10s fastinter 1s fall 2 rise 4 port 1936 addr 10.0.0.2\n", (
        f"{CHECK} tls at 10.0.0.2 port 1936 10000ms fast 1000ms timeout 10000ms fall 2 rise 4",)),
    "track": (B + M.replace("\n", " check\n") + " server n 10.0.0.1:22623 track m\n", (
        f"  member n 10.0.0.1 22623 follows m check tcp at 10.0.0.1 port 6443 {PACE}",)),
    "track that leads nowhere": (B + " server n 10.0.0.1:22623 track m\n", ("refused track-unknown server=m",)),
    "option httpchk, http-check": (B + " option httpchk\n http-check send meth GET uri /readyz\n http-check expect status 200\n server m 10.0.0.1:6443 check\n", (
        f"{CHECK} http GET /readyz expect status 200 {PACE}",)),
    "option tcp-check, ssl-hello-chk": (B + " option tcp-check\n tcp-check connect port 1936\n server m 10.0.0.1:6443 check\nbackend c\n option ssl-hello-chk\n server m 10.0.0.1:6443 check\n", (
        f"{CHECK} tcp port 1936 {PACE}", f"{CHECK} tls {PACE}")),
    "several requests, smtpchk, external-check, …": (B + " option smtpchk\n server m 10.0.0.1:6443 check\n", (
        f"{CHECK} other {PACE}",)),
    "http-check without option httpchk": (B + " http-check expect status 200\n server m 10.0.0.1:6443 check\n", (
        "ignored http-check-without-option", f"{CHECK} tcp {PACE}")),
    "balance, stick, cookie, persist": (B + " mode http\n balance source\n stick-table type ip size 1m\n stick on src\n cookie S insert\n persist rdp-cookie\n", (
        "pool b http source", "  sticky balance source", "  sticky stick", "  sticky cookie", "  sticky persist")),
    "timeout client, timeout server, timeout tunnel": (A + " timeout client 1m\n timeout server 2m\n" + B + " timeout server 1m\n timeout tunnel 1h\n", (
        "  idle timeout client 60000ms", "  idle timeout server 120000ms", "  idle timeout tunnel 3600000ms both-sides")),
    "http-request, log, maxconn, option …": (A + " mode http\n log global\n maxconn 9\n option httplog\n http-request set-header X y\n" + M, (
        LISTEN, PLAIN)),
}  # fmt: skip


def test_every_construct_has_a_proof() -> None:
    assert [construct.name for construct in CONSTRUCTS] == list(PROOFS)


@pytest.mark.parametrize("construct", CONSTRUCTS, ids=lambda construct: construct.name)
def test_its_treatment_is_true(construct: Construct) -> None:
    text, expected = PROOFS[construct.name]
    lines = [PLACE.sub("", line) for line in shown(text).splitlines()]
    assert [line for line in expected if line not in lines] == [], lines
    refused = [line for line in lines if line.startswith(("refused ", "error "))]
    left_open = [line for line in lines if line.startswith("unknown ") or "other(" in line or " check other " in line]
    if construct.treatment == "refused":
        assert refused
    else:
        assert refused == []
        assert bool(left_open) == (construct.treatment == "unknown")


@pytest.mark.parametrize(
    "construct",
    [construct for construct in CONSTRUCTS if construct.treatment == "refused" and "more than" not in construct.name],
    ids=lambda construct: construct.name,
)
def test_the_real_program_refuses_it(construct: Construct, tmp_path: Path) -> None:
    refused, _ = haproxy_says(PROOFS[construct.name][0], tmp_path)
    assert refused
