"""A real HAProxy against the model: random configs, and how long it takes until a member that has died is out."""

from __future__ import annotations

import time
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest_programs import require

from differential.haproxy_batch import BATCH, SERVER_UP, batch, server_states
from differential.haproxy_lab import Lab, Place, Way
from differential.haproxy_live import Asked, haproxy
from portspec.configs.balancer.haproxy import read
from portspec.configs.balancer.model import HealthCheck, Member
from portspec.source import SourceText

CONFIGS = 200


@pytest.mark.parametrize("first", range(0, CONFIGS, BATCH))
def test_random_configs(first: int, tmp_path: Path) -> None:
    """A longer run: `python tests/differential/haproxy_batch.py --first N --configs M`."""
    found = batch(require("haproxy", package="haproxy"), range(first, first + BATCH), tmp_path)
    assert found.disagreements == ()
    assert found.left_open == 0
    assert found.configs == BATCH
    # Most is to be judged, or the configs say too little.
    assert found.probes > 3 * BATCH
    assert found.members > 5 * BATCH


class Pace(NamedTuple):
    """How a member is probed, and how it dies."""

    options: str
    lines: str
    death: Way


HTTP = "option httpchk GET /readyz"
DEATHS: tuple[tuple[str, tuple[Way, ...]], ...] = (
    (HTTP, ("sick", "closed", "silent")),
    (f"{HTTP}\n timeout check 120ms", ("sick", "closed", "silent")),
    (f"{HTTP}\n timeout check 500ms\n timeout connect 50ms", ("silent",)),
    ("timeout check 100ms", ("closed",)),
    ("", ("closed",)),
)
PACES = tuple(
    Pace(options, lines, death)
    for options in ("inter 300ms fall 2", "inter 200ms fall 3 fastinter 80ms", "inter 150ms fall 1", "inter 250ms fall 2 fastinter 400ms")
    for lines, deaths in DEATHS
    for death in deaths
)  # fmt: skip
SLACK = 250
"""Milliseconds that the machine, rather than HAProxy, may take."""
HEAD = """\
global
 nbthread 1
 stats socket {socket} level admin
defaults
 mode tcp
 timeout connect 1s
 timeout client 3s
 timeout server 3s
listen front
 bind 127.84.0.100:16443
"""


def test_how_long_until_a_dead_member_is_out_and_back(tmp_path: Path) -> None:
    program = require("haproxy", package="haproxy")
    path = str(tmp_path / "haproxy.sock")
    text = HEAD.format(socket=path) + "".join(
        f"backend b{number}\n {pace.lines}\n server m 127.84.0.1:{19001 + number} check {pace.options}\n"
        for number, pace in enumerate(PACES)
    )
    model = read(SourceText("haproxy.cfg", text))
    members = {pool.name: pool.members[0] for pool in model.pools if pool.members}
    places: dict[str, Place] = {f"b{number}": ("127.84.0.1", 19001 + number) for number in range(len(PACES))}
    with (
        Lab(dict.fromkeys(places.values(), "healthy")) as lab,
        haproxy(program, text, tmp_path, [Asked("127.84.0.100", 16443)]),
    ):
        time.sleep(1)
        assert all(state == SERVER_UP for state, _ in server_states(path).values())
        died = {}
        for number, pace in enumerate(PACES):
            lab.change(places[f"b{number}"], pace.death)
            died[f"b{number}"] = time.monotonic()
        out = watch(path, died, up=False)
        risen = {}
        for name, place in places.items():
            lab.change(place, "healthy")
            risen[name] = time.monotonic()
        back = watch(path, risen, up=True)
    for number, pace in enumerate(PACES):
        name = f"b{number}"
        check = members[name].check
        longest = check.silent_removal if pace.death == "silent" else check.removal
        took = round(out[name] * 1000)
        # It may die just before a probe is due, and then is out an interval sooner.
        assert longest - check.interval - SLACK <= took <= longest + SLACK, (pace, took, longest)
        assert back[name] * 1000 <= longest_return(check) + SLACK, (pace, back[name])


def longest_return(check: HealthCheck) -> int:
    """How long until a member that has come back is in again: a probe that waits in vain, and then so many good ones."""
    return (check.timeout or 0) + check.rise * check.interval


def watch(path: str, since: dict[str, float], *, up: bool) -> dict[str, float]:
    """How many seconds after each moment the server of a pool was seen up or down."""
    found: dict[str, float] = {}
    deadline = time.monotonic() + 8
    while len(found) < len(since) and time.monotonic() < deadline:
        states = server_states(path)
        now = time.monotonic()
        for name, moment in since.items():
            if name not in found and (states[f"{name}/m"][0] == SERVER_UP) == up:
                found[name] = now - moment
        time.sleep(0.003)
    assert len(found) == len(since), sorted(since.keys() - found.keys())
    return found


def test_a_member_that_is_gone_counts_its_timeouts() -> None:
    member = _member(
        f"backend b\n {HTTP}\n timeout connect 10s\n timeout check 10s\n server m 10.0.0.1:6443 check inter 10s fall 2\n"
    )
    assert (member.check.removal, member.check.silent_removal) == (20_000, 40_000)


def _member(text: str) -> Member:
    return read(SourceText("haproxy.cfg", text)).pools[0].members[0]
