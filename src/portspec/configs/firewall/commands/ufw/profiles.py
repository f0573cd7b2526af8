"""What ufw knows by name: services, with their protocols, and the application profiles that Debian's packages bring along.

Sources: /etc/services (package netbase) and /etc/ufw/applications.d of the packages ufw, openssh-server, nginx and apache2.
"""

from __future__ import annotations

from collections.abc import Mapping

OF_UDP = frozenset({
    "bootps", "bootpc", "tftp", "ntp", "netbios-ns", "netbios-dgm", "isakmp", "ipsec-nat-t", "mdns",
})  # fmt: skip
OF_BOTH = frozenset({
    "time", "domain", "kerberos", "sunrpc", "snmp", "snmp-trap", "ldap", "https", "syslog", "ldaps", "domain-s", "openvpn", "nfs",
})  # fmt: skip
"""Protocols of the names in `services.SERVICES`; the others are of TCP only."""

PROFILES: Mapping[str, tuple[str, ...]] = {
    "OpenSSH": ("22/tcp",),
    "Apache": ("80/tcp",), "Apache Full": ("80,443/tcp",), "Apache Secure": ("443/tcp",),
    "Nginx HTTP": ("80/tcp",), "Nginx HTTPS": ("443/tcp",), "Nginx Full": ("80,443/tcp",),
    "AIM": ("5190/tcp",), "Bonjour": ("5353/udp", "5298"), "CIFS": ("137,138/udp", "139,445/tcp"), "DNS": ("53",),
    "Deluge": ("6881:6891/tcp",), "IMAP": ("143/tcp",), "IMAPS": ("993/tcp",), "IPP": ("631",), "KTorrent": ("6881/tcp", "4444/udp"),
    "Kerberos Admin": ("749/tcp",), "Kerberos Full": ("88,749/tcp", "464/udp"), "Kerberos KDC": ("88",), "Kerberos Password": ("464/udp",),
    "LDAP": ("389/tcp",), "LDAPS": ("636/tcp",), "LPD": ("515/tcp",), "MSN": ("1863", "6891:6900/tcp", "6901"), "MSN SSL": ("443/tcp",),
    "Mail submission": ("587/tcp",), "NFS": ("2049,111/tcp", "2049,111/udp"), "POP3": ("110/tcp",), "POP3S": ("995/tcp",),
    "PeopleNearby": ("5353/udp", "5298"), "SMTP": ("25/tcp",), "SSH": ("22/tcp",), "Socks": ("1080/tcp",), "Telnet": ("23/tcp",),
    "Transmission": ("51413",), "Transparent Proxy": ("8081/tcp",), "VNC": ("5900/tcp",), "WWW": ("80/tcp",), "WWW Cache": ("8080/tcp",),
    "WWW Full": ("80,443/tcp",), "WWW Secure": ("443/tcp",), "XMPP": ("5222/tcp", "5269/tcp"), "Yahoo": ("5050",),
    "qBittorrent": ("6881/tcp",), "svnserve": ("3690/tcp",),
}  # fmt: skip
"""Ports by profile, each with its protocol or for both of them. A profile that is not here is a file of the host."""


def protocol_of(service: str) -> str:
    """`tcp`, `udp`, or `any` where a service has its port in both."""
    return "any" if service in OF_BOTH else "udp" if service in OF_UDP else "tcp"


def profile(name: str) -> str | None:
    """The profile's name as it is written, for one in whatever case; None for an unknown one."""
    return name if name in PROFILES else next((known for known in PROFILES if known.lower() == name.lower()), None)
