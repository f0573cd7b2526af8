"""Every construct that the firewalld reader publishes is proved by a config and the answers about it."""

from __future__ import annotations

import pytest
from configs.firewall.firewalld.folders_of_text import asked

from portspec.configs.firewall.firewalld.constructs import CONSTRUCTS

Proof = tuple[str, dict[str, str]]
SSH, WEB, DNS, PING = "input tcp port 22", "input tcp port 80", "input udp port 53", "input icmp type 8"
SSH6 = f"{SSH} from 2001:db8:1::3"
OTHER = f"{SSH} from 10.9.9.9"
STOCK = "(firewalld 1.3.3)"
PUBLIC = "zones/public.xml"
OPENS_WEB = '<port port="80" protocol="tcp"/>'
ENDS = {DNS: f"reject {PUBLIC}:1"}


def zone(*lines: str, name: str = "public", target: str = "", more: str = "") -> str:
    """A zone with each thing on a line of its own, from line 2 on."""
    opening = f'<zone target="{target}">' if target else "<zone>"
    return f"{more}== zones/{name}.xml\n" + "\n".join([opening, *lines, "</zone>\n"])


def policy(
    ingress: str, egress: str, *lines: str, target: str = "CONTINUE", priority: int = -1, name: str = "p"
) -> str:
    """A policy with its ends on lines 2 and 3."""
    ends = [f'<ingress-zone name="{ingress}"/>', f'<egress-zone name="{egress}"/>']
    opening = f'<policy target="{target}" priority="{priority}">'
    return f"== policies/{name}.xml\n" + "\n".join([opening, *ends, *lines, "</policy>\n"])


def ipset(kind: str, *entries: str, option: str = "") -> str:
    return (
        f'== ipsets/s.xml\n<ipset type="{kind}">{option}{"".join(f"<entry>{one}</entry>" for one in entries)}</ipset>\n'
    )


LISTING = """public (active)
  target: default
  icmp-block-inversion: no
  interfaces: eth0
  sources:{sources}
  services: ssh
  ports: 80/tcp
  protocols:
  forward: yes
  masquerade: no
  forward-ports:
\tport=81:proto=tcp:toport=8081:toaddr=
  source-ports:
  icmp-blocks: echo-request
  rich rules:
\trule family="ipv4" source NOT address="10.1.0.0/16" port port="53" protocol="udp" log prefix="dns" level="info" limit value="1/m" accept
"""
SERVICE = '== services/own.xml\n<service>\n<port port="80" protocol="tcp"/>\n<include service="ssh"/>\n<helper name="ftp"/>\n</service>\n'

