"""Right host firewalls of the example cluster, from which the checks of packet filters make their examples."""

from __future__ import annotations

CONTROL_PLANE = """\
table inet filter {
  set nodes {
    type ipv4_addr
    flags interval
    elements = { 192.168.22.10, 192.168.22.200-192.168.22.203, 192.168.22.211-192.168.22.213 }
  }
  chain input {
    type filter hook input priority filter; policy drop;
    ct state established,related accept
    ip protocol icmp accept
    ip saddr @nodes tcp dport { 6443, 6080, 8798, 9000-9999, 10250-10259, 17697, 22623-22624 } accept
    ip saddr @nodes udp dport 6081 accept
    ip saddr 192.168.22.200-192.168.22.203 tcp dport 2379-2380 accept
  }
}
"""

WORKER = """\
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:nodes - [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p icmp -j ACCEPT
-A INPUT -p tcp -m multiport --dports 80,443 -j ACCEPT
-A INPUT -s 192.168.22.10/32 -j nodes
-A INPUT -s 192.168.22.200/30 -j nodes
-A INPUT -s 192.168.22.211/32 -j nodes
-A INPUT -s 192.168.22.212/31 -j nodes
-A nodes -p tcp -m multiport --dports 1936,8798,9000:9999,10250,10256 -j ACCEPT
-A nodes -p udp -m udp --dport 6081 -j ACCEPT
COMMIT
"""


def wrong(text: str, old: str, new: str) -> str:
    """One of the texts with one passage replaced."""
    if old not in text:
        raise AssertionError(f"the example has no {old!r}")
    return text.replace(old, new, 1)
