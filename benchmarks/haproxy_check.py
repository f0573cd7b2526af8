"""Large load balancers: `portspec check` beside `haproxy -c` reading the same file, whole processes.

    python benchmarks/haproxy_check.py [SHAPE …] [SERVERS …]

Needs haproxy (Debian package haproxy). The goal for 20,000 servers is a ratio of at most 2. The shapes, each beside the four
pools of the cluster that is checked:

- probed: backends of ten servers whose probes use TLS, as the product's documentation has them
- plain: the same, probed by connecting
- names: the same with names for addresses, which HAProxy is not to look up at its start
- mixed: frontends of several ports, conditions, default-server lines, backups, comments
- one: a single backend with all servers
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from pairs import paired

GOAL = 2.0
RUNS = {1_000: 15, 20_000: 9}
TEN = 10
CLUSTER = """\
release: "4.18"
phase: running
roles:
  control-plane: 192.168.22.201-192.168.22.203
  worker: 192.168.22.211-192.168.22.213
  api-balancer: 192.168.22.10
  ingress-balancer: 192.168.22.10
  admin: 10.1.0.0/16
  client: 0.0.0.0/0
configs:
  - {path: haproxy.cfg, at: balancer}
"""
HEAD = """\
global
  maxconn 20000
  log 127.0.0.1 local0
defaults
  mode tcp
  log global
  option tcplog
  timeout connect 5s
  timeout client 1h
  timeout server 1h
  timeout check 5s
"""
API = "check check-ssl verify none inter 5s fall 2 rise 3"


def own_cluster() -> Iterator[str]:
    """The pools of the cluster that is checked."""
    for name, port, path in (("api", 6443, "/readyz"), ("mcs", 22623, "/healthz")):
        yield f"listen {name}\n  bind 192.168.22.10:{port}\n  option httpchk GET {path}\n"
        yield from (f"  server master{n} 192.168.22.20{n + 1}:{port} {API}\n" for n in range(3))
    for name, port in (("http", 80), ("https", 443)):
        yield f"listen {name}\n  bind 192.168.22.10:{port}\n  balance source\n  option httpchk GET /healthz/ready\n"
        yield from (f"  server worker{n} 192.168.22.21{n + 1}:{port} check port 1936 inter 5s\n" for n in range(3))


def backends(count: int, options: str, section: str = "", host: str = "") -> Iterator[str]:
    """Frontends on ports of their own, each with a backend of ten servers."""
    for pool in range(count // TEN):
        yield f"frontend app-{pool}\n  bind {_host(10, pool)}:8443\n  default_backend app-{pool}\n"
        yield f"backend app-{pool}\n  balance leastconn\n{section}"
        for server in range(TEN):
            where = host.format(pool, server) or _host(172, pool * TEN + server)
            yield f"  server app-{pool}-{server} {where}:8443 {options}\n"


def probed(count: int, _: random.Random) -> Iterator[str]:
    """Probes with TLS."""
    return backends(count, API, "  option httpchk GET /readyz\n")


def plain(count: int, _: random.Random) -> Iterator[str]:
    """Probes that connect."""
    return backends(count, "check")


def names(count: int, _: random.Random) -> Iterator[str]:
    """Servers by name."""
    return backends(count, "check init-addr none", host="app-{}-{}.example.internal")


def mixed(count: int, pick: random.Random) -> Iterator[str]:
    """What has grown over the years."""
    made = 0
    while made < count:
        pool = pick.randint(0, 1 << 30)
        yield f"# ticket {pool}\nfrontend fe-{pool}\n  bind {_host(10, made)}:{pick.randint(8000, 9000)},:{20_000 + made}\n"
        if pick.random() < 0.3:
            yield f"  acl inside src 10.0.0.0/8 {_host(172, made)}\n  tcp-request connection reject if !inside\n"
        if pick.random() < 0.2:
            yield f"  use_backend be-{pool} if {{ dst_port ge 20000 }} or {{ src 10.0.0.0/8 }}\n"
        yield f"  default_backend be-{pool}\n\nbackend be-{pool}  # {pool}\n  option tcp-check\n"
        if pick.random() < 0.5:
            yield f"  default-server inter {pick.randint(1, 9)}s fall {pick.randint(2, 4)}\n"
        for server in range(pick.randint(1, 2 * TEN)):
            backup = pick.choice(("", "", "", " backup", " weight 10", " disabled"))
            yield f"    server s{server} {_host(172, made)}:{pick.choice((8080, 8443))} check{backup}\n"
            made += 1


def one(count: int, _: random.Random) -> Iterator[str]:
    """One backend."""
    yield "listen app\n  bind 10.0.0.1:8443\n"
    yield from (f"  server s{number} {_host(172, number)}:8443 check\n" for number in range(count))


SHAPES: dict[str, Callable[[int, random.Random], Iterator[str]]] = {
    "probed": probed,
    "plain": plain,
    "names": names,
    "mixed": mixed,
    "one": one,
}


def main() -> int:
    """Print the ratio of each shape and size; exit code 1 when one of 20,000 servers is above the goal."""
    words = sys.argv[1:]
    sizes = [int(word) for word in words if word.isdigit()] or list(RUNS)
    shapes = [word for word in words if word in SHAPES] or list(SHAPES)
    worst = 0.0
    for shape in shapes:
        for size in sizes:
            with tempfile.TemporaryDirectory() as folder:
                Path(folder, "portspec.yaml").write_text(CLUSTER)
                made = "".join([HEAD, *own_cluster(), *SHAPES[shape](size, random.Random(1))])
                Path(folder, "haproxy.cfg").write_text(made)
                theirs = ["haproxy", "-c", "-q", "-f", f"{folder}/haproxy.cfg"]
                ours = [sys.executable, "-m", "portspec", "check", folder]
                found = paired(ours, theirs, RUNS.get(size, 5))
            print(
                f"{shape:<7}{size:>7} servers: portspec check {found.ours:.3f} s, haproxy -c {found.theirs:.3f} s, "
                f"ratio {found.ratio:.2f}"
            )
            if size >= 20_000:
                worst = max(worst, found.ratio)
    print(f"goal for 20,000 servers: {GOAL}")
    return 0 if worst <= GOAL else 1


def _host(first: int, number: int) -> str:
    return f"{first}.{number // 62_500 + 16}.{number // 250 % 250}.{number % 250 + 1}"


if __name__ == "__main__":
    sys.exit(main())
