"""The F5 reader on damaged and hostile input: a model or one InputError, in bounded time, and nothing else."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest
from checks.standard import check_text
from configs.balancer import damaging
from configs.balancer.f5.f5_fuzzing import damaged, outcome

from portspec.configs.balancer.model import Balancer
from portspec.policy.model import Phase

ROUNDS = 1500
PHASES: tuple[Phase, ...] = ("install", "running")
SIZE = 400_000


def test_damaged_configs() -> None:
    # Both must happen, or the damage is too great or too small to say much.
    assert ROUNDS * 0.2 < damaging.read_whole(ROUNDS, 0, damaged, outcome) < ROUNDS


def test_damaged_configs_through_the_checks() -> None:
    for seed in range(200):
        text = damaged(random.Random(seed))
        if isinstance(outcome(text), Balancer):
            for phase in PHASES:
                check_text(text, phase=phase, config_format="f5")


def many(line: str, head: str = "", tail: str = "") -> str:
    """A text of about SIZE characters: a line that may hold its number, repeated."""
    count = (SIZE - len(head) - len(tail)) // len(line.format(10_000))
    return head + "".join(line.format(number) for number in range(count)) + tail


LARGE: dict[str, Callable[[], str]] = {
    "many virtual servers": lambda: many("ltm virtual /Common/v{0} {{ destination 192.168.22.10:6443 pool p }}\n"),
    "many on every port": lambda: (
        many("ltm virtual /Common/v{0} {{ destination 10.0.0.1:0 }}\n")[: SIZE // 2]
        + "}\n"
        + many("ltm virtual /Common/w{0} {{ destination 10.0.0.1:{0} }}\n")[: SIZE // 2].rpartition("\n")[0]
        + "\n"
    ),
    "one on every port and many beside": lambda: many(
        "ltm virtual /Common/w{0} {{ destination 10.0.0.1:{0} }}\n", "ltm virtual v { destination any:0 }\n"
    ),
    "many pools": lambda: many("ltm pool /Common/p{0} {{ members {{ 192.168.22.201:6443 }} monitor tcp }}\n"),
    "many members": lambda: many(" 10.0.0.1:{0} {{ }}\n", "ltm pool p { members {\n", "} }\n"),
    "one pool treated in many ways": lambda: (
        many(" 10.0.0.1:{0}", "ltm pool p { members {", " } }\n")[: SIZE // 2].rpartition(" ")[0]
        + " } }\n"
        + many("ltm virtual v{0} {{ destination 10.0.0.1:{0} pool p persist {{ k{0} }} }}\n")[: SIZE // 2].rpartition("\n")[0]
        + "\n"
    ),
    "a chain of monitors": lambda: many(
        "ltm monitor tcp m{0} {{ defaults-from n{0} }}\n", "", "ltm pool p { members { 10.0.0.1:1 } monitor m1 }\n"
    ),
    "one monitor watched by many": lambda: many(
        "ltm pool p{0} {{ members {{ 10.0.0.1:1 }} monitor m }}\n", "ltm monitor https m { send x recv [ }\n"
    ),
    "many monitors of one pool": lambda: many(" and tcp", "ltm pool p { members { 10.0.0.1:1 } monitor tcp", " }\n"),
    "many rules of one virtual server": lambda: many(" r{0}", "ltm virtual v { destination 10.0.0.1:1 rules {", " } }\n"),
    "a rule of many pools": lambda: many(
        "pool p{0}\n", "ltm virtual v { destination 10.0.0.1:1 rules { r } }\nltm rule r {\n", "}\n"
    ),
    "one rule of many virtual servers": lambda: many(
        "ltm virtual v{0} {{ destination 10.0.0.1:{0} rules {{ r }} }}\n",
        "ltm rule r {\n" + "pool q\n" * 10_000 + "}\n",
    ),
    "modified many times": lambda: many("modify ltm pool p members add {{ 10.0.0.1:{0} }}\n", "create ltm pool p\n"),
    "created and deleted": lambda: many("create ltm pool p{0}\ndelete ltm pool p{0}\n"),
    "deep braces": lambda: "ltm pool p " + "{ a " * (SIZE // 4 - 10),
    "deep braces that close": lambda: "sys x " + "{ " * (SIZE // 4) + "} " * (SIZE // 4) + "\nltm pool p { }\n",
    "braces of Tcl": lambda: "ltm rule r " + "{ " * (SIZE // 4) + "} " * (SIZE // 4) + "\n",
    "open braces of stanzas": lambda: many("sys x{0} {{\n"),
    "quotes": lambda: 'ltm pool p { description "' + '\\"' * (SIZE // 2 - 20) + '" }\n',
    "lone quotes in Tcl": lambda: "ltm rule r {\n" + '"\n' * (SIZE // 2 - 10) + "}\n",
    "lone quotes": lambda: many('" \' {0}\n', "create ltm pool p\n"),
    "quotes in what is passed over": lambda: "sys x {\n" + '"a" " ' * (SIZE // 6 - 10) + "}\nltm pool p { }\n",
    "continued lines": lambda: "create ltm pool p \\\n" + " \\\n" * (SIZE // 3 - 20) + "\n",
    "lines of a shell": lambda: many("echo {0} tmsh create x\n", "tmsh create ltm pool p\n"),
    "a long line of a shell": lambda: "tmsh create ltm pool p\necho " + "tmsh create " * (SIZE // 12 - 10) + "\n",
    "semicolons": lambda: "create ltm pool p " + ";" * (SIZE - 100) + "\n",
    "variables": lambda: "create ltm pool p members add { " + "$A{ " * 10 + "$B " * (SIZE // 3 - 60) + "\n",
    "variables that make much of little": lambda: many(
        "tmsh create ltm pool p{0} description " + "$A" * 249 + "\n", "A=" + "x" * 100 + "\n"
    ),
    "one long word": lambda: "ltm pool /Common/" + "x" * (SIZE - 30) + " { }\n",
    "blank lines": lambda: "\n" * (SIZE - 20) + "ltm pool p { }\n",
    "comments": lambda: many("# {0}\n", "ltm pool p { }\n"),
    "indented hashes": lambda: "ltm pool p { }\n" + " " * (SIZE // 2) + "#" * (SIZE // 2 - 20) + "\n",
    "hashes in one line": lambda: "ltm pool p { description " + "#a " * (SIZE // 3 - 20) + "}\n",
    "old names of Common": lambda: many("ltm node /Common/n{0} {{ address 10.0.0.1 }}\n"),
    "patterns": lambda: 'ltm monitor https m { send "GET / HTTP/1.1" recv "' + "|a" * (SIZE // 2 - 100) + '" }\nltm pool p { members { 10.0.0.1:1 } monitor m }\n',
    "a send string": lambda: 'ltm monitor https m { send "' + " " * (SIZE - 200) + '" }\nltm pool p { members { 10.0.0.1:1 } monitor m }\n',
}  # fmt: skip


@pytest.mark.parametrize("name", LARGE)
def test_a_large_file_takes_no_longer_for_its_shape(name: str) -> None:
    text = LARGE[name]()
    assert SIZE * 0.7 < len(text) < SIZE * 1.3
    started = time.process_time()
    outcome(text)
    assert time.process_time() - started < 4
