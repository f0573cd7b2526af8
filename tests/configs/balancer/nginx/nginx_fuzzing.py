"""Random and mutated nginx configs: a model or one clear error. `python …/nginx_fuzzing.py 100000 SEED` runs many."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[3])

from configs.balancer.casefiles import load

from portspec.configs.balancer.nginx import read, sniff
from portspec.errors import InputError
from portspec.source import SourceText

TEXTS = tuple(case.text for case in load(Path(__file__).parent / "cases"))
WORDS = (*dict.fromkeys(" ".join(TEXTS).split()), *"{};\"'\\#$~*[]:=\n\t\0é", "${x}", "unix:", "[::", "1-", "-1", "99999999999",
         "0x1", "٣", "²", "listen", "map", "hostnames", "include")  # fmt: skip
SLOWEST = 1.0
"""Seconds for 100 kB at most."""


def inputs(seed: int, count: int) -> Iterator[str]:
    """Texts of a seed, most of them a good config with a few changes."""
    rng = Random(seed)
    for _ in range(count):
        text = rng.choice(TEXTS)
        for _ in range(rng.choice((1, 1, 2, 3, 8))):
            at = rng.randrange(len(text) + 1)
            if rng.random() < 0.5:
                text = f"{text[:at]}{rng.choice((' ', '', ';', ' '))}{rng.choice(WORDS)} {text[at:]}"
            else:
                text = text[:at] + text[at + rng.randint(0, 20) :]
        yield text


def outcome(text: str) -> str:
    """`read` or `refused`. Anything but InputError is raised."""
    source = SourceText("nginx.conf", text)
    sniff(text)
    try:
        model = read(source)
    except InputError as error:
        if error.line < 1 or error.column < 1:
            raise AssertionError(f"no place: {error}") from error
        return "refused"
    last = source.position(len(text))[0]
    for remark in model.remarks:
        assert 1 <= remark.span.line <= last
    names = [pool.name for pool in model.pools]
    assert len(names) == len(set(names)) or any(remark.key == "duplicate-upstream" for remark in model.remarks)
    return "read"


def main() -> None:
    """Run as many as the first argument says."""
    count, seed = int(sys.argv[1]), int(sys.argv[2])
    start = time.perf_counter()
    found = [outcome(text) for text in inputs(seed, count)]
    print(f"nginx: {count} inputs, {found.count('read')} read, {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
