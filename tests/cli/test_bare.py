"""Without a cluster file: what needs no addresses is judged, and the report says what was not."""

from __future__ import annotations

import json
from pathlib import Path

from running import portspec

HEAD = "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n"


def codes(folder: Path, name: str, text: str, phase: str = "install") -> list[tuple[str, str | None, str]]:
    (folder / name).write_text(text)
    run = portspec(["check", name, "--release", "4.18", "--phase", phase, "--format", "json"], cwd=folder)
    assert run.code in (0, 1), run.err
    return [(found["code"], found["port"], found["confidence"]) for found in json.loads(run.out)["findings"]]


def test_a_port_that_the_world_reaches(tmp_path: Path) -> None:
    text = (
        HEAD + "-A INPUT -s 0.0.0.0/1 -p tcp --dport 22623 -j ACCEPT\n-A INPUT -p tcp --dport 443 -j ACCEPT\nCOMMIT\n"
    )
    assert codes(tmp_path, "edge.rules", text) == [("PS201", "22623", "possible"), ("PS001", None, "certain")]


def test_a_port_that_only_private_addresses_reach(tmp_path: Path) -> None:
    text = HEAD + "-A INPUT -s 10.0.0.0/8 -p tcp --dport 22623 -j ACCEPT\nCOMMIT\n"
    assert codes(tmp_path, "edge.rules", text) == [("PS001", None, "certain")]


def test_roles_of_members_are_read_from_their_names(tmp_path: Path) -> None:
    text = (
        "listen api\n  bind :6443\n  mode tcp\n  option httpchk GET /readyz\n"
        "  default-server check check-ssl verify none inter 5s\n"
        "  server master-0 10.0.0.1:6443\n  server worker-0 10.0.0.4:6443\n"
        "listen mcs\n  bind :22623\n  server master-0 10.0.0.1:22623 check\n"
        "listen web\n  bind :80\n  server worker-0 10.0.0.4:80 check\n"
        "listen tls\n  bind :443\n  server worker-0 10.0.0.4:443 check\n"
    )
    assert codes(tmp_path, "haproxy.cfg", text, "running") == [("PS304", "6443", "possible")]
    found = codes(tmp_path, "haproxy.cfg", text)
    assert [code for code, _, _ in found].count("PS306") == 2, "the bootstrap host is missing while installing"
