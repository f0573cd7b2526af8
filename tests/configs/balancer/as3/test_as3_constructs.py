"""Every construct that the AS3 reader publishes is proved by a declaration and what comes of it."""

from __future__ import annotations

import json
import re

import pytest
from configs.balancer.shown import shown

from portspec.configs.balancer.as3 import read
from portspec.configs.balancer.as3.constructs import CONSTRUCTS
from portspec.configs.constructs import Construct

Proof = tuple[str, tuple[str, ...]]
"""A declaration, and lines of its model in the compact form, without the places."""
PLACE = re.compile(r" @\d+:\d+-\d+$|(?<=^refused )\d+:\d+-\d+ |(?<=^unknown )\d+:\d+-\d+ |(?<=^ignored )\d+:\d+-\d+ ")
MEMBER = "  member 192.168.22.201 192.168.22.201 6443"
PLAIN = f"{MEMBER} unchecked"
LISTEN = "  listen 192.168.22.10 6443"
PACE = "5000ms out after 16000ms"
SEND = "GET /readyz HTTP/1.1\r\n\r\n"


def declared(**objects: object) -> str:
    """A declaration with objects in its one application; what stands in `tenant` or `application` is of those."""
    application = {"class": "Application", **objects}
    return json.dumps({"class": "ADC", "schemaVersion": "3.50.0", "t": {"class": "Tenant", "a": application}})


def service(kind: str = "Service_L4", **more: object) -> dict[str, object]:
    plain = {"class": kind, "virtualAddresses": ["192.168.22.10"], "virtualPort": 6443, "persistenceMethods": []}
    return {**plain, "pool": "p", **more}


def pool(*members: object, **more: object) -> dict[str, object]:
    return {"class": "Pool", "members": list(members) or [member()], **more}


def member(address: str = "192.168.22.201", **more: object) -> dict[str, object]:
    return {"servicePort": 6443, "serverAddresses": [address], **more}


def monitor(**more: object) -> dict[str, object]:
    return {"class": "Monitor", "monitorType": "https", "send": SEND, "receive": "200 OK", **more}


def watched(**more: object) -> str:
    return declared(p=pool(monitors=[{"use": "m"}]), m=monitor(**more))


