"""`portspec trace` on each reader: one packet, JSON lines and the table of all ports say the same, with the path of rules."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from configs.firewall.machineconfig.objects import butane, file, inline, machine_config, plain
from running import portspec

from portspec.configs.registry import readers

NFT = "table inet f {\n chain i {\n  type filter hook input priority 0; policy drop;\n  tcp dport 6443 jump api\n }\n chain api {\n  ip saddr 10.1.0.0/16 accept\n }\n}\n"
JSON = (
    '{"nftables": [{"table": {"family": "inet", "name": "f"}},'
    '{"chain": {"family": "inet", "table": "f", "name": "i", "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}},'
    '{"chain": {"family": "inet", "table": "f", "name": "api"}},'
    '{"rule": {"family": "inet", "table": "f", "chain": "i", "expr": [{"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": 6443}}, {"jump": {"target": "api"}}]}},'
    '{"rule": {"family": "inet", "table": "f", "chain": "api", "expr": [{"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}}, "right": {"prefix": {"addr": "10.1.0.0", "len": 16}}}}, {"accept": null}]}}]}\n'
)
IPTABLES = "*filter\n:INPUT DROP [0:0]\n:api - [0:0]\n-A INPUT -p tcp -m tcp --dport 6443 -j api\n-A api -s 10.1.0.0/16 -j ACCEPT\nCOMMIT\n"
RICH = 'rule family="ipv4" source address="10.1.0.0/16" port port="6443" protocol="tcp" accept'
ZONE = '<zone>\n<rule family="ipv4">\n<source address="10.1.0.0/16"/>\n<port port="6443" protocol="tcp"/>\n<accept/>\n</rule>\n</zone>\n'
TASKS = (
    "- ansible.builtin.iptables: {chain: INPUT, policy: DROP}\n- ansible.builtin.iptables: {chain: api, chain_management: true}\n"
    "- ansible.builtin.iptables: {chain: INPUT, protocol: tcp, destination_port: '6443', jump: api}\n"
    "- ansible.builtin.iptables: {chain: api, source: 10.1.0.0/16, jump: ACCEPT}\n"
)
SCRIPT = "iptables -P INPUT DROP\niptables -N api\niptables -A INPUT -p tcp --dport 6443 -j api\niptables -A api -s 10.1.0.0/16 -j ACCEPT\n"
FILES = {
    "nftables": ("host.nft", NFT),
    "nftables as JSON": ("host.json", JSON),
    "iptables": ("host.rules", IPTABLES),
    "firewalld zone": ("fw/zones/public.xml", ZONE),
    "firewalld listing": ("zones.txt", f"public (active)\n  target: DROP\n  rich rules: \n\t{RICH}\n"),
    "machineconfig": ("98-nftables.yaml", machine_config(file(plain(NFT)))),
    "machineconfig as Butane": ("98-nftables.bu", butane(inline(NFT))),
    "commands": ("rules.sh", SCRIPT),
    "commands of nft": (
        "rules.sh",
        "nft add table ip f\nnft add chain ip f i '{ type filter hook input priority 0; policy drop; }'\nnft add rule ip f i ip saddr 10.1.0.0/16 tcp dport 6443 accept\n",
    ),
    "commands of firewall-cmd": ("rules.sh", f"firewall-cmd --permanent --add-rich-rule='{RICH}'\n"),
    "commands of ufw": ("rules.sh", "ufw allow from 10.1.0.0/16 to any port 6443 proto tcp\nufw enable\n"),
    "commands as tasks": ("tasks.yml", TASKS),
}
"""A filter of each kind that lets 10.1.0.0/16 to port 6443, and nobody else."""
ASKED = (("10.1.2.3", 6443, True), ("10.2.0.1", 6443, False), ("10.1.2.3", 22623, False))
CLUSTER = """\
release: "4.18"
platform: none
phase: running
roles:
  control-plane: 192.168.22.201
  worker: 192.168.22.211
  api-balancer: 192.168.22.10
  admin: 10.1.0.0/16
configs:
  - {path: %s, at: {host: control-plane}}
"""


def test_every_reader_of_filters_is_here() -> None:
    filters = {name for name, reader in readers().items() if reader.KIND == "firewall"}
    assert {name.split()[0] for name in FILES} == filters


@pytest.mark.parametrize("name", FILES)
def test_one_packet_and_many_go_the_same_way(name: str, tmp_path: Path) -> None:
    path, text = FILES[name]
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(text)
    config = path.partition("/")[0]
    lines = "".join(
        json.dumps({"source": source, "destination": "192.168.22.201", "port": port}) + "\n"
        for source, port, _ in ASKED
    )
    many = portspec(["trace", config, "--packets", "-", "--format", "json"], cwd=tmp_path, stdin=lines)
    assert (many.code, many.err) == (0, "")
    answers = [json.loads(line) for line in many.out.splitlines()]
    short = portspec(["trace", config, "--packets", "-"], cwd=tmp_path, stdin=lines).out.splitlines()
    assert [{key: answer[key] for key in json.loads(line)} for answer, line in zip(answers, short, strict=True)] == [
        json.loads(line) for line in short
    ]
    assert not any("trace" in line for line in short)
    for (source, port, let_in), answer in zip(ASKED, answers, strict=True):
        assert (answer["verdict"] == "accept") == let_in
        assert answer["verdict"] in ("accept", "drop", "reject")
        command = ["trace", config, "--from", source, "--to", "192.168.22.201", "--port", str(port)]
        one = portspec([*command, "--format", "json"], cwd=tmp_path)
        assert (one.code, one.err) == (0, "")
        single = json.loads(one.out)
        assert (single["verdict"], single["line"], single["trace"]) == (
            answer["verdict"],
            answer["line"],
            answer["trace"],
        )
        assert single["trace"]
        told = portspec(command, cwd=tmp_path).out.splitlines()
        assert answer["verdict"] in told


@pytest.mark.parametrize("name", FILES)
def test_the_table_of_all_ports(name: str, tmp_path: Path) -> None:
    path, text = FILES[name]
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(text)
    config = path.partition("/")[0]
    (tmp_path / "portspec.yaml").write_text(CLUSTER % config)
    found = portspec(["trace", config, "--all"], cwd=tmp_path)
    assert (found.code, found.err) == (0, "")
    head, *rows = found.out.splitlines()
    (row,) = (line for line in rows if line.startswith("6443/tcp"))
    cells = dict(zip(re.split(r"  +", head)[2:], re.split(r"  +", row)[2:], strict=True))
    assert cells == {"worker": "-*", "api-balancer": "-*", "admin": "open", "anyone else": "-"}
