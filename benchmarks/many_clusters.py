"""Two jobs beside one on a repository of 200 clusters and 1,000 configs, in pairs; and how the work divides.

    python benchmarks/many_clusters.py

The second figure does not depend on what else the machine does: of the processor time of a run with two jobs, the part that
one process spends alone bounds what any number of cores can win.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from itertools import zip_longest
from pathlib import Path

from pairs import paired

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "upi-broken"
CLUSTERS = 200
CONFIGS = 5
"""For each cluster."""


def make_repository(folder: Path, clusters: int) -> int:
    """Copies of the example with the mistakes; returns how many configs there are."""
    lines = (EXAMPLE / "portspec.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
    entries = [number for number, line in enumerate(lines) if line.startswith("  - {path:")]
    text = "".join(line for number, line in enumerate(lines) if number not in entries[CONFIGS:])
    for number in range(clusters):
        copy = folder / f"cluster-{number:03}"
        shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns("portspec.lock"))
        (copy / "portspec.yaml").write_text(text, encoding="utf-8")
    return clusters * min(CONFIGS, len(entries))


def report_of(command: list[str]) -> bytes:
    """What a run prints. Ends the benchmark when it fails: half a report differs from every whole one."""
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0 or done.stderr:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.decode()[-2000:]}")
    return done.stdout


def difference(one: bytes, two: bytes) -> str:
    """The first lines that differ."""
    pairs = zip_longest(one.splitlines(), two.splitlines())
    return next(
        f"line {number}: {mine!r} and {theirs!r}" for number, (mine, theirs) in enumerate(pairs, 1) if mine != theirs
    )


def processor_time(command: list[str]) -> tuple[float, float]:
    """Seconds that the first process of a run computes, and those that it started."""
    code = (
        "import os, sys; from portspec.cli import main; main(); sys.stdout.flush(); "
        "told = os.times(); print(told.user + told.system, told.children_user + told.children_system, file=sys.stderr)"
    )
    done = subprocess.run([command[0], "-c", code, *command[3:]], capture_output=True, check=True, text=True)
    alone, shared = map(float, done.stderr.split())
    return alone, shared


def main() -> None:
    """Make, measure, print. Ends with 1 when the reports differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--clusters", type=int, default=CLUSTERS)
    options = parser.parse_args()
    program = [sys.executable, "-m", "portspec", "check", "--format", "json", "--day", "2026-11-01", "--exit-zero"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        configs = make_repository(folder, options.clusters)
        one, two = ([*program, name, "--jobs", jobs] for jobs in ("1", "2"))
        reports = [report_of(command) for command in (one, two)]
        if reports[0] != reports[1]:
            sys.exit(f"the reports of one job and of two differ: {difference(*reports)}")
        whole, _ = processor_time(one)
        alone, shared = processor_time(two)
        times = paired(one, two, options.runs, (0, 1))
    print(f"{options.clusters} clusters, {configs} configs, report of {len(reports[0])} bytes, the same with both")
    print(
        f"processor time with 1 job {whole:.2f} s; with 2 jobs {alone:.2f} s in the first process and {shared:.2f} s in the "
        f"others: at most {whole / (alone + shared / 2):.2f} times faster on two cores"
    )
    print(
        f"1 job {times.ours:.2f} s, 2 jobs {times.theirs:.2f} s; {times.ratio:.2f} times faster (median of the pairs)"
    )


if __name__ == "__main__":
    main()
