"""Random HAProxy configs, many in one file: each has listeners at addresses of its own, and clients that try them.

Machines are 127.80.0.N. On port 17001 they answer with their name, on 17002 nobody listens, on 17101 they speak HTTP:
some are healthy, one is sick, one says nothing.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import NamedTuple

from differential.haproxy_lab import Place, Way
from differential.haproxy_live import Asked

HOSTS = tuple(f"127.80.0.{number}" for number in range(1, 7))
SERVICE, DEAD, HEALTH = 17001, 17002, 17101
CLIENTS = ("127.81.0.1", "127.81.0.2", "127.81.1.1", "127.82.0.1")
SOURCES = (
    "127.81.0.1",
    "127.81.0.0/24",
    "127.81.0.0/16",
    "127.81.1.1/255.255.255.0",
    "127.82.0.0/16",
    "127.0.0.0/8",
    "::1",
)
NAMES = ("api.one.example", "api.two.example", "x.apps.one.example", "y.apps.two.example")
PORTS = (18001, 18002, 18003)
WAITING = " tcp-request inspect-delay 400ms\n tcp-request content accept if { req.ssl_hello_type 1 }\n"
PLAIN = b"GET / HTTP/1.0\r\n\r\n"
HEAD = """\
global
 nbthread 1
 stats socket {socket} level admin
 maxconn 2000
defaults
 mode tcp
 retries 0
 timeout connect 500ms
 timeout client 1s
 timeout server 1s
 timeout check 100ms
 default-server inter 60ms fall 2
