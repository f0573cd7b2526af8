"""Hops between the same ends are asked about together where that is quick: the answers are those of one by one."""

from __future__ import annotations

import pytest
from running import REPOSITORY

from portspec.checks import filters
from portspec.checks.finding import Finding
from portspec.checks.fleet import Request, check_all
from portspec.configs.firewall.evaluate import Judge

DAY = "2026-11-01"


@pytest.mark.parametrize("example", ["upi-right", "upi-broken"])
@pytest.mark.parametrize("most", [0, 40])
def test_too_many_pieces_are_asked_about_one_by_one(example: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def checked() -> tuple[Finding, ...]:
        (result,) = check_all([str(REPOSITORY / "examples" / example)], Request(None, None, None, DAY))
        return result.findings

    together = checked()
    monkeypatch.setattr(filters, "MOST_TOGETHER", most)
    asked: list[bool] = []
    partition_of_few = Judge.partition_of_few

    def watched(self: Judge, *given: object) -> object:
        answer = partition_of_few(self, *given)  # type: ignore[arg-type]
        asked.append(answer is None)
        return answer

    monkeypatch.setattr(Judge, "partition_of_few", watched)
    assert checked() == together
    assert any(asked)
