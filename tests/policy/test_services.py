"""A site's own services become obligations like the spec's, or one precise error."""

from __future__ import annotations

from pathlib import Path

import pytest

from portspec.errors import InputError
from portspec.policy.model import Profile
from portspec.policy.services import with_services
from portspec.policy.store import policy

BACKUP = """\
id: backup-agent
title: {en: Backup agent, zh-TW: 備份代理程式}
component: backup
sensitivity: high
ports:
  - port: 9778-9779
    transport: tcp
    reach: site
    purpose: {en: The backup server fetches data., zh-TW: 備份伺服器取得資料。}
    held_by:
      - {role: worker}
      - {role: control-plane, removed: "4.18"}
    flows:
      - {from: admin, necessity: required, sources: [runbook]}
    added: "4.1"
    sources: [runbook]
  - transport: vrrp
    reach: cluster
    purpose: {en: Moves the address., zh-TW: 移動位址。}
    held_by: [{role: ingress-node}]
    flows: [{from: master, necessity: recommended, sources: [runbook]}]
    added: "4.20"
    sources: [runbook]
""".replace("master", "control-plane")


def written(folder: Path, text: str) -> str:
    path = folder / "backup.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_service_of_the_site_is_merged(tmp_path: Path) -> None:
    plain = policy("4.18", Profile())
    made = with_services(plain, [written(tmp_path, BACKUP)])
    assert [one.id for one in made.allows if one not in plain.allows] == [
        "allow:backup-agent:9778-9779/tcp:admin>worker:direct"
    ]
    changed = [one for one in made.denies if one not in plain.denies]
    (deny,) = [one for one in changed if one.service == "backup-agent"]
    assert all("9778-9779" in one.apart for one in changed if one is not deny), "a range around it goes without it"
    assert (deny.id, deny.reach) == ("deny:backup-agent:9778-9779/tcp:worker", "site")
    assert deny.ports.spans == ((6 << 16 | 9778, 6 << 16 | 9779),)
    assert made.services["backup-agent"].title["zh-TW"] == "備份代理程式"
    assert made.digest != plain.digest


def test_facts_of_a_service_have_releases(tmp_path: Path) -> None:
    path = written(tmp_path, BACKUP)
    older, newer = (with_services(policy(release, Profile()), [path]) for release in ("4.17", "4.20"))
    assert "deny:backup-agent:9778-9779/tcp:control-plane" in {one.id for one in older.denies}
    (vrrp,) = [one for one in newer.allows if one.transport == "vrrp"]
    assert (vrrp.id, vrrp.port) == ("allow:backup-agent:vrrp:control-plane>worker:direct", None)
    assert vrrp.ports.spans == ((112 << 16, 112 << 16 | 65535),)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("from: admin", "from: admyn", "14:16: unknown role 'admyn'"),
        ("role: worker", "role: wroker", "11:16: unknown role 'wroker'"),
        ("9778-9779", "9779-9778", "6:11: 9779-9778 is no range of ports"),
        ("id: backup-agent", "id: etcd", "1:5: there is a service etcd already"),
        ("    reach: site\n", "", "6:5: ports[0]: the key 'reach' is missing"),
        ("sensitivity: high", "sensitive: high", "4:1: unknown key 'sensitive'; known: "),
        ("title:", "- title:", "2:1: not valid YAML: "),
    ],
)
def test_a_wrong_service_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = written(tmp_path, BACKUP.replace(old, new, 1))
    with pytest.raises(InputError) as caught:
        with_services(policy("4.18", Profile()), [path])
    assert str(caught.value).startswith(f"{path}:{told}")


def test_two_files_with_one_service(tmp_path: Path) -> None:
    path = written(tmp_path, BACKUP)
    with pytest.raises(InputError, match="there is a service backup-agent already"):
        with_services(policy("4.18", Profile()), [path, path])
