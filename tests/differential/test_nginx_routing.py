"""Who answers behind a real nginx is whom the model predicts, and how often a server is tried that is not there.

Random configs (PORTSPEC_DIFFERENTIAL=N runs N), the configs of the checks' cases, and one from the field: each in a network of
its own, with clients from several addresses, and with some members that are not there.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from checks.test_balancer_cases import CASES
from checks.test_balancer_cases import FOLDER as CHECKS
from configs.balancer.nginx.nginx_program import nginx_refuses
from conftest_programs import require, require_namespaces

from differential.haproxy_live import Asked, Members
from differential.namespaces import Namespace
from differential.nginx_configs import HOSTS, MEMBER_PORT, generate
from differential.nginx_live import answering, answers, nginx, pool_for
from portspec.configs.balancer.model import Balancer
from portspec.configs.balancer.nginx import read
from portspec.packets.addresses import format_address
from portspec.source import SourceText

CONFIGS = int(os.environ.get("PORTSPEC_DIFFERENTIAL", "60"))
TRIES = 6
RETURNED = "nobody"
"""What nginx answers by itself in these configs."""
MEMBERS = {(host, MEMBER_PORT): f"{host}:{MEMBER_PORT}" for host in HOSTS}
FIELD = Path(__file__).parent / "nginx_field.conf"
WRITTEN = [CHECKS / name / "nginx.conf" for name in CASES if (CHECKS / name / "nginx.conf").exists()] + [FIELD]
NAMES = ("api.one.example", "api.two.example", "api-int.two.example", "x.apps.two.example")
CLIENTS = ("10.1.0.9", "192.168.22.203", "203.0.113.77")


class Tried(NamedTuple):
    """What became of the connections through one config."""

    connections: int
    answered: int
    wrong: list[str]


@pytest.fixture
def network() -> Namespace:
    require_namespaces()
    return Namespace()


def tried(text: str, folder: Path, every: Sequence[Asked], members: Collection[str], program: str) -> Tried:
    """Ask for the answers through one config, and say where they are not those that the model predicts."""
    model = read(SourceText("nginx.conf", text))
    assert [remark for remark in model.remarks if remark.kind == "refused"] == [], text
    folder.mkdir()
    wrong: list[str] = []
    answered = 0
    with nginx(program, text, folder, {(asked.address, asked.port) for asked in every}):
        for asked in every:
            pool = pool_for(model, asked)
            expected = answering(pool, asked.port, members)
            several = len(expected) > 1
            found = answers(asked, TRIES + 3 if several else 3) - {RETURNED}
            answered += bool(found)
            one_of = several and pool is not None and pool.balance in ("hash", "random", "least_conn")
            if not (found <= expected and bool(found) == bool(expected) if one_of else found == expected):
                wrong.append(f"{asked}: {sorted(found)}, predicted {sorted(expected)}\n{text}")
    return Tried(len(every), answered, wrong)


def told(results: Sequence[Tried], what: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Print how many were tried, and fail on the first that was wrong."""
    wrong = [text for result in results for text in result.wrong]
    connections, answered = sum(one.connections for one in results), sum(one.answered for one in results)
    with capsys.disabled():
        print(f"\nnginx: {len(results)} {what}, {connections} connections ({answered} answered), {len(wrong)} wrong")
    assert not wrong, "\n".join(text.partition("\n")[0] for text in wrong) + "\n" + wrong[0]
    assert 0.3 < answered / connections < 1


