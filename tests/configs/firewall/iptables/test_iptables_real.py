"""What iptables-restore accepts, the reader reads; what it refuses, the reader refuses. Where they differ, a table says why.

A file is loaded for real, in a network namespace of its own: the kernel refuses some that `--test` lets pass.
"""

from __future__ import annotations

import subprocess
from typing import NamedTuple

import pytest
from configs.firewall.iptables.compact import rules
from configs.firewall.iptables.file_cases import FILES, NO_FILES
from configs.firewall.iptables.rule_cases import CASES, HEAD, HEAD6, REFUSED
from conftest_programs import require, require_namespaces

MORE = (
    "-A INPUT -o eth0 -j ACCEPT", "-A OUTPUT -i eth0 -j ACCEPT", "-A INPUT -m limit --limt 5/s -j ACCEPT", "-A INPUT -j REJECT --reject-with gone",
    "-A INPUT -p tcp --dpor 22 -j ACCEPT", "-A INPUT -ptcp -j ACCEPT", "-A INPUT -p tcp --dport kpasswd -j ACCEPT", "-A INPUT -s localhost -j ACCEPT",
    "-A INPUT -p tcp --dport 0x16 -j ACCEPT", "-A INPUT -p tcp --dport SSH -j ACCEPT", "-F INPUT", "-X web", "-Z", "-E web other", "-A INPUT ! -f -f",
    '-A INPUT -m comment --comment "a"b -j ACCEPT', "-A INPUT -p icmp6 -j ACCEPT", "-A INPUT -p icmpv6 -j ACCEPT", "-A INPUT -s 10.0.0.1-10.0.0.5 -j ACCEPT",
    "-A INPUT -m icmp --icmp-type 8 -j ACCEPT", "-A INPUT -m tcp --dport 22 -j ACCEPT", "-A INPUT -j REJECT --reject-with tcp-reset",
    "-A INPUT -p tcp -m multiport --dports 80,,443 -j ACCEPT", "-A INPUT -p tcp -m multiport --dports 443:80 -j ACCEPT", "-A INPUT -m -j ACCEPT",
    "-A INPUT -p tcp --syn --tcp-flags ALL SYN -j ACCEPT", "-A INPUT -p sctp --chunk-types any INIT -j ACCEPT", "-A INPUT -p dccp --dccp-types REQUEST -j ACCEPT",
    "-A INPUT -i eth0 -i eth1 -j ACCEPT", "-A INPUT -s 10.0.0.0/ -j ACCEPT", "-A INPUT -m iprange --src-range 10.0.0.1- -j ACCEPT", "-A INPUT --jump",
    "-A INPUT -m conntrack --ctproto tcp --ctstate NEW --ctdir ORIGINAL -j ACCEPT", "-A INPUT -p tcp --tcp-option ! 7 -j ACCEPT",
    "-A INPUT -m addrtype --dst-type LOCAL,BROADCAST -j ACCEPT", "-A INPUT -m mark --mark 0x1/0xff/0x1 -j ACCEPT", "-P INPUT ACCEPT", "-P web DROP", "-N web2",
    "-A INPUT -m state --state NEW -m state --state NEW -j ACCEPT", "-A INPUT -p udp -m udp --dport domain -j DNAT --to-destination 10.0.0.1",
    ":toolong-toolong-toolong-toolong - [0:0]", ":INPUT ACCEPT", "-A INPUT -m comment --comment a --comment b -j ACCEPT", "COMMIT", "foo", "-A", "*raw",
)  # fmt: skip

