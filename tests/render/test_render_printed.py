"""What is rendered for the example, word for word, and the same bytes each time."""

from __future__ import annotations

from pathlib import Path

import pytest
from printing import as_printed
from running import portspec

PRINTED = Path(__file__).parent / "printed"
CLUSTER = ["--cluster", "examples/upi-right"]
SHOWN = {
    "haproxy.cfg": ["haproxy"],
    "haproxy-running.cfg": ["haproxy", "--phase", "running"],
    "nginx.conf": ["nginx"],
    "keepalived.conf": ["keepalived", "--interface", "bond0.22"],
    "control-plane.nft": ["nftables", "--role", "master"],
    "worker-optional.nft": ["nftables", "--role", "worker", "--optional"],
    "balancer.nft": ["nftables", "--role", "api-balancer"],
    "worker.rules": ["iptables", "--role", "worker"],
    "bootstrap.xml": ["firewalld", "--role", "bootstrap"],
    "worker.bu": ["butane", "--role", "worker"],
    "worker.yaml": ["machineconfig", "--role", "worker"],
    "edge.nft": ["edge"],
    "edge.rules": ["edge", "--dialect", "iptables", "--between", "admin:api-balancer"],
    "requests.csv": ["requests"],
    "requests-zh-TW.csv": ["requests", "--lang", "zh-TW"],
}
"""By the file with what is expected; PORTSPEC_REFRESH=1 writes them anew."""


@pytest.mark.parametrize("name", SHOWN)
def test_rendered(name: str) -> None:
    run = portspec(["render", *SHOWN[name], *CLUSTER])
    assert (run.code, run.err) == (0, "")
    as_printed(PRINTED / name, _without_digest(run.out))
    assert portspec(["render", *SHOWN[name], *CLUSTER], env={"PYTHONHASHSEED": "7"}).out == run.out


def _without_digest(text: str) -> str:
    """The policy's digest and the spec's version change with every word of the spec."""
    import re

    text = re.sub(r"policy sha256:[0-9a-f]+, spec [0-9.]+\.", "policy DIGEST.", text)
    return re.sub(r"base64,[A-Za-z0-9+/=]+", "base64,PACKED", text)


def test_a_folder_for_firewalld(tmp_path: Path) -> None:
    run = portspec(["render", "firewalld", "--role", "worker", *CLUSTER, "--output", str(tmp_path / "firewalld")])
    assert (run.code, run.out, run.err) == (0, "", "")
    files = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert files[0] == "firewalld/firewalld.conf"
    assert files[-1] == "firewalld/zones/portspec.xml"
    assert {name.rpartition("/")[0] for name in files[1:-1]} == {"firewalld/ipsets"}


def test_a_zone_alone_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "portspec.xml"
    assert portspec(["render", "firewalld", "--role", "worker", *CLUSTER, "--output", str(path)]).code == 0
    assert path.read_text() == portspec(["render", "firewalld", "--role", "worker", *CLUSTER]).out


def test_a_cluster_file_may_name_what_is_still_to_be_rendered(tmp_path: Path) -> None:
    """The way from an empty folder: the cluster file first, then its configs, then the check."""
    text = Path("examples/upi-right/portspec.yaml").read_text()
    head = text[: text.index("configs:")]
    (tmp_path / "portspec.yaml").write_text(
        head + "configs:\n  - {path: lb/haproxy.cfg, at: balancer}\n  - {path: fw/worker.nft, at: {host: worker}}\n"
    )
    (tmp_path / "lb").mkdir()
    (tmp_path / "fw").mkdir()
    assert portspec(["check"], cwd=tmp_path).code == 2
    assert portspec(["render", "haproxy", "--output", "lb/haproxy.cfg"], cwd=tmp_path).err == ""
    assert portspec(["render", "nftables", "--role", "worker", "--output", "fw/worker.nft"], cwd=tmp_path).err == ""
    run = portspec(["check", "--fail-on", "note"], cwd=tmp_path)
    assert (run.code, run.err) == (0, ""), run.out
