"""Bootstrap files that nobody would write, and large ones: a model or one clear error, soon."""

from __future__ import annotations

import contextlib
import json
import random
import time
from collections.abc import Callable

import pytest
from checks.standard import check_text
from configs.balancer import damaging
from configs.balancer.envoy.envoy_fuzzing import damaged, outcome
from configs.balancer.envoy.envoy_texts import bootstrap, chain, cluster, endpoint, listener

from portspec.configs.balancer.envoy import read
from portspec.configs.balancer.model import Balancer
from portspec.errors import InputError
from portspec.source import SourceText

ROUNDS = 1500
NAMES = [f"a{n}.x" for n in range(1500)]
HOSTILE: dict[str, Callable[[], str]] = {
    "brackets": lambda: '{"static_resources": ' + "[" * 50_000,
    "blocks in blocks": lambda: "static_resources:\n" + "".join("  " * n + "a:\n" for n in range(1, 400)),
    "aliases of aliases": lambda: "a: &a [x]\n" + "".join(f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 9 if n else ['*a'])}]\n" for n in range(12)) + "static_resources: *b11\n",
    "many server names": lambda: bootstrap(listener(*[chain("api", {"server_names": [name]}) for name in NAMES], inspected=True), cluster()),
    "names with sources": lambda: bootstrap(listener(*[chain("api", {"server_names": [name], "source_prefix_ranges": [{"address_prefix": "10.0.0.0", "prefix_len": 8}]}) for name in NAMES[:600]], inspected=True), cluster()),
    "one chain of many names": lambda: bootstrap(listener(chain("api", {"server_names": NAMES}), chain("api"), inspected=True), cluster()),
    "many members": lambda: bootstrap(cluster(*[endpoint(f"10.0.{n // 250}.{n % 250}") for n in range(1200)])),
    "many clusters": lambda: bootstrap(*[cluster(name=f"c{n}") for n in range(700)]),
    "not or not": lambda: json.dumps({"static_resources": {"listeners": [{"name": "a", "address": {}, "filter_chains": [{"filters": [{"name": "r", "typed_config": {"@type": "x/envoy.extensions.filters.network.rbac.v3.RBAC", "rules": {"policies": {"p": {"principals": [nested(20)], "permissions": [{"any": True}]}}}}}]}]}]}}),
}  # fmt: skip


def nested(depth: int) -> dict[str, object]:
    return {"or_ids": {"ids": [nested(depth - 1)] * 2}} if depth > 14 else {"any": True}


def test_damaged_files() -> None:
    # Both must happen, or the damage is too great or too small to say much.
    assert ROUNDS * 0.2 < damaging.read_whole(ROUNDS, 0, damaged, outcome) < ROUNDS * 0.95


def test_damaged_files_through_the_checks() -> None:
    for seed in range(200):
        text = damaged(random.Random(seed))
        if isinstance(outcome(text), Balancer):
            check_text(text, config_format="envoy")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file(name: str) -> None:
    text = HOSTILE[name]()
    start = time.process_time()
    with contextlib.suppress(InputError):
        read(SourceText("envoy.yaml", text))
    assert time.process_time() - start < 1 + len(text) / 100_000
