"""What the firewalld reader does with each construct, as firewalld 1.3 with its nftables backend does it."""

from __future__ import annotations

from portspec.configs.constructs import Construct

CONSTRUCTS: tuple[Construct, ...] = (
    # Files
    Construct("folder such as /etc/firewalld", "exact", "zones, policies, services, ipsets, icmptypes; what it lacks comes from the stock of firewalld 1.3.3"),
    Construct("one zone's file", "exact", "taken for the default zone unless it has sources; all else is the stock"),
    Construct("firewall-cmd --list-all-zones, --list-all, --list-all-policies", "exact", "the default zone is the one marked (default), named by a line DefaultZone=, alone, or else public"),
    Construct("zones/NAME/*.xml", "exact", "one zone in several files"),
    Construct("a service, policy or ipset file alone", "refused", "it opens nothing by itself; give the folder"),
    Construct("DTD, entities", "refused", "no declaration of any kind is read"),
    Construct("element or attribute that firewalld does not know", "refused"),
    Construct("what firewalld leaves out with a warning", "refused", "a rule without the family it needs, an entry that does not fit its set, …"),
    Construct("DefaultZone, RFC3964_IPv4", "exact"),
    Construct("IPv6_rpfilter", "exact", "a packet is taken to come in by the interface that leads back to its sender"),
    Construct("LogDenied, Lockdown, CleanupOnExit, …", "exact", "decide nothing about a packet; neither does lockdown-whitelist.xml"),
    Construct("FirewallBackend=iptables", "refused", "give the output of iptables-save"),
    Construct("direct.xml with rules", "refused", "give the host's iptables-save output as a config of its own"),
    # Zones
    Construct("interface", "exact", "with a trailing +; the one bound last is asked first"),
    Construct("source", "exact", "addresses and networks, in the order of the zones' names, before all interfaces"),
    Construct("MAC address as a source", "unknown"),
    Construct("default zone", "exact", "gets what no binding catches; interfaces that NetworkManager binds are not in the files"),
    Construct("target default, ACCEPT, DROP, %%REJECT%%", "exact"),
    Construct("forward", "exact", "between the zone's own interfaces and sources"),
    Construct("icmp-block, icmp-block-inversion", "exact"),
    Construct("bound twice", "refused", "an interface or source of two zones"),
    # Settings of zones and policies
    Construct("service", "exact", "ports, protocols, source ports, destinations, includes; helpers and modules decide nothing"),
    Construct("service without a definition", "refused"),
    Construct("port, source-port, protocol", "exact"),
    Construct("masquerade", "exact", "changes the source on the way out, decides nothing"),
    Construct("forward-port", "exact", "lets through what it catches, whatever the zone says else; where to is not followed"),
    Construct("forward-port of a policy for what the host sends", "unknown", "the packet may go anywhere"),
    Construct("policy", "exact", "ingress and egress zones, HOST, ANY, priority, target; asked only where its zones are bound"),
    # Rich rules
    Construct("rich rule with accept, reject, drop", "exact", "in the order of priorities and of what they do"),
    Construct("source, destination in a rich rule", "exact", "addresses and sets, inverted as well"),
    Construct("reject type", "exact", "a reset answers TCP only, an ICMP error its own family"),
    Construct("icmp-type, icmp-block in a rich rule", "exact"),
    Construct("log, nflog, audit, tcp-mss-clamp", "exact", "decide nothing"),
    Construct("mark", "exact", "decides nothing; where marks are set, a set of marks is left open"),
    Construct("limit on accept, reject, drop", "unknown"),
    # Sets
    Construct("ipset hash:ip, hash:net", "exact", "entries that stand in the file; addresses, networks, ranges"),
    Construct("ipset hash:ip,port, hash:net,port, hash:ip,mark, hash:net,iface", "exact", "as firewalld writes them: the source port of a source, the destination port of a destination"),
    Construct("ipset of three or two networks", "exact", "as a destination; firewalld takes none as a source"),
    Construct("ipset inverted whose entries have source ports, marks or interfaces", "unknown", "and one that leaves too many pieces"),
    Construct("ipset with a timeout", "unknown", "filled at run time"),
    Construct("ipset hash:mac", "unknown"),
    Construct("ipset that a listing names", "unknown", "its entries are not in the listing"),
    Construct("ipset without a definition", "refused"),
)  # fmt: skip
"""Every construct, by what firewalld.zone(5) and firewalld.richlanguage(5) call it."""
