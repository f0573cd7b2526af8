"""Cold start: `portspec check` on a small config beside `python3 -c pass`, the same interpreter, whole processes.

    python benchmarks/cold_start.py

The check runs on every save and every push, so the ratio must stay under 8.
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


def main() -> int:
    """Print the figures; exit code 1 when the ratio is above the limit."""
    script = shutil.which("portspec", path=sysconfig.get_path("scripts"))
    ours = [sys.executable, script] if script else [sys.executable, "-m", "portspec"]
    found = paired([*ours, "check"], [sys.executable, "-c", "pass"], RUNS, cwd=str(EXAMPLE))
    print(f"portspec check   {found.ours * 1000:7.1f} ms  (examples/upi-right: {RUNS} runs, median)")
    print(f"python3 -c pass  {found.theirs * 1000:7.1f} ms")
    print(f"ratio            {found.ratio:7.2f}     (limit {LIMIT})")
    return 0 if found.ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
