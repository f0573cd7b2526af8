"""Every construct that the nginx reader publishes is proved by a config and what comes of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from configs.balancer.shown import shown

from portspec.configs.balancer.nginx import read
from portspec.configs.balancer.nginx.constructs import CONSTRUCTS
from portspec.configs.constructs import Construct

Proof = tuple[str, tuple[str, ...]]
"""A config, and lines of its model in the compact form, without the places."""
PLACE = re.compile(r" @\d+:\d+-\d+$|(?<=^refused )\d+:\d+-\d+ |(?<=^unknown )\d+:\d+-\d+ |(?<=^ignored )\d+:\d+-\d+ ")
UP = "upstream a { server 192.168.22.201:6443; server 192.168.22.202:6443; }\n"

PASSIVE = "check passive 10000ms fall 1 rise 1"


def stream(text: str) -> str:
    return f"events {{ }}\nstream {{\n{text}\n}}\n"


def serving(text: str) -> str:
    """A server in stream in front of an upstream."""
    return stream(f"{UP}server {{ listen 192.168.22.10:6443; {text} }}")


PROOFS: dict[str, Proof] = {
    "words, quotes, escapes, comments": (stream('upstream "a" { server \'192.168.22.201:6443\'; } # }'), ("pool a tcp round-robin",)),
    "nginx.conf, or a file that it includes": (UP, ("pool a tcp round-robin",)),
    "include": (stream("include more/*.conf;"), ("pool a tcp round-robin", f"  member 192.168.22.201 192.168.22.201 6443 {PASSIVE}")),
    "include of what is not in the repository": (stream("include stream.d/*.conf;"), ("unknown include path=stream.d/*.conf",)),
    "modules-enabled, mime.types": (f"include /etc/nginx/modules-enabled/*.conf;\n{stream(UP)}http {{ include mime.types; }}", ("pool a tcp round-robin",)),
    "template": (stream("server { listen {{ port }}; }"), ("error 3:17 this is a template ({{), not a config of nginx",)),
    "directive that nginx does not know, or in another place": (stream("frobnicate on; listen 1;"), (
        "refused directive-unknown name=frobnicate", "refused directive-misplaced name=listen block=stream")),
    "number of arguments, value, directive given twice": (stream("tcp_nodelay on; tcp_nodelay off; proxy_ssl maybe; proxy_bind;"), (
        "refused duplicate name=tcp_nodelay", "refused switch name=proxy_ssl text=maybe", "refused arguments name=proxy_bind expected=1-2 count=0")),
    "directive of a module that is loaded and not known here": (f"load_module x.so;\n{stream('frobnicate on;')}", ("unknown module what=frobnicate",)),
    "what only newer releases take": (stream("server { listen 1; server_name x; return x; }"), (
        "unknown newer-deciding what=server_name release=1.25.5",)),
    "what only NGINX Plus takes": (serving("proxy_pass a; health_check interval=10 fails=2;"), (
        "unknown plus what=health_check", "  member 192.168.22.201 192.168.22.201 6443 check tcp 10000ms timeout 5000ms fall 2 rise 1")),
    "server in stream": (serving("proxy_pass a;"), ("frontend 192.168.22.10:6443 tcp", "  to a")),
    "listen": (stream("server { listen [::]:1-3 ipv6only=off proxy_protocol; return x; }"), ("  listen :: 1-3 accept-proxy",)),
    "listen on a socket, or with udp": (stream("server { listen 4 udp; listen unix:/x; return x; }"), ("frontend line 3 tcp",)),
    "listen without a port": (stream("server { listen 10.0.0.1; return x; }"), ("unknown any-port text=10.0.0.1",)),
    "listen or server with a variable": (stream("upstream a { server $h:1; } server { listen $p; return x; }"), (
        "refused variable text=$h:1", "refused variable text=$p", "frontend line 3 tcp unread@3")),
    "one address listened on twice": (stream("server { listen 1; return x; } server { listen 1; return x; }"), (
        "refused duplicate-listen address=*:1 line=3",)),
    "sockets that cannot be bound beside each other": (stream("server { listen 1; return x; }") + "http { server { listen 1; } }\n", (
        "refused cannot-bind address=*:1 line=3",)),
    "listen with ssl and no ssl_certificate": (stream("server { listen 1 ssl; return x; }"), ("refused no-certificate",)),
    "proxy_pass": (stream("server { listen 1; proxy_pass 192.168.22.201:6443; }"), (
        "  to 192.168.22.201:6443", "  member 192.168.22.201 192.168.22.201 6443 unchecked")),
    "map of the TLS server name": (
        stream(f"map $ssl_preread_server_name $to {{ hostnames; api.x a; *.apps.x a; }}\n{UP}server {{ listen 1; ssl_preread on; proxy_pass $to; }}"), (
            "  to a if server-name(api.x)", "  to a if server-name(.apps.x)", "  to ")),
    "expression in a map": (
        stream(f"map $ssl_preread_server_name $to {{ ~^api\\.x$ a; }}\n{UP}server {{ listen 1; ssl_preread on; proxy_pass $to; }}"), (
            "  to a if server-name(api.x)",)),
    "other expression in a map": (
        stream(f"map $ssl_preread_server_name $to {{ ~a+ a; }}\n{UP}server {{ listen 1; ssl_preread on; proxy_pass $to; }}"), (
            "  to a if server-name()", "unknown expression pattern=~a+")),
    "map of the port, of the client's address, of another map, of several": (
        stream(f"map $server_port $p {{ 1 x; }} map $p:$remote_addr $to {{ x:10.0.0.1 a; }}\n{UP}"
               "map $ssl_preread_server_name:$server_port $both { x:1 a; }\n"
               "server { listen 1; ssl_preread on; proxy_pass $both; }"), ("  to a if server-name(x) and port(1)",)),
    "geo, set": (stream(f"geo $g {{ 10.0.0.0/8 a; }}\n{UP}server {{ listen 1; set $to $g; proxy_pass $to; }}"), (
        "  to a if source(10.0.0.0/8)", "  to ")),
    "split_clients": (stream(f"split_clients $remote_addr $to {{ 50% a; * 10.0.0.1:1; }}\n{UP}server {{ listen 1; proxy_pass $to; }}"), (
        "  to a if other()", "  to 10.0.0.1:1")),
    "proxy_pass with another variable": (serving("proxy_pass $hostname:1;"), ("unknown dynamic-upstream target=$hostname:1",)),
    "value of a map that is no upstream": (stream(f"map $server_port $to {{ default b; }}\n{UP}server {{ listen 1; proxy_pass $to; }}"), (
        "unknown no-such-target text=b", "  to ")),
    "variable that nothing sets": (serving("proxy_pass $to;"), ("refused variable-unknown name=to",)),
    "proxy_pass to an upstream that is not there": (serving("proxy_pass b;"), ("refused no-such-upstream text=b",)),
    "proxy_protocol, proxy_ssl, proxy_timeout": (
        stream(f"proxy_protocol on; proxy_ssl on; proxy_timeout 5m;\n{UP}server {{ listen 1; proxy_pass a; }}"), (
            f"  member 192.168.22.201 192.168.22.201 6443 tls send-proxy {PASSIVE}", "  idle proxy_timeout 300000ms")),
    "proxy_bind with transparent": (serving("proxy_pass a; proxy_bind $remote_addr transparent;"), ("pool a tcp round-robin nat",)),
    "allow, deny": (serving("proxy_pass a; allow 10.0.0.0/8; deny all;"), ("  gate 0 accept if source(10.0.0.0/8)", "  gate 0 reject")),
    "js_preread, js_access, js_filter, Lua": (serving("proxy_pass a; js_filter x.y; preread_by_lua_block { }"), (
        "unknown script what=js_filter", "unknown script what=preread_by_lua_block")),
    "return": (stream("server { listen 1; return x; }"), ("frontend *:1 tcp",)),
    "proxy_pass beside return": (serving("return x; proxy_pass a;"), ("ignored return-wins line=4", "  to a")),
    "limit_conn, resolver, log_format, ssl_…": (serving("proxy_pass a; resolver 10.0.0.1; limit_conn z 1; ssl_ciphers x;"), ("  to a",)),
    "upstream": (serving("proxy_pass a;"), (f"  member 192.168.22.202 192.168.22.202 6443 {PASSIVE}",)),
    "server in an upstream": (
        stream("upstream a { server 10.0.0.1:1 weight=2 max_fails=3 fail_timeout=5s; server 10.0.0.2:1 backup; server 10.0.0.3:1 down; }"), (
            "  member 10.0.0.1 10.0.0.1 1 weight 2 check passive 5000ms fall 3 rise 1", f"  member 10.0.0.2 10.0.0.2 1 backup {PASSIVE}",
            f"  member 10.0.0.3 10.0.0.3 1 disabled {PASSIVE}")),
    "upstream with one server": (stream("upstream a { server 10.0.0.1:1; }"), ("  member 10.0.0.1 10.0.0.1 1 unchecked",)),
    "upstream of backups alone": (stream("upstream a { server 10.0.0.1:1 backup; }"), ("refused no-servers name=a",)),
    "server at a socket": (stream("upstream a { server unix:/x; }"), ("unknown socket",)),
    "hash, least_conn, random": (stream("upstream a { hash $remote_addr; server 10.0.0.1:1; server 10.0.0.2:1; }"), (
        "pool a tcp hash", "  sticky hash $remote_addr")),
    "backup below hash or random": (stream("upstream a { random; server 10.0.0.1:1; server 10.0.0.2:1 backup; }"), (
        "refused hash-and-backup method=random",)),
    "server in http": ("events { }\nhttp { server { listen 443 ssl; } }\n", ("frontend *:443 http@2", "  listen * 443 ip4 tls")),
    "proxy_pass, grpc_pass in http": (
        "events { }\nhttp { upstream a { server 10.0.0.1:6443; } server { location / { proxy_pass https://a; } location /x { grpc_pass grpc://10.0.0.2:1; } } }\n", (
            "  to 10.0.0.2:1 if other()", "  to a", "  member 10.0.0.1 10.0.0.1 6443 tls unchecked")),
    "proxy_pass in http with a variable": ("events { }\nhttp { server { location / { proxy_pass https://$host; } } }\n", (
        "unknown dynamic-upstream target=https://$host",)),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a file that can be included."""
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a.conf").write_text(UP)
    monkeypatch.chdir(tmp_path)


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
