"""`portspec check` finds in a firewalld folder what it finds in the nftables file that says the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from configs.firewall.firewalld.control_plane import EXAMPLE, FILES, ZONE, repository, write
from running import portspec

NFT = (EXAMPLE / "firewall" / "master.nft").read_text(encoding="utf-8")
ETCD_NFT = 'ip saddr @etcd_peers tcp dport { 2379, 2380, 9978, 9980 } accept comment "etcd"'
ETCD = '<rule family="ipv4"><source ipset="etcd-peers"/><service name="openshift-etcd"/><accept/></rule>'
SSH = '<rule family="ipv4"><source address="10.1.0.0/16"/><service name="ssh"/><accept/></rule>'
Change = tuple[str, str]

WRONG: dict[str, tuple[Change, Change, set[str]]] = {
    "etcd open to everybody": ((ETCD_NFT, ETCD_NFT.replace("ip saddr @etcd_peers ", "")), (ETCD, '<service name="openshift-etcd"/>'), {"PS201"}),
    "etcd closed": ((ETCD_NFT, ""), (ETCD, ""), {"PS101"}),
    "everything open": (("policy drop", "policy accept"), ('target="DROP"', 'target="ACCEPT"'), {"PS203"}),
    "the API limited": (
        ("ip saddr 192.168.22.10 tcp dport { 6443, 22623 } accept", "ip saddr 192.168.22.10 tcp dport { 6443, 22623 } limit rate 9/minute accept"),
        ('<service name="openshift-api"/>\n    <accept/>', '<service name="openshift-api"/>\n    <accept><limit value="9/m"/></accept>'),
        {"PS103"},
    ),
    "a port that is not listed": (
        ("ip saddr $admins tcp dport ssh accept", "ip saddr $admins tcp dport { 22, 8888 } accept"),
        (SSH, SSH + '\n  <rule family="ipv4"><source address="10.1.0.0/16"/><port port="8888" protocol="tcp"/><accept/></rule>'),
        set(),
    ),
}  # fmt: skip


def checked(folder: Path) -> tuple[int, list[dict[str, Any]]]:
    run = portspec(["check", ".", "--format", "json", "--day", "2026-01-01"], cwd=folder)
    assert run.code in (0, 1), run.err
    findings: list[dict[str, Any]] = json.loads(run.out)["findings"]
    return run.code, findings


def told(findings: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    """What findings say, without where. Of rules without effect only those are told that somebody wrote."""
    keys = ("code", "variant", "severity", "confidence", "service", "port")
    return sorted(
        (*(one[key] for key in keys), (one["witness"] or {}).get("destination"), (one["witness"] or {}).get("port"))
        for one in findings
        if not one["code"].startswith("PS4")
    )


def both(
    tmp_path: Path, nft: str, zone: str
) -> tuple[tuple[int, list[dict[str, Any]]], tuple[int, list[dict[str, Any]]]]:
    plain = repository(tmp_path / "plain", "master.nft")
    (plain / "master.nft").write_text(nft, encoding="utf-8")
    foldered = repository(tmp_path / "foldered", "firewall/firewalld", format_="firewalld")
    write(foldered / "firewall" / "firewalld", {**FILES, "zones/control-plane.xml": zone})
    return checked(plain), checked(foldered)


def test_the_right_one_has_no_finding(tmp_path: Path) -> None:
    (code, findings), (other_code, others) = both(tmp_path, NFT, ZONE)
    assert told(others) == told(findings)
    assert (code, other_code) == (0, 0)


@pytest.mark.parametrize("name", WRONG)
def test_the_same_mistake_gives_the_same_findings(name: str, tmp_path: Path) -> None:
    (before, after), (zone_before, zone_after), codes = WRONG[name]
    assert before in NFT
    assert zone_before in ZONE
    (code, findings), (other_code, others) = both(
        tmp_path, NFT.replace(before, after), ZONE.replace(zone_before, zone_after)
    )
    assert told(others) == told(findings)
    assert other_code == code
    assert codes <= {one["code"] for one in others}


def test_a_finding_is_told_of_its_file(tmp_path: Path) -> None:
    zone = ZONE.replace(ETCD, '<service name="openshift-etcd"/>')
    _, (_, findings) = both(tmp_path, NFT, zone)
    exposed = [one for one in findings if one["code"] == "PS201"]
    assert exposed
    line = zone[: zone.index('<service name="openshift-etcd"')].count("\n") + 1
    for one in exposed:
        assert one["path"] == "firewall/firewalld/zones/control-plane.xml"
        assert (one["line"], one["column"]) == (line, 3)
        assert one["witness"]["trace"][-1]["path"] == one["path"]
        assert one["witness"]["trace"][-1]["text"] == '<service name="openshift-etcd"/>'
    text = portspec(["check", "."], cwd=tmp_path / "foldered").out
    assert f"firewall/firewalld/zones/control-plane.xml:{line}:3: error PS201" in text
    assert f'{line:>5} |   <service name="openshift-etcd"/>' in text


def test_a_finding_is_accepted_by_a_comment_or_by_the_folder(tmp_path: Path) -> None:
    comment = '<!-- portspec: ignore[PS201] the test asks -->\n  <service name="openshift-etcd"/>'
    _, (code, findings) = both(tmp_path, NFT, ZONE.replace(ETCD, comment))
    assert (code, [one["code"] for one in findings if one["code"] in ("PS002", "PS003", "PS201")]) == (0, [])
    folder = tmp_path / "foldered"
    with (folder / "portspec.yaml").open("a", encoding="utf-8") as file:
        file.write("ignore:\n  - {code: PS201, path: firewall/firewalld, reason: the test asks}\n")
    write(
        folder / "firewall" / "firewalld",
        {"zones/control-plane.xml": ZONE.replace(ETCD, '<service name="openshift-etcd"/>')},
    )
    assert checked(folder)[0] == 0


def test_a_bare_folder_and_a_folder_of_a_cluster(tmp_path: Path) -> None:
    write(tmp_path / "bare", FILES)
    run = portspec(["check", "bare", "--release", "4.18"], cwd=tmp_path)
    assert run.code in (0, 1), run.err
    assert "(firewalld)" in run.out
    foldered = repository(tmp_path / "foldered", "firewalld")
    write(foldered / "firewalld", FILES)
    run = portspec(["check", "foldered/firewalld", "--day", "2026-01-01"], cwd=tmp_path)
    assert run.code == 0, run.out + run.err


def test_trace_tells_files(tmp_path: Path) -> None:
    write(tmp_path / "firewalld", FILES)
    packet = ["--from", "192.168.22.211", "--to", "192.168.22.201", "--port", "10250"]
    run = portspec(["trace", "firewalld", *packet], cwd=tmp_path)
    assert run.code == 0, run.err
    assert "firewalld/zones/control-plane.xml:9" in run.out
    answer = json.loads(portspec(["trace", "firewalld", *packet, "--format", "json"], cwd=tmp_path).out)
    assert (answer["verdict"], answer["path"], answer["line"]) == ("accept", "firewalld/zones/control-plane.xml", 9)
    asked = json.dumps({"source": "192.168.22.211", "destination": "192.168.22.201", "port": 2379})
    run = portspec(["trace", "firewalld", "--packets", "-"], cwd=tmp_path, stdin=asked + "\n")
    many = json.loads(run.out)
    assert (many["verdict"], many["path"], many["line"]) == ("drop", "firewalld/zones/control-plane.xml", 2)
