"""What cannot be rendered: one error that says which role lacks what, exit code 2, and nothing written."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from running import portspec

CLUSTER = """\
release: "4.18"
phase: install
roles:
  bootstrap: 192.168.22.200
  control-plane: [192.168.22.201, 192.168.22.202, 192.168.22.203]
  worker: 192.168.22.211-192.168.22.213
  api-balancer: 192.168.22.10
  ingress-balancer: 192.168.22.10
  admin: 10.1.0.0/16
configs:
  - {path: lb.cfg, at: balancer}
"""


class Bad(NamedTuple):
    """What is asked, what is changed in the cluster file, and the error with its hint."""

    arguments: str
    error: str
    old: str = ""
    new: str = ""


BAD = {
    "a member without addresses": Bad(
        "haproxy",
        "portspec.yaml: role worker has no addresses, without which the balancer cannot be written\n"
        "  add `worker:` under `roles:`\n",
        "  worker: 192.168.22.211-192.168.22.213\n",
        "",
    ),
    "a balancer without addresses": Bad(
        "nginx",
        "portspec.yaml: role ingress-balancer has no addresses, without which the balancer cannot be written\n"
        "  add `ingress-balancer:` under `roles:`\n",
        "  ingress-balancer: 192.168.22.10\n",
        "",
    ),
    "a bootstrap host without addresses": Bad(
        "keepalived",
        "portspec.yaml: role bootstrap has no addresses, without which the balancer cannot be written\n"
        "  add `bootstrap:` under `roles:`\n",
        "  bootstrap: 192.168.22.200\n",
        "",
    ),
    "a network of members": Bad(
        "haproxy",
        "portspec.yaml: role worker has 65,536 addresses (10.8.0.0/16): which of them are machines is not known\n"
        "  name the machines one by one; up to 512 are written\n",
        "192.168.22.211-192.168.22.213",
        "10.8.0.0/16",
    ),
    "a platform that balances itself": Bad(
        "haproxy",
        "portspec.yaml: a cluster of platform baremetal, topology ha has no load balancer of its own to be configured: "
        "nothing to render\n"
        "  its nodes hold the addresses themselves; where the site runs a balancer, add the feature user-managed-balancer\n",
        "phase:",
        "platform: baremetal\nphase:",
    ),
    "no role": Bad("nftables", "portspec.yaml: nftables needs --role\n  such as --role control-plane\n"),
    "a role without addresses": Bad(
        "nftables --role dns",
        "portspec.yaml: --role: role dns has no addresses in the cluster file\n  add `dns:` under `roles:`\n",
    ),
    "an unknown role": Bad("iptables --role workr", "--role: unknown role 'workr'\n  did you mean 'worker'?\n"),
    "a role that is nobody's target": Bad(
        "nftables --role admin",
        "portspec.yaml: no flow of phase install passes at admin: nothing to render\n"
        "  see portspec ports for the flows\n",
    ),
    "a bootstrap host that is gone": Bad(
        "nftables --role bootstrap --phase running",
        "portspec.yaml: no flow of phase running passes at bootstrap: nothing to render\n"
        "  see portspec ports for the flows\n",
    ),
    "a MachineConfig for no pool": Bad(
        "machineconfig --role bootstrap",
        "no pool of the Machine Config Operator holds bootstrap\n"
        "  a MachineConfig is for --role control-plane or worker or ingress-node; others take nftables\n",
    ),
    "the other family": Bad(
        "iptables --role worker --family 6", "worker has no addresses of IPv6\n"
    ),
    "both families": Bad(
        "iptables --role worker",
        "worker has addresses of both families, and iptables has a file for each\n"
        "  give --family 4 for iptables-restore, and --family 6 for ip6tables-restore\n",
        "192.168.22.211-192.168.22.213",
        "[192.168.22.211, \"2001:db8::1\"]",
    ),
    "no edge": Bad(
        "edge",
        "portspec.yaml: no config is enforced `between` roles in this cluster file\n"
        "  give --between: write it as admin,client:api-balancer,ingress-balancer\n",
    ),
    "one side": Bad(
        "edge --between admin",
        "--between: 'admin' is not two groups of roles\n  write it as admin,client:api-balancer,ingress-balancer\n",
    ),
    "both sides": Bad(
        "edge --between admin,worker:worker",
        "--between: worker stands on both sides\n  write it as admin,client:api-balancer,ingress-balancer\n",
    ),
    "an edge that nothing passes": Bad(
        "edge --between admin:worker",
        "portspec.yaml: no flow of phase install passes at the edge between admin and worker: nothing to render\n"
        "  see portspec ports for the flows\n",
    ),
    "an option of another kind": Bad(
        "haproxy --role worker",
        "--role is not for haproxy\n  it is for nftables, iptables, firewalld, machineconfig, butane\n",
    ),
    "a family of nftables": Bad(
        "edge --between admin:api-balancer --family 4", "--family is for iptables: a table of nftables is of both families\n"
    ),
    "an interface with a second line": Bad(
        "keepalived --interface eth0;x", "--interface: 'eth0;x' is no name of an interface\n  such as eth0 or bond0.100\n"
    ),
    "a release that is not known": Bad("haproxy --release 3.11", "unknown release '3.11'; known: 4.12, "),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_rendered(name: str, tmp_path: Path) -> None:
    bad = BAD[name]
    assert bad.old in CLUSTER
    (tmp_path / "portspec.yaml").write_text(CLUSTER.replace(bad.old, bad.new) if bad.old else CLUSTER)
    run = portspec(["render", *bad.arguments.split(), "--output", "out"], cwd=tmp_path)
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith(bad.error) if "release" in name else run.err == bad.error
    assert [path.name for path in tmp_path.iterdir()] == ["portspec.yaml"]


def test_the_cluster_file_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "portspec.yaml").write_text(CLUSTER)
    (tmp_path / "link").symlink_to("portspec.yaml")
    run = portspec(["render", "haproxy", "--output", "link"], cwd=tmp_path)
    assert (run.code, run.err) == (2, "link: --output is the cluster file, which would be lost\n")
    assert (tmp_path / "portspec.yaml").read_text() == CLUSTER


def test_several_cluster_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "portspec.yaml").write_text(CLUSTER)
    run = portspec(["render", "haproxy"], cwd=tmp_path)
    assert (run.code, run.err) == (
        2,
        ".: 2 cluster files lie here or below\n  give --cluster with the portspec.yaml that is meant\n",
    )


HOSTILE = "evil\\n  server x 203.0.113.9:6443"


def test_names_of_hosts_are_no_lines_of_a_config(tmp_path: Path) -> None:
    hosts = f'hosts: {{"{HOSTILE}": 192.168.22.201, "a b;c{{.x": 192.168.22.202, "a-b-c-": 192.168.22.203}}\n'
    (tmp_path / "portspec.yaml").write_text(CLUSTER + hosts)
    plain = {}
    for kind in ("haproxy", "nginx"):
        run = portspec(["render", kind], cwd=tmp_path)
        assert run.code == 0
        plain[kind] = run.out
        assert all(
            "192.168.22." in line for line in run.out.splitlines() if line.split()[:1] == ["server"] and line[-1] != "{"
        )
    assert "  server a-b-c--2 192.168.22.203:6443 " in plain["haproxy"]
    (tmp_path / "portspec.yaml").write_text(CLUSTER)
    for kind, text in plain.items():
        assert len(portspec(["render", kind], cwd=tmp_path).out.splitlines()) == len(text.splitlines())
