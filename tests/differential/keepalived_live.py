"""A real keepalived: what it says of a config, and what it puts into the kernel's table of virtual servers.

Where the kernel has no IPVS, `keepalived_kernel.c` stands in for it: keepalived runs as always, probes its servers as always,
and the table is what it asked for.
"""

from __future__ import annotations

import os
import re
import selectors
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from conftest_programs import require

SOURCE = Path(__file__).parent / "keepalived_kernel.c"
ADD_SERVICE, ADD_SERVER, DELETE_SERVER, EDIT_SERVER = 2, 7, 8, 9
HOST = """\
ip link set lo up
ip link add eth0 type veth peer name eth1
ip address add 192.168.22.2/24 dev eth0
ip link set eth0 up
ip link set eth1 up
exec "$@"
"""
"""A host with an interface as configs name it, in a network namespace of its own."""
METHODS = {0: "nat", 2: "tunnel", 3: "direct"}
STAMP = re.compile(r"^\w{3} \w{3} +\d+ [\d:]+ \d{4}: ")
PLACE = re.compile(r"^\(\S+(?: Line)? \d+\) ")
READY = re.compile(r"^Activating BFD healthchecker|exited with permanent error|^Stopped|^pid \d+ exited|segfault")
QUIET = re.compile(
    r"no scheduler set|no forwarding method set|SECURITY VIOLATION|Default user 'keepalived_script'|nb_get_retry is deprecated"
)
"""What `--config-test` says of a config that runs as it stands in the manual page: the defaults that it takes."""


class Said(NamedTuple):
    """What `--config-test` says: whether the config is good, and every message."""

    good: bool
    messages: tuple[str, ...]


class Service(NamedTuple):
    """A virtual server in the kernel: protocol number, address, port, mark."""

    protocol: int
    address: str
    port: int
    mark: int


class Server(NamedTuple):
    """A real server of it, as the kernel uses it."""

    address: str
    port: int
    method: str
    weight: int


class Checker(NamedTuple):
    """A checker as keepalived prints it. Times in milliseconds."""

    kind: str
    server: str
    target: str
    interval: int
    retries: int
    again: int
    timeout: int
    path: str


class Tables(NamedTuple):
    """What a running keepalived made of a config."""

    schedulers: dict[Service, tuple[str, bool]]
    servers: dict[Service, frozenset[Server]]
    sorry: tuple[str, ...]
    checkers: tuple[Checker, ...]


def config_test(text: str, folder: Path) -> Said:
    """What the real program says of a config without running it."""
    program = require("keepalived", package="keepalived")
    path = folder / "keepalived.conf"
    path.write_text(text)
    path.chmod(0o644)
    done = subprocess.run(
        ["unshare", "-n", "sh", "-c", HOST, "sh", program, "--config-test", "-f", str(path)],
        capture_output=True, text=True, errors="replace", timeout=60, check=False, cwd=folder,
    )  # fmt: skip
    lines = [PLACE.sub("", line) for line in (done.stdout + done.stderr).splitlines()]
    messages = tuple(dict.fromkeys(line for line in lines if line and not QUIET.search(line)))
    return Said(done.returncode in (0, 5, 6) and not messages, messages)


def kernel(folder: Path) -> Path:
    """The library that stands in for the kernel's IPVS."""
    compiler = require("cc", package="gcc")
    made = folder / "keepalived_kernel.so"
    if not made.exists():
        subprocess.run([compiler, "-shared", "-fPIC", "-o", made, SOURCE, "-ldl"], check=True, timeout=60)
    return made


@contextmanager
def running(path: Path, library: Path, folder: Path, *options: str) -> Iterator[Iterator[tuple[float, str]]]:
    """A keepalived with its virtual servers only. Gives what it logs, each line with the time when it was read."""
    program = require("keepalived", package="keepalived")
    pids = [folder / "keepalived.pid", folder / "checkers.pid"]
    for pid in pids:
        pid.unlink(missing_ok=True)
    command: list[str | Path] = [
        program,
        "-n",
        "-l",
        "-d",
        "-C",
        "-G",
        "-R",
        "-p",
        pids[0],
        "-c",
        pids[1],
        "-f",
        path,
        *options,
    ]
    environment = {**os.environ, "LD_PRELOAD": str(library)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment)
    try:
        yield _logged(process)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=10)
        if process.stdout is not None:
            process.stdout.close()


def _logged(process: subprocess.Popen[bytes]) -> Iterator[tuple[float, str]]:
    """The lines of a process; ("") when there was none for a moment."""
    stream = process.stdout
    assert stream is not None
    os.set_blocking(stream.fileno(), False)
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while True:
            if not selector.select(0.1):
                yield time.monotonic(), ""
                continue
            read = stream.read()
            if read == b"":
                return
            *lines, rest = (rest + (read or b"")).split(b"\n")
            for line in lines:
                yield time.monotonic(), STAMP.sub("", line.decode(errors="replace"))


def tables(text: str, folder: Path) -> Tables:
    """What a keepalived that has just started has in the kernel, and how it will probe."""
    path = folder / "keepalived.conf"
    path.write_text(text)
    path.chmod(0o644)
    lines: list[str] = []
    with running(path, kernel(folder), folder) as logged:
        end = time.monotonic() + 20
        for at, line in logged:
            if line:
                lines.append(line)
            if READY.search(line) or at > end:
                break
    return _tables(lines)


def _tables(lines: list[str]) -> Tables:
    schedulers: dict[Service, tuple[str, bool]] = {}
    servers: dict[Service, set[Server]] = {}
    for line in lines:
        if line.startswith("IPVS "):
            _, option, protocol, address, port, mark, scheduler, timeout, *rest = line.split()
            service = Service(int(protocol), address, int(port), int(mark))
            if int(option) == ADD_SERVICE:
                schedulers[service] = (scheduler, int(timeout) > 0)
                servers.setdefault(service, set())
            elif int(option) == ADD_SERVER:
                servers[service].add(Server(rest[0], int(rest[1]), METHODS[int(rest[2])], int(rest[3])))
    sorry = tuple(line.split("=")[1].strip() for line in lines if line.lstrip().startswith("sorry server ="))
    return Tables(
        schedulers, {service: frozenset(found) for service, found in servers.items()}, sorry, _checkers(lines)
    )


def _checkers(lines: list[str]) -> tuple[Checker, ...]:
    found: list[Checker] = []
    values: dict[str, str] = {}
    server = ""
    inside = False

    def end() -> None:
        if "Keepalive method" in values:
            found.append(
                Checker(
                    values["Keepalive method"].split(",")[0], server, values.get("Dest", ""), _ms(values["Delay loop"]),
                    int(values.get("Retries", "0")), _ms(values.get("Delay before retry", "0")),
                    round(float(values.get("Timeout", "0")) * 1000), values.get("Checked url", ""),
                )
            )  # fmt: skip
        values.clear()

    for line in lines:
        if "< Health checkers >" in line:
            inside = True
        elif inside and " -> " in line and "=" not in line:
            end()
            server = line.split(" -> ")[1].strip()
        elif inside and " = " in line:
            name, _, value = line.strip().partition(" = ")
            values.setdefault(name, value)
    end()
    return tuple(found)


def _ms(text: str) -> int:
    return round(int(text.split(maxsplit=1)[0]) / 1000)
