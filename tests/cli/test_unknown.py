"""`check --unknown`: what a finding that hangs on something the files leave open does to the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import REPOSITORY, portspec

RIGHT = REPOSITORY / "examples/upi-right"
LIMITED = "6443"


@pytest.fixture
def cluster(tmp_path: Path) -> Path:
    """The right control plane, whose API lets in what an unread set holds."""
    head = (RIGHT / "portspec.yaml").read_text().partition("configs:")[0]
    (tmp_path / "portspec.yaml").write_text(f"{head}configs:\n  - {{path: master.nft, at: {{host: control-plane}}}}\n")
    text = (RIGHT / "firewall/master.nft").read_text()
    (tmp_path / "master.nft").write_text("".join(
        f"{line.rpartition(' accept')[0]} limit rate 10/second accept\n" if LIMITED in line and " accept" in line else line
        for line in text.splitlines(keepends=True)
    ))  # fmt: skip
    return tmp_path


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], 1),
        (["--unknown", "report"], 1),
        (["--unknown", "report", "--fail-on", "error"], 0),
        (["--unknown", "allow"], 0),
        (["--unknown", "deny"], 1),
        (["--unknown", "deny", "--fail-on", "error"], 1),
        (["--unknown", "deny", "--fail-on", "never"], 0),
        (["--unknown", "deny", "--exit-zero"], 0),
    ],
)
def test_the_exit_code(cluster: Path, options: list[str], code: int) -> None:
    done = portspec(["check", *options, str(cluster)])
    assert done.code == code, done.out
    assert "PS103" in done.out


def test_what_is_certain_weighs_as_before(cluster: Path) -> None:
    text = (cluster / "master.nft").read_text()
    (cluster / "master.nft").write_text(text.replace("policy drop", "policy accept"))
    assert portspec(["check", "--unknown", "allow", str(cluster)]).code == 1


def test_the_findings_are_the_same(cluster: Path) -> None:
    reports = [
        json.loads(portspec(["check", "--format", "json", "--unknown", word, str(cluster)]).out)["findings"]
        for word in ("report", "allow", "deny")
    ]
    assert reports[0] == reports[1] == reports[2]
    assert {one["confidence"] for one in reports[0]} == {"possible"}
