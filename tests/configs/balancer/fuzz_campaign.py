"""Many damaged configs through the reader of each balancer format: a model or one clear error, and nothing else.

`python tests/configs/balancer/fuzz_campaign.py --inputs 100000 --seed 7 [--format nginx]`
"""

from __future__ import annotations

import argparse
import sys
import time
from importlib import import_module
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])

FUZZERS = {
    "haproxy": "configs.balancer.haproxy_fuzzing",
    **{
        name: f"configs.balancer.{name}.{name}_fuzzing"
        for name in ("nginx", "keepalived", "f5", "as3", "envoy", "traefik")
    },
}


def main() -> int:
    """Run from the command line; an assertion names the seed of the first config that is neither read nor refused."""
    from configs.balancer.damaging import read_whole

    parser = argparse.ArgumentParser(description="Damaged balancer configs through their readers.")
    parser.add_argument("--inputs", type=int, default=10_000, help="of each format (default: 10000)")
    parser.add_argument("--seed", type=int, default=0, help="of the first; the others follow (default: 0)")
    parser.add_argument("--format", choices=FUZZERS, action="append", help="only this one")
    options = parser.parse_args()
    for name in options.format or FUZZERS:
        fuzzer = import_module(FUZZERS[name])
        begun = time.monotonic()
        read = read_whole(options.inputs, options.seed, fuzzer.damaged, fuzzer.outcome)
        refused = options.inputs - read
        print(
            f"{name}: {options.inputs} inputs, {read} read, {refused} refused; {time.monotonic() - begun:.0f} s",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
