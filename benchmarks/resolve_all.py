"""Resolve everything: every release from the spec's plain data, then every platform × topology × plugin of it.

    python benchmarks/resolve_all.py

It must take under 5 seconds in all, on one core.
"""

from __future__ import annotations

import sys
import time
from itertools import product
from pathlib import Path

from portspec.policy.compile import compile_policy
from portspec.policy.model import Profile
from portspec.policy.resolve import resolve
from portspec.spec.load import assemble, load_spec
from portspec.spec.read import read_snapshot

LIMIT = 5.0
SPEC = Path(__file__).resolve().parent.parent / "spec"


def main() -> int:
    """Print the figures; exit code 1 when it takes longer than the limit."""
    start = time.perf_counter()
    spec = assemble(load_spec(str(SPEC)))
    read = time.perf_counter() - start
    start = time.perf_counter()
    count = 0
    for release in spec["releases"]:
        known = read_snapshot(resolve(spec, release["id"]))
        for names in product(known.platforms, known.networks, known.topologies):
            compile_policy(known, Profile(*names))
            count += 1
    spent = time.perf_counter() - start
    print(f"reading the YAML of the spec: {read:.2f} s")
    print(
        f"resolving {len(spec['releases'])} releases and compiling {count} policies: {spent:.2f} s (limit: {LIMIT:g} s)"
    )
    return 0 if spent <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
