"""A real nginx with a config, and what the model says who answers behind it."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from configs.balancer.nginx.nginx_program import MODULE

from differential.haproxy_live import LONGEST_START, Asked
from portspec.configs.balancer.model import Balancer, Member, Pool, Route
from portspec.packets.addresses import format_address


@contextmanager
def nginx(program: str, text: str, folder: Path, asked: Asked) -> Iterator[None]:
    """nginx with a config, from the moment it listens on a port."""
    path = folder / "nginx.conf"
    path.write_text(f"load_module {MODULE};\ndaemon off;\nmaster_process off;\npid {folder}/pid;\n{text}")
    with (folder / "nginx.log").open("w") as log:
        running = subprocess.Popen(
            [program, "-p", str(folder), "-c", str(path), "-e", str(folder / "error.log")], stdout=log, stderr=log
        )
        try:
            deadline = time.monotonic() + LONGEST_START
            while True:
                assert running.poll() is None, (folder / "nginx.log").read_text()
                assert time.monotonic() < deadline, "nginx does not listen"
                try:
                    socket.create_connection((asked.address, asked.port), timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.01)
            yield
        finally:
            running.kill()
            running.wait()


def pool_for(model: Balancer, asked: Asked) -> Pool | None:
    """The pool that a connection is sent to."""
    pools = {pool.name: pool for pool in model.pools}
    for frontend in model.frontends:
        for listener in frontend.listeners:
            if format_address(listener.address or 0) != asked.address:
                continue
            if listener.first_port <= asked.port <= listener.last_port:
                return next((pools[route.pool] for route in frontend.routes if _taken(route, asked)), None)
    return None


def _taken(route: Route, asked: Asked) -> bool:
    sure = route.holds(asked.port)
    if sure is not None:
        return sure
    return any(
        asked.server_name == name or (name.startswith(".") and f".{asked.server_name}".endswith(name))
        if not name.startswith(".") or f"*{name}" not in route.condition
        else asked.server_name.endswith(name)
        for terms in route.alternatives
        for term in terms
        for name in term.names
    )


def answering(pool: Pool | None, living: Collection[str]) -> frozenset[str]:
    """Who may answer, of those that are there: the servers, and the backups where no server is left."""
    if pool is None:
        return frozenset()

    def names(members: list[Member]) -> frozenset[str]:
        found = {f"{format_address(one.address or 0)}:{one.port}" for one in members if one.serves}
        return frozenset(found & set(living))

    return names([one for one in pool.members if not one.backup]) or names([one for one in pool.members if one.backup])
