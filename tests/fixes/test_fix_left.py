"""What fixes leave: why, in both languages; the reports that `--output` asks for; all files changed, or none."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from fixes.fixing import DAY, of_example, of_texts
from running import REPOSITORY

from portspec.checks.api import Example
from portspec.checks.examples import BASELINE_FILE, CLUSTER_FILE
from portspec.checks.origin import LOCK_FILE
from portspec.checks.registry import checks
from portspec.checks.result import ClusterResult
from portspec.cli import main
from portspec.errors import InputError
from portspec.fixes.proving import check, fix_all, why_left
from portspec.fixes.unfixable import JSON, LIMITS, LISTING, NOT_PROVED, NOT_TOGETHER, PACKED, REASONS, VARIANTS
from portspec.fixes.writing import Change, write_files
from portspec.source import SourceText

NO_CONFIG = (BASELINE_FILE, CLUSTER_FILE, LOCK_FILE)
BROKEN = REPOSITORY / "examples" / "upi-broken"
SHADOWED = """\
table inet filter {
    chain input {
        type filter hook input priority 0; policy accept;
        tcp dport 22 accept
        tcp dport 22 accept
    }
}
"""


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the broken example, in the current folder."""
    shutil.copytree(BROKEN, tmp_path / "site")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "site"


def _contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.usefixtures("broken")
def test_a_patch_goes_with_reports_in_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "site", "--day", DAY, "--diff", "--output", "report.json"]) == 1
    assert capsys.readouterr().out.startswith("--- a/")
    assert len(json.loads(Path("report.json").read_text())["findings"]) > 20