MORE6 = (
    "-s 2001:db8::1/ffff:ffff:: -j ACCEPT", "-s ::ffff:10.0.0.1 -j ACCEPT", "-s 2001:db8::/129 -j ACCEPT", "-s fe80::1%eth0 -j ACCEPT", "-s 2001::db8::1 -j ACCEPT",
    "-p ipv6-icmp --icmpv6-type 128/0 -j ACCEPT", "-p icmpv6 -m icmpv6 --icmpv6-type 135 -j ACCEPT", "-p icmpv6 -m ipv6-icmp --icmpv6-type 135 -j ACCEPT",
    "-p icmpv6 --icmp-type 8 -j ACCEPT", "-p icmpv6 --icmpv6-type any -j ACCEPT", "-p icmpv6 --icmpv6-type 255 -j ACCEPT", "-p icmpv6 --icmpv6-type 256 -j ACCEPT",
    "-p icmpv6 --icmpv6-type router-ad -j ACCEPT", "-p icmp -j ACCEPT", "-f -j ACCEPT", "-m rt --rt-type 0 -j DROP", "-m ipv6header --header frag --soft -j DROP",
    "-m frag --fragfirst -j ACCEPT", "-p mh --mh-type 1 -j ACCEPT", "-p ah -j ACCEPT", "-p ah --ahspi 500 -j ACCEPT", "-p esp -m esp --espspi 1:2 -j ACCEPT",
    "-p ipv6-frag -j ACCEPT", "-p ipv6-nonxt -j ACCEPT", "-j REJECT --reject-with icmp6-adm-prohibited", "-m hl --hl-eq 255 -j ACCEPT", "-s 2001:db8::1-2001:db8::2 -j DROP",
)  # fmt: skip

CORPUS: dict[str, str] = {
    **{f"line: {case.name}": case.text for case in CASES},
    **{f"refused line: {name}": f"{HEAD}{lines}\nCOMMIT\n" for name, lines, _ in REFUSED},
    **{f"file: {name}": text for name, text, _ in FILES},
    **{f"refused file: {name}": text for name, text, _ in NO_FILES},
    **{f"more: {line}": f"{HEAD}{line}\nCOMMIT\n" for line in MORE},
    **{f"IPv6: {rule}": f"{HEAD6}-A INPUT {rule}\nCOMMIT\n" for rule in MORE6},
}
V6 = (
    {f"line: {case.name}" for case in CASES if case.v6}
    | {f"IPv6: {rule}" for rule in MORE6}
    | {"file: IPv6 by its addresses"}
)

OLD = "the negation of old, which iptables printed until 1.4: today's programs refuse it, files with it are still about"
ABSENT = "it names something that is not here (a set, an extension): the reader takes it as unknown"
ELSEWHERE = (
    "the kernel takes it in other chains or tables only, which the reader need not know to be right about the rest"
)
BLANKS = "iptables-restore wants the line bare; with a carriage return or blanks it is meant as it looks"
READ_BY_US: dict[str, str] = {
    "line: -p tcp -d ! 128.0.0.0/1 -j DROP": OLD,
    "line: -s ! 128.0.0.0/1 -j DROP": OLD,
    "line: -d ! 128.0.0.0/1 -j DROP": OLD,
    "line: -s 10.0.0.1 -d ! 128.0.0.0/1 -j DROP": OLD,
    "line: -p ! tcp -j ACCEPT": OLD,
    "line: -p tcp --dport ! 22 -j ACCEPT": OLD,
    "line: -m state --state ! NEW,INVALID -j ACCEPT": OLD,
    "line: -i ! eth0 -j ACCEPT": OLD,
    "more: -A INPUT -p tcp --tcp-option ! 7 -j ACCEPT": OLD,
    "line: -j NDPI --to-ports 80 -p tcp": ABSENT,
    "line: -m set ! --match-set blocked src -j DROP": ABSENT,
    "line: -p tcp -m set --match-set nodes src,dst -m tcp --dport 22 -j ACCEPT": ABSENT,
    "line: -m invented --with 1 --and two words -p tcp -j ACCEPT": ABSENT,
    "line: -m mac --mac-source xx:xx:xx:xx:xx:xx -j ACCEPT": "an address made unreadable for publication; the match is unknown anyway",
    "line: -j CT --zone 1": ELSEWHERE,
    "line: -j CT --notrack": ELSEWHERE,
    "line: -m owner --uid-owner 0 -j ACCEPT": ELSEWHERE,
    "more: -A INPUT -p udp -m udp --dport domain -j DNAT --to-destination 10.0.0.1": ELSEWHERE,
    "more: :toolong-toolong-toolong-toolong - [0:0]": "a longer name of a chain changes nothing about its meaning",
    "more: -A INPUT -o eth0 -j ACCEPT": "a packet that comes in has no such interface: the rule matches nothing",
    "more: -A OUTPUT -i eth0 -j ACCEPT": "a packet that goes out has no such interface: the rule matches nothing",
    "more: -A INPUT -m limit --limt 5/s -j ACCEPT": "the options of a match that is not modelled are not looked at: it is unknown",
    "more: -A INPUT -j REJECT --reject-with gone": "how a packet is refused is not looked at: it is refused",
    "more: -A INPUT -j REJECT --reject-with tcp-reset": "how a packet is refused is not looked at: it is refused",
    "line: comments and blank lines between": BLANKS,
    "file: CRLF": BLANKS,
    "file: CRLF on some lines": BLANKS,
    "file: blanks behind COMMIT": BLANKS,
    "file: blanks behind every line": BLANKS,
    "file: a chain declared behind its use": "whoever merges files by hand puts them so; the meaning is clear",
}
"""What only the reader accepts, and why."""

