"""Results with as many findings as a test wants, made from one real one."""

from __future__ import annotations

from pathlib import Path

from checks.standard import check_text

from portspec.checks.filter_example import CONTROL_PLANE, wrong
from portspec.checks.finding import Finding
from portspec.checks.result import ClusterResult
from portspec.source import Span

TEXT = wrong(
    CONTROL_PLANE, "    ip saddr @nodes", "    tcp dport 5900 accept\n    tcp dport 22623 accept\n    ip saddr @nodes"
)


def result_of(findings: int, *, lines: bool = True) -> ClusterResult:
    """A cluster with so many findings of two checks; without `lines` all of them are about one line."""
    result = check_text(TEXT, "host control-plane", path="firewall/master.nft")
    assert {finding.code for finding in result.findings} == {"PS201", "PS202"}
    return result._replace(findings=tuple(_numbered(result.findings[n % 2], n, lines) for n in range(findings)))


def _numbered(finding: Finding, number: int, lines: bool) -> Finding:
    span = Span(1 + number % 900, 1, 1 + number % 900, 5) if lines else finding.span
    return finding._replace(span=span, port=str(number), values={**finding.values, "port": str(number)})


def comment(config: Path, line: int, text: str) -> None:
    """Write a comment behind a line of a config."""
    lines = config.read_text().splitlines()
    lines[line - 1] += f" # {text}"
    config.write_text("\n".join(lines) + "\n")
