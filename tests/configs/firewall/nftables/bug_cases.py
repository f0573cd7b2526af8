"""Rules that were once misread, each with what the kernel does with the packets. `base` puts them on line 4 and on."""

from __future__ import annotations

from configs.firewall.nftables.field_cases import DNS, SSH, SSH6, WEB, Case, base

CHAIN = "table inet t {\n chain x { ip saddr 10.1.2.4 accept; }\n"
HOOK = " chain c { type filter hook input priority 0; policy drop;\n"
EST = f"{SSH} state established"

CASES = [
    # Bits
    Case("flags not in a set", base("tcp flags != { syn, ack } accept"), {f"{SSH} flags 2": "drop 3", f"{SSH} flags 18": "accept 4"}),
    Case("masked flags in a set", base("tcp flags & (fin | syn | rst | ack) == { syn, ack } accept"),
         {f"{SSH} flags 2": "accept 4", f"{SSH} flags 18": "drop 3", DNS: "drop 3"}),
    Case("flags in a verdict map are whole", base("tcp flags vmap { syn : accept }"), {f"{SSH} flags 2": "accept 4", f"{SSH} flags 66": "drop 3"}),
    Case("masked flags in a verdict map", base("tcp flags & (syn | ack) vmap { syn : accept }"),
         {f"{SSH} flags 66": "accept 4", f"{SSH} flags 18": "drop 3"}),
    Case("flags compared as a number", base("tcp flags > syn accept"), {f"{SSH} flags 2": "drop 3", f"{SSH} flags 16": "accept 4"}),
    Case("a list of states that must be just this sum", base("ct state == new,untracked accept"), {SSH: "drop 3"}),
    Case("a list of states that must not be this sum", base("ct state != established,related accept"), {EST: "accept 4"}),
    Case("none of the states", base("ct state ! established accept"), {SSH: "accept 4", EST: "drop 3"}),
    Case("states as listed under a mask", base("ct state new / established,new accept"), {SSH: "accept 4", EST: "drop 3"}),
    Case("states by number", base("ct state 0x8 accept"), {SSH: "accept 4", EST: "drop 3"}),
    # Verdict maps
    Case("the default first", base("tcp dport vmap { * : drop, 22 : accept }"), {SSH: "accept 4", WEB: "drop 4"}),
    Case("the default needs the field", base("tcp dport vmap { * : accept }"), {DNS: "drop 3"}),
    Case("the default is not for what comes back", CHAIN + HOOK + "tcp dport vmap { 22 : jump x, * : drop }\naccept\n }\n}\n",
         {SSH: "accept 5", f"{SSH} from 10.1.2.4": "accept 2", WEB: "drop 4"}),
    Case("nothing goes on behind a map", base("tcp dport vmap { 22 : accept } drop", "accept"), {WEB: "accept 5"}),
    Case("what continues goes on behind a map", base("tcp dport vmap { 22 : accept, 80 : continue } drop", "accept"),
         {WEB: "drop 4", DNS: "accept 5"}),
    Case("a map of interfaces and protocols", base('iifname . meta l4proto vmap { "eth0" . tcp : accept, "eth1" . tcp : drop }'),
         {SSH: "accept 4", f"{SSH} in eth1": "drop 4", f"{SSH} in eth2": "drop 3", DNS: "drop 3"}),
    Case("masked addresses in a map", base("ip saddr & 255.255.0.0 vmap { 10.1.0.0 : accept }"), {SSH: "accept 4", f"{SSH} from 10.2.0.1": "drop 3"}),
    # Fields
    Case("th dport looks into every protocol", base("th dport 22 accept"), {SSH: "accept 4", WEB: "drop 3", "input vrrp": "unknown 4"}),
    Case("th dport beside its protocols", base("meta l4proto { tcp, udp } th dport 22 accept"), {SSH: "accept 4", "input vrrp": "drop 3"}),
    Case("when a rule was met last", base("tcp dport 22 last used 3m2s accept", "tcp dport 80 last accept"), {SSH: "accept 4", WEB: "accept 5", DNS: "drop 3"}),
    Case("what a tunnel carries", base("vxlan ip saddr 10.1.0.0/16 accept", "gre ip daddr 10.1.0.0/16 drop", "geneve vni 5 accept"), {DNS: "unknown 4", SSH: "drop 3"}),
    Case("a protocol that is in no list but nft's", base("ip protocol { comp, tcp } accept"), {SSH: "accept 4", DNS: "drop 3"}),
    Case("a route that is checked", base("fib daddr . iif check exists accept"), {SSH: "unknown 4"}),
    Case("the MTU that ICMPv6 tells", base("icmpv6 mtu 1280 accept"), {SSH6: "drop 3", "input icmpv6 type 2": "unknown 4"}),
    Case("raw payload takes two numbers", base("@th,16,16 22 accept"), {SSH: "unknown 4"}),
    Case("families by number", base("meta nfproto 2 accept"), {SSH: "accept 4", SSH6: "drop 3"}),
    Case("protocols of other families", base("meta protocol { arp, vlan } accept"), {SSH: "drop 3"}),
    Case("an interface by number", base("iif 2 accept"), {SSH: "unknown 4"}),
    Case("an octal number", base("tcp dport 026 accept"), {SSH: "accept 4", "input tcp port 26": "drop 3"}),
    Case("masked addresses compared", base("ip saddr & 255.255.0.0 < 10.1.0.0 accept"), {SSH: "unknown 4", SSH6: "drop 3"}),
    Case("local at one interface", base("fib daddr . iif type local accept"), {SSH: "unknown 4"}),
    Case("groups are not local", base("fib daddr type local accept", "fib daddr type != local udp dport 53 accept"),
         {SSH: "accept 4", DNS: "accept 4", f"{DNS} to 224.0.0.251": "accept 5"}),
    Case("fib in a verdict map", base("fib daddr type vmap { local : accept, blackhole : drop }"), {SSH: "unknown 4"}),
    Case("a hash of two fields", base("jhash ip saddr . tcp dport mod 2 seed 0xbeef vmap { 0 : accept, 1 : drop }"), {SSH: "unknown 4"}),
    Case("an option is of TCP only", base("tcp option maxseg size 1-500 accept", "udp dport 53 accept"), {SSH: "unknown 4", DNS: "accept 5"}),
    # Statements
    Case("a mark that is set with blanks", base("meta mark  set 0x1", "meta mark 0x1 tcp dport 22 accept"), {SSH: "unknown 5"}),
    Case("a map in a set statement", base("ct mark set ip saddr map { 10.1.2.3 : 1 } accept"), {SSH: "unknown 4", SSH6: "drop 3"}),
    Case("a connection's mark needs a connection", base("meta mark set ct mark accept"), {SSH: "accept 4", f"{SSH} state untracked": "drop 3"}),
    Case("a counter from a map", "table inet t {\n counter a { }\n chain c {\n  type filter hook input priority 0; policy drop;\n"
         '  counter name tcp dport map { 22 : "a" } accept\n }\n}\n', {SSH: "unknown 5"}),
    Case("a set filled the old way", "table inet t {\n set s { type ipv4_addr; flags dynamic; }\n chain c {\n"
         "  type filter hook input priority 0; policy drop;\n  set add ip saddr @s accept\n }\n}\n", {SSH: "accept 5", SSH6: "drop 4"}),
    Case("what iptables-nft wrote, as nft lists it", base("meta l4proto tcp xt match string counter packets 0 bytes 0 drop", "tcp dport 22  counter accept"),
         {SSH: "unknown 4", DNS: "drop 3"}),
    Case("a first packet is of no translated connection", base("ct status dnat accept", "tcp dport 22 accept"),
         {SSH: "accept 5", WEB: "drop 3", f"{WEB} state established": "unknown 4", f"{WEB} state invalid": "drop 3"}),
    # Files
    Case("flush of another family", base("drop") + "flush ruleset ip6\n", {SSH: "drop 4"}),
    Case("flush of its family", base("drop") + "flush ruleset inet\ntable ip u {\n}\n", {SSH: "accept 0"}),
    Case("define in a chain", base("accept").replace("  type", "  define P = 22\n  type").replace("accept", "tcp dport $P accept"),
         {SSH: "accept 5", WEB: "drop 4"}),
    Case("commands without add", "table inet t\nchain inet t c { type filter hook input priority 0; policy drop; }\nrule inet t c tcp dport 22 accept\n",
         {SSH: "accept 3", WEB: "drop 2"}),
    Case("an object that is added", 'add table inet t\nadd ct helper inet t h { type "ftp" protocol tcp; }\n' + base("tcp dport 22 accept"),
         {SSH: "accept 6"}),
]  # fmt: skip

