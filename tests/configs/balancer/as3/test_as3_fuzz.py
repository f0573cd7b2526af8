"""The AS3 reader on damaged and hostile input: a model or one InputError, in bounded time, and nothing else."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest
from checks.standard import check_text
from configs.balancer import damaging
from configs.balancer.as3.as3_fuzzing import damaged, outcome

from portspec.configs.balancer.model import Balancer
from portspec.policy.model import Phase

ROUNDS = 1500
PHASES: tuple[Phase, ...] = ("install", "running")
SIZE = 400_000


def test_damaged_declarations() -> None:
    # Both must happen, or the damage is too great or too small to say much.
    assert ROUNDS * 0.2 < damaging.read_whole(ROUNDS, 0, damaged, outcome) < ROUNDS


def test_damaged_declarations_through_the_checks() -> None:
    for seed in range(200):
        text = damaged(random.Random(seed))
        if isinstance(outcome(text), Balancer):
            for phase in PHASES:
                check_text(text, phase=phase, config_format="as3")


def many(part: str, head: str, tail: str) -> str:
    """A declaration whose one application holds about SIZE characters of a part that may hold its number."""
    start = '{"class": "ADC", "schemaVersion": "3.50.0", "t": {"class": "Tenant", "a": {"class": "Application"' + head
    count = (SIZE - len(start) - len(tail)) // (len(part.replace("#", "10000")) + 1)
    return start + ",".join(part.replace("#", str(number)) for number in range(count)) + tail + "}}}\n"


SERVICE = '"v#": {"class": "Service_L4", "virtualAddresses": ["10.0.0.1"], "virtualPort": #'
LARGE: dict[str, Callable[[], str]] = {
    "many services": lambda: many(SERVICE + ', "pool": "p"}', ', "p": {"class": "Pool"}, ', ""),
    "many pools": lambda: many('"p#": {"class": "Pool", "members": [{"servicePort": 1, "serverAddresses": ["10.0.0.1"]}]}', ", ", ""),
    "many members": lambda: many(
        '{"servicePort": #, "serverAddresses": ["10.0.0.1"]}', ', "p": {"class": "Pool", "members": [', "]}"
    ),
    "many addresses": lambda: many(
        '"10.0.0.1"', ', "p": {"class": "Pool", "members": [{"servicePort": 1, "serverAddresses": [', "]}]}"
    ),
    "one pool treated in many ways": lambda: many(
        SERVICE + ', "pool": "p", "persistenceMethods": [{"bigip": "/Common/k#"}]}',
        ', "p": {"class": "Pool", "members": [{"servicePort": 1, "serverAddresses": [' + '"10.0.0.1",' * 15_000 + '"::"]}]}, ',
        "",
    ),
    "one monitor watched by many": lambda: many(
        '"p#": {"class": "Pool", "monitors": [{"use": "m"}], "members": [{"servicePort": 1, "serverAddresses": ["10.0.0.1"]}]}',
        ', "m": {"class": "Monitor", "monitorType": "https", "receive": "[' + "a" * 10_000 + '"}, ',
        "",
    ),
    "many monitors": lambda: many('"tcp"', ', "p": {"class": "Pool", "monitors": [', "]}"),
    "one rule of many services": lambda: many(
        SERVICE + ', "iRules": ["r"]}', ', "r": {"class": "iRule", "iRule": "' + "pool q " * 20_000 + '"}, ', ""
    ),
    "one policy of many services": lambda: many(
        SERVICE + ', "policyEndpoint": "e"}',
        ', "e": {"class": "Endpoint_Policy", "rules": [' + '{"pool": "q"},' * 10_000 + "{}]}, ",
        "",
    ),
    "many on every port": lambda: many(SERVICE.replace('"virtualPort": #', '"virtualPort": 0') + "}", ", ", ""),
    "deep arrays": lambda: '{"class": "ADC", "a": ' + "[" * (SIZE - 50),
    "deep objects": lambda: '{"class": "ADC", "a": ' + '{"a":' * (SIZE // 5 - 20),
    "a long string": lambda: '{"class": "ADC", "schemaVersion": "3.0.0", "label": "' + "\\u0041" * (SIZE // 6 - 20) + '"}',
    "a string without an end": lambda: '{"class": "ADC", "label": "' + '\\"' * (SIZE // 2 - 20),
    "a long number": lambda: '{"class": "ADC", "id": ' + "1" * (SIZE - 50) + "}",
    "blank": lambda: '{"class": "ADC", "schemaVersion": "3.0.0"' + " \n" * (SIZE // 2 - 50) + "}",
    "keys": lambda: '{"class": "ADC"' + "".join(f', "k{number}": 1' for number in range(SIZE // 13)) + "}",
    "braces of templates": lambda: '{"class": "ADC", ' + "{" * (SIZE - 50),
}  # fmt: skip


@pytest.mark.parametrize("name", LARGE)
def test_a_large_declaration_takes_no_longer_for_its_shape(name: str) -> None:
    text = LARGE[name]()
    assert SIZE * 0.7 < len(text) < SIZE * 1.3
    started = time.process_time()
    outcome(text)
    assert time.process_time() - started < 4
