"""Every construct that the nginx reader publishes is proved by a config and what comes of it."""

from __future__ import annotations

import re

import pytest
from configs.balancer.shown import shown

from portspec.configs.balancer.nginx import read
from portspec.configs.balancer.nginx.constructs import CONSTRUCTS
from portspec.configs.constructs import Construct

Proof = tuple[str, tuple[str, ...]]
"""A config, and lines of its model in the compact form, without the places."""
PLACE = re.compile(r" @\d+:\d+-\d+$|(?<=^refused )\d+:\d+-\d+ |(?<=^unknown )\d+:\d+-\d+ ")
UP = "upstream a { server 192.168.22.201:6443; server 192.168.22.202:6443; }\n"


def stream(text: str) -> str:
    return f"events {{ }}\nstream {{\n{text}\n}}\n"


def serving(text: str) -> str:
    """A server in stream in front of an upstream."""
    return stream(f"{UP}server {{ listen 192.168.22.10:6443; {text} }}")


PASSIVE = "check passive 10000ms fall 1 rise 1"

PROOFS: dict[str, Proof] = {
    "words, quotes, escapes, comments": (stream('upstream "a" { server \'192.168.22.201:6443\'; } # }'), ("pool a tcp round-robin",)),
    "nginx.conf, or a file that it includes into stream": (UP, ("pool a tcp round-robin",)),
    "include": (stream("include stream.d/*.conf;"), ("unknown include path=stream.d/*.conf",)),
    "template": (stream("server { listen {{ port }}; }"), ("error 3:17 this is a template ({{), not a config of nginx",)),
    "directive that nginx does not know, or in another place": (stream("frobnicate on; listen 1;"), (
        "refused directive-unknown name=frobnicate", "refused directive-misplaced name=listen block=stream")),
    "what only NGINX Plus takes": (serving("proxy_pass a; health_check interval=10 fails=2;"), (
        "unknown plus what=health_check", "  member 192.168.22.201 192.168.22.201 6443 check other 10000ms fall 2 rise 1")),
    "server in stream": (serving("proxy_pass a;"), ("frontend 192.168.22.10:6443 tcp", "  to a")),
    "listen": (stream("server { listen [::]:1-3 ipv6only=off proxy_protocol; listen 4 udp; listen unix:/x; return x; }"), (
        "  listen :: 1-3 accept-proxy",)),
    "listen on a variable": (stream("server { listen $p; return x; }"), ("unknown address-variable variable=$p",)),
    "one address listened on twice": (stream("server { listen 1; return x; } server { listen 1; return x; }"), (
        "refused duplicate-listen address=*:1 line=3",)),
    "listen with ssl and no ssl_certificate": (stream("server { listen 1 ssl; return x; }"), ("refused no-certificate",)),
    "proxy_pass": (stream("server { listen 1; proxy_pass 192.168.22.201:6443; }"), (
        "  to 192.168.22.201:6443", "  member 192.168.22.201 192.168.22.201 6443 unchecked")),
    "proxy_pass with a map of the TLS server name": (
        stream(f"map $ssl_preread_server_name $to {{ hostnames; api.x a; *.apps.x a; }}\n{UP}server {{ listen 1; ssl_preread on; proxy_pass $to; }}"), (
            "  to a if server-name(api.x)", "  to a if server-name(.apps.x)")),
    "proxy_pass with a map of the port": (
        stream(f"map $server_port $to {{ 1 a; }}\n{UP}server {{ listen 1; proxy_pass $to; }}"), ("  to a if port(1)",)),
    "proxy_pass with another variable": (serving("proxy_pass $to;"), ("unknown dynamic-upstream target=$to",)),
    "proxy_protocol, proxy_ssl, proxy_timeout": (
        stream(f"proxy_protocol on; proxy_ssl on; proxy_timeout 5m;\n{UP}server {{ listen 1; proxy_pass a; }}"), (
            f"  member 192.168.22.201 192.168.22.201 6443 tls send-proxy {PASSIVE}", "  idle proxy_timeout 300000ms")),
    "allow, deny": (serving("proxy_pass a; allow 10.0.0.0/8; deny all;"), ("unknown rejection",)),
    "js_preread, js_access, js_filter": (serving("proxy_pass a; js_filter x.y;"), ("unknown script what=js_filter",)),
    "return": (stream("server { listen 1; return x; }"), ("frontend *:1 tcp",)),
    "upstream": (serving("proxy_pass a;"), (f"  member 192.168.22.202 192.168.22.202 6443 {PASSIVE}",)),
    "server in an upstream": (
        stream("upstream a { server 10.0.0.1:1 weight=2 max_fails=3 fail_timeout=5s; server 10.0.0.2:1 backup; server 10.0.0.3:1 down; }"), (
            "  member 10.0.0.1 10.0.0.1 1 weight 2 check passive 5000ms fall 3 rise 1", f"  member 10.0.0.2 10.0.0.2 1 backup {PASSIVE}",
            f"  member 10.0.0.3 10.0.0.3 1 disabled {PASSIVE}")),
    "upstream with one server": (stream("upstream a { server 10.0.0.1:1; }"), ("  member 10.0.0.1 10.0.0.1 1 unchecked",)),
    "server at a socket": (stream("upstream a { server unix:/x; }"), ("unknown socket",)),
    "hash, least_conn, random": (stream("upstream a { hash $remote_addr; server 10.0.0.1:1; server 10.0.0.2:1; }"), (
        "pool a tcp hash", "  sticky hash $remote_addr")),
    "backup with hash or random": (stream("upstream a { random; server 10.0.0.1:1; server 10.0.0.2:1 backup; }"), (
        "refused hash-and-backup method=random",)),
    "server in http": ("events { }\nhttp { server { listen 443 ssl; } }\n", ("frontend *:443 http@2", "  listen * 443 ip4 tls")),
}  # fmt: skip


def test_every_construct_has_a_proof() -> None:
    assert list(PROOFS) == [construct.name for construct in CONSTRUCTS]


@pytest.mark.parametrize("construct", CONSTRUCTS, ids=lambda construct: construct.name)
def test_its_treatment_is_true(construct: Construct) -> None:
    text, expected = PROOFS[construct.name]
    lines = [PLACE.sub("", line) for line in shown(text, read).splitlines()]
    assert [line for line in expected if line not in lines] == [], "\n".join(lines)
    said = {line.split()[0] for line in lines}
    if construct.treatment == "unknown":
        assert "unknown" in said
    elif construct.treatment == "refused":
        assert said & {"refused", "error"}
    else:
        assert not said & {"refused", "error", "unknown"}