def test_a_report_that_cannot_be_written_keeps_the_files(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = _contents(broken)
    assert main(["check", "site", "--day", DAY, "--fix", "--output", "no-folder/report.json"]) == 2
    assert main(["check", "site", "--day", DAY, "--fix", "--output", "json=site/lb/haproxy.cfg"]) == 2
    assert "the report would take its place" in capsys.readouterr().err
    assert _contents(broken) == before


def test_one_file_that_may_not_be_written_keeps_all(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = broken / "lb" / "haproxy.cfg"
    config.rename(broken / "lb" / "real.cfg")
    config.symlink_to("real.cfg")
    before = _contents(broken)
    assert main(["check", "site", "--day", DAY, "--fix"]) == 2
    assert "it is a link" in capsys.readouterr().err
    assert _contents(broken) == before


@pytest.mark.parametrize("bad", range(3))
def test_all_files_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad: int) -> None:
    """The system refuses to put the new file in its place, the first time or a later one."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    changes = []
    for name in "abc":
        Path(name).write_text(f"{name}\n")
        changes.append(Change(SourceText(name, f"{name}\n"), SourceText(name, "new\n"), ""))
    real = os.replace

    def failing(part: str, path: str) -> None:
        if path == "abc"[bad]:
            raise PermissionError(13, os.strerror(13))
        real(part, path)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(InputError, match="and no other file"):
        write_files(changes)
    assert {path.name: path.read_text() for path in tmp_path.iterdir() if path.is_file()} == {
        name: f"{name}\n" for name in "abc"
    }
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    write_files(changes)
    assert {path.read_text() for path in tmp_path.iterdir() if path.is_file()} == {"new\n"}


def test_rules_found_by_a_thorough_look_are_fixed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As in a filter of more rules than are looked at without `--hygiene`."""
    monkeypatch.setattr("portspec.configs.firewall.shadows.MOST_RULES", 1)
    (tmp_path / "host.nft").write_text(SHADOWED)
    monkeypatch.chdir(tmp_path)
    options = ["check", "host.nft", "--release", "4.18", "--day", DAY, "--select", "PS401,PS402,PS403"]
    main([*options, "--diff"])
    assert capsys.readouterr().out == ""
    main([*options, "--diff", "--hygiene"])
    assert "-        tcp dport 22 accept" in capsys.readouterr().out


@pytest.mark.parametrize("code", [code for code in sorted(REASONS) if checks()[code].bad.format not in NO_CONFIG])
def test_a_code_without_fixes_has_its_reason(code: str) -> None:
    prepared = of_example(checks()[code].bad)
    result = check(prepared, DAY)
    named = [one for one in result.findings if one.code == code]
    assert named
    assert {why_left(one, prepared, result, DAY)["en"] for one in named} == {REASONS[code]["en"]}


def test_what_a_program_has_printed_is_not_changed() -> None:
    text = "DefaultZone=public\npublic\n  target: DROP\n  icmp-block-inversion: no\n  interfaces: \n  sources: \n  services: \n  ports: 2379/tcp\n"
    prepared = of_texts([Example("firewalld", text, "host control-plane")])
    result = check(prepared, DAY)
    left = [one for one in fix_all(prepared, result, DAY).left if one.code in ("PS101", "PS201")]
    assert {one.code for one in left} == {"PS101", "PS201"}
    assert all(why_left(one, prepared, result, DAY) == LISTING for one in left)


def test_what_nft_has_printed_is_not_changed() -> None:
    chain = {
        "family": "inet",
        "table": "f",
        "name": "input",
        "type": "filter",
        "hook": "input",
        "prio": 0,
        "policy": "drop",
    }
    text = json.dumps({"nftables": [{"table": {"family": "inet", "name": "f"}}, {"chain": chain}]})
    prepared = of_texts([Example("nftables", text, "host control-plane")])
    result = check(prepared, DAY)
    left = [one for one in fix_all(prepared, result, DAY).left if one.code == "PS101"]
    assert left
    assert all(why_left(one, prepared, result, DAY) == JSON for one in left)


def test_a_file_in_one_quoted_line_is_not_changed() -> None:
    ruleset = "table inet f {\\n chain i {\\n type filter hook input priority 0; policy drop;\\n }\\n}\\n"
    text = (
        "variant: openshift\nversion: 4.18.0\nmetadata:\n  name: x\n  labels:\n    machineconfiguration.openshift.io/role: master\n"
        f'storage:\n  files:\n    - path: /etc/sysconfig/nftables.conf\n      contents:\n        inline: "{ruleset}"\n'
        "systemd:\n  units:\n    - name: nftables.service\n      enabled: true\n"
    )
    prepared = of_texts([Example("machineconfig", text, "host control-plane")])
    result = check(prepared, DAY)
    left = [one for one in fix_all(prepared, result, DAY).left if one.code == "PS101"]
    assert left
    assert all(why_left(one, prepared, result, DAY) == PACKED for one in left)


TWO_WORKERS = """\
listen api
  bind 192.168.22.10:6443
  mode tcp
  option httpchk GET /readyz
  server worker-0 192.168.22.211:6443 check check-ssl verify none inter 10s fall 2 rise 3
  server worker-1 192.168.22.212:6443 check check-ssl verify none inter 10s fall 2 rise 3
"""


def test_what_is_left_although_it_has_a_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more fixes than a person reads in a diff, the rest is for the next run."""
    monkeypatch.setattr("portspec.fixes.proving.MOST_FIXES", 1)
    prepared = of_texts([Example("haproxy", TWO_WORKERS, "balancer api")])
    result = check(prepared, DAY)

    def chosen(result: ClusterResult) -> ClusterResult:
        return result._replace(findings=tuple(one for one in result.findings if one.code == "PS304"))

    fixed = fix_all(prepared, result, DAY, chosen)
    assert [one.finding.code for one in fixed.applied] == ["PS304"]
    (left,) = fixed.left
    assert why_left(left, prepared, result, DAY) == NOT_TOGETHER
    again = fix_all(fixed.prepared, fixed.result, DAY, chosen)
    assert len(again.applied) == 1
    assert again.left == ()


def test_a_change_that_brings_another_finding_is_named() -> None:
    """Traefik probes servers of TCP without asking them anything: a router that is mended shows it."""
    rule = "      rule: HostSNI(`api.lab.example`)\n"
    text = (
        'entryPoints:\n  api:\n    address: "192.168.22.10:6443"\ntcp:\n  routers:\n    api:\n      entryPoints: [api]\n'
        f"{rule}      service: api\n  services:\n    api:\n      loadBalancer:\n        servers:\n"
        + "".join(f'          - address: "192.168.22.{last}:6443"\n' for last in (201, 202, 203))
    )
    prepared = of_texts([Example("traefik", text, "balancer api")])
    result = check(prepared, DAY)
    (finding,) = (one for one in result.findings if one.variant == "nowhere")
    why = why_left(finding, prepared, result, DAY)
    assert why["en"].startswith("a change takes it away, and brings PS3")
    assert "PS309" in why["en"]
    assert "PS309" in why["zh-TW"]


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
def test_what_is_left_is_said_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    shutil.copytree(BROKEN, tmp_path / "site")
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "site" / "lb" / "haproxy.cfg"
    path.write_text(path.read_text() + "\n  nonsense here\n")
    main(["check", "site", "--day", DAY, "--diff", "--lang", lang])
    said = capsys.readouterr().err
    assert REASONS["PS317"][lang] in said
    assert "PS317" in said


def test_reasons_are_in_both_languages() -> None:
    for reason in (
        *REASONS.values(),
        *LIMITS.values(),
        *VARIANTS.values(),
        NOT_PROVED,
        NOT_TOGETHER,
        LISTING,
        JSON,
        PACKED,
    ):
        assert set(reason) == {"en", "zh-TW"}
        assert reason["en"] != reason["zh-TW"]


def test_a_read_only_file_stays(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = broken / "firewall" / "edge.rules"
    config.chmod(0o444)
    before = _contents(broken)
    assert main(["check", "site", "--day", DAY, "--fix"]) == 2
    assert "it is read-only" in capsys.readouterr().err
    assert _contents(broken) == before


@pytest.mark.parametrize("when", ["before", "between"])
def test_a_file_that_changes_meanwhile_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    """Somebody writes into the second file, before anything is done or after the new texts lie beside the old ones."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    changes = []
    for name in "ab":
        Path(name).write_text(f"{name}\n")
        changes.append(Change(SourceText(name, f"{name}\n"), SourceText(name, "new\n"), ""))
    real = os.replace

    def meanwhile(part: str, path: str) -> None:
        Path("b").write_text("theirs\n")
        real(part, path)

    if when == "before":
        Path("b").write_text("theirs\n")
    else:
        monkeypatch.setattr(os, "replace", meanwhile)
    with pytest.raises(InputError, match="it is not as it was read"):
        write_files(changes)
    assert Path("a").read_text() == "a\n"
    assert Path("b").read_text() == "theirs\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".git", "a", "b"]


def test_a_link_to_a_folder_elsewhere_is_not_written_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The folder with the configs is a link that leads out of the repository."""
    shutil.copytree(BROKEN, tmp_path / "repository")
    (tmp_path / "repository" / ".git").mkdir()
    (tmp_path / "repository" / "lb").rename(tmp_path / "elsewhere")
    (tmp_path / "repository" / "lb").symlink_to(tmp_path / "elsewhere")
    monkeypatch.chdir(tmp_path / "repository")
    before = _contents(tmp_path / "elsewhere")
    assert main(["check", ".", "--day", DAY, "--fix"]) == 2
    assert "repository" in capsys.readouterr().err
    assert _contents(tmp_path / "elsewhere") == before


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
def test_the_report_says_what_was_fixed_and_what_remains(
    broken: Path, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    path = broken / "lb" / "haproxy.cfg"
    path.write_text(path.read_text() + "\n  nonsense here\n")
    assert main(["check", "site", "--day", DAY, "--fix", "--lang", lang]) == 1
    told = capsys.readouterr()
    assert told.err == ""
    assert "PS101 (9), PS201 (2)" in told.out.replace("、", ", ")
    assert told.out.count(REASONS["PS317"][lang]) == 2
    assert main(["check", "site", "--day", DAY, "--fix", "--format", "json"]) == 1
    told = capsys.readouterr()
    report = json.loads(told.out)
    assert report["fixed"] == []
    assert [one["no_fix"] for one in report["findings"]] == [REASONS["PS317"]["en"]]
    assert "remains without a fix" in told.err
