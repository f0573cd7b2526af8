"""Which services may share a port on a role: outside parties are many hosts, a machine of the cluster is one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from portspec.spec.lint import lint

MINIMAL = Path(__file__).parent / "minimal"
OUTSIDE = """\
  - id: internet
    title: {en: Internet, zh-TW: 網際網路}
    kind: outside
    audience: public
    description: {en: Everything else., zh-TW: 其餘的一切。}
"""
SERVICE = """\
id: NAME
title: {en: Images of NAME, zh-TW: NAME 的映像檔}
component: NAME
ports:
  - port: 443
    transport: tcp
    reach: public
    purpose: {en: Serves images., zh-TW: 提供映像檔。}
    held_by: [HOLDER]
    flows: [{from: worker, necessity: required, sources: [manual]}]
    added: "4.9"
    verified_through: "4.10"
    sources: [manual]
"""
HOLDERS = {
    "an outside party": ("{role: internet}", "{role: internet}", False),
    "a node": ("{role: control-plane}", "{role: control-plane}", True),
    "a balancer": ("{role: api-balancer}", "{role: api-balancer}", True),
    "two nodes": ("{role: control-plane}", "{role: worker}", False),
    "one of several": ("{role: internet}, {role: worker}", "{role: worker}, {role: internet}", True),
    "under conditions": (
        "{role: worker, condition: {features: [extra]}}",
        "{role: worker, condition: {platform: [none]}}",
        False,
    ),
}
"""Who holds the port for the one service and for the other, and whether that is an overlap."""


@pytest.mark.parametrize("name", HOLDERS)
def test_the_same_port_of_two_services(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "spec"
    shutil.copytree(MINIMAL, folder)
    with (folder / "roles.yaml").open("a", encoding="utf-8") as file:
        file.write(OUTSIDE)
    *holders, wrong = HOLDERS[name]
    for service, holder in zip(("first", "second"), holders, strict=True):
        text = SERVICE.replace("NAME", service).replace("HOLDER", str(holder))
        (folder / "services" / f"{service}.yaml").write_text(text, encoding="utf-8")
    told = [str(problem) for problem in lint(str(folder))]
    assert [problem.partition(": ")[2].partition(":")[0] for problem in told] == (["overlap"] if wrong else [])
    if wrong:
        assert "holds 443/tcp for first already" in told[0]
