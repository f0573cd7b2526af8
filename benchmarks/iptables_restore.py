"""Large edge filters: `portspec check` beside `iptables-legacy-restore --test` reading the same file, whole processes.

    sudo python benchmarks/iptables_restore.py [SIZES]

Needs root, iptables-legacy-restore (Debian package iptables) and unshare (util-linux). The goal for 100,000 rules is a
ratio of at most 1.5.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pairs import paired

GOAL = 1.5
RUNS = {1_000: 15, 10_000: 9, 100_000: 5}
CLUSTER = """\
release: "4.18"
phase: install
roles:
  bootstrap: 192.168.22.200
  control-plane: 192.168.22.201-192.168.22.203
  worker: 192.168.22.211-192.168.22.213
  api-balancer: 192.168.22.10
  ingress-balancer: 192.168.22.10
  admin: 10.1.0.0/16
  client: 0.0.0.0/0
configs:
  - {path: edge.rules, at: {between: [[admin, client], [api-balancer, ingress-balancer]]}}
"""


def rules(count: int, seed: int = 1) -> Iterator[str]:
    """A mixed edge filter: hosts and networks, single and several ports, comments, states, drops in between."""
    pick = random.Random(seed)
    yield from ("*filter", ":INPUT DROP [0:0]", ":FORWARD DROP [0:0]", ":OUTPUT ACCEPT [0:0]", ":tickets - [0:0]")
    yield "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
    yield "-A FORWARD -d 192.168.22.0/24 -j tickets"
    for number in range(count - 3):
        address = f"{pick.randint(1, 223)}.{pick.randint(0, 255)}.{pick.randint(0, 255)}.{pick.randint(0, 255)}/32"
        if pick.random() < 0.1:
            address = address.rsplit(".", 1)[0] + ".0/24"
        port = pick.randint(1, 65535)
        kind = pick.random()
        if kind < 0.5:
            yield f"-A tickets -s {address} -p tcp -m tcp --dport {port} -j ACCEPT"
        elif kind < 0.7:
            comment = f'-m comment --comment "ticket {number}"'
            yield f"-A tickets -s {address} -d 192.168.22.0/24 -p tcp -m tcp --dport {port} {comment} -j ACCEPT"
        elif kind < 0.8:
            yield f"-A tickets -s {address} -p udp -m multiport --dports 53,{port} -j ACCEPT"
        elif kind < 0.9:
            yield f"-A tickets -s {address} -p tcp -m conntrack --ctstate NEW -m tcp --dport {port} -j DROP"
        else:
            yield f"-A tickets -s {address} -j DROP"
    yield "-A tickets -j REJECT --reject-with icmp-admin-prohibited"
    yield "COMMIT"


def main() -> int:
    """Print the ratio per size; exit code 1 when the largest is above the goal."""
    sizes = [int(word) for word in sys.argv[1:]] or list(RUNS)
    ratio = 0.0
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "portspec.yaml").write_text(CLUSTER)
            Path(folder, "edge.rules").write_text("\n".join(rules(size)) + "\n")
            theirs = ["unshare", "-n", "iptables-legacy-restore", "--test", f"{folder}/edge.rules"]
            ours = [sys.executable, "-m", "portspec", "check", folder]
            found = paired(ours, theirs, RUNS.get(size, 5))
        ratio = found.ratio
        print(
            f"{size:>7} rules: portspec check {found.ours:.3f} s, restore --test {found.theirs:.3f} s, ratio {ratio:.2f}"
        )
    print(f"goal for 100,000 rules: {GOAL}")
    return 0 if ratio <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
