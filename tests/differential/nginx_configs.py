"""Random nginx stream configs in front of members that answer with their names, some of whom are not there."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from differential.haproxy_live import Asked

HOSTS = tuple(f"127.78.0.{number}" for number in range(1, 6))
DEAD = ("127.78.0.9", "127.78.0.10")
MEMBER_PORT = 18443
LISTEN = "127.78.0.100"
FIRST_PORT = 18500
NAMES = (
    "api.one.example",
    "api.two.example",
    "x.apps.two.example",
    "apps.two.example",
    "other.example",
    "api.three.example",
)
EVENTS = "events { worker_connections 512; }\nworker_processes 1;\nerror_log stderr crit;\n"


class Made(NamedTuple):
    """A config, and the connections to try."""

    text: str
    asked: tuple[Asked, ...]


def generate(seed: int) -> Made:
    """The config of a seed."""
    rng = Random(f"nginx {seed}")
    upstreams = {f"pool{number}": _upstream(rng, f"pool{number}") for number in range(rng.randint(1, 4))}
    maps: list[str] = []
    servers: list[str] = []
    asked: list[Asked] = []
    port = FIRST_PORT
    for number in range(rng.randint(1, 4)):
        kind = rng.choice(("pool", "pool", "names", "ports", "address"))
        lines = [f"listen {LISTEN}:{port};"] if rng.random() < 0.8 else [f"listen {LISTEN}:{port}-{port + 1};"]
        ports = [port, port + 1] if "-" in lines[0] else [port]
        names = [""]
        if kind == "pool":
            lines.append(f"proxy_pass {rng.choice(list(upstreams))};")
        elif kind == "address":
            lines.append(f"proxy_pass {rng.choice(HOSTS + DEAD)}:{MEMBER_PORT};")
        elif kind == "names":
            maps.append(_names(rng, f"$to{number}", list(upstreams)))
            preread = rng.random() < 0.85
            lines += [f"ssl_preread {'on' if preread else 'off'};", f"proxy_pass $to{number};"]
            # Bytes that nginx has not read when the member is done would make it reset the connection.
            names = list(NAMES) if preread else [""]
        else:
            entries = " ".join(f"{one} {rng.choice(list(upstreams))};" for one in ports)
            maps.append(f"map $server_port $to{number} {{ {entries} }}")
            lines.append(f"proxy_pass $to{number};")
        if rng.random() < 0.2:
            lines.append("proxy_timeout 20s;")
        rng.shuffle(lines)
        servers.append(f"server {{ {' '.join(lines)} }}")
        asked += [Asked(LISTEN, one, name) for one in ports for name in names]
        port += 2
    parts = [*upstreams.values(), *maps, *servers]
    rng.shuffle(parts)
    body = "\n".join(parts)
    return Made(f"{EVENTS}stream {{\nproxy_connect_timeout 1s;\n{body}\n}}\n", tuple(asked))


def _upstream(rng: Random, name: str) -> str:
    method = rng.choice(("", "", "", "least_conn;", "hash $remote_addr;", "hash $remote_addr consistent;", "random;"))
    with_backup = not method.startswith(("hash", "random"))
    hosts = rng.sample(HOSTS + DEAD, rng.randint(1, 4))
    lines = []
    for host in hosts:
        words = [f"server {host}:{MEMBER_PORT}"]
        if rng.random() < 0.3:
            words.append(f"weight={rng.randint(1, 2)}")
        if rng.random() < 0.2:
            words.append("down")
        elif with_backup and rng.random() < 0.3:
            words.append("backup")
        if rng.random() < 0.2:
            words.append(rng.choice(("max_fails=0", "max_fails=3 fail_timeout=5s")))
        lines.append(" ".join(words) + ";")
    if all("backup" in line or "down" in line for line in lines):
        # nginx does not start without a server that is neither: "no servers are inside upstream".
        lines.insert(0, f"server {HOSTS[0]}:{MEMBER_PORT + 1};")
    return f"upstream {name} {{ {method} {' '.join(lines)} }}"


def _names(rng: Random, variable: str, pools: list[str]) -> str:
    keys = rng.sample(
        ("api.one.example", "api.two.example", "*.two.example", "*.apps.two.example", ".apps.two.example"),
        rng.randint(1, 3),
    )
    if "*.apps.two.example" in keys and ".apps.two.example" in keys:
        keys.remove(".apps.two.example")
    entries = [f"{key} {rng.choice(pools)};" for key in keys]
    if rng.random() < 0.7:
        entries.append(f"default {rng.choice(pools)};")
    rng.shuffle(entries)
    return f"map $ssl_preread_server_name {variable} {{ hostnames; {' '.join(entries)} }}"
