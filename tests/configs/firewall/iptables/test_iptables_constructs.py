"""Every construct that the iptables reader publishes is proved by a file and the answers about it."""

from __future__ import annotations

import pytest
from configs.firewall.asking import asked

from portspec.configs.constructs import Construct
from portspec.configs.firewall.iptables.constructs import CONSTRUCTS

Proof = tuple[str, dict[str, str]]
SSH, WEB, DNS = "input tcp port 22", "input tcp port 80", "input udp port 53"
OTHER = f"{SSH} from 10.9.9.9"
HEAD = "*filter\n:INPUT DROP [0:0]\n:user - [0:0]\n"


def base(*rules: str, head: str = HEAD) -> str:
    """The chain INPUT of policy drop on line 2; its first rule is on line 4."""
    return head + "".join(f"-A INPUT {rule}\n" for rule in rules) + "COMMIT\n"


SETS = """=== beside
create admins hash:net family inet
add admins 10.1.0.0/16
add admins 10.1.2.8/29 nomatch
create web hash:net,port family inet
add web 10.0.0.0/8,tcp:22-23
"""
ACCEPTS_22 = {SSH: "accept 4", WEB: "drop 2"}
OPEN = {SSH: "unknown 4"}

PROOFS: dict[str, Proof] = {
    "iptables-save, ip6tables-save": (
        "*filter\r\n:INPUT DROP [0:0] \r\n:user - [0:0]\r\n[5:300] -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\r\nCOMMIT \r\n", ACCEPTS_22),
    "tables filter, security, mangle, raw, nat": (
        "*raw\n-A PREROUTING -p udp -j DROP\nCOMMIT\n*security\n-A INPUT -p tcp --dport 80 -j DROP\nCOMMIT\n" + base("-j ACCEPT"),
        {SSH: "accept 10", WEB: "drop 5", DNS: "drop 2"}),
    ":CHAIN POLICY, -N, -P": ("*filter\n-A INPUT -j late\n-N late\n-A late -p tcp --dport 22 -j ACCEPT\n-P INPUT DROP\nCOMMIT\n", {SSH: "accept 4", WEB: "drop 5"}),
    "built-in chain with the policy -": ("*filter\n:INPUT - [0:0]\nCOMMIT\n", {SSH: "file:2:1: chain INPUT: policy '-'; expected ACCEPT or DROP"}),
    "-A": (base("-p tcp --dport 22 -j ACCEPT", "-j DROP"), {SSH: "accept 4", WEB: "drop 5"}),
    "-I, -D, -R, -F, -X, -E": (HEAD + "-I INPUT -j ACCEPT\nCOMMIT\n", {SSH: "file:4:1: -I is not read: the order of the rules is not that of the lines"}),
    "table given twice": (base() + base(), {SSH: "file:5:1: table filter is given twice"}),
    "missing COMMIT": (HEAD, {SSH: "file:4:1: table filter has no COMMIT: the file is cut off"}),
    "listing (iptables -L)": ("Chain INPUT (policy DROP)\n", {SSH: "file:1:1: this is a listing (iptables -L), which leaves out interfaces and more"}),
    "template or shell script": (base("-s {{ net }} -j ACCEPT"), {SSH: "file:4:13: this is a template ({{…), not what iptables-restore reads"}),
    "-s, -d": (base("-s 10.1/16 ! -d 10.0.0.0/8 -j ACCEPT", "-p tcp -s ! 10.9.9.9 -j DROP", "-j REJECT"), {SSH: "accept 4", OTHER: "reject 6"}),
    "host name as an address": (base("-s localhost -j ACCEPT"), {SSH: "file:4:13: -s: not an IP address: 'localhost'"}),
    "address under a scattered netmask": (base("-s 10.0.0.1/255.0.0.255 -j ACCEPT"), {SSH: "file:4:13: -s: not a contiguous netmask: '255.0.0.255'"}),
    "-m iprange": (base("-m iprange --src-range 10.1.2.1-10.1.2.3 -j ACCEPT"), {SSH: "accept 4", OTHER: "drop 2"}),
    "-p": (base("! -p udp -j ACCEPT"), {SSH: "accept 4", DNS: "drop 2"}),
    "--dport, --sport": (base("-p tcp --dport ssh --sport 1024: -j ACCEPT"), {f"{SSH} sport 4000": "accept 4", f"{SSH} sport 22": "drop 2", WEB: "drop 2"}),
    "-m multiport": (base("-p tcp -m multiport ! --dports 23:79,80 -j ACCEPT"), ACCEPTS_22),
    "-m conntrack --ctstate, -m state": (
        base("-m state ! --state NEW,INVALID -j ACCEPT"), {f"{SSH} state related": "accept 4", SSH: "drop 2", f"{SSH} state invalid": "drop 2"}),
    "other options of conntrack": (base("-m conntrack --ctstatus DNAT -j ACCEPT"), OPEN),
    "-m icmp, -m icmp6": (base("-p icmp --icmp-type dest -j ACCEPT", "-p icmp --icmp-type 11/1 -j REJECT"),
                          {"input icmp type 3": "accept 4", "input icmp type 11 code 1": "reject 5", "input icmp type 11 code 0": "drop 2"}),
    "--tcp-flags, --syn": (base("-p tcp ! --syn -j ACCEPT"), {f"{SSH} flags 16": "accept 4", f"{SSH} flags 2": "drop 2"}),
    "--tcp-option, --chunk-types, --dccp-types": (base("-p tcp --tcp-option 2 -j ACCEPT"), {**OPEN, DNS: "drop 2"}),
    "-i, -o": (base("-i eth+ -j ACCEPT"), {SSH: "accept 4", f"{SSH} in ens3": "drop 2"}),
    "-f": (base("-f -j DROP", "! -f -j ACCEPT"), {SSH: "accept 5"}),
    "-m mark": (base("-m mark --mark 0x1/0x3 -j ACCEPT"), {f"{SSH} mark 5": "accept 4", f"{SSH} mark 2": "drop 2"}),
    "-m addrtype --dst-type LOCAL in INPUT": (base("-m addrtype ! --dst-type LOCAL -j REJECT", "-m addrtype --dst-type LOCAL -j ACCEPT"), {SSH: "accept 5"}),
    "-m addrtype": (base("-m addrtype --dst-type BROADCAST -j ACCEPT"), OPEN),
    "-m comment": (base('-p tcp --dport 22 -m comment --comment "-j DROP" -j ACCEPT'), ACCEPTS_22),
    "-m set, with the output of ipset save beside the file": (
        base("-p tcp -m set ! --match-set admins src -m tcp --dport 22 -j REJECT", "-m set --match-set web src,dst -j ACCEPT") + SETS,
        {SSH: "accept 5", OTHER: "reject 4", WEB: "drop 2", f"{SSH} from 10.1.2.9": "reject 4"}),
    "-m set on other sets": (base("-m set --match-set admins src -j ACCEPT"), OPEN),
    "set that is not in the output of ipset save": (
        base("-m set --match-set admin src -j ACCEPT") + SETS, {SSH: "file:4:29: no set 'admin' in the file of sets beside this one"}),
    "-m limit, recent, string, owner, mac, physdev, u32, …": (base("-p tcp -m string --string x --algo bm -m tcp --dport 22 -j ACCEPT"), {**OPEN, WEB: "drop 2"}),
    "option that no extension of the rule has": (base("-p udp --syn -j ACCEPT"), {SSH: "file:4:17: --syn needs -m tcp before it"}),
    "ACCEPT, DROP, RETURN": (base("-p udp -j RETURN", "-p tcp --dport 22 -j ACCEPT", "-j DROP"), {SSH: "accept 5", DNS: "drop 2", WEB: "drop 6"}),
    "REJECT": (base("-j REJECT --reject-with icmp-admin-prohibited"), {SSH: "reject 4"}),
    "-j CHAIN, -g CHAIN": (base("-p tcp -j user", "-p udp -g user", "-j REJECT") + "", {SSH: "reject 6", DNS: "drop 2"}),
    "rule without a target": (base("-p tcp --dport 22", "-j ACCEPT"), {SSH: "accept 5"}),
    "LOG, NFLOG, MARK, TOS, TCPMSS, TEE, SET, …": (base('-j LOG --log-prefix "x "', "-j TEE --gateway 10.0.0.9", "-j ACCEPT"), {SSH: "accept 6"}),
    "SNAT, MASQUERADE": ("*nat\n-A POSTROUTING -p tcp --dport 22 -j MASQUERADE\n-A POSTROUTING -j DROP\nCOMMIT\n",
                         {"output tcp port 22": "accept 2", "output tcp port 80": "drop 3"}),
    "CT": ("*raw\n-A PREROUTING -j CT --zone 1\nCOMMIT\n" + base("-j ACCEPT"), {SSH: "accept 7"}),
    "DNAT, REDIRECT, TPROXY, NETMAP": ("*nat\n-A PREROUTING -p tcp --dport 22 -j REDIRECT --to-ports 2222\nCOMMIT\n" + base("-p tcp -j ACCEPT"),
                                       {SSH: "unknown 2"}),
    "NFQUEUE, SYNPROXY, NOTRACK": (base("-p tcp --dport 22 -j NFQUEUE --queue-num 0"), {**OPEN, WEB: "drop 2"}),
}  # fmt: skip


def test_every_construct_has_a_proof() -> None:
    assert [construct.name for construct in CONSTRUCTS] == list(PROOFS)


@pytest.mark.parametrize("construct", CONSTRUCTS, ids=lambda construct: construct.name)
def test_its_treatment_is_true(construct: Construct) -> None:
    text, expected = PROOFS[construct.name]
    answers = {packet: asked(text, packet, format_="iptables") for packet in expected}
    assert answers == expected
    words = {answer.split()[0] for answer in answers.values()}
    if construct.treatment == "unknown":
        assert "unknown" in words
    elif construct.treatment == "refused":
        assert all(word.startswith("file:") for word in words)
    else:
        assert words <= {"accept", "drop", "reject"}
