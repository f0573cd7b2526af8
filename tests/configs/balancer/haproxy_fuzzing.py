"""HAProxy configs that nobody would write."""

from __future__ import annotations

import random

from configs.balancer import damaging
from configs.balancer.casefiles import load
from running import REPOSITORY

from portspec.configs.balancer import haproxy
from portspec.configs.balancer.model import Balancer
from portspec.errors import InputError

SEEDS = [case.text for case in load()] + [
    path.read_text() for path in sorted((REPOSITORY / "examples").rglob("haproxy.cfg"))
]
WORDS = [
    "listen", "frontend", "backend", "defaults", "global", "from", "bind", "server", "server-template", "default-server",
    "use_backend", "default_backend", "acl", "if", "unless", "{", "}", "!", "||", "or", "dst_port", "req_ssl_sni", "-m",
    "option", "httpchk", "tcp-check", "http-check", "connect", "send", "expect", "check", "port", "addr", "inter", "track",
    "no", "no-", "mode", "balance", "stick", "on", "cookie", "stats", "timeout", "dispatch", ".if", ".elif", ".else",
    ".endif", "defined(X)", "streq(a,b)", "((", "&&", "setenv", "A", "\"${A}\"", "${A}", "$", "\"", "'", "\\", "\\x41", "#",
    ":", "::", "[", "]", "[::1]:80", ":::80", "*:80", ":80-90", ":+1", "10.0.0.1:80", "10.0.0.1", "fd@3", "unix@/x", ",",
    "src", "ssl_fc_sni", "req.ssl_sni", "tcp-request", "inspect-delay", "5s", "content", "connection", "session", "accept",
    "reject", "silent-drop", "expect-proxy", "layer4", "capture", "req.ssl_hello_type", "10.0.0.0/8", "10/8", "::/0", "-i",
    "-f", "--", "%[req.ssl_sni,map(haproxy_fuzzing.py,a)]", "%[dst_port,map(nothing)]", "allbackups", "transparent", "tunnel",
    "client", "\"${A-b}\"", "${A-b}", "strstr(a,b)", "unsetenv", "agent-check", "interface",
    "99999999999999999999", "-1", "1e5", "٣", "²", "é", "\t", "\r", "\v", "{{", "<%", "1-99999", "a/b", "%[x]", "0", "",
]  # fmt: skip


def damaged(random_one: random.Random) -> str:
    """A config with some of its words, lines and characters changed."""
    return damaging.damaged_lines(random_one, SEEDS, WORDS)


def outcome(text: str) -> Balancer | InputError:
    """The model, or the error, which has a place in the file."""
    model = damaging.outcome(haproxy, "haproxy.cfg", text)
    if isinstance(model, Balancer):
        for frontend in model.frontends:
            for port in (1, 443, 6443):
                sure, possible = frontend.admitted(port)
                assert sure <= possible
                for route in frontend.routes:
                    route.holds(port)
    return model
