"""nftables files as the field writes them: what becomes of packets, or where and why a file is refused."""

from __future__ import annotations

import pytest
from configs.firewall.asking import asked
from configs.firewall.nftables import bug_cases, field_cases
from configs.firewall.nftables.field_cases import SSH, Case

CASES = [*field_cases.CASES, *bug_cases.CASES]
REFUSED = [*field_cases.REFUSED, *bug_cases.REFUSED]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_becomes_of_packets(case: Case) -> None:
    answers = {packet: asked(case.text, packet, format_="nftables") for packet in case.answers}
    assert answers == case.answers


@pytest.mark.parametrize(("name", "text", "message"), REFUSED, ids=[name for name, _, _ in REFUSED])
def test_what_is_refused(name: str, text: str, message: str) -> None:
    assert asked(text, SSH, format_="nftables") == message
