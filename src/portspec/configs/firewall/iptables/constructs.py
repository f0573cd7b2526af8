"""What the iptables reader does with each construct."""

from __future__ import annotations

from portspec.configs.constructs import Construct

CONSTRUCTS: tuple[Construct, ...] = (
    # Files
    Construct("iptables-save, ip6tables-save", "exact", "with or without counters, CRLF, blanks behind a line"),
    Construct(
        "tables filter, security, mangle, raw, nat", "exact", "in the kernel's order; a drop in any of them wins"
    ),
    Construct(":CHAIN POLICY, -N, -P", "exact", "chains may be declared behind their use"),
    Construct("built-in chain with the policy -", "refused", "what the policy was before is not in the file"),
    Construct("-A", "exact"),
    Construct("-I, -D, -R, -F, -X, -E", "refused", "the order of the rules would not be that of the lines"),
    Construct("table given twice", "refused", "two files put together"),
    Construct("missing COMMIT", "refused", "the file is cut off"),
    Construct("listing (iptables -L)", "refused", "give the output of iptables-save"),
    Construct("template or shell script", "refused", "render it first"),
    # Matches
    Construct(
        "-s, -d", "exact", "addresses, prefixes, netmasks, short forms such as 10/8, lists, both forms of negation"
    ),
    Construct("host name as an address", "refused", "what it resolves to depends on the host"),
    Construct("address under a scattered netmask", "refused"),
    Construct("-m iprange", "exact"),
    Construct("-p", "exact", "numbers and the names of /etc/protocols"),
    Construct("--dport, --sport", "exact", "tcp, udp, sctp, dccp; ranges, common service names"),
    Construct("-m multiport", "exact", "--dports, --sports, --ports; at most 15 ports"),
    Construct("-m conntrack --ctstate, -m state", "exact"),
    Construct("other options of conntrack", "unknown", "--ctstatus, --ctorigdst, DNAT among the states, …"),
    Construct("-m icmp, -m icmp6", "exact", "names, beginnings of names, numbers, type/code"),
    Construct("--tcp-flags, --syn", "exact"),
    Construct("--tcp-option, --chunk-types, --dccp-types", "unknown"),
    Construct("-i, -o", "exact", "with a trailing +"),
    Construct("-f", "exact", "never matches the first packet of a connection"),
    Construct("-m rpfilter", "exact", "a packet is taken to come in by the interface that leads back to its sender"),
    Construct("-m rt, frag, hbh, dst", "exact", "of ip6tables: never match a packet without such a header"),
    Construct("-m mark", "exact", "0 from the wire; unknown for bits that a rule of the file changes"),
    Construct(
        "-m addrtype --dst-type LOCAL, MULTICAST, BROADCAST in INPUT",
        "exact",
        "the broadcast address of a network counts as local",
    ),
    Construct("-m addrtype --dst-type LOCAL in a chain that INPUT alone leads to", "exact", "as in INPUT"),
    Construct("-m addrtype", "unknown", "routes and addresses of the host are not in the file"),
    Construct("-m comment", "exact", "decides nothing"),
    Construct(
        "-m set, with the output of ipset save beside the file",
        "exact",
        "hash:ip, hash:net with nomatch, …,port, …,port,ip, …,port,net, bitmap:ip, bitmap:port, list:set; name it with `with:`",
    ),
    Construct(
        "-m set on other sets",
        "unknown",
        "without that output; sets of hardware addresses, interfaces, marks, pairs of networks; entries with a timeout; sets that rules change",
    ),
    Construct("set that is not in the output of ipset save", "refused"),
    Construct("-m limit, recent, string, owner, mac, physdev, u32, …", "unknown", "every match that is not named here"),
    Construct("option that no extension of the rule has", "refused"),
    # Targets
    Construct("ACCEPT, DROP, RETURN", "exact"),
    Construct("REJECT", "exact", "with whatever answer"),
    Construct("-j CHAIN, -g CHAIN", "exact", "a loop is refused, and so is a chain that is not declared"),
    Construct("rule without a target", "exact", "counts only"),
    Construct("LOG, NFLOG, MARK, TOS, TCPMSS, TEE, SET, …", "exact", "the packet goes on"),
    Construct("SNAT, MASQUERADE", "exact", "accept in their chain"),
    Construct("CT", "exact", "--notrack is unknown"),
    Construct("DNAT, REDIRECT, TPROXY, NETMAP", "unknown", "the packet may go anywhere"),
    Construct("NFQUEUE, SYNPROXY, NOTRACK", "unknown", "and every other target in capitals"),
)
