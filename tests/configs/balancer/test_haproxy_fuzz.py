"""The HAProxy reader on damaged and hostile input: a model or one InputError, in bounded time, and nothing else."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest
from checks.standard import check_text
from configs.balancer import damaging
from configs.balancer.haproxy_fuzzing import damaged, outcome

from portspec.configs.balancer.model import Balancer
from portspec.errors import InputError
from portspec.policy.model import Phase

ROUNDS = 1500
PHASES: tuple[Phase, ...] = ("install", "running")
SIZE = 400_000


def test_damaged_configs() -> None:
    # Both must happen, or the damage is too great or too small to say much.
    assert ROUNDS * 0.3 < damaging.read_whole(ROUNDS, 0, damaged, outcome) < ROUNDS


def test_damaged_configs_through_the_checks() -> None:
    for seed in range(200):
        text = damaged(random.Random(seed))
        if isinstance(outcome(text), Balancer):
            for phase in PHASES:
                check_text(text, phase=phase, config_format="haproxy")


def many(line: str, head: str = "", tail: str = "") -> str:
    """A text of about SIZE characters: a line that may hold its number, repeated."""
    count = (SIZE - len(head) - len(tail)) // len(line.format(10_000))
    return head + "".join(line.format(number) for number in range(count)) + tail


LARGE: dict[str, Callable[[], str]] = {
    "many binds": lambda: many(" bind 10.0.0.1:6443\n", "listen a\n"),
    "many binds in one line": lambda: "listen a\n bind " + ",".join([":6443"] * (SIZE // 6)) + "\n",
    "many servers": lambda: many(" server s{0} 192.168.22.201:6443 check\n", "listen a\n bind :6443\n"),
    "one server many times": lambda: many(" server s 192.168.22.201:6443 check\n", "listen a\n bind :6443\n"),
    "many sections": lambda: many("listen l{0}\n bind :6443\n server s 192.168.22.201:6443\n"),
    "sections of one name": lambda: many("backend b\n server s 192.168.22.201:6443\n"),
    "sections under long defaults": lambda: (
        many(" mode tcp\n", "defaults\n")[: SIZE // 2] + "\n" + many("backend b{0}\n")[: SIZE // 2]
    ),
    "a chain of defaults": lambda: (
        "defaults d0\n" + "".join(f"defaults d{n} from d{n - 1}\n mode tcp\n" for n in range(1, SIZE // 36))
    ),
    "many routes": lambda: many(" use_backend b if x{0}\n", "frontend a\n bind :6443\n", "backend b\n"),
    "many routes with conditions": lambda: many(
        " use_backend b if {{ dst_port 1 }} or {{ src 10.0.0.1 }}\n", "frontend a\n bind :6443\n", "backend b\n"
    ),
    "many lines of one ACL": lambda: (
        many(" acl x dst_port {0}\n", "frontend a\n bind :6443\n") + " use_backend b if x\nbackend b\n"
    ),
    "negations": lambda: "frontend a\n bind :1\n use_backend b if " + "!" * SIZE + "x\nbackend b\n",
    "braces": lambda: "frontend a\n bind :1\n use_backend b if " + "{ " * (SIZE // 2 - 50) + "\nbackend b\n",
    "deep conditions": lambda: many(".if 1\n", "listen a\n"),
    "deep parentheses": lambda: "listen a\n.if " + "(" * (SIZE - 100) + "\n.endif\n",
    "many conditions": lambda: many(".if 0\n bind :1\n.elif 1\n.endif\n", "listen a\n"),
    "one long line": lambda: "listen a\n description " + "x" * (SIZE - 50) + "\n",
    "one long line of words": lambda: "listen a\n acl x src " + "1.1.1.1 " * (SIZE // 8 - 10) + "\n",
    "one long line of quotes": lambda: "listen a\n description " + '"a"' * (SIZE // 3 - 20) + "\n",
    "one long line of escapes": lambda: "listen a\n description " + "\\" * (SIZE - 50) + "\n",
    "one long line of variables": lambda: "listen a\n description " + '"$A"' * (SIZE // 4 - 20) + "\n",
    "one long line of open variables": lambda: "listen a\n bind " + "".join(f"$A{n}" for n in range(SIZE // 8)) + "\n",
    "one long line of braces": lambda: "listen a\n description " + "{#" * (SIZE // 2 - 20) + "\n",
    "one long line of backquotes": lambda: "listen a\n description " + "`a" * (SIZE // 2 - 20) + "\n",
    "one long line of ERB": lambda: "listen a\n description " + "<%" * (SIZE // 2 - 20) + "\n",
    "blank lines": lambda: "\n" * (SIZE - 10) + "listen a\n",
    "one line of blanks": lambda: "listen a\n" + " " * (SIZE - 20) + "\n",
    "health of a chain": lambda: (
        "listen a\n bind :1\n server s0 10.0.0.1:1 check\n"
        + "".join(f" server s{n} 10.0.0.1:1 track s{n - 1}\n" for n in range(1, SIZE // 40))
    ),
    "cookies": lambda: many(" cookie A insert\n", "listen a\n bind :1\n"),
    "templates of servers": lambda: many(" server-template s{0}- 9999 10.0.0.1:1\n", "listen a\n bind :1\n"),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_file_takes_no_longer_for_its_shape(name: str) -> None:
    text = LARGE[name]()
    assert SIZE * 0.8 < len(text) < SIZE * 1.1
    started = time.process_time()
    outcome(text)
    assert time.process_time() - started < 4


def test_a_line_of_a_megabyte_is_read_and_a_longer_one_is_refused() -> None:
    head = "listen a\n description "
    assert isinstance(outcome(head + "x" * (1_000_000 - 13) + "\n"), Balancer)
    error = outcome(head + "x" * 1_000_000 + "\n")
    assert isinstance(error, InputError)
    assert error.message == "a line of more than 1000000 characters"