OCTAL = "iptables takes a leading zero for octal, which nobody means"
COMMAND = "the order or the place of the rules is not that of the lines; iptables-save prints no such command"
READ_BY_THEM: dict[str, str] = {
    "refused line: octal address": OCTAL,
    "refused line: octal port": OCTAL,
    "refused line: scattered netmask": "no set of ranges of a sane size is what it matches",
    "refused line: range upside down": "iptables-restore warns that it will never match",
    "refused line: quote": "iptables-restore loses the rest of the line, its target too",
    "refused line: jump to itself": "the kernel refuses a loop only where a hook leads to it",
    "refused line: jumps in a circle": "the kernel refuses a loop only where a hook leads to it",
    "refused line: insert": COMMAND,
    "more: -F INPUT": COMMAND,
    "more: -X web": COMMAND,
    "more: -Z": COMMAND,
    "refused line: policy that is kept": "what the policy was before, the file does not tell",
    "refused line: counters of a chain": "iptables-restore does not look at what stands behind the policy",
    "refused file: a table twice": "the second takes the place of the first: two files were put together, or one of them is IPv6",
    "refused file: only comments": "nothing to check is no success",
    "more: -A INPUT -p tcp --dpor 22 -j ACCEPT": "iptables-save does not shorten options",
    "more: -A INPUT -p tcp --dport kpasswd -j ACCEPT": "a service that rules hardly name; the number says it as well",
    "more: -A INPUT -s localhost -j ACCEPT": "what a name stands for, the file does not tell",
    "more: -A INPUT -p tcp --dport 0x16 -j ACCEPT": "iptables-save prints no hexadecimal ports",
}
"""What only iptables-restore accepts, and why the reader does not."""

ONE_OF_THEM: dict[str, bool] = {
    "file: no final newline": True,
    "refused line: port of all but TCP": False,
    "refused line: policy of a user chain": False,
    "more: -E web other": False,
}
"""What only one of iptables-legacy and iptables-nft accepts, and whether the reader does."""


class Verdicts(NamedTuple):
    """Who accepts a file."""

    ours: bool
    legacy: bool
    nft: bool


def _verdicts(text: str, *, v6: bool) -> Verdicts:
    program = "ip6tables" if v6 else "iptables"
    theirs = [
        subprocess.run(
            ["unshare", "-n", require(f"{program}-{variant}-restore", package="iptables")],
            input=text.encode(),
            capture_output=True,
            timeout=60,
            check=False,
        ).returncode
        == 0
        for variant in ("legacy", "nft")
    ]
    found = rules(text)
    refused = len(found) == 1 and found[0].startswith("file:")
    return Verdicts(not refused, *theirs)


@pytest.mark.parametrize("name", CORPUS)
def test_the_reader_and_iptables_agree(name: str) -> None:
    require_namespaces()
    ours, *theirs = _verdicts(CORPUS[name], v6=name in V6)
    if name in ONE_OF_THEM:
        assert (ours, sorted(theirs)) == (ONE_OF_THEM[name], [False, True])
    elif name in READ_BY_US:
        assert (ours, theirs) == (True, [False, False]), READ_BY_US[name]
    elif name in READ_BY_THEM:
        assert (ours, theirs) == (False, [True, True]), READ_BY_THEM[name]
    else:
        assert theirs == [ours, ours]


def test_the_corpus_is_whole() -> None:
    assert len(CORPUS) == len(CASES) + len(REFUSED) + len(FILES) + len(NO_FILES) + len(MORE) + len(MORE6)
    assert READ_BY_US.keys() | READ_BY_THEM.keys() | ONE_OF_THEM.keys() <= CORPUS.keys()