PROOFS: dict[str, Proof] = {
    "folder such as /etc/firewalld": (
        SERVICE + zone('<service name="own"/>'), {WEB: f"accept {PUBLIC}:2", SSH: f"accept {PUBLIC}:2", **ENDS}),
    "one zone's file": (f"<zone>\n{OPENS_WEB}\n</zone>\n", {WEB: "accept zones/mine.xml:2", DNS: "reject zones/mine.xml:1"}),
    "firewall-cmd --list-all-zones, --list-all, --list-all-policies": (
        LISTING.format(sources=""),
        {SSH: "accept zones/mine.xml:6", WEB: "accept zones/mine.xml:7", "input tcp port 81": "accept zones/mine.xml:12",
         PING: "reject zones/mine.xml:14", DNS: "reject zones/mine.xml:1", f"{DNS} from 172.16.0.1": "accept zones/mine.xml:16"}),
    "zones/NAME/*.xml": (
        zone(OPENS_WEB, name="public/a") + zone('<service name="ssh"/>', name="public/b"),
        {WEB: "accept zones/public/a.xml:2", SSH: "accept zones/public/b.xml:2", DNS: "reject zones/public/a.xml:1"}),
    "a service, policy or ipset file alone": (
        '<ipset type="hash:ip"/>', {SSH: "zones/mine.xml:1:1: a file of <ipset> alone opens nothing"}),
    "DTD, entities": (
        '<!DOCTYPE zone [<!ENTITY a "b">]>\n<zone/>', {SSH: "zones/mine.xml:1:1: a document type declaration is not read"}),
    "element or attribute that firewalld does not know": (
        "<zone>\n <prot/>\n</zone>", {SSH: "zones/mine.xml:2:2: <prot> is no element of <zone>"}),
    "what firewalld leaves out with a warning": (
        zone('<rule><source address="10.0.0.0/8"/><accept/></rule>'),
        {SSH: f"{PUBLIC}:2:1: a rule with an address or a destination needs a family"}),
    "DefaultZone, RFC3964_IPv4": (
        "== firewalld.conf\nDefaultZone=trusted\nRFC3964_IPv4=no\n",
        {SSH: f"accept {STOCK}/zones/trusted.xml:1", "forward tcp port 22 from 2001:db8:1::3 to 2002:a00::1": f"accept {STOCK}/zones/trusted.xml:1"}),
    "IPv6_rpfilter": ("== firewalld.conf\nIPv6_rpfilter=yes\n", {SSH6: f"accept {STOCK}/{PUBLIC}:2"}),
    "LogDenied, Lockdown, CleanupOnExit, …": (
        "== firewalld.conf\nLogDenied=all\nLockdown=yes\n== lockdown-whitelist.xml\n<whitelist><user id='0'/></whitelist>\n",
        {SSH: f"accept {STOCK}/{PUBLIC}:2", WEB: f"reject {STOCK}/{PUBLIC}:1"}),
    "FirewallBackend=iptables": (
        "== firewalld.conf\nFirewallBackend=iptables\n", {SSH: "firewalld.conf:1:1: the iptables backend is not modelled"}),
    "direct.xml with rules": (
        '== direct.xml\n<direct>\n <rule ipv="ipv4"/>\n</direct>\n', {SSH: "direct.xml:2:2: <rule>: direct rules are not read"}),
    "interface": (
        zone('<interface name="eth0"/>', OPENS_WEB, name="a") + zone('<interface name="eth+"/>', name="b", target="DROP"),
        {WEB: "drop zones/b.xml:1", f"{WEB} in ens3": f"reject {STOCK}/{PUBLIC}:1"}),
    "source": (
        zone('<source address="10.1.0.0/16"/>', OPENS_WEB, name="b") + zone('<source address="10.0.0.0/8"/>', name="a"),
        {WEB: "reject zones/a.xml:1", f"{WEB} from 172.16.0.1": f"reject {STOCK}/{PUBLIC}:1"}),
    "MAC address as a source": (
        zone('<source address="00:11:22:33:44:55"/>', OPENS_WEB, name="a"), {WEB: "unknown zones/a.xml:2", DNS: f"reject {STOCK}/{PUBLIC}:1"}),
    "default zone": (
        zone(OPENS_WEB, name="mine", more="== firewalld.conf\nDefaultZone=mine\n"), {WEB: "accept zones/mine.xml:2", SSH: "reject zones/mine.xml:1"}),
    "target default, ACCEPT, DROP, %%REJECT%%": (
        zone(target="ACCEPT") + zone('<source address="10.9.0.0/16"/>', name="a", target="DROP")
        + zone('<source address="172.16.0.0/12"/>', name="b", target="%%REJECT%%"),
        {SSH: f"accept {PUBLIC}:1", OTHER: "drop zones/a.xml:1", f"{PING} from 172.16.0.1": "reject zones/b.xml:1"}),
    "forward": (
        zone('<interface name="eth0"/>', '<interface name="eth1"/>', "<forward/>"),
        {"forward tcp port 22": f"accept {PUBLIC}:4", "forward tcp port 22 out ens3": f"reject {PUBLIC}:1"}),
    "icmp-block, icmp-block-inversion": (
        zone('<icmp-block name="echo-request"/>', "<icmp-block-inversion/>"),
        {PING: f"accept {PUBLIC}:2", "input icmp type 13": f"reject {PUBLIC}:3"}),
    "bound twice": (
        zone('<interface name="eth0"/>', name="a") + zone('<interface name="eth0"/>', name="b"),
        {SSH: "zones/b.xml:2:1: eth0 is bound to zone a already"}),
    "service": (
        zone('<service name="own"/>', more=SERVICE), {WEB: f"accept {PUBLIC}:2", SSH: f"accept {PUBLIC}:2", **ENDS}),
    "service without a definition": (zone(' <service name="shh"/>'), {SSH: f"{PUBLIC}:2:2: no definition of the service 'shh'"}),
    "port, source-port, protocol": (
        zone(OPENS_WEB, '<source-port port="53" protocol="udp"/>', '<protocol value="vrrp"/>'),
        {WEB: f"accept {PUBLIC}:2", "input udp port 9 sport 53": f"accept {PUBLIC}:3", "input vrrp": f"accept {PUBLIC}:4", SSH: f"reject {PUBLIC}:1"}),
    "masquerade": (zone("<masquerade/>", target="ACCEPT"), {"forward tcp port 80": f"accept {PUBLIC}:1"}),
    "forward-port": (
        zone('<forward-port port="80" protocol="tcp" to-port="8080"/>', target="DROP"),
        {WEB: f"accept {PUBLIC}:2", "input tcp port 8080": f"drop {PUBLIC}:1", f"{WEB} state untracked": f"drop {PUBLIC}:1"}),
    "forward-port of a policy for what the host sends": (
        policy("HOST", "ANY", '<forward-port port="80" protocol="tcp" to-addr="10.2.0.5"/>'),
        {"output tcp port 80": "unknown policies/p.xml:4", "output tcp port 22": "accept (firewalld 1.3.3):9"}),
    "policy": (
        zone('<interface name="eth0"/>', '<service name="ssh"/>') + policy("public", "HOST", OPENS_WEB, target="DROP")
        + policy("dmz", "HOST", target="DROP", priority=-9, name="idle"),
        {WEB: "accept policies/p.xml:4", SSH: "drop policies/p.xml:1"}),
    "rich rule with accept, reject, drop": (
        zone('<rule priority="5"><port port="80" protocol="tcp"/><accept/></rule>', '<rule><port port="22" protocol="tcp"/><drop/></rule>',
             '<service name="ssh"/>', '<rule priority="4" family="ipv4"><source address="10.9.0.0/16"/><reject/></rule>'),
        {WEB: f"accept {PUBLIC}:2", SSH: f"drop {PUBLIC}:3", f"{WEB} from 10.9.9.9": f"reject {PUBLIC}:5"}),
    "source, destination in a rich rule": (
        zone('<rule family="ipv4"><source address="10.9.0.0/16" invert="true"/><destination address="192.168.22.5"/><service name="ssh"/><accept/></rule>'),
        {SSH: f"accept {PUBLIC}:2", OTHER: f"reject {PUBLIC}:1", f"{SSH} to 192.168.22.6": f"reject {PUBLIC}:1", SSH6: f"reject {PUBLIC}:1"}),
    "reject type": (
        zone('<rule family="ipv4" priority="-1"><reject type="tcp-reset"/></rule>', target="ACCEPT"),
        {SSH: f"reject {PUBLIC}:2", DNS: f"accept {PUBLIC}:1", SSH6: f"accept {PUBLIC}:1"}),
    "icmp-type, icmp-block in a rich rule": (
        zone('<rule><icmp-block name="echo-request"/></rule>', '<rule priority="-1"><icmp-type name="echo-request"/><log/></rule>'),
        {PING: f"reject {PUBLIC}:2", "input icmpv6 type 128": f"reject {PUBLIC}:2", "input icmp type 13": f"accept {PUBLIC}:1"}),
    "log, nflog, audit, tcp-mss-clamp": (
        zone('<rule priority="-1"><port port="22" protocol="tcp"/><nflog group="1"/></rule>', "<rule><tcp-mss-clamp/></rule>",
             '<rule><service name="ssh"/><log prefix="x"><limit value="1/m"/></log><audit/><accept/></rule>'),
        {SSH: f"accept {PUBLIC}:4", WEB: f"reject {PUBLIC}:1"}),
    "mark": (zone('<rule><service name="ssh"/><mark set="1"/></rule>', OPENS_WEB), {SSH: f"reject {PUBLIC}:1", WEB: f"accept {PUBLIC}:3"}),
    "limit on accept, reject, drop": (
        zone('<rule><service name="ssh"/><accept><limit value="1/m"/></accept></rule>'), {SSH: f"unknown {PUBLIC}:2", WEB: f"reject {PUBLIC}:1"}),
    "ipset hash:ip, hash:net": (
        zone('<rule><source ipset="s"/><service name="ssh"/><accept/></rule>', more=ipset("hash:net", "10.1.0.0/16")),
        {SSH: f"accept {PUBLIC}:2", OTHER: f"reject {PUBLIC}:1"}),
    "ipset hash:ip,port, hash:net,port, hash:ip,mark, hash:net,iface": (
        zone('<rule family="ipv4"><destination ipset="s"/><accept/></rule>', more=ipset("hash:ip,port", "192.168.22.5,22", "192.168.22.5,udp:53")),
        {SSH: f"accept {PUBLIC}:2", DNS: f"accept {PUBLIC}:2", WEB: f"reject {PUBLIC}:1"}),
    "ipset of three or two networks": (
        zone('<rule family="ipv4"><destination ipset="s"/><accept/></rule>', more=ipset("hash:ip,port,net", "192.168.22.5,22,192.168.0.0/16")),
        {SSH: f"accept {PUBLIC}:2", f"{SSH} to 192.168.22.6": f"reject {PUBLIC}:1"}),
    "ipset inverted whose entries have source ports, marks or interfaces": (
        zone('<rule><source ipset="s" invert="true"/><service name="ssh"/><accept/></rule>', more=ipset("hash:ip,port", "10.1.2.3,40000")),
        {SSH: f"unknown {PUBLIC}:2", SSH6: f"reject {PUBLIC}:1"}),
    "ipset with a timeout": (
        zone('<rule><source ipset="s"/><service name="ssh"/><accept/></rule>', more=ipset("hash:ip", option='<option name="timeout" value="9"/>')),
        {SSH: f"unknown {PUBLIC}:2", SSH6: f"reject {PUBLIC}:1"}),
    "ipset hash:mac": (
        zone('<rule><source ipset="s"/><service name="ssh"/><accept/></rule>', more=ipset("hash:mac", "00:11:22:33:44:55")),
        {SSH: f"unknown {PUBLIC}:2"}),
    "ipset that a listing names": (
        LISTING.format(sources=" ipset:s") + "\ndrop\n  target: DROP\n  sources: ipset:t\n",
        {WEB: "unknown zones/mine.xml:20"}),
    "ipset without a definition": (
        zone('<source ipset="s"/>'), {SSH: f"{PUBLIC}:2:1: no ipset 's'"}),
}  # fmt: skip


def test_every_construct_has_a_proof() -> None:
    assert [construct.name for construct in CONSTRUCTS] == list(PROOFS)


@pytest.mark.parametrize("construct", CONSTRUCTS, ids=lambda construct: construct.name)
def test_its_treatment_is_true(construct: tuple[str, str, str]) -> None:
    name, treatment, _ = construct
    text, expected = PROOFS[name]
    answers = {packet: asked(text, packet) for packet in expected}
    assert answers == expected
    words = {answer.split()[0] for answer in answers.values()}
    verdicts = {"accept", "drop", "reject", "unknown"}
    if treatment == "unknown":
        assert "unknown" in words
    elif treatment == "refused":
        assert not words & verdicts
    else:
        assert words <= verdicts - {"unknown"}
