"""A large file read in two halves at a time is the file."""

from __future__ import annotations

import os

import pytest

from portspec.configs.firewall import halves
from portspec.configs.firewall.iptables import scan
from portspec.configs.firewall.iptables.reader import read_ruleset
from portspec.source import SourceText

TEXT = (
    "*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n"
    "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:own - [0:0]\n"
    "-A INPUT -s 10.0.0.1/32 -p tcp -m tcp --dport 22 -j ACCEPT\n"
    "-A INPUT -s 10.0.0.0/24 -d 192.0.2.0/24 -p udp -m multiport --dports 53,123,500 -j own\n"
    "-A INPUT   -p tcp -m tcp --dport 80:90 -j ACCEPT\n"
    "[1:2] -A own -s 10.0.0.2 -j DROP\n\n"
    '-A own -m conntrack --ctstate NEW -m comment --comment "a 22" -j ACCEPT\n'
    "-A own -p tcp -m tcp --dport 70 -m limit --limit 3/sec -j RETURN\n"
    "COMMIT\n# end\n"
)


def rules(text: str, shift: int) -> list[tuple[object, ...]]:
    """The rules of every chain, with their lines as they would be without the first `shift` ones."""
    return [
        (chain.table, chain.name, chain.policy, rule.span.line - shift, *rule[:4])
        for chain in read_ruleset(SourceText("x", text)).chains.values()
        for rule in chain.rules
    ]


@pytest.mark.parametrize("part", [1, 150, 100_000])
@pytest.mark.parametrize("processors", [1, 2])
def test_halves_make_the_whole(monkeypatch: pytest.MonkeyPatch, processors: int, part: int) -> None:
    whole = rules(TEXT, 0)
    assert len(whole) >= 7
    monkeypatch.setattr(halves, "_processors", lambda: processors)
    monkeypatch.setattr(scan, "LARGE", 0)
    monkeypatch.setattr(scan, "PART", part)
    # A comment of growing length before the file moves the place where it is cut through every one of its lines.
    for length in range(0, len(TEXT), 7):
        assert rules(f"{'#' * length}\n{TEXT}", 1) == whole


def test_a_child_that_fails_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    parent = os.getpid()

    def work(text: str) -> str:
        if os.getpid() != parent:
            os._exit(3)
        return text.upper()

    monkeypatch.setattr(halves, "_processors", lambda: 2)
    assert halves.in_halves(work, ("one",), ("two",)) == ("ONE", "TWO")


def test_both_halves_are_worked_on_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(halves, "_processors", lambda: 2)
    first, second = halves.in_halves(lambda text: (text, os.getpid()), ("one",), ("two",))
    assert (first[0], second[0]) == ("one", "two")
    assert first[1] == os.getpid() != second[1]


def test_no_process_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(halves, "_processors", lambda: 2)
    _, child = halves.in_halves(os.getpid, (), ())
    with pytest.raises(ChildProcessError):
        os.waitpid(child, os.WNOHANG)
