"""Cold start: `portspec check` on a small config beside `python3 -c pass`, the same interpreter, whole processes.

    python benchmarks/cold_start.py

The check runs on every save and every push, so the ratio must stay under 8: for one config of the example repository,
and for all six of them.
"""

from __future__ import annotations

import shutil
import sys
import sysconfig
from pathlib import Path

from pairs import paired

LIMIT = 8.0
RUNS = 31
EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "upi-right"
CONFIGS = ("lb/haproxy.cfg", "firewall/master.nft", "firewall/edge.rules", ".")


def main() -> int:
    """Print the figures; exit code 1 when a ratio is above the limit."""
    script = shutil.which("portspec", path=sysconfig.get_path("scripts"))
    ours = [sys.executable, script] if script else [sys.executable, "-m", "portspec"]
    worst = 0.0
    for config in CONFIGS:
        found = paired([*ours, "check", config], [sys.executable, "-c", "pass"], RUNS, cwd=str(EXAMPLE))
        name = config if config != "." else "the whole repository, six configs"
        print(
            f"examples/upi-right, {name}: portspec check {found.ours * 1000:.1f} ms, "
            f"python3 -c pass {found.theirs * 1000:.1f} ms, ratio {found.ratio:.2f}"
        )
        worst = max(worst, found.ratio)
    print(f"limit: {LIMIT} (medians of {RUNS} runs in pairs)")
    return 0 if worst <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
