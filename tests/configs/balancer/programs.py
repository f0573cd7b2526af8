"""Real programs of the readers that Debian has no package for: they come as Python packages with the tests' own.

Members that answer with their name, clients with a TLS server name: enough to see which member a client gets.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest_programs import REQUIRED, absent

START = 15.0
"""Seconds that a program may take until it listens."""


def packaged(program: str, *, package: str) -> str:
    """The path of a program beside Python; without it the calling test skips, or fails when programs are required."""
    path = shutil.which(program, path=os.path.dirname(sys.executable)) or shutil.which(program)
    if path is not None:
        return path
    has_wheel = sys.platform == "linux" and os.uname().machine == "x86_64"
    return absent(f"{program} is not here: install the Python package {package}", required=REQUIRED and has_wheel)


def free_ports(count: int) -> list[int]:
    """Ports of the loopback that nobody listens on."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


class Server:
    """A member that answers whatever it is sent with its name. HTTP requests get `status`, and are counted."""

    def __init__(self, name: str, status: int = 200) -> None:
        self.name = name
        self.status = status
        self.requests = 0
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._socket.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(5)
            said = connection.recv(4096)
            if said.startswith(b"GET "):
                self.requests += 1
                head = f"HTTP/1.1 {self.status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                connection.sendall(head.encode())
            elif said:
                connection.sendall(self.name.encode())

    def close(self) -> None:
        """Stop listening."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def client_hello(server_name: str) -> bytes:
    """How a TLS client begins that asks for a name."""
    name = server_name.encode()
    names = struct.pack("!HBH", len(name) + 3, 0, len(name)) + name
    extensions = struct.pack("!HH", 0, len(names)) + names if name else b""
    body = b"\x03\x03" + bytes(32) + b"\0" + b"\0\2\x13\x01" + b"\1\0" + struct.pack("!H", len(extensions)) + extensions
    handshake = b"\1" + struct.pack("!I", len(body))[1:] + body
    return b"\x16\x03\x01" + struct.pack("!H", len(handshake)) + handshake


def ask(port: int, said: bytes = b"hello\n", source: str = "127.0.0.1", wait: float = 3.0) -> str:
    """The name of the member that a client gets; empty when it gets none."""
    with socket.socket() as client:
        client.settimeout(wait)
        try:
            client.bind((source, 0))
            client.connect(("127.0.0.1", port))
            client.sendall(said)
            answer = client.recv(100)
        except OSError:
            return ""
    return answer.decode() if answer.isascii() and answer[:1].isalpha() else ""


@contextlib.contextmanager
def running(command: list[str], ports: list[int], log: Path) -> Iterator[None]:
    """A program that listens on some ports of the loopback."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        try:
            until = time.monotonic() + START
            for port in ports:
                while not _listens(port):
                    if time.monotonic() > until or process.poll() is not None:
                        pytest.fail(f"{command[0]} does not listen on {port}:\n{log.read_text()[-3000:]}")
                    time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)


def _listens(port: int) -> bool:
    """Asked of the kernel: a connection would count as a client."""
    wanted = f":{port:04X} "
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if (fields[1] + " ").endswith(wanted) and fields[3] == "0A":
                return True
    return False
