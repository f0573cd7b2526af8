"""Lists of commands: what they build, and what is refused with its place."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from configs.firewall.asking import asked
from running import portspec

from portspec.configs.constructs import Construct
from portspec.configs.firewall import commands
from portspec.configs.firewall.commands.constructs import CONSTRUCTS
from portspec.configs.registry import detect
from portspec.errors import InputError
from portspec.source import SourceText

SSH, WEB, DNS = "input tcp port 22", "input tcp port 80", "input udp port 53"
SSH6 = "input tcp port 22 from 2001:db8:1::3"
HEAD = "#!/bin/sh\niptables -P INPUT DROP\n"
PLAY = "- hosts: masters\n  tasks:\n"
ACCEPT = (
    "  - name: ssh\n    ansible.builtin.iptables: {chain: INPUT, protocol: tcp, destination_port: '22', jump: ACCEPT}\n"
)


def task(parameters: str) -> str:
    return f"- ansible.builtin.iptables: {{chain: INPUT, policy: DROP}}\n- ansible.builtin.iptables: {{chain: INPUT, {parameters}}}\n"


BUILT: dict[str, tuple[str, dict[str, str]]] = {
    "appended": (HEAD + "iptables -A INPUT -p tcp --dport 22 -j ACCEPT\n", {SSH: "accept 3", WEB: "drop 2"}),
    "inserted": (HEAD + "iptables -A INPUT -p tcp -j DROP\niptables -I INPUT -p tcp --dport 22 -j ACCEPT\n", {SSH: "accept 4", WEB: "drop 3"}),
    "inserted at a place": (HEAD + "iptables -A INPUT -p tcp -j DROP\niptables -A INPUT -j ACCEPT\niptables -I INPUT 2 -j REJECT\n",
                            {SSH: "drop 3", DNS: "reject 5"}),
    "deleted by number": (HEAD + "iptables -A INPUT -j ACCEPT\niptables -D INPUT 1\n", {SSH: "drop 2"}),
    "deleted as it is written": (HEAD + "iptables -A INPUT -p tcp --dport 22 -j ACCEPT\niptables -A INPUT -j ACCEPT\niptables -D INPUT -j ACCEPT\n",
                                 {SSH: "accept 3", WEB: "drop 2"}),
    "replaced": (HEAD + "iptables -A INPUT -j ACCEPT\niptables -R INPUT 1 -p udp -j ACCEPT\n", {SSH: "drop 2", DNS: "accept 4"}),
    "flushed": (HEAD + "iptables -A INPUT -j ACCEPT\niptables -F\n", {SSH: "drop 2"}),
    "a chain of its own": (HEAD + "iptables -N web\niptables -A INPUT -j web\niptables -A web -p tcp --dport 80 -j ACCEPT\n", {WEB: "accept 5", SSH: "drop 2"}),
    "a chain that is gone": (HEAD + "iptables -N a\niptables -X\niptables -N a\niptables -A a -j ACCEPT\niptables -A INPUT -g a\n", {SSH: "accept 6"}),
    "another table": (HEAD + "iptables -A INPUT -j ACCEPT\niptables -t raw -A PREROUTING -p udp -j DROP\n", {SSH: "accept 3", DNS: "drop 4"}),
    "the table behind the command": (HEAD + "iptables -A PREROUTING -p udp -j DROP -t raw\niptables -A INPUT -j ACCEPT\n", {DNS: "drop 3", SSH: "accept 4"}),
    "IPv6": (HEAD + "ip6tables -P INPUT DROP\nip6tables -A INPUT -p tcp --dport 22 -j ACCEPT\n", {SSH: "drop 2", SSH6: "accept 4"}),
    "nft": ("nft add table inet f\nnft add chain inet f i '{ type filter hook input priority 0; policy drop; }'\nnft add rule inet f i tcp dport 22 accept\n",
            {SSH: "accept 3", WEB: "drop 2"}),
    "nft with backslashes": ("nft add table inet f\nnft add chain inet f i { type filter hook input priority 0 \\; policy drop \\; }\nnft add rule inet f i tcp dport { 22, 80 } accept\n",
                             {SSH: "accept 3", DNS: "drop 2"}),
    "nft in one word of several lines": ("nft 'add table inet f\nadd chain inet f i { type filter hook input priority 0; policy drop; }'\n", {SSH: "drop 1"}),
    "both programs": (HEAD + "iptables -A INPUT -p tcp -j ACCEPT\nnft add table ip f\nnft add chain ip f i '{ type filter hook input priority 5; }'\nnft add rule ip f i tcp dport 80 drop\n",
                      {SSH: "accept 3", WEB: "drop 6"}),
    "quotes and comments": (HEAD + "iptables -A INPUT -p tcp --dport \"22\" -m comment --comment 'a # b' -j ACCEPT # c\n", {SSH: "accept 3"}),
    "a line that goes on": (HEAD + "iptables -A INPUT \\\n -p tcp --dport 22 \\\n -j ACCEPT\n", {SSH: "accept 3"}),
    "variables": (HEAD + "IPT=/sbin/iptables\nADMIN='10.1.0.0/16 '\n${IPT} -A INPUT -s $ADMIN -j ACCEPT\n", {SSH: "accept 5", f"{SSH} from 10.2.0.1": "drop 2"}),
    "several in a line": (HEAD + "iptables -N a; iptables -A INPUT -j a && iptables -A a -p tcp -j ACCEPT\n", {SSH: "accept 3", DNS: "drop 2"}),
    "what fails and nobody minds": (HEAD + "iptables -A INPUT -j ACCEPT 2>/dev/null || true\n", {SSH: "accept 3"}),
    "what says nothing": (HEAD + "set -eu\necho \"rules\" >/dev/null\nsudo iptables -w 5 -A INPUT -j ACCEPT\niptables -L -n\nsysctl -w net.ipv4.ip_forward=1\n", {SSH: "accept 5"}),
    "zones": ("firewall-cmd --permanent --zone=public --add-port=80/tcp --remove-service=ssh\nfirewall-cmd --reload\n", {WEB: "accept 1", DNS: "reject stock", SSH: "reject stock"}),
    "zones: the default one": ("firewall-cmd --set-default-zone drop\nfirewall-cmd --permanent --add-service=dns\n", {DNS: "accept 2", SSH: "drop stock"}),
    "zones: a new one, by source": ("firewall-cmd --permanent --new-zone=office\nfirewall-cmd --permanent --zone=office --add-source=10.1.0.0/16 --add-port=80/tcp --set-target=DROP\n",
                                    {WEB: "accept 2", DNS: "drop 2", f"{WEB} from 10.2.0.1": "reject stock"}),
    "zones: rich rules": ("firewall-cmd --permanent --add-rich-rule='rule family=\"ipv4\" source address=\"10.1.0.0/16\" port port=\"80\" protocol=\"tcp\" accept'\n",
                          {WEB: "accept 1", f"{WEB} from 10.2.0.1": "reject stock"}),
    "zones: moved": ("firewall-cmd --permanent --zone=trusted --change-interface=eth0\n", {DNS: "accept stock", f"{DNS} in eth1": "reject stock"}),
    "zones: saved in the end": ("firewall-cmd --add-port=80/tcp\nfirewall-cmd --runtime-to-permanent\nfirewall-cmd --reload\n", {WEB: "accept 1"}),
    "zones: tasks": ("- ansible.posix.firewalld: {port: 80/tcp, permanent: true, state: enabled}\n- firewalld: {service: ssh, zone: public, permanent: true, state: disabled}\n",
                     {WEB: "accept 1", SSH: "reject stock"}),
    "ufw": ("ufw default deny incoming\nufw allow 22/tcp\nufw deny from 10.1.0.0/16 to any port 80,443 proto tcp\nufw allow http\nufw --force enable\n",
            {SSH: "accept 2", SSH6: "accept 2", WEB: "drop 3", f"{WEB} from 10.2.0.1": "accept 4", DNS: "drop 1", "input icmp type 8": "accept stock", "input tcp port 22 in lo": "accept stock",
             f"{DNS} state established": "accept stock", f"{SSH} state invalid": "drop stock"}),
    "ufw: of both families": ("ufw allow from any to 2001:db8::/32 port ssh\nufw reject 53\n", {SSH6: "accept 1", SSH: "drop stock", DNS: "reject 2"}),
    "ufw: a default": ("ufw default allow\nufw default reject routed\nufw default deny outgoing\n", {SSH: "accept 1", "forward tcp port 22": "reject 2", "output tcp port 22": "drop 3"}),
    "ufw: a place": ("ufw deny 22\nufw allow from 10.1.0.0/16 to any port 80\nufw insert 1 allow from 10.1.2.3\nufw prepend reject 80/tcp\n",
                     {SSH: "accept 3", f"{SSH} from 10.9.9.9": "drop 1", WEB: "reject 4", SSH6: "drop 1"}),
    "ufw: deleted": ("ufw allow 22\nufw allow 80\nufw allow 53\nufw delete allow 80\nufw --force delete 1\n", {SSH: "drop stock", SSH6: "accept 1", WEB: "drop stock", DNS: "accept 3"}),
    "ufw: said again": ("ufw allow 22\nufw deny 80\nufw deny 22\nufw insert 1 allow 22\n", {SSH: "drop 3"}),
    "ufw: interfaces": ("ufw allow in on eth0 to any port 22 proto tcp\nufw deny in on eth1\nufw allow 80\n", {SSH: "accept 1", f"{SSH} in eth1": "drop 2", f"{WEB} in eth1": "drop 2", WEB: "accept 3"}),
    "ufw: routed": ("ufw route allow in on eth0 out on eth1 from 10.1.0.0/16 port 1024:65535 proto tcp\nufw route reject 80\n",
                    {"forward tcp port 22 sport 4000 out eth1": "accept 1", "forward tcp port 80 sport 4000 out eth1": "accept 1", "forward tcp port 80 sport 80": "reject 2", SSH: "drop stock"}),
    "ufw: limited": ("ufw limit 22\n", {SSH: "unknown 1", f"{SSH} state established": "accept stock"}),
    "ufw: out": ("ufw default reject outgoing\nufw allow out 53\n", {"output udp port 53": "accept 2", "output tcp port 22": "reject 1"}),
    "ufw: logged": ("ufw allow log 22\nufw deny in log-all from 10.1.0.0/16 comment 'not them'\n", {SSH: "accept 1", WEB: "drop 2"}),
    "ufw: profiles": ("ufw allow OpenSSH\nufw deny 'nginx full'\nufw allow from 10.1.0.0/16 to any app DNS\nufw allow CIFS\nufw delete allow CIFS\n",
                      {SSH: "accept 1", WEB: "drop 2", DNS: "accept 3", "input tcp port 445": "drop stock"}),
    "ufw: off": ("ufw deny 22\nufw disable\n", {SSH: "accept stock"}),
    "ufw: afresh": ("iptables -F\nufw allow 22\nufw default allow\nufw --force reset\nufw deny 80\nyes | ufw enable\n", {SSH: "accept 3", WEB: "drop 5"}),
    "ufw: what says nothing": ("ufw allow 22\nufw status verbose\nufw logging on\nufw --dry-run deny 22\nufw reload\nufw app list\n", {SSH: "accept 1"}),
    "ufw: beside another table": ("iptables -t raw -A PREROUTING -p udp -j DROP\nufw allow 53\nufw allow 22\n", {DNS: "drop 1", SSH: "accept 3"}),
    "ufw: tasks": ("- community.general.ufw: {state: enabled, policy: reject}\n- ufw:\n    rule: allow\n    port: '22'\n    proto: tcp\n    src: 10.1.0.0/16\n- community.general.ufw: {rule: deny, interface: eth0, direction: in, log: true}\n- ufw: {rule: allow, port: '80', insert: 1}\n- ufw: {rule: deny, interface_in: eth0, interface_out: eth1, route: true}\n- command: ufw allow 53\n",
                   {SSH: "accept 2", f"{SSH} from 10.2.0.1": "drop 7", WEB: "accept 8", f"{SSH} from 10.2.0.1 in eth1": "reject 1", f"{DNS} in eth1": "accept 10", "forward tcp port 22 out eth1": "drop 9"}),
    "tasks": (PLAY + ACCEPT + "  - ansible.builtin.iptables: {chain: INPUT, policy: DROP}\n", {SSH: "accept 4", WEB: "drop 5"}),
    "tasks: every parameter of a packet": (
        task("protocol: tcp, source: 10.1.0.0/16, destination: 192.168.22.0/24, in_interface: eth0, match: tcp, source_port: '1024:65535', destination_ports: ['22', '80:90'], ctstate: [NEW], comment: a b, jump: ACCEPT"),
        {f"{SSH} sport 4000": "accept 2", f"{SSH} sport 22": "drop 1", f"{SSH} sport 4000 from 10.2.0.1": "drop 1", f"{SSH} sport 4000 in eth1": "drop 1",
         f"{SSH} sport 4000 state established": "drop 1"}),
    "tasks: not from there": (task("source: '!10.1.0.0/16', jump: ACCEPT"), {SSH: "drop 1", f"{SSH} from 10.2.0.1": "accept 2"}),
    "tasks: first": (ACCEPT + "  - iptables: {chain: INPUT, action: insert, rule_num: 1, jump: DROP}\n", {SSH: "drop 3"}),
    "tasks: flush": (ACCEPT + "  - iptables: {flush: true}\n  - iptables: {chain: INPUT, policy: DROP}\n", {SSH: "drop 4"}),
    "tasks: absent": (ACCEPT + ACCEPT.replace("jump", "state: absent, jump") + "  - iptables: {chain: INPUT, policy: DROP}\n", {SSH: "drop 5"}),
    "tasks: a chain": ("- iptables: {chain: web, chain_management: true}\n- iptables: {chain: INPUT, jump: web}\n- iptables: {chain: web, jump: REJECT, reject_with: icmp-port-unreachable}\n",
                       {SSH: "reject 3"}),
    "tasks: IPv6": ("- iptables: {ip_version: ipv6, chain: INPUT, policy: DROP}\n", {SSH6: "drop 1"}),
    "tasks: commands": ("- name: a\n  command: iptables -P INPUT DROP\n- ansible.builtin.shell: |\n    iptables -A INPUT -p tcp --dport 22 -j ACCEPT\n    echo done\n- command: {argv: [iptables, -A, INPUT, -p, udp, -j, ACCEPT]}\n",
                        {SSH: "accept 3", DNS: "accept 6", WEB: "drop 2"}),
    "tasks: in a block, with what builds no filter": ("- block:\n  - apt: {name: iptables}\n" + ACCEPT + "- iptables: {chain: INPUT, policy: DROP}\n", {SSH: "accept 4"}),
}  # fmt: skip

REFUSED = {
    "a loop": (HEAD + "for p in 22 80; do iptables -A INPUT -p tcp --dport $p -j ACCEPT; done\n", "file:3:1: 'for' makes this more than a plain list of commands"),
    "a condition": (HEAD + "[ -f /etc/x ] && iptables -A INPUT -j ACCEPT\n", "file:3:1: '[' makes this more"),
    "a function": (HEAD + "allow() {\n iptables -A INPUT -j ACCEPT\n}\n", "file:3:1: 'allow()' makes this more"),
    "a substitution": (HEAD + "iptables -A INPUT -s $(cat admins) -j ACCEPT\n", "file:3:22: a substitution: what it gives is not in the file"),
    "an argument": (HEAD + "iptables -A INPUT -s $1 -j ACCEPT\n", "file:3:22: a substitution"),
    "a variable from elsewhere": (HEAD + "iptables -A INPUT -s $ADMIN -j ACCEPT\n", "file:3:22: $ADMIN is set nowhere before in this file"),
    "a pipe": (HEAD + "iptables-save | grep a\n", "file:3:15: '|' is not followed here"),
    "another command": (HEAD + "iptables-restore /etc/rules\n", "file:3:1: what 'iptables-restore' does to the filter is not followed"),
    "a file of nft": ("nft flush ruleset\nnft -f /etc/nftables.conf\n", "file:2:1: nft with options is not followed"),
    "one or the other": (HEAD + "iptables -C INPUT -j ACCEPT || iptables -A INPUT -j ACCEPT\n", "file:3:29: a command that runs where another one fails"),
    "a check": (HEAD + "iptables -C INPUT -j ACCEPT\n", "file:3:10: '-C' is not followed in a list of commands"),
    "no such chain": (HEAD + "iptables -A web -j ACCEPT\n", "file:3:13: no chain 'web'"),
    "no such table": (HEAD + "iptables -t web -A INPUT -j ACCEPT\n", "file:3:13: no table 'web'"),
    "a chain twice": (HEAD + "iptables -N a\niptables -N a\n", "file:4:13: chain a of table filter is there already"),
    "a chain in use": (HEAD + "iptables -N a\niptables -A INPUT -j a\niptables -X a\n", "file:5:10: chain a is not empty, or a rule jumps to it"),
    "a place too far": (HEAD + "iptables -I INPUT 2 -j ACCEPT\n", "file:3:19: chain INPUT has 0 rules: nothing to insert at 2"),
    "no such rule": (HEAD + "iptables -D INPUT 1\n", "file:3:19: chain INPUT has 0 rules: there is no rule 1"),
    "no rule like it": (HEAD + "iptables -A INPUT -j DROP\niptables -D INPUT -j ACCEPT\n", "file:4:10: no rule of chain INPUT is written like this"),
    "a wrong rule": (HEAD + "iptables -A INPUT -p tcp --dport http:// -j ACCEPT\n", "file:3:"),
    "a wrong rule of nft": ("nft add table inet f\nnft add rule inet f i accept\n", "file:2:"),
    "a policy that there is not": (HEAD + "iptables -P INPUT REJECT\n", "file:3:10: -P needs a built-in chain, and ACCEPT or DROP"),
    "a quote without its end": (HEAD + "iptables -A INPUT -m comment --comment 'a -j ACCEPT\n", "file:3:40: a quote that does not end"),
    "nothing for the filter": ("#!/bin/sh\niptables -L\n", "file:1:1: no command that builds a filter"),
    "zones: none of that name": ("firewall-cmd --permanent --zone=office --add-port=80/tcp\n", "file:1:40: no zone 'office'"),
    "zones: lost": ("firewall-cmd --add-port=80/tcp\nfirewall-cmd --reload\n", "file:1:14: is lost by the --reload that follows"),
    "zones: direct rules": ("firewall-cmd --permanent --direct --add-rule ipv4 filter INPUT 0 -j ACCEPT\n", "file:1:26: '--direct' is not followed"),
    "zones: a wrong port": ("firewall-cmd --permanent --add-port=80\n", "file:1:"),
    "zones: a wrong rich rule": ("firewall-cmd --permanent --add-rich-rule='rule accept accept'\n", "file:1:"),
    "zones: tasks without a state": ("- firewalld: {port: 80/tcp}\n", "file:1:3: firewalld needs a state"),
    "ufw: no such command": ("ufw permit 22\nufw allow 22\n", "file:1:5: 'permit' is no command of ufw"),
    "ufw: no such profile": ("ufw allow Web\n", "file:1:11: no application profile 'Web' is known here"),
    "ufw: a place among profiles": ("ufw allow CIFS\nufw insert 1 allow 22\n", "file:2:5: a place among rules of profiles is not followed"),
    "ufw: a place too far": ("ufw allow 22\nufw insert 4 deny 22\n", "file:2:5: cannot insert at 4: ufw has 2 rules"),
    "ufw: a place of the other family": ("ufw allow 22\nufw insert 2 deny from 10.1.2.3\n", "file:2:5: cannot insert at 2: it is a place of IPv6"),
    "ufw: no such rule": ("ufw delete 1\nufw allow 22\n", "file:1:12: there is no rule 1: ufw has 0"),
    "ufw: several ports of any protocol": ("ufw allow 80,443\n", "file:1:5: several ports need proto tcp or proto udp"),
    "ufw: a range upside down": ("ufw allow 90:80/tcp\n", "file:1:11: bad range '90:80'"),
    "ufw: a protocol": ("ufw allow proto icmp from any\n", "file:1:17: 'icmp' is no protocol that ufw knows"),
    "ufw: two families": ("ufw allow from 10.1.2.3 to 2001:db8::1\n", "file:1:11: from and to are of different IP families"),
    "ufw: a service of the other protocol": ("ufw allow ssh/udp\n", "file:1:11: service ssh is not one of udp"),
    "ufw: nothing": ("ufw\nufw allow 22\n", "file:1:1: ufw needs a command"),
    "ufw: rules of iptables": ("iptables -A INPUT -j ACCEPT\nufw allow 22\n", "file:1:1: chain INPUT is filled by iptables and by ufw"),
    "ufw: rules of iptables behind": ("ufw allow 22\niptables -A INPUT -j ACCEPT\n", "file:2:1: a rule among those that ufw has made is not followed"),
    "ufw: tasks: a place counted from another": ("- ufw: {rule: allow, port: '22', insert: 1, insert_relative_to: first-ipv6}\n", "file:1:3: a place that is counted from other rules is not followed"),
    "ufw: tasks: a parameter": ("- ufw: {rule: allow, ports: '22'}\n", "file:1:22: 'ports' is no parameter of ufw"),
    "tasks: a condition": (task("jump: ACCEPT") + "  when: x\n", "file:3:3: 'when' makes this more than a plain list of commands"),
    "tasks: a loop": (task("jump: ACCEPT") + "  loop: [a]\n", "file:3:3: 'loop' makes this more"),
    "tasks: a template": (task("source: '{{ admins }}', jump: ACCEPT"), "file:2:52: a template: render the tasks first"),
    "tasks: another module": (task("jump: ACCEPT") + "- template: {src: a, dest: /etc/nftables.conf}\n", "file:3:3: what 'template' does to the filter is not followed"),
    "tasks: a parameter": (task("sourc: 10.1.0.0/16, jump: ACCEPT"), "file:2:44: 'sourc' is no parameter of iptables"),
}  # fmt: skip

PROOFS = {
    "script of iptables, ip6tables and nft commands": ("both programs", "IPv6"),
    "-A, -I, -D, -R, -F, -X, -N, -P, -t": ("appended", "inserted", "deleted by number", "deleted as it is written", "replaced", "flushed", "a chain that is gone"),
    "firewall-cmd --add-…, --remove-…, --change-…, --set-target, --set-default-zone, --new-zone, --zone": (
        "zones", "zones: the default one", "zones: a new one, by source", "zones: rich rules", "zones: moved"),
    "firewall-cmd --direct, --policy, --new-service, --new-ipset, --timeout": ("zones: direct rules",),
    "firewall-cmd without --permanent before a --reload": ("zones: lost",),
    "ufw allow, deny, reject, limit, route, insert, prepend, delete, default, enable, disable, reset": (
        "ufw", "ufw: of both families", "ufw: a default", "ufw: a place", "ufw: deleted", "ufw: said again", "ufw: interfaces", "ufw: routed", "ufw: out", "ufw: logged", "ufw: off", "ufw: afresh"),
    "ufw limit": ("ufw: limited",),
    "ufw: application profiles": ("ufw: profiles",),
    "ufw beside rules of iptables in the table filter": ("ufw: rules of iptables", "ufw: rules of iptables behind"),
    "ufw status, show, logging, reload, app, --dry-run": ("ufw: what says nothing",),
    "-L, -S, -Z, -w, sudo, echo, sysctl, modprobe, systemctl, …": ("what says nothing",),
    "quotes, lines that go on, comments, ; and &&, || true, 2>/dev/null, yes |, echo y |": ("quotes and comments", "a line that goes on", "several in a line", "what fails and nobody minds", "ufw: afresh"),
    "variables that the script sets": ("variables",),
    "other variables, substitutions": ("a substitution", "an argument", "a variable from elsewhere"),
    "loops, conditions, functions, pipes": ("a loop", "a condition", "a function", "a pipe"),
    "-C, -E, iptables-restore, nft -f": ("a check", "another command", "a file of nft"),
    "any other command": ("another command",),
    "a rule as iptables reads it": ("quotes and comments",),
    "Ansible: the module iptables": ("tasks: every parameter of a packet", "tasks: first", "tasks: flush", "tasks: absent", "tasks: a chain", "tasks: IPv6"),
    "Ansible: the module firewalld": ("zones: tasks",),
    "Ansible: the module ufw": ("ufw: tasks",),
    "Ansible: command and shell with such a command": ("tasks: commands",),
    "Ansible: when, loop, roles, templates, other modules": ("tasks: a condition", "tasks: a loop", "tasks: a template", "tasks: another module"),
}  # fmt: skip


@pytest.mark.parametrize("name", BUILT)
def test_what_commands_build(name: str) -> None:
    text, expected = BUILT[name]
    assert detect(SourceText("file", text)) == "commands"
    assert {packet: answer(text, packet) for packet in expected} == expected


def answer(text: str, packet: str) -> str:
    """The verdict with the line of the script."""
    from portspec.configs.folders import place
    from portspec.configs.registry import read

    verdict, _, line = asked(text, packet, format_="commands").partition(" ")
    path, number = place(read(SourceText("file", text)).source, int(line))
    return f"{verdict} {number if path == 'file' else 'stock'}"


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str) -> None:
    text, expected = REFUSED[name]
    assert asked(text, SSH, format_="commands").startswith(expected)


def test_every_construct_has_its_cases() -> None:
    assert [construct.name for construct in CONSTRUCTS] == list(PROOFS)


@pytest.mark.parametrize("construct", CONSTRUCTS, ids=lambda construct: construct.name)
def test_its_treatment_is_true(construct: Construct) -> None:
    cases = REFUSED if construct.treatment == "refused" else BUILT
    assert set(PROOFS[construct.name]) <= set(cases)


def test_a_trace_points_into_the_script(tmp_path: Path) -> None:
    rules = "iptables -N api\niptables -A INPUT -j api\niptables -I api -p tcp --dport 6443 -j ACCEPT\n"
    (tmp_path / "rules.sh").write_text(HEAD + rules)
    found = portspec(
        ["trace", "rules.sh", "--from", "10.1.2.3", "--to", "192.168.22.5", "--port", "6443"], cwd=tmp_path
    )
    assert (found.code, found.err) == (0, "")
    assert "rules.sh:4 " in found.out
    assert "rules.sh:5 " in found.out


def test_what_a_program_brings_along_is_no_finding(tmp_path: Path) -> None:
    (tmp_path / "ufw.sh").write_text(
        "ufw allow 22/tcp\nufw allow 6443/tcp\nufw allow from 192.168.0.0/16\nufw enable\n"
    )
    found = portspec(["check", "ufw.sh", "--release", "4.18", "--phase", "running", "--select", "PS4"], cwd=tmp_path)
    assert "PS4" not in found.out, found.out


def test_a_rule_that_is_shadowed_names_lines_of_the_script(tmp_path: Path) -> None:
    rules = "iptables -A INPUT -p tcp -j DROP\necho a\niptables -A INPUT -p tcp --dport 22 -j ACCEPT\n"
    (tmp_path / "rules.sh").write_text(HEAD + rules)
    found = portspec(
        ["check", "rules.sh", "--release", "4.18", "--phase", "running", "--select", "PS401"], cwd=tmp_path
    )
    assert "rules.sh:5:10: warning PS401" in found.out
    assert "line 3 takes all of them (drop)" in found.out


def test_damaged_scripts() -> None:
    """A filter or one clear error, with a place in the file, soon."""
    texts = [text for text, _ in (*BUILT.values(), *REFUSED.values())]
    bits = [
        "'",
        '"',
        "\\",
        "$",
        "${A}",
        ";",
        "&&",
        "||",
        "|",
        "\n",
        "#",
        "-A",
        "-I INPUT 3",
        "-t nat",
        "iptables",
        "nft",
        "{",
        "}",
        "é",
        "\x00",
        "- x:\n",
        "99999999999",
        "",
    ]
    chance, refused = random.Random(11), 0
    for number in range(1500):
        text = chance.choice(texts)
        for _ in range(chance.randint(1, 4)):
            at = chance.randint(0, len(text))
            text = text[:at] + chance.choice(bits) + text[at + chance.randint(0, 4) :]
        error = problem(text)
        if error is not None:
            refused += 1
            assert error.line <= text.count("\n") + 1, (number, text)
    assert 300 < refused < 1490


def problem(text: str) -> InputError | None:
    commands.sniff(text)
    try:
        commands.read(SourceText("file", text))
    except InputError as error:
        return error
    return None


LARGE = {
    "many rules": HEAD + "iptables -A INPUT -s 10.0.0.1 -j ACCEPT\n" * 9000,
    "many insertions": HEAD + "iptables -I INPUT -s 10.0.0.1 -j ACCEPT\n" * 9000,
    "many deletions": HEAD + "iptables -A INPUT -s 10.0.0.1 -j ACCEPT\n" * 4000 + "iptables -D INPUT -s 10.0.0.1 -j ACCEPT\n" * 4000,
    "variables of variables": HEAD + "A0=xxxxxxxxxx\n" + "".join(f"A{n}=\"$A{n - 1}$A{n - 1}\"\n" for n in range(1, 60)) + "iptables -A INPUT -s $A59\n",
    "a quote without an end": HEAD + "'" + "x\n" * 200_000,
    "backslashes": HEAD + "\\\n" * 200_000,
}  # fmt: skip


@pytest.mark.parametrize("name", LARGE)
def test_a_large_script_takes_no_longer_for_its_shape(name: str) -> None:
    started = time.process_time()
    problem(LARGE[name])
    assert time.process_time() - started < 5
