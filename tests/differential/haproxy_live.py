"""A real HAProxy on loopback with members that answer with their name, and clients that ask who answers."""

from __future__ import annotations

import selectors
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, Self

LONGEST_START = 10.0


class Asked(NamedTuple):
    """A connection to try: where to, with which TLS server name, from which address. Without a name it sends what is
    `said`, mostly not a byte. `told`: the source is what a PROXY header in it says, not where it comes from."""

    address: str
    port: int
    server_name: str = ""
    source: str = ""
    said: bytes = b""
    told: bool = False


class Members:
    """Sockets on loopback that answer each connection: with their name, or by noting the first bytes they get."""

    def __init__(self, endpoints: dict[tuple[str, int], str], *, answer: bool) -> None:
        self.endpoints = endpoints
        self.answer = answer
        self.seen: dict[str, set[str]] = {name: set() for name in endpoints.values()}
        self.stopped = threading.Event()

    def __enter__(self) -> Self:
        self.selector = selectors.DefaultSelector()
        for (address, port), name in self.endpoints.items():
            made = socket.create_server((address, port), backlog=128)
            made.setblocking(False)
            self.selector.register(made, selectors.EVENT_READ, name)
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self.thread.join()
        for key in list(self.selector.get_map().values()):
            assert isinstance(key.fileobj, socket.socket)
            key.fileobj.close()
        self.selector.close()

    def serve(self) -> None:
        while not self.stopped.is_set():
            for key, _ in self.selector.select(0.05):
                assert isinstance(key.fileobj, socket.socket)
                taken, _ = key.fileobj.accept()
                with taken:
                    taken.settimeout(0.3)
                    self.meet(taken, key.data)

    def meet(self, taken: socket.socket, name: str) -> None:
        try:
            if self.answer:
                taken.sendall(name.encode())
                taken.shutdown(socket.SHUT_WR)
                while taken.recv(4096):
                    pass
            else:
                self.seen[name].add(_kind(taken.recv(4096)))
        except OSError:
            self.seen[name].add("tcp")


def _kind(data: bytes) -> str:
    """What a probe sent: nothing, the beginning of a TLS session, or the request line of HTTP."""
    if not data:
        return "tcp"
    if data[0] == 0x16:
        return "tls"
    return " ".join(data.split(b"\r\n", 1)[0].decode(errors="replace").split(" ")[:2])


@contextmanager
def haproxy(program: str, text: str, folder: Path, ports: list[Asked]) -> Iterator[None]:
    """HAProxy with a config, from the moment it listens on all of `ports`."""
    path = folder / "haproxy.cfg"
    path.write_text(text)
    with (folder / "haproxy.log").open("w") as log:
        running = subprocess.Popen([program, "-db", "-f", str(path)], stdout=log, stderr=log, cwd=folder)
        try:
            deadline = time.monotonic() + LONGEST_START
            waiting = [(one.address, one.port) for one in ports]
            while waiting:
                assert running.poll() is None, (folder / "haproxy.log").read_text()
                assert time.monotonic() < deadline, f"nothing listens on {waiting[0]}"
                try:
                    socket.create_connection(waiting[0], timeout=1).close()
                    waiting.pop(0)
                except OSError:
                    time.sleep(0.01)
            yield
        finally:
            running.kill()
            running.wait()


def answers(asked: Asked, tries: int) -> frozenset[str]:
    """Who answers: the names over some connections; empty when nobody does."""
    found: set[str] = set()
    hello = client_hello(asked.server_name) if asked.server_name else asked.said
    for _ in range(tries):
        source = (asked.source, 0) if asked.source and not asked.told else None
        try:
            with socket.create_connection((asked.address, asked.port), timeout=3, source_address=source) as made:
                made.sendall(hello)
                data = b""
                while part := made.recv(4096):
                    data += part
        except OSError:
            data = b""
        if data:
            found.add(data.decode())
    return frozenset(found)


def client_hello(server_name: str) -> bytes:
    """The first message of a TLS client that asks for a name."""
    context = ssl.create_default_context()
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = context.wrap_bio(incoming, outgoing, server_hostname=server_name)
    with suppress(ssl.SSLWantReadError):
        session.do_handshake()
    return outgoing.read()
