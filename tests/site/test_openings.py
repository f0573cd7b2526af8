"""The rules on the services' pages: the real programs take them, in the words that stand on the page."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from built_site import LANGUAGES, checkout
from conftest_programs import require, require_namespaces

from portspec.packets.intervals import EMPTY
from portspec.policy.model import Profile
from portspec.policy.record import port_points
from portspec.policy.store import policy
from portspec.render.haproxy import DEFAULTS
from portspec.render.nginx import MODULE
from portspec.site.edition import edition
from portspec.site.openings import FILTERS, ways

SECTION = re.compile(
    r"^###+ (\w+) \{#open-[\w-]+ data-search-exclude\}\n(.*?)(?=^##+ .*\{#|\Z)", re.MULTILINE | re.DOTALL
)
BLOCK = re.compile(r"^```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PARSE = """
import json, sys
from firewall.core.rich import Rich_Rule
for line in json.load(sys.stdin):
    rule = Rich_Rule(rule_str=line)
    rule.check()
    assert rule.action is not None, line
"""


@cache
def blocks(dialect: str, lang: str = "en") -> dict[str, str]:
    """What stands in the blocks of one dialect, by service: all of them, one below the other."""
    found: dict[str, str] = {}
    for path in sorted((checkout() / "docs" / lang / "services").glob("*.md")):
        for name, content in SECTION.findall(path.read_text(encoding="utf-8")):
            if name == dialect:
                found[path.stem] = found.get(path.stem, "") + "".join(BLOCK.findall(content))
    return found


def commands(dialect: str) -> Iterator[list[str]]:
    """Every command of every page, as a shell would split it."""
    for content in blocks(dialect).values():
        for line in content.splitlines():
            if line and not line.startswith("#"):
                yield shlex.split(line)


def run(command: list[str], text: str = "") -> None:
    done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, (done.stderr.decode() or done.stdout.decode())[:2000]


def test_every_service_with_a_flow_has_rules_in_every_dialect_of_a_filter() -> None:
    found = edition()
    expected = {name for name, service in found.services().items() if any(way.filters for way in ways(found, service))}
    assert len(expected) > 80
    for dialect in FILTERS:
        assert blocks(dialect).keys() == expected, dialect


def test_every_balanced_port_has_a_section_of_every_balancer() -> None:
    for balance in policy("4.22", Profile()).balances:
        for dialect in ("haproxy", "nginx"):
            assert f":{balance.port}" in blocks(dialect)[balance.service]


def test_every_required_port_of_a_plain_cluster_stands_in_the_rules() -> None:
    for allow in policy("4.22", Profile()).allows:
        if allow.necessity != "required" or allow.transport not in ("tcp", "udp"):
            continue
        rules = [line for line in blocks("nftables")[allow.service].splitlines() if f"{allow.transport} dport" in line]
        opened = EMPTY
        for line in rules:
            for ports in re.findall(r"[\d-]+", line.partition("dport")[2]):
                opened = opened | port_points(ports, allow.transport)
        assert not allow.ports - opened, allow.id


def test_the_languages_differ_in_the_comments_alone() -> None:
    for dialect in (*FILTERS, "haproxy", "nginx"):
        english, chinese = (
            {
                name: [line for line in content.splitlines() if not line.startswith("#")]
                for name, content in blocks(dialect, lang).items()
            }
            for lang in LANGUAGES
        )
        assert english == chinese


def test_nft_takes_every_rule(tmp_path: Path) -> None:
    nft = require("nft", package="nftables")
    require_namespaces()
    lines = ["table inet filter {", "chain input { type filter hook input priority 0; }"]
    lines += ["chain forward { type filter hook forward priority 0; }", "}"]
    for line in "\n".join(blocks("nftables").values()).splitlines():
        if line and not line.startswith("#"):
            assert line.startswith("nft add rule inet filter ")
            lines.append(line.removeprefix("nft "))
    assert len(lines) > 150
    rules = tmp_path / "rules.nft"
    rules.write_text("\n".join(lines) + "\n")
    run(["unshare", "-n", nft, "-f", str(rules)])


def test_iptables_takes_every_rule() -> None:
    program = require("iptables-restore", package="iptables")
    require_namespaces()
    rules = []
    for words in commands("iptables"):
        assert words[0] == "iptables"
        rules.append(shlex.join(words[1:]))
    assert len(rules) > 250
    run(["unshare", "-n", program], "\n".join(["*filter", *rules, "COMMIT"]) + "\n")


def test_firewalld_takes_every_rule() -> None:
    require("firewall-offline-cmd", package="firewalld")
    rules = []
    for words in commands("firewalld"):
        assert words[:2] == ["firewall-cmd", "--permanent"]
        assert words[2:-1] in ([], ["--policy=to-cluster"])
        option, _, rule = words[-1].partition("=")
        assert option == "--add-rich-rule"
        rules.append(rule)
    assert len(rules) > 400
    # The program's own parser, in the Python that it runs with.
    run(["/usr/bin/python3", "-c", PARSE], json.dumps(rules))


def test_a_page_of_firewalld_runs_as_it_stands(tmp_path: Path) -> None:
    program = require("firewall-offline-cmd", package="firewalld")
    options = [word for words in commands_of("machine-config-server") for word in words[2:]]
    assert len(options) > 5
    run([program, f"--system-config={tmp_path}", *options])
    zone = next((tmp_path / "zones").glob("*.xml")).read_text()
    assert zone.count("<rule") == len(options)


def commands_of(service: str) -> list[list[str]]:
    lines = blocks("firewalld")[service].splitlines()
    return [shlex.split(line) for line in dict.fromkeys(lines) if line and not line.startswith("#")]


def test_haproxy_takes_every_section(tmp_path: Path) -> None:
    program = require("haproxy", package="haproxy")
    config = tmp_path / "haproxy.cfg"
    config.write_text(f"global\n  maxconn 100\n\n{DEFAULTS}\n{blocks_once('haproxy')}")
    run([program, "-c", "-f", str(config)])


def test_nginx_takes_every_section(tmp_path: Path) -> None:
    program = require("nginx", package="nginx-light")
    require("ip", package="iproute2")
    require_namespaces()
    if not os.path.exists(MODULE):
        pytest.skip("nginx has no module stream here: install the Debian package libnginx-mod-stream")
    config = tmp_path / "nginx.conf"
    head = f"load_module {MODULE};\npid {tmp_path}/pid;\nerror_log stderr;\nevents {{}}\n"
    config.write_text(f"{head}stream {{\n{blocks_once('nginx')}}}\n")
    # nginx tries to listen, even when it only tests.
    have_address = "ip link set lo up && ip address add 192.168.22.10/32 dev lo"
    run(["unshare", "-n", "sh", "-c", f"{have_address} && exec {shlex.join([program, '-t', '-q', '-c', str(config)])}"])


def blocks_once(dialect: str) -> str:
    """Every section of a balancer's dialect, one below the other."""
    found = blocks(dialect)
    assert {"kube-apiserver", "machine-config-server", "router"} <= found.keys()
    return "\n".join(found.values())
