"""A few damaged configs through each of the filter readers: `make fuzz` tries many. PORTSPEC_FUZZ=N tries N of each."""

from __future__ import annotations

import os

import pytest
from configs.firewall.fuzz_campaign import FUZZERS, read_whole

COUNT = int(os.environ.get("PORTSPEC_FUZZ", "400"))


@pytest.mark.parametrize("name", FUZZERS)
def test_damaged_configs(name: str) -> None:
    read = read_whole(name, COUNT, 2_000_000)
    # Were nearly all of them refused at their first word, this would try little.
    assert 0.05 < read / COUNT < 0.95
