"""Configs whose routing is tried on a real HAProxy. Members are 127.77.0.N; every listener is on 127.77.0.100 or above."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from differential.haproxy_live import Asked

LB = "127.77.0.100"
HEAD = """\
defaults
 mode tcp
 timeout connect 1s
 timeout client 3s
 timeout server 3s
"""
SNI = " tcp-request inspect-delay 2s\n tcp-request content accept if { req_ssl_hello_type 1 }\n"


class Live(NamedTuple):
    """A config, the connections to try, and the files that it names."""

    text: str
    asked: tuple[Asked, ...]
    files: Mapping[str, str] = MappingProxyType({})


def one(port: int, address: str = LB) -> tuple[Asked, ...]:
    return (Asked(address, port),)


CONFIGS: dict[str, Live] = {
    "members of a listen section": Live(
        f"listen a\n bind {LB}:16443\n server a 127.77.0.1:16443\n server b 127.77.0.2:16443\n", one(16443)),
    "backup members wait": Live(
        f"listen a\n bind {LB}:16443\n server a 127.77.0.1:16443 backup\n server b 127.77.0.2:16443\n server c 127.77.0.3:16443\n",
        one(16443)),
    "the first backup serves alone": Live(
        f"listen a\n bind {LB}:16443\n server a 127.77.0.1:16443 backup\n server b 127.77.0.2:16443 backup\n", one(16443)),
    "disabled, and weight 0": Live(
        f"listen a\n bind {LB}:16443\n server a 127.77.0.1:16443 disabled\n server b 127.77.0.2:16443\n"
        " server c 127.77.0.3:16443 weight 0\n", one(16443)),
    "default-server, taken back": Live(
        f"listen a\n bind {LB}:16443\n default-server disabled\n server a 127.77.0.1:16443\n server b 127.77.0.2:16443 enabled\n"
        " default-server enabled backup\n server c 127.77.0.3:16443\n server d 127.77.0.4:16443 no-backup\n", one(16443)),
    "ports that follow the client": Live(
        f"listen a\n bind {LB}:16443-16444\n server a 127.77.0.1\n server b 127.77.0.2:+10\n server c 127.77.0.3:-10\n"
        " server d 127.77.0.4:16999\n", (Asked(LB, 16443), Asked(LB, 16444))),
    "the last mode and the last default_backend": Live(
        f"frontend a\n mode http\n bind {LB}:16443\n mode tcp\n default_backend b\n default_backend c\n"
        "backend b\n server a 127.77.0.1:16443\nbackend c\n server b 127.77.0.2:16443\n", one(16443)),
    "use_backend before default_backend": Live(
        f"frontend a\n bind {LB}:16443,{LB}:16623\n default_backend b\n use_backend c if {{ dst_port 16623 }}\n"
        "backend b\n server a 127.77.0.1:16443\nbackend c\n server b 127.77.0.2:16623\n", (Asked(LB, 16443), Asked(LB, 16623))),
    "operators and ranges of ports": Live(
        f"frontend a\n bind {LB}:16441-16449\n acl low dst_port 16441 16442:16443\n acl high dst_port ge 16448\n"
        " acl exact dst_port gt 16446\n use_backend b if low\n use_backend c unless high or exact or !{ dst_port lt 16446 }\n"
        " use_backend d if high !low\n default_backend e\n"
        "backend b\n server a 127.77.0.1:16443\nbackend c\n server b 127.77.0.2:16443\nbackend d\n server c 127.77.0.3:16443\n"
        "backend e\n server d 127.77.0.4:16443\n", tuple(Asked(LB, port) for port in range(16441, 16450))),
    "by source": Live(
        f"frontend a\n bind {LB}:16443\n use_backend c if {{ src 127.77.1.1 }}\n default_backend b\n"
        "backend b\n server a 127.77.0.1:16443\nbackend c\n server b 127.77.0.2:16443\n",
        (Asked(LB, 16443, source="127.77.1.1"), Asked(LB, 16443, source="127.77.1.2"))),
    "only some may come in": Live(
        f"frontend a\n bind {LB}:16443,{LB}:16623\n acl inside src 127.77.1.0/24 127.77.2.1/255.255.255.255\n"
        " tcp-request connection accept if { dst_port 16443 }\n tcp-request connection reject if !inside\n default_backend b\n"
        "backend b\n server a 127.77.0.1:16443\n",
        tuple(Asked(LB, port, source=source) for port in (16443, 16623)
              for source in ("127.77.1.1", "127.77.2.1", "127.77.2.2", "127.77.3.1"))),
    "who may come in stands in a file": Live(
        f"frontend a\n bind {LB}:16443\n tcp-request session reject if !{{ src -f inside.txt }}\n default_backend b\n"
        "backend b\n server a 127.77.0.1:16443\n",
        (Asked(LB, 16443, source="127.77.1.1"), Asked(LB, 16443, source="127.77.2.1")),
        {"inside.txt": "# a comment\n\n  127.77.1.0/24\n::1\n"}),
    "a map of ports": Live(
        f"frontend a\n bind {LB}:16443,{LB}:16444,{LB}:16623\n use_backend %[dst_port,map_int(ports.map,c)]\n default_backend b\n"
        "backend b\n server a 127.77.0.1:16443\nbackend c\n server b 127.77.0.2:16443\n",
        tuple(Asked(LB, port) for port in (16443, 16444, 16623)), {"ports.map": "16443 b\n16623 nowhere\n"}),
    "a map of names, and its default": Live(
        f"frontend a\n bind {LB}:16443\n{SNI} use_backend %[req.ssl_sni,lower,map(names.map,c)] if TRUE\n use_backend d if TRUE\n"
        " default_backend b\nbackend b\n server a 127.77.0.1:16443\nbackend c\n server b 127.77.0.2:16443\n"
        "backend d\n server c 127.77.0.3:16443\n",
        (*(Asked(LB, 16443, name) for name in ("api.one.example", "api.two.example", "api.three.example")),
         Asked(LB, 16443, said=b"no TLS\r\n")),
        {"names.map": "api.one.example d\napi.two.example nowhere\n"}),
    "a map that leads nowhere, and no default": Live(
        f"frontend a\n bind {LB}:16443,{LB}:16444,{LB}:16623\n use_backend %[dst_port,map(ports.map)] unless FALSE\n use_backend b if TRUE\n"
        "backend b\n server a 127.77.0.1:16443\n",
        tuple(Asked(LB, port) for port in (16443, 16444, 16623)), {"ports.map": "16443 b\n16623 nowhere\n"}),
    "the name of a session that is not ended": Live(
        f"frontend a\n bind {LB}:16443\n{SNI} use_backend c if {{ ssl_fc_sni api.one.example }}\n use_backend d if !{{ ssl_fc_sni api.two.example }}\n"
        " default_backend b\nbackend b\n server a 127.77.0.1:16443\nbackend c\n server b 127.77.0.2:16443\n"
        "backend d\n server c 127.77.0.3:16443\n", (Asked(LB, 16443, "api.one.example"), Asked(LB, 16443, "api.two.example"))),
    "the source that a PROXY header tells": Live(
        f"frontend a\n bind {LB}:16443 accept-proxy\nfrontend b\n bind {LB}:16444\n tcp-request connection expect-proxy layer4\n"
        .replace("\nfrontend b", "\n use_backend c if { src 127.77.9.9 }\n tcp-request session reject if { src 127.77.9.8 }\n default_backend d\nfrontend b")
        + " use_backend d if { src 127.77.9.9 }\n default_backend c\nbackend c\n server a 127.77.0.1:16443\nbackend d\n server b 127.77.0.2:16443\n",
        tuple(Asked(LB, port, source=source, said=f"PROXY TCP4 {source} 127.77.0.9 1 2\r\n".encode(), told=True)
              for port in (16443, 16444) for source in ("127.77.9.9", "127.77.9.8", "127.77.9.7"))),
    "the most specific address": Live(
        f"frontend a\n bind :16447\n default_backend b\nfrontend c\n bind {LB}:16447\n default_backend d\n"
        "frontend e\n bind :::16447\n default_backend f\n"
        "backend b\n server a 127.77.0.1:16443\nbackend d\n server b 127.77.0.2:16443\nbackend f\n server c 127.77.0.3:16443\n",
        (Asked(LB, 16447), Asked("127.77.0.101", 16447), Asked("::1", 16447))),
    "all backups, or the first": Live(
        f"listen a\n bind {LB}:16443\n option allbackups\n server a 127.77.0.1:16443 backup\n server b 127.77.0.2:16443 backup\n"
        f"listen b\n bind {LB}:16444\n option allbackups\n no option allbackups\n server a 127.77.0.1:16443 backup\n"
        " server b 127.77.0.2:16443 backup\n", (Asked(LB, 16443), Asked(LB, 16444))),
    "what balances by requests goes round": Live(
        f"listen a\n bind {LB}:16443\n balance hdr(host)\n server a 127.77.0.1:16443\n server b 127.77.0.2:16443\n", one(16443)),
    "defaults of variables": Live(
        f'global\n setenv SET 16444\nlisten a\n bind "{LB}:${{SURELY_NOT_SET-16443}}"\n bind "{LB}:${{SET-16623}}"\n'
        ' server a "${SURELY_NOT_SET-127.77.0.1}:16443"\n', (Asked(LB, 16443), Asked(LB, 16444))),
    "what is unset is not defined": Live(
        f"global\n setenv A 1\n unsetenv A\nlisten a\n bind {LB}:16443\n.if defined(A)\n server a 127.77.0.1:16443\n.else\n"
        " server b 127.77.0.2:16443\n.endif\n", one(16443)),
    "two clusters by server name": Live(
        f"frontend a\n bind {LB}:16443\n{SNI} acl one req_ssl_sni -i api.one.example\n acl one req.ssl_sni -m end .apps.one.example\n"
        " use_backend b if one\n use_backend c if { req.ssl_sni -i api.two.example }\n default_backend d\n"
        "backend b\n server a 127.77.0.1:16443\nbackend c\n server b 127.77.0.2:16443\nbackend d\n server c 127.77.0.3:16443\n",
        tuple(Asked(LB, 16443, name) for name in
              ("api.one.example", "x.apps.one.example", "api.two.example", "api.three.example"))),
    "a listen section without a route of its own": Live(
        f"frontend a\n bind {LB}:16444\n default_backend l\nlisten l\n bind {LB}:16443\n server a 127.77.0.1:16443\n",
        (Asked(LB, 16443), Asked(LB, 16444))),
    "a default backend before own servers": Live(
        f"listen a\n bind {LB}:16443\n default_backend b\n server a 127.77.0.1:16443\nbackend b\n server b 127.77.0.2:16443\n",
        one(16443)),
    "disabled sections": Live(
        f"frontend a\n disabled\n bind {LB}:16443\n default_backend b\nfrontend c\n bind {LB}:16444\n default_backend b\n"
        f"frontend d\n bind {LB}:16445\n default_backend e\n"
        "backend b\n server a 127.77.0.1:16443\nbackend e\n disabled\n server b 127.77.0.2:16443\n",
        (Asked(LB, 16444), Asked(LB, 16443), Asked(LB, 16445))),
    "named defaults": Live(
        "defaults one from base\n default_backend b\ndefaults two from base\n default_backend c\n"
        f"frontend a from one\n bind {LB}:16443\nfrontend d\n bind {LB}:16444\n"
        "backend b\n server a 127.77.0.1:16443\nbackend c from base\n server b 127.77.0.2:16443\n",
        (Asked(LB, 16443), Asked(LB, 16444))),
    "every address of IPv6 takes IPv4": Live(
        "listen a\n bind :::16447\n server a 127.77.0.1:16443\nlisten b\n bind :::16448 v6only\n server b 127.77.0.2:16443\n",
        (Asked("127.0.0.1", 16447), Asked("::1", 16447), Asked("::1", 16448), Asked("127.0.0.1", 16448))),
    "variables": Live(
        f"global\n setenv LB {LB}\n setenv PORT 16443\nlisten a\n bind \"${{LB}}:${{PORT}}\"\n bind ${{LB}}:16444\n"
        " server a 127.77.0.1:$PORT\n", (Asked(LB, 16443), Asked(LB, 16444))),
    "conditional lines": Live(
        f"listen a\n bind {LB}:16443\n.if 0\n server a 127.77.0.1:16443\n.elif !0 && streq(x,x)\n server b 127.77.0.2:16443\n"
        ".else\n server c 127.77.0.3:16443\n.endif\n", one(16443)),
    "quotes and escapes": Live(
        f"listen a # one\n bind \"{LB}\":'16443' # two\n server \\x61 127.77.0.1:16\"443\"#three\n", one(16443)),
    "a template of servers": Live(
        f"listen a\n bind {LB}:16443\n server-template a 1-3 127.77.0.1:16443\n server b 127.77.0.2:16443\n", one(16443)),
    "dispatch": Live(f"listen a\n bind {LB}:16443\n dispatch 127.77.0.1:16443\n", one(16443)),
}  # fmt: skip
