"""A config of several files: the change is made in the file where the line stands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from fixes import corpus
from fixes.fixing import DAY

from portspec.cli import main

CASES = Path(__file__).parent.parent / "checks" / "cases_balancer"
ADMITTING = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport 10250 -j DROP\nCOMMIT\n"


def _site(folder: Path, files: dict[str, str], entry: str) -> Path:
    (folder / ".git").mkdir(parents=True)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "portspec.yaml").write_text(corpus.CLUSTER + f"configs:\n  - {entry}\n")
    return folder


def _fixed(site: Path, monkeypatch: pytest.MonkeyPatch, *names: str) -> list[str]:
    """The files that change when everything is fixed; nothing may be left."""
    monkeypatch.chdir(site)
    before = {name: Path(name).read_bytes() for name in names}
    assert main(["check", ".", "--day", DAY, "--fail-on", "note"]) == 1
    assert main(["check", ".", "--day", DAY, "--fix", "--fail-on", "note"]) == 0
    return [name for name in names if Path(name).read_bytes() != before[name]]


def test_haproxy_reads_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (CASES / "right-install" / "haproxy.cfg").read_text()
    at = text.index("listen https")
    parts = {
        "lb/10-api.cfg": text[:at],
        "lb/20-ingress.cfg": text[at:].replace("  server worker-1 192.168.22.212:443 check inter 1s\n", "", 1),
    }
    assert "192.168.22.212:443" not in parts["lb/20-ingress.cfg"]
    site = _site(tmp_path / "site", parts, "{path: lb, at: balancer}")
    assert _fixed(site, monkeypatch, *parts) == ["lb/20-ingress.cfg"]
    assert "192.168.22.212:443" in (site / "lb" / "20-ingress.cfg").read_text()
    capsys.readouterr()


def test_a_listener_comes_behind_the_last_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (CASES / "right-install" / "haproxy.cfg").read_text()
    at, end = text.index("listen https"), text.index("listen http\n")
    parts = {"lb/10-api.cfg": text[:at], "lb/20-ingress.cfg": text[at:end].rstrip("\n") + "\n"}
    site = _site(tmp_path / "site", parts, "{path: lb, at: balancer}")
    assert _fixed(site, monkeypatch, *parts) == ["lb/20-ingress.cfg"]
    capsys.readouterr()


def test_filters_of_two_programs_beside_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """nftables lets the kubelet in, iptables turns it away: the rule of iptables is the one to change."""
    right = corpus.rendered("nftables")
    files = {"host.nft": right, "host.rules": ADMITTING}
    site = _site(tmp_path / "site", files, "{path: host.nft, with: [host.rules], at: {host: control-plane}}")
    assert _fixed(site, monkeypatch, *files) == ["host.rules"]
    capsys.readouterr()


def test_both_files_where_both_are_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {"host.nft": corpus.nftables("open"), "host.rules": ADMITTING}
    site = _site(tmp_path / "site", files, "{path: host.nft, with: [host.rules], at: {host: control-plane}}")
    assert _fixed(site, monkeypatch, *files) == ["host.nft", "host.rules"]
    capsys.readouterr()


def test_traefik_reads_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(CASES / "right-traefik", tmp_path / "site")
    monkeypatch.chdir(tmp_path / "site")
    (path,) = [one for one in Path("traefik").rglob("*") if one.is_file() and "192.168.22.202:6443" in one.read_text()]
    text = path.read_text()
    path.write_text("".join(line for line in text.splitlines(keepends=True) if "192.168.22.202:6443" not in line))
    others = {one: one.read_bytes() for one in Path("traefik").rglob("*") if one.is_file() and one != path}
    assert main(["check", ".", "--day", DAY]) == 1
    assert main(["check", ".", "--day", DAY, "--fix"]) == 0
    assert "192.168.22.202:6443" in path.read_text()
    assert {one: one.read_bytes() for one in others} == others
    capsys.readouterr()


INSERTING = {
    "the first rule turns the kubelet away": ("iptables -I INPUT -p tcp --dport 10250 -j DROP", "iptables -I INPUT "),
    "the third one does": ("iptables -I INPUT 3 -p tcp -m tcp --dport 10250 -j DROP", "iptables -I INPUT "),
    "the first rule lets anyone to etcd": ("iptables -I INPUT -p tcp --dport 2379 -j ACCEPT", "iptables -I INPUT "),
}


@pytest.mark.parametrize("name", INSERTING)
def test_commands_that_insert(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command, lead = INSERTING[name]
    text = corpus.shell("twice").replace("iptables -A", "iptables -w -A") + command + "\n"
    site = _site(tmp_path / "site", {"host.sh": text}, "{path: host.sh, at: {host: control-plane}}")
    assert _fixed(site, monkeypatch, "host.sh") == ["host.sh"]
    new = [line for line in (site / "host.sh").read_text().splitlines() if line not in text.splitlines()]
    assert all(line.startswith(lead) for line in new)
    capsys.readouterr()
