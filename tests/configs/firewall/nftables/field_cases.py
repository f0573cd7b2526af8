"""nftables files as the field writes them, with what becomes of packets, or where and why a file is refused."""

from __future__ import annotations

from typing import NamedTuple

HEAD = "table inet t {\n chain c {\n  type filter hook input priority 0; policy drop;\n"
TAIL = " }\n}\n"
SSH, WEB, DNS = "input tcp port 22", "input tcp port 80", "input udp port 53"
SSH6 = f"{SSH} from 2001:db8:1::3"


class Case(NamedTuple):
    name: str
    text: str
    answers: dict[str, str]


def base(*lines: str) -> str:
    """A base chain of policy drop; the first line is line 4 of the file."""
    return HEAD + "".join(f"  {line}\n" for line in lines) + TAIL


CASES = [
    # Lexical mess
    Case("CRLF", base("tcp dport 22 accept", "udp dport 53 accept").replace("\n", "\r\n"),
         {SSH: "accept 4", DNS: "accept 5", WEB: "drop 3"}),
    Case("no final newline", base("tcp dport 22 accept").rstrip(), {SSH: "accept 4"}),
    Case("several rules on a line", base("tcp dport 22 accept; tcp dport 80 reject;"), {SSH: "accept 4", WEB: "reject 4"}),
    Case("a line that goes on", base("tcp dport \\", "22 \\", "accept"), {SSH: "accept 4", WEB: "drop 3"}),
    Case("comments", base("# tcp dport 80 accept", "tcp dport 22 accept # ; } tcp dport 80 accept"),
         {SSH: "accept 5", WEB: "drop 3"}),
    Case("a comment with braces", base('tcp dport 22 accept comment "x; } y # z"'), {SSH: "accept 4", WEB: "drop 3"}),
    Case("warnings between the lines", "# Warning: table inet t is managed by iptables-nft, do not touch!\ntable inet t {\n chain c {# Warning: table ip t is managed by iptables-nft, do not touch!\n\n"
         "  type filter hook input priority 0; policy drop;\n  # Warning: table ip t is managed by iptables-nft, do not touch!\ntcp dport 22 accept\n }\n}\n",
         {SSH: "accept 7", WEB: "drop 5"}),
    Case("handles as listed", "table inet t { # handle 5\n chain c { # handle 1\n  type filter hook input priority 0; policy drop;\n"
         "  tcp dport 22 accept # handle 7\n }\n}\n", {SSH: "accept 4", WEB: "drop 3"}),
    Case("all on one line", "table inet t { chain c { type filter hook input priority 0; policy drop; tcp dport 22 accept; }; }\n",
         {SSH: "accept 1", WEB: "drop 1"}),
    Case("set without blanks", base("tcp dport{22,80}accept"), {WEB: "accept 4", DNS: "drop 3"}),
    Case("shebang and flush", "#!/usr/sbin/nft -f\nflush ruleset\n" + base("tcp dport 22 accept"), {SSH: "accept 6"}),
    Case("flush forgets what stands before", base("tcp dport 22 accept") + "flush ruleset\n" + base("accept").replace(" t ", " u "),
         {WEB: "accept 11"}),
    # Hooks, priorities and policies
    Case("priority with blanks", "table inet t {\n chain c {\n  type filter hook input priority filter - 5; policy drop;\n }\n}\n",
         {SSH: "drop 3"}),
    Case("policy on its own line", "table inet t {\n chain c {\n  type filter hook input priority 0\n  policy drop\n }\n}\n",
         {SSH: "drop 3"}),
    Case("no policy accepts", "table inet t {\n chain c {\n  type filter hook input priority 0;\n }\n}\n", {SSH: "accept 3"}),
    Case("a drop in any chain of the hook wins",
         "table inet t {\n chain first { type filter hook input priority -10; tcp dport 80 accept; }\n"
         " chain then { type filter hook input priority 0; policy drop; tcp dport 22 accept; }\n"
         " chain last { type filter hook input priority 10; tcp dport 22 ip saddr 10.1.2.4 drop; }\n}\n",
         {SSH: "accept 3", WEB: "drop 3", f"{SSH} from 10.1.2.4": "drop 4"}),
    Case("priorities, not places, order chains",
         "table inet t {\n chain later { type filter hook input priority 10; policy drop; }\n"
         " chain sooner { type filter hook input priority filter - 5; tcp dport 22 reject; }\n}\n", {SSH: "reject 3", WEB: "drop 2"}),
    Case("no chain at the hook", base("drop").replace("input", "forward"), {SSH: "accept 0", "forward tcp port 22": "drop 4"}),
    # Rules that decide nothing
    Case("rules that only log, limit or count",
         base('log prefix "in: " level warn flags all', "limit rate 5/second burst 10 packets", "counter packets 0 bytes 0",
              "tcp dport 22", "tcp dport 22 counter packets 3 bytes 180 accept"), {SSH: "accept 8", WEB: "drop 3"}),
    Case("a limit before a verdict is open", base("tcp dport 22 limit rate 5/second accept"), {SSH: "unknown 4", WEB: "drop 3"}),
    Case("a mark is set", base("meta mark set 0x1", "ct mark set meta mark and 0xff", "tcp dport 22 accept"), {SSH: "accept 6"}),
    Case("the MSS is clamped", base("tcp flags syn tcp option maxseg size set rt mtu", "tcp dport 22 accept"), {SSH: "accept 5"}),
    Case("a change needs its header", base("ip dscp set cs1 accept"), {SSH: "accept 4", SSH6: "drop 3"}),
    Case("a dynamic set needs its fields", "table inet t {\n set s { type ipv4_addr; flags dynamic, timeout; }\n chain c {\n"
         "  type filter hook input priority 0; policy drop;\n  add @s { ip saddr timeout 1m } accept\n }\n}\n",
         {SSH: "accept 5", SSH6: "drop 4"}),
    # Variables
    Case("define", "define P = 22\n" + base("tcp dport $P accept"), {SSH: "accept 5", WEB: "drop 4"}),
    Case("define a set", "define P = { 22, 80-90 }\n" + base("tcp dport $P accept"), {WEB: "accept 5", DNS: "drop 4"}),
    Case("nested define", "define A = 22\ndefine B = { $A, 80 }\ndefine C = { $B, 443 }\n" + base("tcp dport $C accept"),
         {SSH: "accept 7", WEB: "accept 7", "input tcp port 81": "drop 6"}),
    Case("redefine holds from there on", "define A = 22\n" + base("tcp dport $A accept").replace("}\n}\n", "}\n")
         + "redefine A = 80\n chain d { type filter hook input priority 1; policy drop; tcp dport { 22, $A } accept; }\n}\n",
         {SSH: "accept 8", WEB: "drop 4"}),
    Case("define of an address set", "define ADMIN = {\n 10.1.2.0/24,  # office\n 10.9.0.0/16\n}\n" + base("ip saddr $ADMIN accept"),
         {SSH: "accept 8", f"{SSH} from 10.8.0.1": "drop 7"}),
    # Sets and maps
    Case("anonymous set over lines", base("tcp dport {", "22, # ssh", "80,", "} accept"), {WEB: "accept 4", DNS: "drop 3"}),
    Case("elements with timeouts and comments",
         "table ip t {\n set s {\n  type ipv4_addr; flags timeout\n  elements = { 10.1.2.3 timeout 1h expires 30m comment \"x, y\",\n"
         "   10.9.9.9 timeout 1h }\n }\n chain c {\n  type filter hook input priority 0; policy drop;\n  ip saddr @s accept\n }\n}\n",
         {SSH: "accept 9", f"{SSH} from 10.9.9.9": "accept 9", f"{SSH} from 10.1.2.4": "drop 8"}),
    Case("interval set, negated", "table ip t {\n set s { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, 11.0.0.1-11.0.0.9 }; }\n"
         " chain c {\n  type filter hook input priority 0;\n  ip saddr != @s drop\n }\n}\n",
         {SSH: "accept 4", f"{SSH} from 11.0.0.9": "accept 4", f"{SSH} from 11.0.0.10": "drop 5"}),
    Case("set without elements", "table ip t {\n set s { type ipv4_addr; }\n chain c {\n  type filter hook input priority 0; policy drop;\n"
         "  ip saddr @s accept\n }\n}\n", {SSH: "drop 4"}),
    Case("dynamic set is open", "table ip t {\n set s { type ipv4_addr; flags dynamic; }\n chain c {\n"
         "  type filter hook input priority 0; policy drop;\n  ip saddr @s accept\n }\n}\n", {SSH: "unknown 5"}),
    Case("elements under a limit are open", "table ip t {\n set s { type ipv4_addr; limit rate 1/second; elements = { 10.1.2.3 }; }\n"
         " chain c {\n  type filter hook input priority 0; policy drop;\n  ip saddr @s accept\n }\n}\n", {SSH: "unknown 5"}),
    Case("concatenation", base("ip saddr . tcp dport { 10.1.2.0/24 . 22, 10.9.9.9 . 80-90 } accept"),
         {SSH: "accept 4", WEB: "drop 3", f"{WEB} from 10.9.9.9": "accept 4", f"{SSH} from 10.9.9.9": "drop 3"}),
    Case("verdict map", base("tcp dport vmap { 22 : accept, 80-90 : drop }"), {SSH: "accept 4", WEB: "drop 4", DNS: "drop 3"}),
    Case("verdict map with a default", base("ip saddr vmap { 10.1.2.3 : accept, * : drop }"),
         {SSH: "accept 4", f"{SSH} from 10.1.2.4": "drop 4"}),
    Case("verdict map without a match goes on", base("tcp dport vmap { 80 : drop }", "accept"), {SSH: "accept 5", WEB: "drop 4"}),
    Case("named verdict map that jumps",
         "table inet t {\n map m { type inet_service : verdict; elements = { 22 : jump ssh, 80 : goto web }; }\n"
         " chain ssh { ip saddr 10.1.2.3 accept; }\n chain web { return; }\n"
         " chain c {\n  type filter hook input priority 0; policy drop;\n  tcp dport vmap @m\n  accept\n }\n}\n",
         {SSH: "accept 3", f"{SSH} from 10.1.2.4": "accept 8", WEB: "drop 6", DNS: "accept 8"}),
    Case("ct state vmap", base("ct state vmap { established : accept, related : accept, invalid : drop }", "tcp dport 22 accept"),
         {SSH: "accept 5", f"{WEB} state established": "accept 4", f"{SSH} state invalid": "drop 4", WEB: "drop 3"}),
    # Families
    Case("inet sees both", base("tcp dport 22 accept"), {SSH: "accept 4", SSH6: "accept 4"}),
    Case("ip sees IPv4", base("drop").replace("inet", "ip"), {SSH: "drop 4", SSH6: "accept 0"}),
    Case("ip6 sees IPv6", base("drop").replace("inet", "ip6"), {SSH: "accept 0", SSH6: "drop 4"}),
    Case("no family is ip", base("drop").replace("inet ", ""), {SSH: "drop 4", SSH6: "accept 0"}),
    Case("arp and bridge decide nothing here", base("drop").replace("inet", "arp") + base("drop").replace("inet", "bridge"),
         {SSH: "accept 0"}),
    # Matches
    Case("th dport", base("meta l4proto { tcp, udp } th dport 53 accept"), {DNS: "accept 4", "input tcp port 53": "accept 4", WEB: "drop 3"}),
    Case("meta l4proto", base("meta l4proto tcp accept"), {SSH: "accept 4", SSH6: "accept 4", DNS: "drop 3"}),
    Case("ip protocol", base("ip protocol tcp accept"), {SSH: "accept 4", SSH6: "drop 3"}),
    Case("meta nfproto", base("meta nfproto ipv6 accept"), {SSH: "drop 3", SSH6: "accept 4"}),
    Case("negation keeps the protocol", base("tcp dport != 22 accept"), {SSH: "drop 3", WEB: "accept 4", DNS: "drop 3"}),
    Case("negated set", base("tcp dport != { 22, 80 } accept"), {WEB: "drop 3", "input tcp port 81": "accept 4"}),
    Case("relations", base("tcp dport >= 1024 accept", "tcp dport < 23 reject"), {SSH: "reject 5", WEB: "drop 3", "input tcp port 1024": "accept 4"}),
    Case("interface with a wildcard", base('iifname "eth*" accept'), {SSH: "accept 4", f"{SSH} in ens1": "drop 3"}),
    Case("interfaces in a set", base('iifname { "eth0", lo } accept'), {SSH: "accept 4", f"{SSH} in eth1": "drop 3"}),
    Case("not this interface", base('iifname != "eth0" accept'), {SSH: "drop 3", f"{SSH} in eth1": "accept 4"}),
    Case("service names", base("tcp dport { ssh, http } accept"), {SSH: "accept 4", WEB: "accept 4", DNS: "drop 3"}),
    Case("a service under its other name", base("udp dport domain accept"), {DNS: "accept 4"}),
    Case("icmp types", base("icmp type { echo-request, 3 } accept"), {"input icmp type 8": "accept 4", "input icmp type 0": "drop 3"}),
    Case("a value that begins a match elsewhere", base("ether type ip accept"), {SSH: "unknown 4"}),
    Case("a reset answers TCP only", base("reject with tcp reset"), {SSH: "reject 4", DNS: "drop 3"}),
    # Chains
    Case("jump comes back, goto does not", "table inet t {\n chain j { tcp dport 22 return; }\n chain c {\n"
         "  type filter hook input priority 0; policy drop;\n  tcp dport 22 jump j\n  tcp dport 80 goto j\n  accept\n }\n}\n",
         {SSH: "accept 7", WEB: "drop 4"}),
    Case("a copy goes elsewhere, the packet goes on", base("dup to 10.0.0.9", "tcp dport 22 accept").replace("inet", "ip"), {SSH: "accept 5"}),
    # Commands
    Case("commands", "add table inet t\nadd chain inet t c { type filter hook input priority 0; policy drop; }\n"
         "add set inet t s { type inet_service; }\nadd rule inet t c tcp dport @s accept\nadd element inet t s { 22 }\n"
         "insert rule inet t c tcp dport 80 accept\n", {SSH: "accept 4", WEB: "accept 6", DNS: "drop 2"}),
    Case("a table in two parts", base("tcp dport 22 accept") + "table inet t {\n chain c {\n  tcp dport 80 accept\n }\n}\n",
         {SSH: "accept 4", WEB: "accept 9", DNS: "drop 3"}),
    Case("delete", "table inet t { chain c { type filter hook input priority 0; policy drop; }; }\ndelete table inet t\n"
         "table inet u { }\n", {SSH: "accept 0"}),
]  # fmt: skip

