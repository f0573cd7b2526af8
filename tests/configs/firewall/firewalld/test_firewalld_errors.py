"""What is wrong in a config is told with file, line, column and one line of help."""

from __future__ import annotations

import pytest
from configs.firewall.firewalld.folders_of_text import source

from portspec.configs.firewall.firewalld import read
from portspec.errors import InputError

P = "fw/zones/public.xml"


def zone(inside: str, attributes: str = "") -> str:
    return f"== zones/public.xml\n<zone{attributes}>\n  {inside}\n</zone>\n"


def rule(inside: str, attributes: str = ' family="ipv4"') -> str:
    return zone(f"<rule{attributes}>{inside}</rule>")


def policy(inside: str, attributes: str = ' target="CONTINUE"') -> str:
    return f"== policies/p.xml\n<policy{attributes}>\n{inside}\n</policy>\n"


def ends(ingress: str, egress: str) -> str:
    return f'<ingress-zone name="{ingress}"/>\n<egress-zone name="{egress}"/>'


def ipset(inside: str, kind: str = "hash:ip") -> str:
    return f'== ipsets/s.xml\n<ipset type="{kind}">\n{inside}\n</ipset>\n' + rule('<source ipset="s"/><accept/>')


CASES: dict[str, tuple[str, str, str]] = {
    "no XML": (zone("<port"), f"{P}:3:1: not XML: not well-formed (invalid token)", ""),
    "cut off": ("== zones/public.xml\n<zone>\n", f"{P}:1:8: not XML: no element found", ""),
    "an element misspelt": (zone('<servce name="ssh"/>'), f"{P}:2:3: <servce> is no element of <zone>", "did you mean service?"),
    "an attribute misspelt": (zone('<port prot="1" port="1" protocol="tcp"/>'), f"{P}:2:3: <port> has no attribute prot", "did you mean port?"),
    "an attribute missing": (zone('<port port="1"/>'), f"{P}:2:3: <port>: the attribute protocol is missing", ""),
    "an element inside another": (zone('<port port="1" protocol="tcp"><limit value="1/m"/></port>'), f"{P}:2:33: <limit> is no element of <port>", "nothing stands inside it"),
    "text between elements": (zone("open everything"), f"{P}:1:1: <zone> holds text 'open everything', which firewalld does not read", ""),
    "another root": ("== zones/public.xml\n<policy/>\n", f"{P}:1:1: <policy> where <zone> was expected", ""),
    "a target": (zone("", ' target="REJECT"'), f"{P}:1:1: unknown target 'REJECT'", "known: default, ACCEPT, DROP, %%REJECT%%"),
    "a port": (zone('<port port="http" protocol="tcp"/><port port="htp" protocol="tcp"/>'), f"{P}:2:37: 'htp' is no port", "expected a number, a range such as 2379-2380, or a name"),
    "a port too large": (zone('<port port="65536" protocol="tcp"/>'), f"{P}:2:3: '65536' is no port", "expected a number, a range such as 2379-2380, or a name"),
    "a protocol without ports": (zone('<port port="1" protocol="icmp"/>'), f"{P}:2:3: protocol 'icmp' has no ports that firewalld filters", "known: tcp, udp, sctp, dccp"),
    "a protocol": (zone('<protocol value="tpc"/>'), f"{P}:2:3: unknown protocol 'tpc'", ""),
    "a service": (zone('<service name="htttp"/>'), f"{P}:2:3: no definition of the service 'htttp'", "did you mean http?"),
    "an included service": (
        '== services/a.xml\n<service>\n <include service="bbb"/>\n</service>\n' + zone('<service name="a"/>'),
        "fw/services/a.xml:2:2: no definition of the service 'bbb'", "did you mean bb?"),
    "a type of ICMP": (zone('<icmp-block name="echo-reqest"/>'), f"{P}:2:3: unknown ICMP type 'echo-reqest'", "did you mean echo-request?"),
    "a type of ICMP of one's own": (
        '== icmptypes/own.xml\n<icmptype/>\n' + zone('<icmp-block name="own"/>'), f"{P}:2:3: ICMP type 'own' is none that firewalld can load with nftables", ""),
    "an interface": (zone('<interface name="eth0:1 b"/>'), f"{P}:2:3: 'eth0:1 b' is no name of an interface", ""),
    "a source": (zone('<source address="10.0.0.0/33"/>'), f"{P}:2:3: '10.0.0.0/33' is no address", "expected an address, a network such as 10.0.0.0/8, or a MAC address"),
    "a source without anything": (zone("<source/>"), f"{P}:2:3: source: expected exactly one of address and ipset", ""),
    "a forward-port to nowhere": (zone('<forward-port port="1" protocol="tcp"/>'), f"{P}:2:3: forward-port without to-port and to-addr", ""),
    "a default zone": ("== firewalld.conf\n# x\nDefaultZone=pubic\n", "fw/firewalld.conf:2:1: DefaultZone: no zone 'pubic'", "known: block, dmz, drop, external, home, internal, public, trusted, work"),
    "a key": ("== firewalld.conf\nDefaltZone=public\n", "fw/firewalld.conf:1:1: unknown key 'DefaltZone'", "did you mean DefaultZone?"),
    "a value": ("== firewalld.conf\n RFC3964_IPv4=maybe\n", "fw/firewalld.conf:1:2: RFC3964_IPv4: unknown value 'maybe'", "known: yes, true, no, false"),
    "a key twice": ("== firewalld.conf\nDefaultZone=a\nDefaultZone=b\n", "fw/firewalld.conf:2:1: DefaultZone is given twice", "firewalld takes the first"),
    # Rich rules
    "a rule without action": (rule('<service name="ssh"/>'), f"{P}:2:3: a rule without action", "firewalld would leave the rule out"),
    "a rule with two elements": (rule('<service name="ssh"/><port port="1" protocol="tcp"/><accept/>'), f"{P}:2:44: a rule with more than one element: service and port", ""),
    "a rule with two actions": (rule('<service name="ssh"/><accept/><drop/>'), f"{P}:2:53: a rule with more than one action: accept and drop", ""),
    "a rule of another family": (rule('<source address="::1"/><accept/>'), f"{P}:2:23: ::1 is not of the rule's family ipv4", ""),
    "a family": (rule("<accept/>", ' family="ip"'), f"{P}:2:3: unknown family 'ip'", "known: ipv4, ipv6"),
    "a priority": (rule("<accept/>", ' priority="40000"'), f"{P}:2:3: priority: '40000' is no number from -32768 to 32767", ""),
    "a reject type": (rule('<source address="1.1.1.1"/><reject type="tcp-rset"/>'), f"{P}:2:50: unknown type of reject 'tcp-rset'", "did you mean tcp-reset?"),
    "a reject type of the other family": (rule('<source address="1.1.1.1"/><reject type="no-route"/>'), f"{P}:2:50: reject type no-route is not one of ipv4", ""),
    "a reset for UDP": (
        rule('<port port="53" protocol="udp"/><reject type="tcp-reset"/>'), f"{P}:2:3: reject type tcp-reset does not go with what the rule matches", "firewalld cannot load this rule"),
    "a limit": (rule('<service name="ssh"/><accept><limit value="5"/></accept>'), f"{P}:2:44: limit '5' is none", "expected one such as 10/m"),
    "a mark": (rule('<service name="ssh"/><mark set="x"/>'), f"{P}:2:44: mark 'x' is no number, nor number/mask", ""),
    "an icmp-block with an action": (rule('<icmp-block name="echo-reply"/><drop/>'), f"{P}:2:3: icmp-block and drop in one rule: the element acts by itself", "firewalld would leave the rule out"),
    "a destination twice": (
        '== services/a.xml\n<service><destination ipv4="10.0.0.1"/></service>\n' + rule('<destination address="10.0.0.2"/><service name="a"/><accept/>'),
        f"{P}:2:3: the service a has a destination of its own", "firewalld cannot load this rule"),
    # Sets
    "an entry": (ipset("<entry>10.0.0.256</entry>"), "fw/ipsets/s.xml:2:1: entry '10.0.0.256': expected an ipv4 address or network", "the set is a hash:ip"),
    "an entry with too little": (ipset("<entry>10.0.0.1</entry>", "hash:ip,port"), "fw/ipsets/s.xml:2:1: entry '10.0.0.1': expected 2 values between commas", "the set is a hash:ip,port"),
    "an option": (ipset('<option name="famly" value="inet"/>'), "fw/ipsets/s.xml:2:1: unknown option 'famly'", "did you mean family?"),
    "a kind of set": (ipset("", "hash:ipp"), "fw/ipsets/s.xml:1:1: unknown type of set 'hash:ipp'", "did you mean hash:ip?"),
    "a set that is no source": (ipset("", "hash:net,net"), f"{P}:2:23: a set of type hash:net,net cannot be a source", ""),
    "a set of the other family": (
        ipset('<option name="family" value="inet6"/>'), f"{P}:2:3: ipset s is of ipv6, the rule of ipv4", "firewalld cannot load this rule"),
    # Policies
    "a zone of a policy": (policy(ends("pblic", "HOST")), "fw/policies/p.xml:2:1: no zone 'pblic'", "did you mean public?"),
    "ANY beside others": (policy(ends("ANY", "HOST") + '<ingress-zone name="public"/>'), "fw/policies/p.xml:2:1: ANY stands beside other zones", "it stands alone"),
    "from HOST to HOST": (policy(ends("HOST", "HOST")), "fw/policies/p.xml:1:1: HOST is both ingress and egress zone", ""),
    "priority 0": (policy(ends("ANY", "HOST"), ' target="DROP" priority="0"'), "fw/policies/p.xml:1:1: priority 0 is reserved for the zones", "give it another one; without one it is -1"),
    "masquerading for the host": (policy(ends("ANY", "HOST") + "<masquerade/>"), "fw/policies/p.xml:3:27: masquerade does not go with HOST", ""),
    "the name of a zone": (
        policy(ends("ANY", "HOST")).replace("p.xml", "public.xml"), "fw/policies/public.xml:1:1: the policy public has the name of a zone", "firewalld refuses both"),
    "a name too long": (
        "== zones/a-very-long-name-indeed.xml\n<zone/>\n", "fw/zones/a-very-long-name-indeed.xml:1:1: the name 'a-very-long-name-indeed' has 23 characters; firewalld takes 17", ""),
    # Listings
    "a field": ("public\n  target: default\n  srvices: ssh\n", "fw/zones/mine.xml:3:3: unknown field 'srvices'", "did you mean services?"),
    "a listing without its beginning": ("  target: default\npublic\n  target: default\n", "fw/zones/mine.xml:1:3: '  target: default' stands before any zone", "expected what firewall-cmd --list-all-zones prints"),
    "a rich rule of a listing": (
        "public\n  target: default\n  rich rules:\n\trule family=ipv4 sorce address=10.0.0.1 accept\n", "fw/zones/mine.xml:4:2: rich rule: unknown word 'sorce'", "did you mean source?"),
    "a listing without a default zone": (
        "one\n  target: default\ntwo\n  target: default\n", "fw/zones/mine.xml:1:1: the listing does not say which zone is the default",
        "add `DefaultZone=NAME` as a line of its own, or `(default)` behind the zone's name"),
    "a zone listed twice": ("one\n  target: default\none\n  target: default\n", "fw/zones/mine.xml:3:1: one is listed twice", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_it_is_told(name: str) -> None:
    text, message, hint = CASES[name]
    with pytest.raises(InputError) as error:
        read(source(text))
    assert str(error.value) == message
    assert error.value.hint.startswith(hint) if hint else True
