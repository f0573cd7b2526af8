"""How two balancers probe their members: said beside the comparison, and no difference of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest
from compare.test_balancer_cases import HAPROXY, NGINX
from running import portspec

from portspec.compare.balancers import compare_balancers
from portspec.configs.balancer.model import Balancer
from portspec.configs.registry import read
from portspec.report.compare import as_text
from portspec.source import SourceText

HTTPS = HAPROXY.replace("  mode tcp\n  server", "  mode tcp\n  option httpchk GET /readyz\n  server", 1).replace(
    " check", " check check-ssl verify none inter 1s fall 2"
)


class Case(NamedTuple):
    old: str
    new: str
    told: tuple[str, ...]


CASES = {
    "alike": Case(HAPROXY, HAPROXY.replace("backend api\n", "backend api\n  # words\n"), ()),
    "another kind": Case(
        HAPROXY,
        HTTPS,
        ("192.168.22.200:6443, 192.168.22.201:6443, 192.168.22.202:6443: TCP connect, out after 6 s → HTTPS GET /readyz, out after 2 s",),
    ),
    "another path": Case(HTTPS, HTTPS.replace("/readyz", "/healthz"), ("HTTPS GET /readyz, out after 2 s → HTTPS GET /healthz, out after 2 s",)),
    "one member is probed no more": Case(
        HAPROXY, HAPROXY.replace("192.168.22.201:6443 check", "192.168.22.201:6443"), ("    192.168.22.201:6443: TCP connect, out after 6 s → never",)
    ),
    "slower": Case(HAPROXY, HAPROXY.replace("check\n", "check inter 30s\n"), ("TCP connect, out after 6 s → TCP connect, out after 90 s",)),
    "at another port": Case(HAPROXY, HAPROXY.replace("check\n", "check port 9345\n"), ("→ TCP connect at :9345, out after 6 s",)),
    "its own port said": Case(HAPROXY, HAPROXY.replace("check\n", "check port 6443\n"), ()),
    "another dialect": Case(HAPROXY, NGINX, ("→ by clients' failed connections",)),
}  # fmt: skip


def balancer(text: str) -> Balancer:
    found = read(SourceText("lb", text), None)
    assert isinstance(found, Balancer)
    return found


@pytest.mark.parametrize("name", CASES)
def test_what_is_said(name: str) -> None:
    case = CASES[name]
    found = compare_balancers(balancer(case.old), balancer(case.new))
    assert found.relation == "equal"
    text = as_text(found, "en")
    assert ("probed otherwise (which does not count as a difference):" in text) == bool(case.told)
    for line in case.told:
        assert line in text
    back = compare_balancers(balancer(case.new), balancer(case.old))
    assert {(frozenset(one.members), one.new, one.old) for one in back.probes} == {
        (frozenset(one.members), one.old, one.new) for one in found.probes
    }


def test_the_commands_word(tmp_path: Path) -> None:
    (tmp_path / "old.cfg").write_text(HAPROXY)
    (tmp_path / "new.cfg").write_text(HTTPS)
    run = portspec(["compare", "old.cfg", "new.cfg", "--lang", "zh-TW"], cwd=tmp_path)
    assert run.code == 0
    assert "健康檢查不同（不計為差異）：\n" in run.out
    assert "TCP 連線，6 秒後移除 → HTTPS GET /readyz，2 秒後移除\n" in run.out
    told = json.loads(portspec(["compare", "old.cfg", "new.cfg", "--format", "json"], cwd=tmp_path).out)
    (one,) = told["probes"]
    assert one["new"] == [
        {"kind": "https", "request": "GET /readyz", "expect": None, "target": None, "out_after_ms": 2000}
    ]
