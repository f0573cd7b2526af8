"""What iptables-save files mean, rule by rule, and where and why others are refused."""

from __future__ import annotations

import pytest
from configs.firewall.asking import asked
from configs.firewall.iptables.compact import policies, rules
from configs.firewall.iptables.file_cases import FILES, NO_FILES
from configs.firewall.iptables.rule_cases import CASES, HEAD, REFUSED, Case

from portspec.configs.firewall.iptables import read
from portspec.source import SourceText, Span

UNLIKE = {"a table that there is not"}
"""Files that look like no iptables file, so that their format has to be named."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_lines(case: Case) -> None:
    assert rules(case.text) == list(case.expected)


@pytest.mark.parametrize(("name", "lines", "error"), REFUSED, ids=[name for name, _, _ in REFUSED])
def test_lines_that_are_refused(name: str, lines: str, error: str) -> None:
    assert rules(f"{HEAD}{lines}\nCOMMIT\n") == [error]


@pytest.mark.parametrize(("name", "text", "expected"), FILES, ids=[name for name, _, _ in FILES])
def test_files(name: str, text: str, expected: tuple[dict[str, str], list[str]]) -> None:
    assert (policies(text), rules(text)) == expected


@pytest.mark.parametrize(("name", "text", "error"), NO_FILES, ids=[name for name, _, _ in NO_FILES])
def test_files_that_are_refused(name: str, text: str, error: str) -> None:
    assert rules(text) == [error]
    if name not in UNLIKE:
        assert asked(text, "input tcp port 22", format_="iptables") == error, "its content tells the format"


def test_positions_cover_the_rule() -> None:
    text = f"{HEAD}  [1:2] -A INPUT -j ACCEPT \n:late - [0:0] \nCOMMIT\n"
    chains = read(SourceText("file", text)).chains
    assert chains["filter", "INPUT"].rules[0].span == Span(6, 3, 6, 27)
    assert chains["filter", "late"].span == Span(7, 1, 7, 14)
    assert chains["filter", "INPUT"].span == Span(2, 1, 2, 18)
