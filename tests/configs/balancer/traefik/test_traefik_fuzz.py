"""Configurations that nobody would write, and large ones: a model or one clear error, soon."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable

import pytest
from checks.standard import check_text
from configs.balancer import damaging
from configs.balancer.traefik.traefik_fuzzing import damaged, outcome

from portspec.configs.balancer.model import Balancer
from portspec.configs.balancer.traefik import read
from portspec.errors import InputError
from portspec.source import SourceText

ROUNDS = 1500
POINT = 'entryPoints:\n  api: {address: ":6443"}\n'
SERVICE = '    api: {loadBalancer: {servers: [{address: "10.0.0.1:1"}]}}\n'


def routed(*rules: str) -> str:
    routers = "".join(
        f"    r{n}: {{entryPoints: [api], service: api, tls: {{passthrough: true}}, rule: '{rule}'}}\n"
        for n, rule in enumerate(rules)
    )
    return f"{POINT}tcp:\n  services:\n{SERVICE}  routers:\n{routers}"


HOSTILE: dict[str, Callable[[], str]] = {
    "brackets": lambda: "entryPoints: " + "[" * 90_000,
    "brackets of TOML": lambda: "[entryPoints]\na = " + "[" * 90_000,
    "tables of TOML": lambda: "".join(f"[entryPoints.e{n}]\naddress = \":{n}\"\n" for n in range(3000)),
    "one table that is deep": lambda: "[entryPoints" + ".a" * 40_000 + "]\n",
    "arrays of tables": lambda: "[entryPoints]\n" + '[[tcp.services.api.loadBalancer.servers]]\naddress = "10.0.0.1:1"\n' * 1500,
    "aliases of aliases": lambda: "a: &a [x]\n" + "".join(f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 9 if n else ['*a'])}]\n" for n in range(12)) + "tcp: *b11\n",
    "merges of merges": lambda: "a: &a {x: 1}\n" + "".join(f"b{n}: &b{n} {{<<: [{', '.join([f'*b{n - 1}'] * 9 if n else ['*a'])}]}}\n" for n in range(12)) + "tcp: *b11\n",
    "parentheses": lambda: routed("(" * 90_000),
    "not not": lambda: routed("!" * 90_000 + "HostSNI(`a`)"),
    "a rule of many names": lambda: routed(" || ".join(f"HostSNI(`a{n}.x`)" for n in range(4000))),
    "a rule of many ways": lambda: routed(" && ".join(f"(HostSNI(`a{n}`) || ClientIP(`10.0.0.{n}`))" for n in range(200))),
    "a rule without an end": lambda: routed("HostSNI(`" + "a" * 90_000),
    "a rule of quotes": lambda: routed('"' * 90_000),
    "many routers": lambda: routed(*[f"HostSNI(`a{n}.x`)" for n in range(900)]),
    "many entry points and routers of all": lambda: "entryPoints:\n" + "".join(f'  e{n}: {{address: ":{n}"}}\n' for n in range(1, 400)) + "tcp:\n  services:\n" + SERVICE + "  routers:\n" + "".join(f"    r{n}: {{service: api, rule: 'ClientIP(`10.0.0.1`)'}}\n" for n in range(200)),
    "mirrors of mirrors": lambda: "http:\n  services:\n    a: {loadBalancer: {servers: [{url: \"http://10.0.0.1\"}]}}\n" + "".join(f"    w{n}: {{weighted: {{services: [{', '.join([f'{{name: w{n - 1}}}' if n else '{name: a}'] * 9)}]}}}}\n" for n in range(9)),
    "weighted in weighted": lambda: f"{POINT}tcp:\n  services:\n{SERVICE}" + "".join(f"    w{n}: {{weighted: {{services: [{', '.join([f'{{name: w{n - 1}}}' if n else '{name: api}'] * 8)}]}}}}\n" for n in range(9)),
}  # fmt: skip


def test_damaged_files() -> None:
    # Both must happen, or the damage is too great or too small to say much.
    assert ROUNDS * 0.2 < damaging.read_whole(ROUNDS, 0, damaged, outcome) < ROUNDS * 0.95


def test_damaged_files_through_the_checks() -> None:
    for seed in range(200):
        text = damaged(random.Random(seed))
        if isinstance(outcome(text), Balancer):
            check_text(text, config_format="traefik", path="traefik")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file(name: str) -> None:
    text = HOSTILE[name]()
    start = time.process_time()
    with contextlib.suppress(InputError):
        read(SourceText("traefik", text))
    assert time.process_time() - start < 1 + len(text) / 100_000
