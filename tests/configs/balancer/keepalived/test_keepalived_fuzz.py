"""The keepalived reader on damaged and hostile input: a model or one InputError, in bounded time, and nothing else."""

from __future__ import annotations

import random
import time

import pytest
from checks.standard import check_text
from configs.balancer import damaging
from configs.balancer.keepalived.keepalived_fuzzing import damaged, outcome
from running import REPOSITORY

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
                check_text(text, phase=phase, config_format="keepalived")


def many(line: str, head: str = "", tail: str = "") -> str:
    """A text of about SIZE characters: a line that may hold its number, repeated."""
    count = SIZE // (len(line) + 4)
    return head + "".join(line.replace("%", str(number)) for number in range(count)) + tail


V = "virtual_server 10.0.0.1 80 {\nprotocol TCP\n"
HOSTILE = {
    "braces": "{" * SIZE,
    "braces on lines": "virtual_server 10.0.0.1 80 {\n" + "{\n" * (SIZE // 2),
    "a long line": "global_defs {\n router_id " + "x " * (SIZE // 2) + "\n}\n",
    "braces in lines": ("{" * 15_000 + "\n") * (SIZE // 15_000),
    "quotes": 'global_defs {\n router_id "' + '"a"' * (SIZE // 3),
    "comments": "#" * SIZE + "\nglobal_defs {\n}\n",
    "backslashes": "$A=\\\n" + "\\\n" * (SIZE // 2),
    "real servers": many("real_server 10.1.0.1 % {\nTCP_CHECK {\n}\n}\n", V, "}\n"),
    "virtual servers": many("virtual_server 10.0.0.1 % {\nprotocol TCP\nreal_server 10.0.0.2 80 {\n}\n}\n"),
    "virtual servers on every port": many("virtual_server 10.0.0.1 {\nprotocol TCP\nreal_server 10.0.0.2 80 {\n}\n}\n"),
    "settings": many("retry %\n", V + "real_server 10.0.0.2 80 {\nTCP_CHECK {\n", "}\n}\n}\n"),
    "weights": many("real_server 10.1.0.1 % {\n}\nweight %\n", V, "}\n"),
    "unknown keywords": many("x% {\n"),
    "groups": many("10.0.%.0/24 80\n", "virtual_server_group G {\n", "}\nvirtual_server group G {\nreal_server 10.0.0.2 80 {\n}\n}\n"),
    "instances": many("vrrp_instance V% {\nvirtual_router_id 1\ninterface eth0\nvirtual_ipaddress {\n10.0.0.1\n}\n}\n"),
    "addresses": many("10.0.0.%\n", "vrrp_instance V {\nvirtual_router_id 1\nvirtual_ipaddress {\n", "}\n}\n"),
    "definitions": many("$A%=x\n", tail="global_defs {\n}\n"),
    "definitions that double": "$A0=xxxxxxxxxx\n" + "".join(f"$A{n}=${{A{n - 1}}}${{A{n - 1}}}\n" for n in range(1, 40)) + "router ${A39}\n",
    "definitions of lines that double": "$A0= \\\nx \\\ny\n" + "".join(f"$A{n}= \\\n$A{n - 1} \\\n$A{n - 1}\n" for n in range(1, 40)) + "$A39\n",
    "a definition of itself": "$A=$A\n$A\n",
    "a definition of lines of itself": "$A= \\\nx \\\n$A\n$A\n",
    "references": "global_defs {\n router_id " + "$A " * 5_000 + "\n}\n",
    "dollars": "global_defs {\n router_id " + "${" * 8_000 + "\n}\n",
    "sequences": "~SEQ(A, 1, 999999999) ~SEQ(B, 1, 999999999) weight\n",
    "nested sequences": "~SEQ(A, 1, 2) " * 60 + "weight\n",
    "a list": "~LST(A" + ", 1" * 5_000 + ") weight\n",
    "a sequence into itself": "$A=~SEQ(B, 1, 9) $A x\n$A\n",
    "conditions": "@x " * 5_000 + "\n",
    "an include of itself": "include keepalived.conf\n",
    "alternatives": "include " + "{a,b}" * 40 + "\n",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts(name: str) -> None:
    started = time.process_time()
    outcome(HOSTILE[name])
    assert time.process_time() - started < 8


def test_time_grows_with_the_size() -> None:
    text = (REPOSITORY / "tests/checks/cases_balancer/right-keepalived/keepalived.conf").read_text()
    started = time.process_time()
    outcome(text * (100_000 // len(text)))
    assert time.process_time() - started < 2
