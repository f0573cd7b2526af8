"""Batches of scenarios on one real HAProxy; from the command line, long runs for evidence.

python tests/differential/haproxy_batch.py --first 0 --configs 2000
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from differential.haproxy_lab import Lab, Place, Way
from differential.haproxy_live import Asked, answers, haproxy
from differential.haproxy_predicted import NOBODY, Prediction, in_rotation, predicted
from differential.haproxy_scenarios import HEAD, PORTS, Scenario, machines, scenario
from portspec.configs.balancer.haproxy import read
from portspec.configs.balancer.model import Balancer
from portspec.source import SourceText

BATCH = 50
TRIES = 9
MOST_ROUNDS = 4
AT_ONCE = 6
"""Configs whose clients are tried side by side."""
SETTLED = 6.0
QUIET = 0.7
"""Longer than a member takes to fall, so that states which have not changed for so long do not."""
SERVER_UP = 2
"""`srv_op_state` of a server that is in rotation as far as its health goes."""
RESULT_UNKNOWN = "0"

Judged = tuple[Asked, Prediction]


class Outcome(NamedTuple):
    """What came of some configs: how many, how many connections were judged and how many the model leaves open, how
    many members' states were judged, and each disagreement in words."""

    configs: int
    probes: int
    left_open: int
    members: int
    disagreements: tuple[str, ...]


def batch(program: str, numbers: range, folder: Path) -> Outcome:
    """Run the scenarios of some numbers side by side in one HAProxy, and hold the model against it."""
    found = {number: scenario(number, folder) for number in numbers}
    path = str(folder / "haproxy.sock")
    text = HEAD.format(socket=path) + "".join(one.text for one in found.values())
    model = read(SourceText(str(folder / "haproxy.cfg"), text))
    refused = [remark for remark in model.remarks if remark.kind == "refused"]
    assert not refused, [(remark.key, source_line(text, remark.span.line)) for remark in refused]
    ways = machines()
    first = next(iter(found.values())).asked[0]
    start = Asked(first.address, PORTS[0])
    disagreements: list[str] = []
    left_open = 0
    with Lab(ways), haproxy(program, text, folder, [start]):
        states = _settled(path)
        members = _rotation(model, ways, states, disagreements)
        judged: dict[int, list[Judged]] = {number: [] for number in found}
        for number, one in found.items():
            for asked in one.asked:
                try:
                    judged[number].append((asked, predicted(model, asked, ways)))
                except ValueError:
                    left_open += 1
        # Side by side, clients of one pool would take turns, and each might always meet the same machine.
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answered = list(pool.map(lambda number: [_answers(*one) for one in judged[number]], found))
        for (number, one), names in zip(found.items(), answered, strict=True):
            for (asked, expected), seen in zip(judged[number], names, strict=True):
                if not expected.fits(seen):
                    disagreements.append(_told(number, one, asked, expected, seen))
    return Outcome(len(found), sum(map(len, judged.values())), left_open, members, tuple(disagreements))


def _answers(asked: Asked, expected: Prediction) -> frozenset[str]:
    if expected == NOBODY:
        return answers(asked, 2)
    found = answers(asked, TRIES)
    for _ in range(MOST_ROUNDS):
        # Turns go round with weights, and past machines that do not answer: some come late.
        if not found < expected.names or expected.fits(found):
            break
        found |= answers(asked, TRIES)
    return found


def source_line(text: str, number: int) -> str:
    """A line of a config, for messages."""
    return text.split("\n")[number - 1]


def _rotation(model: Balancer, ways: dict[Place, Way], states: dict[str, int], disagreements: list[str]) -> int:
    """Hold the state of every member against what is predicted; how many there were."""
    count = 0
    for pool in model.pools:
        for member in pool.members:
            count += 1
            expected = in_rotation(member, ways)
            up = states[f"{pool.name}/{member.name}"] == SERVER_UP
            # A member that an admin has switched off is probed no longer and keeps its state.
            if not member.disabled and up != expected:
                disagreements.append(f"{pool.name}/{member.name}: in rotation {up}, predicted {expected}")
    return count


def _told(number: int, one: Scenario, asked: Asked, expected: Prediction, found: frozenset[str]) -> str:
    return f"scenario {number}, {asked}: predicted {sorted(expected.names)}, answered {sorted(found)}\n{one.text}"


def command(path: str, line: str) -> str:
    """What HAProxy answers to a line on its stats socket."""
    with socket.socket(socket.AF_UNIX) as made:
        made.settimeout(5)
        made.connect(path)
        made.sendall(f"{line}\n".encode())
        found = b""
        while part := made.recv(65536):
            found += part
    return found.decode()


def server_states(path: str) -> dict[str, tuple[int, str]]:
    """The servers as `pool/server` with their operational state and the result of the last probe."""
    found: dict[str, tuple[int, str]] = {}
    for line in command(path, "show servers state").splitlines():
        words = line.split()
        if len(words) > 12 and words[0].isdigit():
            found[f"{words[1]}/{words[3]}"] = (int(words[5]), words[10])
    return found


def _settled(path: str) -> dict[str, int]:
    """The states once they have stopped to change."""
    deadline = time.monotonic() + SETTLED
    while not Path(path).exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    before, since = server_states(path), time.monotonic()
    while time.monotonic() < deadline and time.monotonic() - since < QUIET:
        time.sleep(0.1)
        now = server_states(path)
        if {name: state for name, (state, _) in now.items()} != {name: state for name, (state, _) in before.items()}:
            since = time.monotonic()
        before = now
    return {name: state for name, (state, _) in before.items()}


def main() -> int:
    """Run from the command line; 1 when the model and the program disagree."""
    parser = argparse.ArgumentParser(description="Random configs on a real HAProxy, and what the model says of them.")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--configs", type=int, default=1000)
    options = parser.parse_args()
    program = shutil.which("haproxy") or "/usr/sbin/haproxy"
    begun = time.monotonic()
    total = [0, 0, 0, 0]
    wrong = 0
    for first in range(options.first, options.first + options.configs, BATCH):
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            made = batch(program, range(first, min(first + BATCH, options.first + options.configs)), Path(folder))
        total = [one + other for one, other in zip(total, made[:4], strict=True)]
        wrong += len(made.disagreements)
        for one in made.disagreements:
            print(one, flush=True)
    print(
        f"HAProxy: {total[0]} configs, {total[1]} connections judged, {total[2]} left open, "
        f"{total[3]} members' states, {wrong} disagreements; {time.monotonic() - begun:.0f} s"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
