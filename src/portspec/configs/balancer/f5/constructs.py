"""What the F5 reader does with each construct."""

from __future__ import annotations

from portspec.configs.constructs import Construct

CONSTRUCTS: tuple[Construct, ...] = (
    # Files
    Construct("bigip.conf, tmsh list, one-line", "exact", "comments, quoted strings, CRLF"),
    Construct("sys, net, auth, apm, security, cli, …", "exact", "passed over: nothing is served there"),
    Construct("create, modify, delete", "exact", "in their order; members add, modify, delete, replace-all-with"),
    Construct("tmsh in a shell script", "exact", "tmsh -c, line continuations, comments; other lines are passed over"),
    Construct("for, while, if in a shell script", "unknown", "what is in them is read once"),
    Construct("variable that the script sets", "exact", "NAME=value; the value as written"),
    Construct("variable of a shell script that it does not set", "unknown", "also one that a command fills in"),
    Construct("create of what is there already", "refused"),
    Construct("modify, delete of what is not in the file", "unknown"),
    Construct("members modify, delete of what is not in the pool", "refused"),
    Construct("template (Jinja, ERB)", "refused", "render it first"),
    Construct("braces that do not pair", "refused"),
    Construct("partitions, folders, names without them", "exact", "/Common/x and x are one; a pool of another partition"),
    Construct("property that is not known", "unknown"),
    # Virtual servers
    Construct("ltm virtual: destination", "exact", "IPv4, IPv6, route domains, names of ports, any, virtual addresses"),
    Construct("destination with a name of a port that is not known", "unknown"),
    Construct("destination that is a network, mask", "unknown", "0.0.0.0 and any are every address"),
    Construct("traffic-matching-criteria", "unknown"),
    Construct("virtual server on every port beside a more specific one", "exact", "the most specific one gets the connection"),
    Construct("two virtual servers of one destination", "refused"),
    Construct("ip-protocol", "exact", "tcp and any; others are passed over"),
    Construct("ip-forward, l2-forward, reject, internal", "exact", "lead to no pool"),
    Construct("enabled, disabled", "exact", "of a virtual server, and of its address"),
    Construct("profiles", "exact", "fastl4, tcp, http, fasthttp, client-ssl, server-ssl; contexts, defaults-from, idle-timeout"),
    Construct("profile that is not in the file", "unknown", "those that every BIG-IP has are known"),
    Construct("persist, fallback-persistence", "exact"),
    Construct("source-address-translation, translate-address, translate-port", "exact"),
    Construct("source", "exact", "the clients that the virtual server is for"),
    Construct("vlans, firewall policies", "unknown", "whom they let in"),
    Construct("rules (iRules)", "unknown", "the pools that they name are judged as possible ways"),
    Construct("policies", "unknown", "the pools that they name are judged as possible ways"),
    Construct("pool that is not in the file", "unknown"),
    Construct("ltm virtual-address", "exact", "enabled, traffic-group"),
    Construct("arp disabled", "unknown"),
    # Pools
    Construct("ltm pool, ltm node", "exact", "addresses, names, session, state; what a monitor found is not looked at"),
    Construct("fqdn", "exact", "looked up in the cluster file"),
    Construct("fqdn with autopopulate", "unknown"),
    Construct("load-balancing-mode, ratio", "exact"),
    Construct("priority-group, min-active-members", "exact", "members of a lower priority are backups"),
    Construct("priority-group without min-active-members", "exact", "ignored: the default is 0"),
    # Monitors
    Construct("ltm monitor http, https, tcp, tcp-half-open", "exact", "destination *:PORT, send, recv, interval, up-interval, timeout"),
    Construct("defaults-from, built-in monitors", "exact", "interval 5 and timeout 16 where nothing is written"),
    Construct("send without recv, recv that an error matches", "unknown", "every answer counts, so it does not tell who is ready"),
    Construct("recv that is a pattern", "unknown"),
    Construct("monitor that is not in the file", "unknown"),
    Construct("gateway-icmp, external, reverse, …", "unknown", "a probe of another kind"),
    Construct("inband", "exact", "no probe: failures of clients count"),
    Construct("a and b, min N of, monitors of members and nodes", "exact", "the one whose failure takes the member out"),
    Construct("several requests of one member", "unknown"),
)  # fmt: skip