"""


def machines() -> dict[Place, Way]:
    """What is where."""
    found: dict[Place, Way] = {(host, SERVICE): "name" for host in HOSTS}
    found |= {(host, DEAD): "closed" for host in HOSTS}
    found |= {(host, HEALTH): "healthy" for host in HOSTS[:4]}
    return found | {(HOSTS[4], HEALTH): "sick", (HOSTS[5], HEALTH): "silent"}


class Scenario(NamedTuple):
    """The sections of one config and the connections to try."""

    text: str
    asked: tuple[Asked, ...]


def scenario(number: int, folder: Path) -> Scenario:
    """A config of its own number, with the maps that it names in a folder."""
    return _Writer(number, folder).write()


class _Writer:
    def __init__(self, number: int, folder: Path) -> None:
        self.random = random.Random(number)
        self.prefix = f"s{number}"
        self.address = f"127.83.{number // 250 % 250}.{number % 250 + 1}"
        self.folder = folder
        self.named = self.random.random() < 0.4
        self.lines: list[str] = []

    def write(self) -> Scenario:
        pick = self.random
        pools = [f"{self.prefix}-b{number}" for number in range(pick.randint(1, 4))]
        if pick.random() < 0.25:
            self.listen(pools)
        else:
            self.frontend(pools)
        for name in pools:
            self.lines.append(f"backend {name}")
            self.pool()
        asked = [self.asked() for _ in range(5)]
        return Scenario("\n".join([*self.lines, ""]), tuple(dict.fromkeys(asked)))

    def asked(self) -> Asked:
        pick = self.random
        name = pick.choice((*NAMES, "")) if self.named else ""
        # Who says nothing is held for as long as a name may yet come.
        said = PLAIN if self.named and not name and pick.random() < 0.8 else b""
        return Asked(self.address, pick.choice(PORTS), name, pick.choice(CLIENTS), said)

    def frontend(self, pools: list[str]) -> None:
        self.lines.append(f"frontend {self.prefix}")
        self.binds()
        self.gates()
        self.routes(pools)
        if self.random.random() < 0.9:
            self.lines.append(f" default_backend {self.random.choice(pools)}")

    def listen(self, pools: list[str]) -> None:
        self.lines.append(f"listen {self.prefix}")
        self.binds()
        self.gates()
        self.routes(pools)
        self.pool()

    def binds(self) -> None:
        kind = self.random.randrange(4)
        if kind == 0:
            self.lines.append(f" bind {self.address}:{PORTS[0]}-{PORTS[-1]}")
        elif kind == 1:
            self.lines.append(" bind " + ",".join(f"ipv4@{self.address}:{port}" for port in PORTS))
        elif kind == 2:
            self.lines += [f" bind \"{self.address}\":'{port}' # {port}" for port in PORTS[:2]]
        else:
            self.lines += [f" bind {self.address}:{port} name p{port}" for port in PORTS]

    def gates(self) -> None:
        pick = self.random
        if pick.random() < 0.35:
            for _ in range(pick.randint(1, 3)):
                stage, action = pick.choice(("connection", "session", "content")), pick.choice(("accept", "reject"))
                if self.named and stage == "content":
                    # Whoever is let in before the rule that waits for the name is not held until it has come.
                    action = "reject"
                asked = self.condition(names=False) if pick.random() < 0.95 else ""
                self.lines.append(f" tcp-request {stage} {action}{asked}")
        if self.named:
            self.lines.append(WAITING.rstrip("\n"))

    def routes(self, pools: list[str]) -> None:
        pick = self.random
        for _ in range(pick.randint(0, 4)):
            name = pick.choice(pools)
            if pick.random() < 0.2:
                name = self.map(pools)
            self.lines.append(f" use_backend {name}{self.condition(names=self.named)}")

    def map(self, pools: list[str]) -> str:
        pick = self.random
        path = self.folder / f"{self.prefix}-{len(self.lines)}.map"
        keys: list[str] = pick.sample(NAMES if self.named else [str(port) for port in PORTS], 2)
        path.write_text("# a comment\n" + "".join(f"{key}  {pick.choice([*pools, 'nowhere'])}\n" for key in keys))
        fetch = pick.choice(("req.ssl_sni,lower", "req.ssl_sni")) if self.named else "dst_port"
        rest = pick.choice(("", f",{pick.choice(pools)}"))
        return f"%[{fetch},{pick.choice(('map', 'map_str'))}({path.name}{rest})]"

    def condition(self, *, names: bool) -> str:
        pick = self.random
        words = [pick.choice(("if", "if", "if", "unless"))]
        for count in range(pick.randint(1, 3)):
            if count:
                words += pick.choice(([], [], ["or"], ["||"]))
            words.append(pick.choice(("", "", "!")) + self.question(names=names))
        return " " + " ".join(words)

    def question(self, *, names: bool) -> str:
        pick = self.random
        kind = pick.randrange(5 if names else 4)
        if kind == 0:
            return pick.choice(("{ src ", "{ src -m ip ")) + " ".join(pick.sample(SOURCES, pick.randint(1, 2))) + " }"
        if kind == 1:
            first, last = sorted(pick.choices(PORTS, k=2))
            return (
                "{ dst_port "
                + pick.choice((f"{first}", f"{first}:{last}", f"ge {first}", f"lt {last}", f"{first} {last}"))
                + " }"
            )
        if kind == 2:
            return pick.choice(("TRUE", "FALSE", "LOCALHOST", "TRUE"))
        if kind == 3:
            return self.acl(names=names)
        chosen = pick.sample(NAMES, pick.randint(1, 2))
        if pick.random() < 0.3:
            return "{ req.ssl_sni -i -m end .apps.one.example }"
        return "{ " + pick.choice(("req.ssl_sni -i ", "req_ssl_sni ")) + " ".join(chosen) + " }"

    def acl(self, *, names: bool) -> str:
        pick = self.random
        name = f"a{len(self.lines)}"
        kind = pick.choice(("src", "dst_port", "req.ssl_sni") if names else ("src", "dst_port"))
        values = {"src": SOURCES, "dst_port": tuple(map(str, PORTS)), "req.ssl_sni": NAMES}[kind]
        for _ in range(pick.randint(1, 2)):
            self.lines.append(f" acl {name} {kind} {' '.join(pick.sample(values, pick.randint(1, 2)))}")
        return name

    def pool(self) -> None:
        pick = self.random
        balance = pick.choice(("", "", "roundrobin", "static-rr", "first", "source", "leastconn", "random"))
        self.lines += [f" balance {balance}"] if balance else []
        self.lines += [" option allbackups"] if pick.random() < 0.25 else []
        probe = pick.choice(("", "", " option httpchk GET /readyz", " option httpchk\n http-check send meth GET uri /readyz",
                             " option httpchk GET /wrong", " option tcp-check", " option tcp-check\n tcp-check connect port 17101"))  # fmt: skip
        self.lines += [probe] if probe else []
        if pick.random() < 0.2:
            self.lines.append(
                f" default-server {pick.choice(('backup', 'check', 'disabled', 'weight 2', f'port {HEALTH}'))}"
            )
        for number, host in enumerate(pick.sample(HOSTS, pick.randint(1, 5))):
            self.server(f"m{number}", host, probe)
            if number == 1 and pick.random() < 0.1:
                self.lines.append(" default-server no-backup enabled weight 1")
        if pick.random() < 0.1:
            self.lines.append(f" server-template t 1-2 {pick.choice(HOSTS)}:{SERVICE}")
        if pick.random() < 0.1:
            self.lines.append(" stick-table type ip size 1k expire 1m\n stick on src")
        if pick.random() < 0.05:
            self.lines.append(" disabled\n enabled")

    def server(self, name: str, host: str, probe: str) -> None:
        pick = self.random
        port = DEAD if pick.random() < 0.2 else SERVICE
        words = [f" server {name} {host}:{port}"]
        if pick.random() < 0.5:
            words.append("check")
            if "httpchk" in probe or pick.random() < 0.2:
                words.append(f"port {HEALTH}")
            if pick.random() < 0.15:
                words.append(f"addr {pick.choice(HOSTS)}")
            if pick.random() < 0.1:
                words.append("check-ssl verify none")
        elif name != "m0" and pick.random() < 0.1:
            self.lines.append(f" server {name}-f {host}:{SERVICE} check port {HEALTH}")
            words.append(f"no-check track {name}-f")
        for word, chance in (("backup", 0.3), ("disabled", 0.08), ("weight 0", 0.08), ("weight 2", 0.1), ("enabled", 0.03), ("no-check", 0.03)):  # fmt: skip
            if pick.random() < chance:
                words.append(word)
        self.lines.append(" ".join(words))
