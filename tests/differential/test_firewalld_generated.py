"""Random configs, loaded by firewalld itself: whatever the kernel then does with a packet, both evaluators say so.
PORTSPEC_DIFFERENTIAL=N runs N of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest_programs import require

from differential.comparison import compare
from differential.firewalld_configs import generate
from differential.firewalld_live import judge, read_folder, refuses, unpack
from differential.hosts import Hosts
from portspec.errors import InputError

FEWEST = 40
CONFIGS = max(int(os.environ.get("PORTSPEC_DIFFERENTIAL", "50")), FEWEST + 8)


def test_generated_configs_mean_what_the_kernel_says(
    judges: Hosts, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    require("firewalld", package="firewalld")
    packets = accepted = unknown = loaded = 0
    wrong: list[str] = []
    for seed in range(CONFIGS):
        made = generate(seed)
        folder = unpack(made.text, tmp_path / str(seed))
        try:
            ruleset = read_folder(folder)
        except InputError as error:
            # What is refused here has to be what firewalld cannot load.
            if not refuses(judges, folder):
                wrong.append(f"seed {seed}: {error}\n{made.text}")
            continue
        observed = judge(judges, folder, made.probes)
        compared = compare(ruleset, made.probes, observed, may_be_unknown=False)
        loaded += 1
        packets += compared.judged
        accepted += sum(one.accepted for one in observed)
        unknown += compared.unknown
        wrong += [f"seed {seed}: {one}\n{made.text}" for one in compared.disagreements]
    with capsys.disabled():
        print(
            f"\nfirewalld: {loaded} configs, {packets} packets ({accepted} accepted by the kernel), {len(wrong)} wrong"
        )
    assert not wrong, f"{len(wrong)} disagreements, the first:\n{wrong[0]}"
    assert loaded >= FEWEST
    assert unknown == 0
    assert 0.2 < accepted / packets < 0.8


def test_a_seed_gives_the_same_config_and_packets_again() -> None:
    assert generate(7) == generate(7)
    assert generate(7) != generate(8)
