"""Random tables of rules: plain ones as iptables-save prints them, and odd ones between."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

ADDRESSES = ("10.0.0.1", "10.0.0.1/32", "10.0.0.0/30", "10.0.0.4/31", "10.0.0.0/24", "0.0.0.0/0", "10.0.0.7")
MATCHES = (
    "-p tcp -m tcp --dport 22", "-p tcp -m tcp --dport 80", "-p tcp --dport 443", "-p udp -m udp --dport 53", "-p tcp -m multiport --dports 22,80",
    "-p tcp -m multiport --dports 80,81,80", "-p tcp", "-p udp", "-p icmp -m icmp --icmp-type 8", "-i eth0", "-p tcp -m tcp --dport 80:90",
    "-m conntrack --ctstate NEW", "-m state --state RELATED,ESTABLISHED", "-p tcp -m state --state NEW -m tcp --dport 22", "",
)  # fmt: skip
ODD_MATCHES = (
    "-p tcp ! --sport 1024:", "-p tcp -m tcp ! --dport 22", "-p tcp -m multiport ! --dports 22,80", "-p tcp -m multiport --ports 22,80", "-m iprange --src-range 10.0.0.2-10.0.0.5", "-p tcp -m tcp --dport 022",
    "-m limit --limit 5/sec", "-p tcp -m multiport ! --sports 22,80", "-m addrtype --dst-type LOCAL", "-p tcp --dport 65536", "-p tcp -m multiport --dport 22,80",
    "-p sctp --dport 22 --sport 1024:", "-p tcp -m multiport --dports 22,80 -m tcp --sport 1024:", "! -p tcp", "-f", "-s 10.0.0.3", "-s ! 10.0.0.1", "--source=10.0.0.2", "-d 10.0.0.0/30",
    "-p tcp -m multiport --dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16", "-p udp --dport ssh", "--dport 22", "-p tcp -m recent --set --dport 22",
)  # fmt: skip
COMMENTS = (
    "",
    "",
    '-m comment --comment "a b"',
    "-m comment --comment word",
    '-m comment --comment "-s 10.0.0.9 \\"x\\""',
)
TARGETS = (
    "-j ACCEPT",
    "-j ACCEPT",
    "-j DROP",
    "-j REJECT --reject-with icmp-port-unreachable",
    "-j RETURN",
    "-j one",
    "-g two",
    '-j LOG --log-prefix "x "',
    "",
)
HEAD = "*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:one - [0:0]\n:two - [0:0]\n"
BELOW = {"INPUT": TARGETS, "one": tuple(one for one in TARGETS if "one" not in one), "two": TARGETS[:5]}


def random_rules(rng: Random, count: int, *, odd: float) -> list[str]:
    """Rules of the chains INPUT, one and two; about so large a part of them of an unusual form, some of those wrong."""
    return [_rule(rng, odd=rng.random() < odd) for _ in range(count)]


def _rule(rng: Random, *, odd: bool) -> str:
    chain = rng.choice(("INPUT", "INPUT", "INPUT", "one", "two"))
    words = [f"-A {chain}"]
    for option in ("-s", "-d"):
        if rng.random() < 0.5:
            negation = "! " if odd and rng.random() < 0.2 else ""
            several = odd and not negation and rng.random() < 0.2
            addresses = rng.sample(ADDRESSES[:5], 2) if several else [rng.choice(ADDRESSES)]
            words.append(f"{negation}{option} {','.join(addresses)}")
    words += [
        rng.choice(COMMENTS),
        rng.choice(ODD_MATCHES if odd and rng.random() < 0.5 else MATCHES),
        rng.choice(COMMENTS[:3]),
    ]
    words.append(rng.choice(BELOW[chain]))
    if odd and rng.random() < 0.3:
        words[1:] = rng.sample(words[1:], len(words) - 1)
    text = " ".join(word for word in words if word)
    if odd and rng.random() < 0.3:
        text = text.replace(" ", "  ", rng.randint(1, 5))
    if odd and rng.random() < 0.2:
        text = f"[{rng.randint(0, 9)}:60] {text}"
    return text


def table(rules: Sequence[str]) -> str:
    """The file of some rules."""
    return "\n".join((HEAD.rstrip(), *rules, "COMMIT", ""))
