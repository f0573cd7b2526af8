"""Large filters of several shapes and sizes: `portspec check` beside a program that reads the same file."""

from __future__ import annotations

import math
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from kept import Measured, keep, of_pairs
from pairs import paired

Shape = Callable[[int, random.Random], Iterator[str]]
"""The lines of a file with so many rules."""

CLUSTER = """\
release: "4.18"
phase: install
roles:
  bootstrap: 192.168.22.200
  control-plane: 192.168.22.201-192.168.22.203
  worker: 192.168.22.211-192.168.22.213
  api-balancer: 192.168.22.10
  ingress-balancer: 192.168.22.10
  admin: 10.1.0.0/16
  client: 0.0.0.0/0
configs:
  - {path: FILE, at: {between: [[admin, client], [api-balancer, ingress-balancer]]}}
"""


class Peer(NamedTuple):
    """The other program: its short name, its command before the file's path, the command that tells its version, the
    file's name, how often to run pairs of each size, and the ratios that sizes may have at most."""

    name: str
    command: tuple[str, ...]
    version: tuple[str, ...]
    file: str
    runs: Mapping[int, int]
    goals: Mapping[int, float]


def compare(peer: Peer, shapes: Mapping[str, Shape], words: Sequence[str]) -> int:
    """Print the ratio of each shape and size that `words` name, else of all; 1 when one is above its goal, else 0.
    Behind `--json` stands a file that keeps what was measured."""
    file = words[words.index("--json") + 1] if "--json" in words else ""
    measured: list[Measured] = []
    sizes = [int(word) for word in words if word.isdigit()] or list(peer.runs)
    chosen = [word for word in words if word in shapes] or list(shapes)
    missed = False
    for shape in chosen:
        for size in sizes:
            with tempfile.TemporaryDirectory() as folder:
                Path(folder, "portspec.yaml").write_text(CLUSTER.replace("FILE", peer.file))
                Path(folder, peer.file).write_text("\n".join(shapes[shape](size, random.Random(1))) + "\n")
                theirs = [*peer.command, f"{folder}/{peer.file}"]
                ours = [sys.executable, "-m", "portspec", "check", folder]
                found = paired(ours, theirs, peer.runs.get(size, 5))
            print(
                f"{shape:<8}{size:>8} rules: portspec check {found.ours:.3f} s, {peer.name} {found.theirs:.3f} s, "
                f"ratio {found.ratio:.2f}"
            )
            measured.append(of_pairs(shape, size, found.pairs))
            missed |= found.ratio > peer.goals.get(size, math.inf)
    print("goals: " + ", ".join(f"{goal:g} at {size} rules" for size, goal in peer.goals.items()))
    if file:
        keep(Path(file), peer.name, peer.version, measured)
    return 1 if missed else 0


def host(pick: random.Random) -> str:
    """Some address."""
    return f"{pick.randint(1, 223)}.{pick.randint(0, 255)}.{pick.randint(0, 255)}.{pick.randint(1, 254)}"
