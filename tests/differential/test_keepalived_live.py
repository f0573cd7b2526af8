"""A real keepalived at work: an address goes to the peer when its holder ends, and a dead server leaves the kernel's table
when the model says."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from conftest_programs import require, require_namespaces

from differential.keepalived_live import DELETE_SERVER, EDIT_SERVER, kernel, running
from differential.namespaces import Namespace
from portspec.configs.balancer.keepalived import read
from portspec.configs.balancer.model import HealthCheck
from portspec.packets.addresses import format_address
from portspec.source import SourceText

VRRP = """\
vrrp_instance VI_1 {{
  interface veth{number}
  virtual_router_id 51
  priority {priority}
  advert_int 0.2
  version 3
  virtual_ipaddress {{
    192.168.22.10/24
    192.168.22.11/24 label veth{number}:1
  }}
  virtual_ipaddress_excluded {{
    2001:db8::10/64
  }}
}}
"""
LONGEST = 20.0
SETTLED = 1.8
"""Seconds after which every probe has run at least once: the first comes a second after the start."""


def addresses(host: Namespace) -> set[str]:
    found = json.loads(host.run(["ip", "-j", "address", "show", "scope", "global"]))
    return {one["local"] for link in found for one in link.get("addr_info", ()) if "local" in one}


@contextmanager
def vrrp(host: Namespace, number: int, priority: int, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A keepalived that holds addresses, on one of two hosts."""
    program = require("keepalived", package="keepalived")
    path = folder / f"{number}.conf"
    path.write_text(VRRP.format(number=number, priority=priority))
    path.chmod(0o644)
    pids = [f"{folder}/{number}.pid", f"{folder}/{number}.vrrp"]
    process = host.start([program, "-n", "-l", "-P", "-G", "-p", pids[0], "-r", pids[1], "-f", str(path)])
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=LONGEST)


def until(host: Namespace, wanted: set[str], *, held: bool) -> bool:
    """Whether a host comes to hold all the addresses, or none of them, in time."""
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        if (wanted <= addresses(host)) if held else not (wanted & addresses(host)):
            return True
        time.sleep(0.1)
    return False


def test_addresses_go_to_the_peer(tmp_path: Path) -> None:
    require_namespaces()
    model = read(SourceText("keepalived.conf", VRRP.format(number=1, priority=150)))
    floating = {format_address(one.address) for one in model.floating}
    assert floating == {"192.168.22.10", "192.168.22.11", "2001:db8::10"}
    with Namespace() as first, Namespace() as second:
        first.run(
            ["ip", "link", "add", "veth1", "type", "veth", "peer", "name", "veth2", "netns", str(second.thread_id)]
        )
        for number, host in ((1, first), (2, second)):
            host.run(["ip", "link", "set", "lo", "up"])
            host.run(["ip", "address", "add", f"192.168.22.{number}/24", "dev", f"veth{number}"])
            host.run(["ip", "link", "set", f"veth{number}", "up"])
        with vrrp(second, 2, 100, tmp_path):
            with vrrp(first, 1, 150, tmp_path):
                assert until(first, floating, held=True), addresses(first)
                assert until(second, floating, held=False), addresses(second)
            assert until(second, floating, held=True), addresses(second)
            assert until(first, floating, held=False), addresses(first)
            # Who asks for the address now gets to the peer.
            with second.call(lambda: socket.create_server(("192.168.22.10", 6443))):
                first.call(lambda: socket.create_connection(("192.168.22.10", 6443), timeout=5)).close()


CHECKED = """\
virtual_server 10.0.0.1 80 {{
  lvs_sched rr
  lvs_method NAT
  protocol TCP
  delay_loop {delay}
  real_server 127.88.0.1 18080 {{
    {checker}
  }}
  real_server 127.88.0.2 18080 {{
  }}
}}
"""
TCP = "TCP_CHECK {\n warmup 0\n retry %d\n delay_before_retry %s\n }"
HTTP = "HTTP_GET {\n warmup 0\n retry %d\n delay_before_retry %s\n url {\n path /readyz\n status_code 200\n }\n }"
TWO = (
    "HTTP_GET {\n warmup 0\n retry %d\n delay_before_retry %s\n url {\n path /readyz\n }\n url {\n path /livez\n }\n }"
)
CASES = {
    "tcp, one retry": (0.6, TCP % (1, "0.2")),
    "tcp, none": (0.6, TCP % (0, "0.2")),
    "tcp, several": (0.4, TCP % (4, "0.3")),
    "http, several": (0.5, HTTP % (3, "0.3")),
    "http, slow retries": (0.3, HTTP % (2, "0.9")),
    "two urls": (0.5, TWO % (1, "0.3")),
}


class Answering(BaseHTTPRequestHandler):
    """A server that is ready until it is told otherwise."""

    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, Member)
        self.send_response(200 if server.ready or self.path != "/readyz" else 503)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Member(HTTPServer):
    """A member of a pool, on loopback."""

    ready = True
    allow_reuse_address = True


@contextmanager
def member() -> Iterator[Member]:
    server = Member(("127.88.0.1", 18080), Answering)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def removal(text: str, library: Path, folder: Path, *, http: bool) -> float:
    """Seconds from the moment that the server stops being ready until it is out of the kernel's table."""
    path = folder / "keepalived.conf"
    path.write_text(text)
    path.chmod(0o644)
    start = time.monotonic()
    stopped = 0.0
    with member() as server, running(path, library, folder) as logged:
        for at, line in logged:
            if not stopped and at - start > SETTLED:
                if http:
                    server.ready = False
                else:
                    server.shutdown()
                    server.server_close()
                stopped = time.monotonic()
            if stopped and line.startswith((f"IPVS {DELETE_SERVER} ", f"IPVS {EDIT_SERVER} ")) and "127.88.0.1" in line:
                return at - stopped
            if at - start > LONGEST:
                break
    raise AssertionError("it stays in the table")


def longest(check: HealthCheck) -> float:
    """The time that the model says a server may stay, in seconds."""
    return check.removal / 1000


@pytest.mark.parametrize("name", CASES)
def test_a_dead_server_is_out_when_the_model_says(name: str, tmp_path: Path) -> None:
    require_namespaces()
    delay, checker = CASES[name]
    text = CHECKED.format(delay=delay, checker=checker)
    check = read(SourceText("keepalived.conf", text)).pools[0].members[0].check
    found = removal(text, kernel(tmp_path), tmp_path, http="HTTP" in checker)
    between = longest(check) - check.interval / 1000
    # The probe that fails first comes within the interval; what follows takes the rest.
    assert between - 0.3 <= found <= longest(check) + 0.6, (found, longest(check))
