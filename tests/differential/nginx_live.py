"""A real nginx with a config, and what the model says who answers behind it."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from configs.balancer.nginx.nginx_program import MODULE

from differential.haproxy_live import LONGEST_START, Asked, client_hello
from portspec.configs.balancer.model import Balancer, Frontend, Member, Pool, Term
from portspec.packets.addresses import format_address, parse_address


@contextmanager
def nginx(program: str, text: str, folder: Path, ports: Collection[tuple[str, int]]) -> Iterator[None]:
    """nginx with a config, from the moment it listens on all of the ports."""
    path = folder / "nginx.conf"
    path.write_text(f"load_module {MODULE};\ndaemon off;\nmaster_process off;\npid {folder}/pid;\n{text}")
    with (folder / "nginx.log").open("w") as log:
        running = subprocess.Popen(
            [program, "-p", str(folder), "-c", str(path), "-e", str(folder / "error.log")], stdout=log, stderr=log
        )
        try:
            deadline = time.monotonic() + LONGEST_START
            waiting = list(ports)
            while waiting:
                assert running.poll() is None, (folder / "nginx.log").read_text()
                assert time.monotonic() < deadline, f"nothing listens on {waiting[0]}"
                try:
                    socket.create_connection(waiting[0], timeout=1).close()
                    waiting.pop(0)
                except OSError:
                    time.sleep(0.005)
            yield
        finally:
            running.kill()
            running.wait()


def pool_for(model: Balancer, asked: Asked) -> Pool | None:
    """The pool that a connection is sent to; None where it is turned away."""
    frontend = _frontend(model, asked)
    if frontend is None:
        return None
    sure, possible = frontend.admitted(asked.port)
    assert sure == possible, "the gates of nginx are all read"
    if parse_address(asked.source) not in sure:
        return None
    pools = {pool.name: pool for pool in model.pools}
    for route in frontend.routes:
        if any(all(_holds(term, asked) for term in terms) for terms in route.alternatives):
            return pools[route.pool] if route.pool else None
    return None


def _frontend(model: Balancer, asked: Asked) -> Frontend | None:
    """The frontend that has a connection: an address of its own before every address."""
    address = parse_address(asked.address)
    family = "ip6" if ":" in asked.address else "ip4"
    fitting = [
        (listener.address is None, number, frontend)
        for number, frontend in enumerate(model.frontends)
        for listener in frontend.listeners
        if listener.address == address or (listener.everywhere and listener.family in ("any", family))
        if listener.first_port <= asked.port <= listener.last_port
    ]
    return min(fitting)[2] if fitting else None


def _holds(term: Term, asked: Asked) -> bool:
    if term.kind == "port":
        return bool(term.holds(asked.port))
    if term.kind == "source":
        return parse_address(asked.source) in term.sources
    assert term.kind == "server-name", f"{term} is left open"
    assert term.names, f"{term} is left open"
    name = asked.server_name.lower()
    return any(name == one or (one.startswith(".") and name.endswith(one)) for one in term.names)


def answers(asked: Asked, tries: int) -> frozenset[str]:
    """Who answers over some connections. nginx resets one whose first bytes come when the member has hung up already:
    what the member said has come before."""
    found: set[str] = set()
    hello = client_hello(asked.server_name) if asked.server_name else b""
    for _ in range(tries):
        data = b""
        with (
            suppress(OSError),
            socket.create_connection((asked.address, asked.port), timeout=3, source_address=(asked.source, 0)) as made,
        ):
            with suppress(OSError):
                made.sendall(hello)
            while part := made.recv(4096):
                data += part
        found.add(data.decode())
    return frozenset(found - {""})


def answering(pool: Pool | None, port: int, living: Collection[str]) -> frozenset[str]:
    """Who may answer a client of a port, of those that are there: the servers, and the backups where no server is left."""
    if pool is None:
        return frozenset()

    def names(members: list[Member]) -> frozenset[str]:
        found = {f"{format_address(one.address or 0)}:{one.port_for(port)}" for one in members if one.serves}
        return frozenset(found & set(living))

    return names([one for one in pool.members if not one.backup]) or names([one for one in pool.members if one.backup])