P = pool()
PROOFS: dict[str, Proof] = {
    "class AS3 with a declaration, class ADC alone": ('{"class": "AS3", "declaration": ' + declared(v=service(), p=P) + "}", (
        "frontend t/a/v tcp", LISTEN, "  to t/a/p", PLAIN)),
    "applications alone": (json.dumps({"schemaVersion": "3.50.0", "a": {"class": "Application", "p": P}}), (
        "pool tenant/a/p tcp round-robin", PLAIN)),
    "action that deploys nothing": ('{"class": "AS3", "action": "remove"}', ("error 1:28 the action 'remove' deploys nothing",)),
    "JSON that cannot be read, a key given twice": ('{"class": "ADC", "a": 1, "a": 2}', (
        "error 1:26 the key 'a' stands twice in one object",)),
    "template (Jinja, Mustache, ERB)": (declared(v=service(virtualAddresses=["{{ vip }}"])), (
        "error 1:150 this is a template ({{), not an AS3 declaration",)),
    "schemaVersion or another property that is missing": ('{"class": "ADC"}', (
        "refused missing property=schemaVersion what=ADC",)),
    "value of another type": (declared(p=pool(member(servicePort="6443"))), (
        "refused type property=servicePort wanted=integer", PLAIN)),
    "class that is missing": ('{"class": "ADC", "schemaVersion": "3.50.0", "t": {}}', ("refused class name=t wanted=Tenant",)),
    "template of an application": (declared(template="l4", serviceMain=service(), p=P), ("frontend t/a/serviceMain tcp",)),
    "template without its serviceMain": (declared(template="l4", v=service(), p=P), (
        "refused template template=l4 wanted=Service_L4",)),
    "enable, adminState": (declared(v=service(adminState="disable"), p=pool(member(enable=False))), (
        "frontend t/a/v tcp disabled@1", f"{MEMBER} disabled unchecked")),
    "pointers: a name, use, /Tenant/Application/name, @": (declared(v=service(pool={"use": "/@/a/p"}), p=P), ("  to t/a/p",)),
    "pointer that leads nowhere": (declared(v=service(pool="q")), ("refused pointer pointer=q",)),
    "bigip: a pool, an address, a monitor, a profile, a node that is not declared": (
        declared(v=service(pool={"bigip": "/Common/p"}), p=pool({"servicePort": 1, "bigip": "/Common/n"})), (
            "unknown pool-elsewhere pool=/Common/p", "unknown member-elsewhere name=/Common/n")),
    "property that is not known of a Pool": (declared(p=pool(monitor="tcp")), ("unknown property property=monitor what=Pool",)),
    "Service_TCP, Service_L4, Service_Generic": (declared(v=service("Service_Generic"), w=service("Service_TCP", virtualPort=1), p=P), (
        "frontend t/a/v tcp", "frontend t/a/w tcp")),
    "Service_HTTP, Service_HTTPS": (declared(v=service("Service_HTTPS", serverTLS={"bigip": "/Common/clientssl"}), p=P), (
        "frontend t/a/v http@1", f"{LISTEN} tls", "frontend t/a/v-Redirect- http@1", "  listen 192.168.22.10 80")),
    "Service_UDP, Service_SCTP, Service_Forwarding": (declared(u=service("Service_UDP"), p=P), (PLAIN,)),
    "virtualAddresses, virtualPort, Service_Address": (
        declared(v=service(virtualAddresses=[{"use": "x"}], virtualPort=0), x={"class": "Service_Address", "virtualAddress": "2001:db8::1", "trafficGroup": "/Common/traffic-group-1"}, p=P), (
            "  listen 2001:db8::1 1-65535", "floating 2001:db8::1")),
    "virtualAddresses with a source": (declared(v=service(virtualAddresses=[["192.168.22.10", "10.0.0.0/8"]]), p=P), (
        LISTEN, "unknown clients source=10.0.0.0/8")),
    "virtual address that is a network": (declared(v=service(virtualAddresses=["10.0.0.0/8"]), p=P), (
        "  listen 10.0.0.0/8 6443 name ip4", "unknown network network=10.0.0.0/8")),
    "address that is none": (declared(p=pool(member("m0"))), ("refused address text=m0",)),
    "two services of one address and port": (declared(v=service(), w=service(), p=P), ("refused shared name=t/a/v line=1",)),
    "serverTLS, clientTLS": (declared(v=service("Service_TCP", serverTLS="x", clientTLS="y"), p=P), (
        f"{LISTEN} tls", f"{MEMBER} tls unchecked")),
    "persistenceMethods": (declared(v={key: value for key, value in service().items() if key != "persistenceMethods"}, w=service(virtualPort=1, pool="q", persistenceMethods=["cookie"]), p=P, q=P), (
        "  sticky persistenceMethods source-address (default)", "  sticky cookie")),
    "snat, translateServerAddress, translateServerPort": (declared(v=service(snat="none", translateServerPort=False), p=P), (
        "pool t/a/p tcp round-robin nat", "  member 192.168.22.201 192.168.22.201 +0 unchecked")),
    "profileTCP, profileL4": (declared(v=service(profileL4={"use": "l"}), w=service("Service_TCP", virtualPort=1), l={"class": "L4_Profile", "idleTimeout": 900}, p=P), (
        "  idle idleTimeout 900000ms", "  idle idleTimeout 300000ms")),
    "iRules": (declared(v=service(iRules=["r"]), r={"class": "iRule", "iRule": "when X { pool /t/a/q }"}, p=P, q=P), (
        "unknown irule name=r", "  to t/a/q if other()")),
    "policyEndpoint": (declared(v=service(policyEndpoint={"use": "e"}), e={"class": "Endpoint_Policy", "rules": [{"actions": [{"select": {"pool": {"use": "q"}}}]}]}, p=P, q=P), (
        "unknown policy name=e", "  to t/a/q if other()")),
    "allowVlans, rejectVlans, firewall policies": (declared(v=service(allowVlans=[{"bigip": "/Common/x"}], policyFirewallEnforced={"bigip": "/Common/f"}), p=P), (
        "unknown vlans vlans=/Common/x", "unknown turned-away property=policyFirewallEnforced")),
    "arpEnabled false": (declared(x={"class": "Service_Address", "virtualAddress": "192.168.22.10", "arpEnabled": False}), (
        "unknown arp address=192.168.22.10",)),
    "members: serverAddresses, servers": (declared(p=pool({"servicePort": 6443, "serverAddresses": ["192.168.22.201"], "servers": [{"name": "n", "address": "192.168.22.202"}]})), (
        PLAIN, "  member n 192.168.22.202 6443 unchecked")),
    "addressDiscovery fqdn": (declared(p=pool({"servicePort": 6443, "addressDiscovery": "fqdn", "hostname": "m.lab.example"})), (
        "  member m.lab.example m.lab.example 6443 name unchecked",)),
    "fqdn with autoPopulate": (declared(p=pool({"servicePort": 6443, "addressDiscovery": "fqdn", "hostname": "m.lab.example", "autoPopulate": True})), (
        "unknown autopopulate name=m.lab.example",)),
    "addressDiscovery consul, event, aws, azure, gce, use": (declared(p=pool({"servicePort": 6443, "addressDiscovery": "event"})), (
        "unknown discovery how=event",)),
    "loadBalancingMode, ratio, rateLimit 0": (declared(p=pool(member(ratio=3, rateLimit=0), loadBalancingMode="ratio-node")), (
        "pool t/a/p tcp ratio-node", f"{MEMBER} disabled weight 3 unchecked")),
    "priorityGroup, minimumMembersActive": (declared(p=pool(member(), member("192.168.22.202", priorityGroup=1))), (
        f"{MEMBER} backup unchecked",)),
    "priorityGroup with minimumMembersActive 0": (declared(p=pool(member(), member("192.168.22.202", priorityGroup=1), minimumMembersActive=0)), (
        "ignored priority pool=t/a/p", PLAIN)),
    "Monitor http, https, tcp, tcp-half-open": (watched(interval=3, upInterval=4, timeout=9, targetPort=1936, targetAddress="192.168.22.9"), (
        f"{MEMBER} check https GET /readyz expect 200 OK at 192.168.22.9 port 1936 4000ms out after 9000ms",)),
    "monitors of a pool, of a member, minimumMonitors": (declared(p=pool(member(monitors=["tcp-half-open"]), monitors=["tcp"]), q=pool(monitors=[{"use": "m"}, "tcp"]), r=pool(monitors=[{"use": "m"}, "tcp"], minimumMonitors="all"), m=monitor()), (
        f"{MEMBER} check tcp {PACE}", f"{MEMBER} check https GET /readyz expect 200 OK {PACE}")),
    "receive that an error matches": (watched(receive="HTTP/1."), (f"{MEMBER} check other GET /readyz expect HTTP/1. {PACE}",)),
    "receive that is a pattern": (watched(receive="20[04]"), ("unknown receive-pattern pattern=20[04]",)),
    "icmp, external, reverse, …": (declared(p=pool(monitors=["icmp"])), (f"{MEMBER} check other {PACE}",)),
    "inband": (watched(monitorType="inband"), (f"{MEMBER} check passive 30000ms fall 3 rise 1",)),
    "several requests of one member": (declared(p=pool(monitors=[{"use": "m"}, {"use": "n"}]), m=monitor(), n=monitor(send="GET /livez HTTP/1.1")), (
        "unknown several-monitors",)),
}  # fmt: skip


def test_every_construct_has_a_proof() -> None:
    assert [construct.name for construct in CONSTRUCTS] == list(PROOFS)


@pytest.mark.parametrize("construct", CONSTRUCTS, ids=lambda construct: construct.name)
def test_its_treatment_is_true(construct: Construct) -> None:
    text, expected = PROOFS[construct.name]
    lines = [PLACE.sub("", line) for line in shown(text, read).splitlines()]
    assert [line for line in expected if line not in lines] == [], lines
    refused = [line for line in lines if line.startswith(("refused ", "error "))]
    left_open = [line for line in lines if line.startswith("unknown ") or "other(" in line or " check other " in line]
    if construct.treatment == "refused":
        assert refused
    else:
        assert refused == []
        assert bool(left_open) == (construct.treatment == "unknown")
