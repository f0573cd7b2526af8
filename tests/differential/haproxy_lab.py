"""Machines on loopback behind a real HAProxy: some answer with their name, some speak HTTP, some say nothing."""

from __future__ import annotations

import selectors
import socket
import threading
from contextlib import suppress
from typing import Literal, NamedTuple, Self

Way = Literal["name", "healthy", "sick", "silent", "closed"]
"""`name`: answers its name at once. `healthy`: HTTP, 200 for /readyz and 404 for all else. `sick`: HTTP 500. `silent`:
takes connections and says nothing. `closed`: nobody listens."""
Place = tuple[str, int]
REPLIES = {200: b"HTTP/1.0 200 OK\r\n\r\n", 404: b"HTTP/1.0 404 Not Found\r\n\r\n", 500: b"HTTP/1.0 500 Broken\r\n\r\n"}


class _Guest(NamedTuple):
    """A connection that was taken at a place."""

    place: Place


class Lab:
    """Listens at each place and treats who comes as the place's way says; ways can be changed while it runs."""

    def __init__(self, ways: dict[Place, Way]) -> None:
        self.ways = ways
        self.heads: dict[Place, set[bytes]] = {place: set() for place in ways}
        self.selector = selectors.DefaultSelector()
        self.listening: dict[Place, socket.socket] = {}
        self.lock = threading.Lock()
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        for place in self.ways:
            self._open(place)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self.thread.join()
        for key in list(self.selector.get_map().values()):
            assert isinstance(key.fileobj, socket.socket)
            key.fileobj.close()
        self.selector.close()

    def change(self, place: Place, way: Way) -> None:
        """Let a machine fall ill, go away or come back."""
        with self.lock:
            self.ways[place] = way
            if way == "closed" and place in self.listening:
                old = self.listening.pop(place)
                self.selector.unregister(old)
                old.close()
            elif way != "closed" and place not in self.listening:
                self._open(place)

    def _open(self, place: Place) -> None:
        if self.ways[place] == "closed":
            return
        made = socket.create_server(place, backlog=128)
        made.setblocking(False)
        self.listening[place] = made
        self.selector.register(made, selectors.EVENT_READ, place)

    def _serve(self) -> None:
        while not self.stopped.is_set():
            ready = self.selector.select(0.02)
            with self.lock:
                for key, _ in ready:
                    assert isinstance(key.fileobj, socket.socket)
                    if isinstance(key.data, _Guest):
                        self._hear(key.fileobj, key.data.place)
                    elif self.listening.get(key.data) is key.fileobj:
                        self._take(key.fileobj, key.data)

    def _take(self, listener: socket.socket, place: Place) -> None:
        try:
            guest, _ = listener.accept()
        except OSError:
            return
        guest.setblocking(False)
        if self.ways[place] == "name":
            with suppress(OSError):
                guest.sendall(f"{place[0]}:{place[1]}".encode())
                guest.shutdown(socket.SHUT_WR)
        self.selector.register(guest, selectors.EVENT_READ, _Guest(place))

    def _hear(self, guest: socket.socket, place: Place) -> None:
        try:
            said = guest.recv(4096)
        except OSError:
            said = b""
        if said:
            self.heads[place].add(said[:6])
            way = self.ways[place]
            if way not in ("healthy", "sick"):
                return
            code = 500 if way == "sick" else 200 if b" /readyz " in said.split(b"\r\n", 1)[0] else 404
            with suppress(OSError):
                guest.sendall(REPLIES[code])
        self.selector.unregister(guest)
        guest.close()
