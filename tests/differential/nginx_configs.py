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
SOURCES = ("127.79.0.1", "127.79.0.2", "127.79.1.1", "127.80.0.1")
NETWORKS = ("127.79.0.0/24", "127.79.0.0/16", "127.79.0.1", "127.80.0.0/16", "127.79.1.0/30", "10.0.0.0/8")
RANGES = (
    "127.0.0.0-127.255.255.255", "127.79.0.0-127.79.255.255", "127.79.0.0-127.79.0.255", "127.79.0.2-127.79.0.9",
    "127.79.0.2-127.79.0.2", "127.80.0.0-127.80.0.9",
)  # fmt: skip
"""Each lies inside of earlier ones, or beside them."""
NAMES = (
    "api.one.example",
    "api.two.example",
    "x.apps.two.example",
    "apps.two.example",
    "two.example",
    "other.example",
    "api.three.example",
)
KEYS = (
    "api.one.example", "api.two.example", "*.two.example", "*.apps.two.example", ".apps.two.example", ".two.example",
    r"~^api\.three\.example$", r"~\.two\.example$", r"~*^(.*\.)?three\.example$", "OTHER.example",
)  # fmt: skip
EVENTS = "events { worker_connections 512; }\nworker_processes 1;\nerror_log stderr crit;\n"


class Made(NamedTuple):
    """A config, and the connections to try."""

    text: str
    asked: tuple[Asked, ...]