def test_who_answers(network: Namespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = require("nginx", package="nginx-light")

    def run() -> list[Tried]:
        with Members(MEMBERS, answer=True):
            return [
                tried(made.text, tmp_path / str(seed), made.asked, MEMBERS.values(), program)
                for seed in range(CONFIGS)
                for made in [generate(seed)]
            ]

    with network:
        network.run(["ip", "link", "set", "lo", "up"])
        told(network.call(run), "configs", capsys)


def test_who_answers_behind_written_configs(
    network: Namespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The addresses of the configs are all on the loopback interface of the network; every third member is away."""
    program = require("nginx", package="nginx-light")
    texts = [path.read_text() for path in WRITTEN]
    good = [text for text in texts if not nginx_refuses(text, tmp_path)]
    assert len(good) > 15
    models = [read(SourceText("nginx.conf", text)) for text in good]
    good = [text for text, model in zip(good, models, strict=True) if _told(model)]
    models = [model for model in models if _told(model)]
    with network:
        network.run(["ip", "link", "set", "lo", "up"])
        for address in sorted({*CLIENTS, *(one for model in models for one in _addresses(model))}):
            network.run(["ip", "address", "add", f"{address}/32", "dev", "lo"])
        results = [
            network.call(partial(_with_members, text, model, number, tmp_path, program))
            for number, (text, model) in enumerate(zip(good, models, strict=True))
        ]
    told(results, "written configs", capsys)


def _told(model: Balancer) -> bool:
    """Whether the file alone tells who answers, and nginx, which accepts it, starts with it as well."""
    return not any(remark.key in ("expression", "cannot-bind") for remark in model.remarks)


def _addresses(model: Balancer) -> set[str]:
    listened = {one.address for frontend in model.frontends for one in frontend.listeners}
    members = {one.address for pool in model.pools for one in pool.members}
    return {format_address(one) for one in listened | members if one is not None}


def _with_members(text: str, model: Balancer, number: int, folder: Path, program: str) -> Tried:
    kept = {
        port for frontend in model.frontends for one in frontend.listeners for port in (one.first_port, one.last_port)
    }
    endpoints = sorted(
        (one.address or 0, port)
        for pool in model.pools
        for one in pool.members
        for port in ({one.port} if one.port is not None else kept)
    )
    names = {
        (format_address(address), port): f"{format_address(address)}:{port}"
        for at, (address, port) in enumerate(dict.fromkeys(endpoints))
        if (at + number) % 3 and address and port
    }
    ports = {
        (format_address(one.address or 0), port)
        for frontend in model.frontends
        for one in frontend.listeners
        for port in (one.first_port, one.last_port)
        if frontend.mode == "tcp" and not one.tls and not one.accept_proxy
    }
    every = [
        Asked(address if address != "0.0.0.0" else "192.168.22.10", port, name, source)
        for address, port in sorted(ports)
        for name in (NAMES if "ssl_preread" in text else NAMES[:1])
        for source in CLIENTS
    ]
    plain = text.replace("proxy_ssl on;", "proxy_ssl off;").replace("proxy_protocol on;", "")
    with Members(names, answer=True):
        return tried(plain, folder / f"written{number}", every, names.values(), program)


PASSIVE = """\
events { }
worker_processes 1;
error_log stderr crit;
stream {
  log_format tried $upstream_addr;
  access_log tried.log tried;
  upstream a { server 127.78.0.9:18443 OPTIONS; server 127.78.0.1:18443; }
  server { listen 127.78.0.100:18500; proxy_pass a; }
}
"""


@pytest.mark.parametrize(
    ("options", "alone"),
    [
        ("fail_timeout=1s", False),
        ("max_fails=3 fail_timeout=1s", False),
        ("max_fails=0", False),
        ("fail_timeout=0", False),
        ("max_fails=1 fail_timeout=1m", True),
    ],
)
def test_how_long_a_server_is_left_out(options: str, alone: bool, network: Namespace, tmp_path: Path) -> None:
    """The model says after how many failures a server is left out, and for how long; the log of nginx whom it tried."""
    program = require("nginx", package="nginx-light")
    text = PASSIVE.replace("OPTIONS", options)
    if alone:
        text = text.replace("server 127.78.0.1:18443;", "")
    check = read(SourceText("nginx.conf", text)).pools[0].members[0].check
    assert check.kind == ("none" if alone or options in ("max_fails=0", "fail_timeout=0") else "passive")
    asked = Asked("127.78.0.100", 18500, source="127.79.0.1")

    def run() -> tuple[int, int]:
        with Members(MEMBERS, answer=True), nginx(program, text, tmp_path, []):
            time.sleep(0.3)
            # A pause of 0 holds to the end of the second: connections in several seconds tell it from one that lasts.
            for _ in range(3 if options == "fail_timeout=0" else 1):
                answers(asked, 12)
                time.sleep(1.05 if options == "fail_timeout=0" else 0)
            at_once = _failures(tmp_path)
            if check.kind == "passive":
                time.sleep(check.interval / 1000 + 1.1)
                answers(asked, 12)
            return at_once, _failures(tmp_path)

    with network:
        network.run(["ip", "link", "set", "lo", "up"])
        at_once, later = network.call(run)
    if check.kind == "passive":
        assert at_once == check.fall
        assert at_once < later <= 2 * check.fall
    else:
        assert at_once >= 3


def _failures(folder: Path) -> int:
    """How often nginx has tried the server that is not there."""
    return (folder / "tried.log").read_text().count("127.78.0.9:18443")


@pytest.mark.parametrize(
    ("servers", "starts"),
    [
        ("server { listen 18500; return a; } server { listen 127.0.0.1:18500; return b; }", True),
        ("server { listen 18500; return a; } server { listen 127.0.0.1:18500 bind; return b; }", False),
        ("server { listen 18500; return a; } server { listen 127.0.0.1:18500 rcvbuf=8k; return b; }", False),
        ("server { listen 18500 reuseport; return a; } server { listen 127.0.0.1:18500 reuseport; return b; }", True),
        ("server { listen 18500; return a; } server { listen [::]:18500; return b; }", True),
        ("server { listen 18500; return a; } server { listen [::]:18500 ipv6only=off; return b; }", False),
        ("server { listen [::]:18500 ipv6only=off; return a; } server { listen 127.0.0.1:18500; return b; }", False),
        ("server { listen [::]:18500 ipv6only=off; return a; } server { listen [::1]:18500; return b; }", True),
        ("server { listen 18500; return a; } } http { access_log off; server { listen 18500; }", False),
        ("server { listen 18500; return a; } } http { access_log off; server { listen 127.0.0.1:18500; }", False),
        (
            "server { listen 127.0.0.1:18500; return a; } } http { access_log off; server { listen 127.0.0.2:18500; }",
            True,
        ),
        ("server { listen 18500 udp; return a; } } http { access_log off; server { listen 18500; }", True),
    ],
)
def test_which_sockets_can_be_bound(servers: str, starts: bool, network: Namespace, tmp_path: Path) -> None:
    """`nginx -t` does not notice; the program that is started does."""
    program = require("nginx", package="nginx-light")
    text = f"events {{ }}\nworker_processes 1;\nstream {{ {servers} }}\n"
    model = read(SourceText("nginx.conf", text))
    assert ([remark.key for remark in model.remarks] == []) == starts

    def run() -> str:
        with nginx(program, text, tmp_path, []):
            deadline = time.monotonic() + 5
            log = tmp_path / "error.log"
            while time.monotonic() < deadline and not (tmp_path / "pid").exists():
                if "bind()" in (log.read_text() if log.exists() else ""):
                    break
                time.sleep(0.01)
            return log.read_text() if log.exists() else ""

    with network:
        network.run(["ip", "link", "set", "lo", "up"])
        assert ("bind()" not in network.call(run)) == starts
