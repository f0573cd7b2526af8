"""How time and memory of `portspec check` grow with the number of rules, for iptables and nftables.

    python benchmarks/growth.py [SHAPE …]

What a rule costs is the time of a file less that of an empty one, by the number of rules; the goal is that at 300,000 rules
it is at most 1.3 times what it is at the size where it is the least (a small file pays for modules that an empty one does
not load). The peak of memory at 100,000 rules is that of the largest process; the
goal is less than 500 MiB. Files of all sizes are measured in turn, round by round, so that a drift of the machine meets all.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import iptables_restore
import nft_check
from shapes import CLUSTER, Shape

SIZES = (1_000, 10_000, 100_000, 300_000)
ROUNDS = 5
GROWTH = 1.3
MEBIBYTE = 1 << 20
MEMORY = 500
EMPTY = {
    "iptables": ("*filter", ":FORWARD DROP [0:0]", "COMMIT"),
    "nftables": (
        "table inet filter {",
        "	chain forward {",
        "		type filter hook forward priority filter; policy drop;",
        "	}",
        "}",
    ),
}
DIALECTS: Mapping[str, tuple[str, Mapping[str, Shape]]] = {
    "iptables": ("edge.rules", iptables_restore.SHAPES),
    "nftables": ("edge.nft", {name: shape for name, shape in nft_check.SHAPES.items() if name != "sets"}),
}


def measured(folder: str) -> tuple[float, float]:
    """Wall time in seconds and peak memory in MiB of one check."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "portspec", "check", folder], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    _, status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - start
    said = process.stderr.read() if process.stderr else b""
    if os.waitstatus_to_exitcode(status) not in (0, 1) or said:
        raise RuntimeError(f"portspec ended with {status}: {said.decode()[:300]}")
    return took, usage.ru_maxrss * 1024 / MEBIBYTE


def grown(dialect: str, shape: str) -> tuple[dict[int, float], dict[int, float]]:
    """Seconds less those of an empty file, and MiB, by the number of rules: medians over the rounds."""
    file, shapes = DIALECTS[dialect]
    with tempfile.TemporaryDirectory() as root:
        for size in (0, *SIZES):
            folder = Path(root, str(size))
            folder.mkdir()
            (folder / "portspec.yaml").write_text(CLUSTER.replace("FILE", file))
            with (folder / file).open("w") as written:
                # Line by line: a child begins with its parent's peak of memory.
                lines = shapes[shape](size, random.Random(1)) if size else EMPTY[dialect]
                written.writelines(f"{line}\n" for line in lines)
        measured(f"{root}/0")
        rounds = [{size: measured(f"{root}/{size}") for size in (0, *SIZES)} for _ in range(ROUNDS)]
    seconds = {size: statistics.median(one[size][0] - one[0][0] for one in rounds) for size in SIZES}
    return seconds, {size: max(one[size][1] for one in rounds) for size in SIZES}


def main() -> int:
    """Print what a rule costs at each size, and the memory; 1 where a goal is missed."""
    missed = False
    for dialect, (_, shapes) in DIALECTS.items():
        for shape in [name for name in shapes if name in sys.argv[1:]] or list(shapes):
            seconds, memory = grown(dialect, shape)
            costs = {size: seconds[size] / size * 1e6 for size in SIZES}
            growth = costs[SIZES[-1]] / min(costs.values())
            missed |= growth > GROWTH or memory[100_000] > MEMORY
            told = ", ".join(f"{size}: {cost:.2f}" for size, cost in costs.items())
            print(
                f"{dialect:<9}{shape:<8} microseconds a rule {told}; growth {growth:.2f}; "
                f"memory at 100000 rules {memory[100_000]:.0f} MiB, at 300000 {memory[300_000]:.0f} MiB",
                flush=True,
            )
    print(f"goals: growth at most {GROWTH}, memory at 100000 rules under {MEMORY} MiB")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
