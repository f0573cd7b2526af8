"""`check --diff` and `--fix` on the broken example, one by one and together, held against the real programs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from conftest_programs import require, require_namespaces
from fixes.fixing import DAY
from running import REPOSITORY

from portspec.checks.fleet import Prepared, Request, Target, prepare
from portspec.cli import main
from portspec.fixes.proving import check, fix_all, fix_of, with_edits

BROKEN = REPOSITORY / "examples" / "upi-broken"
REQUEST = Request(None, None, None, DAY)


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the broken example, in the current folder."""
    shutil.copytree(BROKEN, tmp_path / "site")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "site"


def _prepared() -> Prepared:
    return prepare(Target("site/portspec.yaml", None), REQUEST)


@pytest.mark.usefixtures("broken")
def test_each_finding_is_fixed_by_itself() -> None:
    prepared = _prepared()
    result = check(prepared, DAY)
    assert len(result.findings) > 20
    for finding in result.findings:
        fix = fix_of(finding, prepared, result, DAY)
        assert fix is not None, (finding.code, finding.path)
        left = {one.fingerprint for one in check(with_edits(prepared, fix.edits), DAY).findings}
        assert finding.fingerprint not in left
        assert left < {one.fingerprint for one in result.findings}


@pytest.mark.usefixtures("broken")
def test_all_together_end_with_a_clean_check() -> None:
    prepared = _prepared()
    fixed = fix_all(prepared, check(prepared, DAY), DAY)
    assert len(fixed.applied) > 15
    assert fixed.left == fixed.result.findings == ()


def test_the_patch_is_what_the_files_become(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in broken.rglob("*") if path.is_file()}
    assert main(["check", "site", "--day", DAY, "--diff"]) == 1
    patch = capsys.readouterr().out
    assert {path: path.read_bytes() for path in broken.rglob("*") if path.is_file()} == before
    shutil.copytree(broken, "other/site")
    git = require("git", package="git")
    subprocess.run([git, "apply", "-"], input=patch, text=True, check=True, cwd="other")
    assert main(["check", "site", "--day", DAY, "--fix"]) == 0
    assert "nothing to report" in capsys.readouterr().out
    for path in before:
        assert path.read_bytes() == (Path("other") / path.relative_to(broken.parent)).read_bytes()
    assert main(["check", "site", "--day", DAY, "--diff"]) == 0
    assert capsys.readouterr().out == ""


def test_only_what_is_selected_is_fixed(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "site", "--day", DAY, "--fix", "--select", "PS304"])
    capsys.readouterr()
    old = (BROKEN / "lb" / "haproxy.cfg").read_text().splitlines()
    new = (broken / "lb" / "haproxy.cfg").read_text().splitlines()
    assert [line for line in old if "ocp-worker-0 192.168.22.211:6443" not in line] == new


def test_the_real_programs_take_the_fixed_files(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nft = require("nft", package="nftables")
    restore = require("iptables-restore", package="iptables")
    haproxy = require("haproxy", package="haproxy")
    require_namespaces()
    assert main(["check", "site", "--day", DAY, "--fix"]) == 0
    capsys.readouterr()
    commands = [["unshare", "-n", nft, "-c", "-f", str(path)] for path in sorted(broken.glob("firewall/*.nft"))]
    commands.append(["unshare", "-n", restore, "--test", str(broken / "firewall" / "edge.rules")])
    commands.append([haproxy, "-c", "-f", str(broken / "lb" / "haproxy.cfg")])
    for command in commands:
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        assert said.returncode == 0, said.stderr


def test_a_link_is_not_written_through(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = broken / "lb" / "haproxy.cfg"
    config.rename(broken / "lb" / "real.cfg")
    config.symlink_to("real.cfg")
    text = config.read_text()
    assert main(["check", "site", "--day", DAY, "--fix", "--select", "PS304"]) == 2
    assert "it is a link" in capsys.readouterr().err
    assert config.read_text() == text


def test_line_ends_and_comments_stay(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = broken / "lb" / "haproxy.cfg"
    config.write_bytes(config.read_bytes().replace(b"\n", b"\r\n"))
    main(["check", "site", "--day", DAY, "--fix"])
    capsys.readouterr()
    data = config.read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n")
    assert data.startswith(b"# Load balancer of the cluster")
    assert b"192.168.22.203:22623" in data


def test_a_baseline_does_not_go_with_fixes(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(broken), "--fix", "--baseline", "b.json"]) == 2
    assert "--baseline" in capsys.readouterr().err
