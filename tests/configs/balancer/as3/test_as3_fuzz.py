"""The AS3 reader on damaged and hostile input: a model or one InputError, in bounded time, and nothing else."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from checks.standard import check_text
from configs.balancer import damaging
from configs.balancer.casefiles import load
from running import REPOSITORY

from portspec.configs.balancer import as3
from portspec.configs.balancer.model import Balancer
from portspec.errors import InputError
from portspec.policy.model import Phase

REPORTS = REPOSITORY / "tests/checks/cases_balancer"
CASES = load(Path(__file__).parent / "cases")
RIGHT = [
    (REPORTS / name / "declaration.json").read_text()
    for name in ("right-as3", "right-as3-adc-alone", "ps301-as3-redirect")
]
SEEDS = [case.text for case in CASES] + RIGHT
TREES = [json.loads(text) for text in [case.text for case in CASES if case.file != "errors"] + RIGHT]
VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 80, 6443, 65536, 10**30, 1.5, "", "all", "tcp", "https", "none", "192.168.22.10", "10.0.0.0/8",
    "::", "::1", "0.0.0.0", "10.0.0.1%3", "/t/a/x", "/@/@/api_pool", "@", "api_pool", "Pool", "Service_TCP", "Service_HTTPS",
    "Monitor", "Tenant", "Application", "ADC", "٣", "²", "\x00", "a\nb", "GET /readyz HTTP/1.1", "{{ x }}", [], {}, [[]], [{}],
    {"use": "x"}, {"use": 1}, {"bigip": "/Common/x"}, {"bigip": []}, ["a", "b"], [["192.168.22.10", "10.0.0.0/8"]],
    {"class": "Pool"}, {"class": 1},
]  # fmt: skip
KEYS = [
    "class", "pool", "members", "monitors", "virtualAddresses", "virtualPort", "servicePort", "serverAddresses", "servers",
    "address", "name", "use", "bigip", "persistenceMethods", "enable", "adminState", "template", "iRules", "policyEndpoint",
    "profileL4", "profileTCP", "ingress", "idleTimeout", "snat", "monitorType", "send", "receive", "interval", "timeout",
    "upInterval", "targetPort", "targetAddress", "minimumMonitors", "minimumMembersActive", "priorityGroup", "ratio", "rateLimit",
    "addressDiscovery", "hostname", "autoPopulate", "layer4", "virtualType", "redirect80", "serverTLS", "action", "declaration",
    "schemaVersion", "allowVlans", "trafficGroup", "arpEnabled", "x", "",
]  # fmt: skip
BITS = ['"', "{", "}", "[", "]", ",", ":", "\\", "\\u", "null", "1e999", "-", "{{", "{%", "\n", "\x00", "é", "//", '""']
ROUNDS = 1500
PHASES: tuple[Phase, ...] = ("install", "running")
SIZE = 400_000


def outcome(text: str) -> Balancer | InputError:
    """The model, or the error, which has a place in the file."""
    return damaging.outcome(as3, "as3.json", text)


def places(tree: Any) -> list[tuple[Any, Any]]:
    """Every container with every key or index in it."""
    found: list[tuple[Any, Any]] = []
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        inner = one.items() if isinstance(one, dict) else enumerate(one) if isinstance(one, list) else ()
        for key, value in inner:
            found.append((one, key))
            waiting.append(value)
    return found


def copied(tree: Any) -> Any:
    """The same in objects of its own."""
    return json.loads(json.dumps(tree))


def fresh(random_one: random.Random) -> Any:
    """Some value that nothing else shares."""
    return copied(random_one.choice(VALUES))


def damaged(random_one: random.Random) -> str:
    """A declaration with some of its values, keys or characters changed."""
    if random_one.random() < 0.7:
        tree = copied(random_one.choice(TREES))
        for _ in range(random_one.randint(1, 5)):
            known = places(tree)
            if not known:
                break
            inside, key = random_one.choice(known)
            match random_one.randrange(4):
                case 0:
                    del inside[key]
                case 1 if isinstance(inside, dict):
                    inside[random_one.choice(KEYS)] = random_one.choice([copied(inside[key]), fresh(random_one)])
                case 2 if isinstance(inside, list):
                    inside.insert(0, fresh(random_one))
                case _:
                    inside[key] = fresh(random_one)
        return json.dumps(tree, indent=random_one.choice([None, 1]), ensure_ascii=random_one.random() < 0.5) + "\n"
    text = random_one.choice(SEEDS)
    for _ in range(random_one.randint(1, 4)):
        at = random_one.randint(0, len(text))
        text = text[:at] + random_one.choice([*BITS, ""]) + text[at + random_one.randint(0, 3) :]
    return text[: random_one.randint(0, len(text))] if random_one.random() < 0.2 else text


def run(rounds: int, first: int = 0) -> int:
    """So many damaged declarations; how many of them were read whole."""
    return damaging.read_whole(rounds, first, damaged, outcome)


def test_damaged_declarations() -> None:
    # Both must happen, or the damage is too great or too small to say much.
    assert ROUNDS * 0.2 < run(ROUNDS) < ROUNDS


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
