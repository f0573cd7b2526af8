"""Two jobs beside one on a repository of 200 clusters and 1,000 configs, in pairs."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
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
        reports = [subprocess.run(command, capture_output=True, check=False).stdout for command in (one, two)]
        if reports[0] != reports[1]:
            sys.exit("the reports of one job and of two differ")
        times = paired(one, two, options.runs, (0, 1))
    print(f"{options.clusters} clusters, {configs} configs, report of {len(reports[0])} bytes, the same with both")
    print(
        f"1 job {times.ours:.2f} s, 2 jobs {times.theirs:.2f} s; {times.ratio:.2f} times faster (median of the pairs)"
    )


if __name__ == "__main__":
    main()
