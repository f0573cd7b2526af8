"""Roles that share some of their machines and not others: each machine is judged by all of its roles."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import portspec

CLUSTER = """\
release: "4.18"
phase: running
roles:
  control-plane: 192.168.22.201-192.168.22.203
  worker: 192.168.22.211-192.168.22.213
  ingress-node: [192.168.22.211, 192.168.22.212]
  api-balancer: 192.168.22.10
  ingress-balancer: 192.168.22.10
  client: 0.0.0.0/0
configs:
  - {path: worker.nft, at: {host: worker}}
"""
FILTER = """\
table inet filter {
  chain input {
    type filter hook input priority filter; policy drop;
    ct state established,related accept
    ip saddr { 192.168.22.10, 192.168.22.201-192.168.22.203, 192.168.22.211-192.168.22.213 } accept
    ip daddr ADDRESSES tcp dport { 80, 443 } accept
  }
}
"""


@pytest.mark.parametrize(
    "addresses", ["{ 192.168.22.211, 192.168.22.212 }", "192.168.22.211", "192.168.22.211-192.168.22.213"]
)
@pytest.mark.parametrize(("port", "found"), [("{ 80, 443 }", False), ("8081", True)])
def test_what_any_role_of_a_machine_serves_is_listed(addresses: str, port: str, found: bool, tmp_path: Path) -> None:
    (tmp_path / "portspec.yaml").write_text(CLUSTER)
    (tmp_path / "worker.nft").write_text(FILTER.replace("ADDRESSES", addresses).replace("{ 80, 443 }", port))
    run = portspec(["check", "--select", "PS202", str(tmp_path)])
    assert ("PS202" in run.out) == found, run.out
