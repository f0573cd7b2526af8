"""Ports by name, as rules write them."""

from __future__ import annotations

from collections.abc import Mapping

SERVICES: Mapping[str, int] = {
    "ftp-data": 20, "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "time": 37, "domain": 53, "bootps": 67,
    "bootpc": 68, "tftp": 69, "gopher": 70, "finger": 79, "http": 80, "www": 80, "kerberos": 88, "pop3": 110,
    "sunrpc": 111, "auth": 113, "nntp": 119, "ntp": 123, "netbios-ns": 137, "netbios-dgm": 138, "netbios-ssn": 139,
    "imap2": 143, "imap": 143, "snmp": 161, "snmp-trap": 162, "bgp": 179, "ldap": 389, "https": 443,
    "microsoft-ds": 445, "isakmp": 500, "syslog": 514, "printer": 515, "submission": 587, "ldaps": 636,
    "domain-s": 853, "rsync": 873, "imaps": 993, "pop3s": 995, "openvpn": 1194, "ms-sql-s": 1433, "nfs": 2049,
    "mysql": 3306, "ipsec-nat-t": 4500, "mdns": 5353, "postgresql": 5432, "webcache": 8080, "http-alt": 8080,
}  # fmt: skip
"""Ports by name as Debian's /etc/services has them, the ones that rules name in practice."""