REFUSED = [
    ("a name that ended with its table", "table ip a {\n define P = 22\n}\n" + base("tcp dport $P accept"), "file:7:13: variable $P is not defined"),
    ("defined twice", "define P = 22\ndefine P = 23\n" + base("accept"), "file:2:8: variable $P is defined already"),
    ("nothing defined", "define P =\n" + base("accept"), "file:1:8: define P gives no value"),
    ("a comma forgotten", base("tcp dport { 22 80 } accept"), "file:4:18: expected a comma or the end of the value, found '80'"),
    ("a map without elements", base("tcp dport vmap { }"), "file:4:18: tcp dport: a map without elements"),
    ("words behind a verdict of a map", base("tcp dport vmap { 22 : accept drop }"), "file:4:32: expected a comma or the end of the map, found 'drop'"),
    ("a statement in a map", base("tcp dport vmap { 22 : queue }"), "file:4:25: 'queue' is no verdict"),
    ("a flag by another's name", base("tcp flags ece accept"), "file:4:13: tcp flags: 'ece' is no flag"),
    ("a field of meta without it", base("nfproto ipv4 accept"), "file:4:3: 'nfproto' is no match or statement that is known"),
    ("a family that is none", base("accept").replace("inet", "inet6"), "file:1:13: expected '{' or the end of the line, found 't'"),
    ("a word behind the name of a chain", "table ip t {\n chain c d { accept; }\n}\n", "file:2:10: expected '{' or the end of the line, found 'd'"),
    ("a table named by a number", "table 67 {\n}\n", "file:1:7: expected a family or the name of a table, found '67'"),
    ("two priorities", "table ip t {\n chain c { type filter hook input priority 0 0; }\n}\n", "file:2:44: priority '0 0' is no number"),
    ("a word before the priority", "table ip t {\n chain c { type filter hook input prut priority 0; }\n}\n",
     "file:2:35: expected device or priority, found 'prut'"),
    ("flush of what is no family", base("drop") + "flush ruleset inet6\n", "file:7:15: no family 'inet6'"),
    ("an interface forgotten", base("iifname != accept"), "file:4:14: iifname: expected an interface, found 'accept'"),
    ("include in a chain", base('include "x.nft"'), "file:4:11: include: file not found: 'x.nft'"),
    ("not, for an address", base("ip saddr ! 10.1.2.3 accept"), "file:4:14: ip saddr: `!` is for flags and states"),
    ("a relation with a set", base("tcp dport > { 22 } accept"), "file:4:15: tcp dport: > compares with one value"),
]  # fmt: skip