REFUSED = [
    ("include", 'include "/etc/nftables/*.nft"\n' + base("accept"), "file:1:9: include: '/etc/nftables/*.nft' is outside the repository"),
    ("include in a table", 'table inet t {\n  include "x.nft"\n}\n', "file:2:11: include: file not found: 'x.nft'"),
    ("variable", base("tcp dport $PORT accept"), "file:4:13: variable $PORT is not defined"),
    ("used before it is defined", base("tcp dport $P accept") + "define P = 22\n", "file:4:13: variable $P is not defined"),
    ("word", base("tcp dport 22 acept"), "file:4:16: 'acept' is no match or statement that is known"),
    ("word behind a counter", base("counter acept"), "file:4:11: 'acept' is no match or statement that is known"),
    ("field", base("tcp dprot 22 accept"), "file:4:7: tcp has no field 'dprot'"),
    ("service", base("tcp dport sssh accept"), "file:4:13: tcp dport: 'sssh' is not known here"),
    ("port", base("tcp dport { 22, 65536 } accept"), "file:4:19: tcp dport: 65536 is not from 0 to 65535"),
    ("range", base("tcp dport 90-80 accept"), "file:4:13: range upside down: 90 is after 80"),
    ("state", base("ct state etsablished accept"), "file:4:12: ct state: 'etsablished' is no state"),
    ("family of an address", base("ip saddr fe80::1 accept"), "file:4:12: ip saddr: fe80::1 is of the other IP family"),
    ("set", base("ip saddr @nowhere accept"), "file:4:12: no set @nowhere in this table"),
    ("set without elements", base("tcp dport { } accept"), "file:4:13: tcp dport: a set without elements"),
    ("list without braces", base("tcp dport 22,80 accept"), "file:4:13: tcp dport: a list stands in braces"),
    ("chain", base("jump nowhere"), "file:4:8: no chain 'nowhere' in this table"),
    ("jump to a base chain", base("jump c"), "file:4:8: chain 'c' is a base chain: nothing can jump to it"),
    ("behind a verdict", base("accept drop"), "file:4:10: nothing can come behind accept, which ends the rule"),
    ("behind a comment", base('tcp dport 22 comment "x" accept'), "file:4:28: a comment ends the rule"),
    ("rate", base("limit rate 5 accept"), "file:4:16: expected a rate such as 5/second, found 'accept'"),
    ("log level", base("log level loud"), "file:4:13: 'loud' is no log level"),
    ("reject", base("reject with banana"), "file:4:15: cannot reject with 'banana'"),
    ("policy", "table inet t {\n chain c {\n  policy drop\n }\n}\n", "file:3:3: a chain without a hook has no policy"),
    ("priority", HEAD.replace("priority 0", "priority fliter") + TAIL, "file:3:35: priority 'fliter' is no number"),
    ("hook", HEAD.replace("input", "inptu") + TAIL, "file:3:20: no hook 'inptu'"),
    ("set without type", "table ip t {\n set s { elements = { 22 }; }\n}\n", "file:2:6: set s has no type"),
    ("set flag", "table ip t {\n set s { type mark; flags x; }\n}\n", "file:2:27: no set flag 'x'"),
    ("rule without chain", "add table ip t\nadd rule ip t c accept\n", "file:2:15: no chain c in table ip t"),
    ("cut off", HEAD + "  tcp dport { 22,\n", "file:5:1: the file ends inside braces; expected '}'"),
    ("quote", base('iifname "eth0 accept'), "file:4:11: unexpected '\"'"),
    ("a rule that a warning cuts in two", base("ip daddr 127.0.0.0/8 # Warning: table ip filter is managed by iptables-nft, do not touch!", " ct status dnat drop"),
     "file:4:24: a warning of nft's stands in the middle of this line"),
    ("JSON without a table", '{"nftables": []}\n', "file:1:1: no table: expected `table inet filter {`"),
    ("template", base("tcp dport {{ port }} accept"), "file:4:13: this is a template or a script ({{…), not what nft reads"),
    ("shell variable", base("tcp dport ${PORT} accept"), "file:4:13: this is a template or a script (${…), not what nft reads"),
    ("loop", "table ip t {\n chain a { jump b; }\n chain b { jump a; }\n}\n", "file:3:12: the jump to a closes a loop"),
]  # fmt: skip