class _Writer:
    """One config of a seed."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(f"nginx {seed}")
        self.upstreams = [f"pool{number}" for number in range(self.rng.randint(1, 4))]
        self.blocks = [self.upstream(name) for name in self.upstreams]
        self.asked: list[Asked] = []

    def made(self) -> Made:
        port = FIRST_PORT
        for number in range(self.rng.randint(1, 4)):
            self.server(number, port)
            port += 2
        outer = self.admission() if self.rng.random() < 0.2 else []
        self.rng.shuffle(self.blocks)
        body = "\n".join([*outer, *self.blocks])
        return Made(f"{EVENTS}stream {{\nproxy_connect_timeout 1s;\n{body}\n}}\n", tuple(self.asked))

    def target(self) -> str:
        rng = self.rng
        if rng.random() < 0.1:
            return f"{rng.choice(HOSTS + DEAD)}:{MEMBER_PORT}"
        return rng.choice(self.upstreams)

    def server(self, number: int, port: int) -> None:
        rng = self.rng
        kind = rng.choice(("pool", "names", "names", "ports", "address", "networks", "both", "set", "chain", "return"))
        wide = rng.random() < 0.2
        lines = [f"listen {LISTEN}:{port}-{port + 1};" if wide else f"listen {LISTEN}:{port};"]
        ports = [port, port + 1] if wide else [port]
        names = [""]
        to = f"$to{number}"
        preread = "ssl_preread on;" if rng.random() < 0.85 else "ssl_preread off;"
        if kind == "pool":
            lines.append(f"proxy_pass {self.target()};")
        elif kind == "address":
            lines.append(f"proxy_pass {rng.choice(HOSTS + DEAD)}:{MEMBER_PORT};")
        elif kind == "return":
            lines.append("return nobody;")
        elif kind == "set":
            lines += [f"set $host{number} {rng.choice(HOSTS)};", f"proxy_pass $host{number}:{MEMBER_PORT};"]
        elif kind == "names":
            self.blocks.append(self.names(to))
            lines += [preread, f"proxy_pass {to};"]
            names = list(NAMES)
        elif kind == "chain":
            self.blocks.append(self.names(f"$first{number}"))
            entries = " ".join(f"{name} {self.target()};" for name in self.upstreams if rng.random() < 0.7)
            self.blocks.append(f"map $first{number} {to} {{ {entries} default {self.target()}; }}")
            lines += [preread, f"proxy_pass {to};"]
            names = list(NAMES)
        elif kind == "both":
            keys = {f"{rng.choice(NAMES)}:{rng.choice(ports)}" for _ in range(3)}
            entries = " ".join(f"{key} {self.target()};" for key in sorted(keys))
            self.blocks.append(
                f"map $ssl_preread_server_name:$server_port {to} {{ {entries} default {self.target()}; }}"
            )
            lines += [preread, f"proxy_pass {to};"]
            names = list(NAMES)
        elif kind == "networks":
            ranges = rng.random() < 0.4
            networks = [rng.choice(RANGES if ranges else NETWORKS) for _ in range(rng.randint(1, 5))]
            if ranges:
                networks.sort(key=RANGES.index)
            lines_of = [f"{network} {self.target()};" for network in networks]
            if not ranges and rng.random() < 0.3:
                lines_of.append(f"delete {rng.choice(networks)};")
            if rng.random() < 0.7:
                lines_of.append(f"default {self.target()};")
            self.blocks.append(f"geo {to} {{ {'ranges; ' if ranges else ''}{' '.join(lines_of)} }}")
            lines.append(f"proxy_pass {to};")
        else:
            entries = " ".join(f"{one} {self.target()};" for one in ports)
            self.blocks.append(f"map $server_port {to} {{ {entries} }}")
            lines.append(f"proxy_pass {to};")
        rng.shuffle(lines)
        if rng.random() < 0.25:
            lines += self.admission()
        self.blocks.append(f"server {{ {' '.join(lines)} }}")
        self.asked += [
            Asked(LISTEN, one, name, source) for one in ports for name in names for source in self.sources(kind)
        ]

    def sources(self, kind: str) -> tuple[str, ...]:
        return SOURCES if kind in ("pool", "networks", "address") else (self.rng.choice(SOURCES),)

    def admission(self) -> list[str]:
        rng = self.rng
        found = [f"{rng.choice(('allow', 'deny'))} {rng.choice(NETWORKS)};" for _ in range(rng.randint(1, 3))]
        return [*found, rng.choice(("deny all;", "allow all;", "", "deny unix:;"))]

    def upstream(self, name: str) -> str:
        rng = self.rng
        method = rng.choice(
            ("", "", "", "least_conn;", "hash $remote_addr;", "hash $remote_addr consistent;", "random;")
        )
        with_backup = not method.startswith(("hash", "random"))
        lines = []
        for host in rng.sample(HOSTS + DEAD, rng.randint(1, 4)):
            words = [f"server {host}:{MEMBER_PORT}"]
            if rng.random() < 0.3:
                words.append(f"weight={rng.randint(1, 2)}")
            if rng.random() < 0.2:
                words.append("down")
            elif with_backup and rng.random() < 0.3:
                words.append("backup")
            if rng.random() < 0.2:
                words.append(rng.choice(("max_fails=0", "max_fails=3 fail_timeout=5s", "fail_timeout=1m")))
            lines.append(" ".join(words) + ";")
        if all("backup" in line for line in lines):
            # nginx does not start without a server that is no backup: "no servers in upstream".
            lines.insert(0, f"server {HOSTS[0]}:{MEMBER_PORT + 1};")
        return f"upstream {name} {{ {method} {' '.join(lines)} }}"

    def names(self, variable: str) -> str:
        rng = self.rng
        keys = rng.sample(KEYS, rng.randint(1, 5))
        for end in ("two.example", "apps.two.example"):
            if f"*.{end}" in keys and f".{end}" in keys:
                keys.remove(f".{end}")
        if ".two.example" in keys and "two.example" in keys:
            keys.remove("two.example")
        entries = [f'"{key}" {self.target()};' for key in keys]
        if rng.random() < 0.7:
            entries.append(f"default {self.target()};")
        rng.shuffle(entries)
        return f"map $ssl_preread_server_name {variable} {{ hostnames; {' '.join(entries)} }}"


def generate(seed: int) -> Made:
    """The config of a seed."""
    return _Writer(seed).made()
