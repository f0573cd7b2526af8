"""Random rulesets: whatever the kernel does with a packet, both evaluators say so. PORTSPEC_DIFFERENTIAL=N runs N of
each dialect."""

from __future__ import annotations

import os
from typing import get_args

import pytest

from differential.hosts import Hosts
from differential.runs import Kind, generated, run

RULESETS = int(os.environ.get("PORTSPEC_DIFFERENTIAL", "200"))


@pytest.mark.parametrize("kind", get_args(Kind))
def test_generated_rulesets_mean_what_the_kernel_says(
    judges: Hosts, kind: Kind, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = run(kind, range(RULESETS), judges)
    with capsys.disabled():
        print(f"\n{tally.line()}")
    assert not tally.disagreements, "\n\n".join(tally.reports)
    assert tally.rulesets == RULESETS
    # A campaign in which the kernel accepted next to nothing, or next to everything, would show nothing.
    assert 0.2 < tally.accepted / tally.packets < 0.8
    assert tally.unknown < tally.packets / 10


@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_seed_gives_the_same_ruleset_and_packets_again(kind: Kind) -> None:
    assert generated(kind, 7) == generated(kind, 7)
    assert generated(kind, 7) != generated(kind, 8)
