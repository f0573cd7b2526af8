"""The left side of a match: which field of a packet is looked at."""

from __future__ import annotations

from collections.abc import Mapping

from portspec.configs.firewall.nftables.values import Field

TRANSPORTS: Mapping[str, tuple[int, ...]] = {
    "tcp": (6,), "udp": (17,), "sctp": (132,), "dccp": (33,), "udplite": (136,), "th": (6, 17, 33, 132, 136),
}  # fmt: skip

FIELDS: Mapping[tuple[str, ...], Field] = {
    ("ip", "saddr"): Field("saddr4", "ip saddr"),
    ("ip", "daddr"): Field("daddr4", "ip daddr"),
    ("ip6", "saddr"): Field("saddr6", "ip6 saddr"),
    ("ip6", "daddr"): Field("daddr6", "ip6 daddr"),
    ("ip", "protocol"): Field("l4proto4", "ip protocol"),
    # Extension headers come before the transport, but a packet without them has the transport here.
    ("ip6", "nexthdr"): Field("l4proto6", "ip6 nexthdr"),
    ("meta", "l4proto"): Field("l4proto", "meta l4proto"),
    ("meta", "nfproto"): Field("nfproto", "meta nfproto"),
    ("meta", "protocol"): Field("ethertype", "meta protocol"),
    ("meta", "mark"): Field("mark", "meta mark"),
    ("icmp", "type"): Field("icmp-type", "icmp type", (1,)),
    ("icmp", "code"): Field("icmp-code", "icmp code", (1,)),
    ("icmpv6", "type"): Field("icmpv6-type", "icmpv6 type", (58,)),
    ("icmpv6", "code"): Field("icmpv6-code", "icmpv6 code", (58,)),
    ("tcp", "flags"): Field("flags", "tcp flags", (6,)),
    ("ct", "state"): Field("state", "ct state"),
    **{
        (name, side): Field(side, f"{name} {side}", protocols)
        for name, protocols in TRANSPORTS.items()
        for side in ("dport", "sport")
    },
    **{
        (*lead, name): Field("in" if name[0] == "i" else "out", " ".join((*lead, name)))
        for name in ("iif", "oif", "iifname", "oifname")
        for lead in ((), ("meta",))
    },
    ("mark",): Field("mark", "mark"),
}

LEADS: Mapping[str, int] = {
    "ip": 2, "ip6": 2, "tcp": 2, "udp": 2, "sctp": 2, "dccp": 2, "udplite": 2, "th": 2, "icmp": 2, "icmpv6": 2,
    "meta": 2, "ct": 2, "ether": 2, "arp": 2, "vlan": 2, "rt": 2, "ipsec": 3, "ah": 2, "esp": 2, "comp": 2, "igmp": 2,
    "socket": 2, "osf": 2, "numgen": 2, "exthdr": 2, "frag": 2, "dst": 2, "hbh": 2, "mh": 2, "srh": 2, "gre": 2,
    "mark": 1, "iif": 1, "oif": 1, "iifname": 1, "oifname": 1, "iiftype": 1, "oiftype": 1, "iifgroup": 1, "oifgroup": 1,
    "skuid": 1, "skgid": 1, "rtclassid": 1, "pkttype": 1, "cpu": 1, "time": 1, "day": 1, "hour": 1, "cgroup": 1,
    "nftrace": 1, "symhash": 1, "jhash": 1, "fib": 1, "vxlan": 2, "geneve": 2, "gretap": 2,
}  # fmt: skip
"""Words that begin a match, with the number of words that name the field."""

PROTOCOLS_OF: Mapping[str, tuple[int, ...]] = {
    **TRANSPORTS, "th": (), "icmp": (1,), "icmpv6": (58,), "igmp": (2,), "esp": (50,), "ah": (51,), "comp": (108,),
    "gre": (47,), "gretap": (47,), "vxlan": (17,), "geneve": (17,),
}  # fmt: skip
"""Protocols that a field implies, by the word that it begins with."""

TUNNELS = frozenset({"vxlan", "geneve", "gretap", "gre"})
"""Behind these may stand a field of the packet inside: `vxlan ip saddr`."""

OF_A_DIRECTION = frozenset(
    ["ip", "ip6", "saddr", "daddr", "proto-src", "proto-dst", "l3proto", "protocol", "packets", "bytes"]
)
"""What may follow `ct original` and `ct reply`."""

SHORT_META = frozenset(
    [
        "iiftype",
        "oiftype",
        "iifgroup",
        "oifgroup",
        "skuid",
        "skgid",
        "rtclassid",
        "pkttype",
        "cpu",
        "time",
        "day",
        "hour",
        "cgroup",
        "nftrace",
    ]
)
"""Fields of `meta` that may be written without it."""

NOT_MODELLED: Mapping[str, frozenset[str]] = {
    lead: frozenset(names.split())
    for lead, names in {
        "ip": "version hdrlength dscp ecn length id frag-off ttl checksum option",
        "ip6": "version dscp ecn flowlabel length hoplimit",
        "tcp": "sequence ackseq doff reserved window checksum urgptr option",
        "udp": "length checksum",
        "udplite": "csumcov checksum",
        "sctp": "vtag checksum chunk",
        "dccp": "type option",
        "th": "",
        "icmp": "checksum id sequence gateway mtu",
        "icmpv6": "checksum parameter-problem packet-too-big mtu id sequence max-delay taddr daddr",
        "igmp": "type mrt checksum group",
        "ether": "saddr daddr type",
        "arp": "htype ptype hlen plen operation saddr daddr",
        "vlan": "id dei cfi pcp type",
        "ct": "direction status mark expiration helper label count id zone event secmark l3proto saddr daddr protocol "
        "proto-src proto-dst bytes packets avgpkt original reply timeout expectation",
        "meta": "length priority iiftype oiftype skuid skgid nftrace rtclassid ibrname obrname ibriport obriport pkttype "
        "cpu iifgroup oifgroup cgroup random ipsec secpath iifkind oifkind sdif sdifname ibrpvid ibrvproto hour day "
        "time secmark broute",
    }.items()
}
"""Fields that nft knows too: a match on one of them is left open, a match on any other is refused."""
