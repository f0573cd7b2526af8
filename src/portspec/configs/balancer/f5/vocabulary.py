"""Properties and built-in objects of a BIG-IP.

The properties are those of the tmsh reference (https://clouddocs.f5.com/cli/tmsh-reference/latest/modules/ltm/ltm_pool.html
and its neighbours) and of iControl REST (https://clouddocs.f5.com/api/icontrol-rest/, pages APIRef_tm_ltm_virtual,
APIRef_tm_ltm_pool, APIRef_tm_ltm_node, APIRef_tm_ltm_monitor_https, APIRef_tm_ltm_profile_fastl4, …), where the defaults are
written as well: interval 5 and timeout 16 seconds, idle-timeout 300 seconds, min-active-members 0, slow-ramp-time 10.
"""

from __future__ import annotations

from collections.abc import Mapping

READ = frozenset({
    "virtual", "virtual-address", "pool", "node", "monitor", "profile", "persistence", "rule", "policy",
    "default-node-monitor",
})  # fmt: skip
"""Components of ltm that decide where a connection goes or whether a member is up."""
TYPED = frozenset({"monitor", "profile", "persistence"})
"""Components whose name stands behind a type."""
SCRIPTS = ("ltm rule", "gtm rule", "cli script", "sys icall script", "sys application template", "apm policy")
"""Components whose body is Tcl, in which quotes do not pair."""
LISTS = frozenset({
    "members", "profiles", "persist", "rules", "policies", "vlans", "auth", "related-rules", "metadata",
    "security-log-profiles", "clone-pools", "per-flow-request-access-policy",
})  # fmt: skip
"""Properties that hold named items."""
OPERATIONS = frozenset({"add", "delete", "modify", "replace-all-with"})
FLAGS: Mapping[str, frozenset[str]] = {
    "virtual": frozenset({
        "enabled", "disabled", "ip-forward", "l2-forward", "reject", "internal", "dhcp-relay", "stateless",
        "vlans-enabled", "vlans-disabled",
    }),
}  # fmt: skip
PROPERTIES: Mapping[str, frozenset[str]] = {
    "virtual": frozenset({
        "address-status", "app-service", "auth", "auto-discovery", "auto-lasthop", "bwc-policy", "clone-pools",
        "cmp-enabled", "connection-limit", "creation-time", "description", "destination", "eviction-protected",
        "fallback-persistence", "flow-eviction-policy", "fw-enforced-policy", "fw-staged-policy", "gtm-score",
        "http-class", "hw-syn-cookie-status", "ip-intelligence-policy", "ip-protocol", "last-hop-pool",
        "last-modified-time", "mask", "metadata", "mirror", "mobile-app-tunnel", "nat64", "partition",
        "per-flow-request-access-policy", "persist", "policies", "pool", "profiles", "rate-class", "rate-limit",
        "rate-limit-dst-mask", "rate-limit-mode", "rate-limit-src-mask", "related-rules", "rules",
        "security-log-profiles", "security-nat-policy", "server-ssl-use-sni", "serverssl-use-sni", "service-down-immediate-action",
        "service-policy", "snat", "snatpool", "source", "source-address-translation", "source-port", "syn-cookie-status",
        "traffic-classes", "traffic-matching-criteria", "transparent-nexthop", "translate-address", "translate-port",
        "urldb-feed-policy", "vlans", "vs-index",
    }),
    "pool": frozenset({
        "all", "allow-nat", "allow-snat", "app-service", "autoscale-group-id", "description", "gateway-failsafe-device",
        "ignore-persisted-weight", "ip-tos-to-client", "ip-tos-to-server", "link-qos-to-client", "link-qos-to-server",
        "load-balancing-mode", "members", "metadata", "min-active-members", "min-up-members", "min-up-members-action",
        "min-up-members-checking", "monitor", "partition", "profiles", "queue-depth-limit", "queue-on-connection-limit",
        "queue-time-limit", "reselect-tries", "service-down-action", "slow-ramp-time",
    }),
    "node": frozenset({
        "address", "app-service", "connection-limit", "description", "dynamic-ratio", "ephemeral", "fqdn", "logging", "metadata",
        "monitor", "partition", "rate-limit", "ratio", "session", "state", "down-interval", "interval",
    }),
    "virtual-address": frozenset({
        "address", "app-service", "arp", "auto-delete", "connection-limit", "creation-time", "description", "enabled",
        "floating", "icmp-echo", "inherited-traffic-group", "last-modified-time", "mask", "metadata", "partition",
        "route-advertisement", "server-scope", "spanning", "traffic-group", "unit",
    }),
    "member": frozenset({
        "address", "app-service", "connection-limit", "description", "dynamic-ratio", "ephemeral", "fqdn", "inherit-profile",
        "logging", "metadata", "monitor", "priority-group", "profiles", "rate-limit", "ratio", "session", "state",
    }),
}  # fmt: skip
"""The properties of what decides most; others are passed over without a word."""

PROFILE_TYPES: Mapping[str, str] = {
    **dict.fromkeys((
        "tcp", "tcp-lan-optimized", "tcp-wan-optimized", "tcp-mobile-optimized", "tcp-legacy", "f5-tcp-lan", "f5-tcp-wan",
        "f5-tcp-mobile", "f5-tcp-progressive", "mptcp-mobile-optimized", "splitsession-default-tcp", "wom-tcp-lan-optimized",
        "wom-tcp-wan-optimized", "apm-forwarding-client-tcp", "apm-forwarding-server-tcp"), "tcp"),
    **dict.fromkeys(("fastL4", "full-acceleration", "security-fastL4", "apm-forwarding-fastL4"), "fastl4"),
    **dict.fromkeys(("http", "http-explicit", "http-transparent"), "http"),
    **dict.fromkeys((
        "clientssl", "clientssl-insecure-compatible", "clientssl-secure", "crypto-server-default-clientssl",
        "splitsession-default-clientssl", "wom-default-clientssl"), "client-ssl"),
    **dict.fromkeys((
        "serverssl", "serverssl-insecure-compatible", "apm-default-serverssl", "crypto-client-default-serverssl",
        "pcoip-default-serverssl", "splitsession-default-serverssl", "wom-default-serverssl"), "server-ssl"),
    "fasthttp": "fasthttp", "http2": "http2", "udp": "udp", "ipother": "ipother", "oneconnect": "one-connect",
    "httpcompression": "http-compression", "websocket": "websocket", "stream": "stream", "analytics": "analytics",
    "tcp-analytics": "tcp-analytics", "rba": "rba", "websso": "websso", "ppp": "ppp", "sctp": "sctp",
}  # fmt: skip
"""Profiles that every BIG-IP has, with their types."""
ABOVE_LAYER_4 = frozenset({"http", "fasthttp", "http2"})
IDLE = {"tcp": 300, "fastL4": 300, "f5-tcp-progressive": 300}
"""Seconds that a silent connection is kept. That of f5-tcp-progressive is told by AS3's schema, whose TCP_Profile has its
defaults (f5-appsvcs-extension, src/schema/latest/core-schema.json)."""
PERSISTENCE_TYPES: Mapping[str, str] = {
    "source_addr": "source-addr", "dest_addr": "dest-addr", "cookie": "cookie", "hash": "hash", "host": "host",
    "msrdp": "msrdp", "sip_info": "sip", "ssl": "ssl", "universal": "universal",
}  # fmt: skip
SERVICES = {"any": 0, "*": 0, "http": 80, "https": 443, "sun-sr-https": 6443, "pcsync-https": 8443}
"""Names that tmsh prints for ports."""
MONITOR_TYPES: Mapping[str, str] = {
    "http": "http", "https": "https", "http2": "http2", "tcp": "tcp", "tcp_half_open": "tcp-half-open",
    "gateway_icmp": "gateway-icmp", "icmp": "icmp", "inband": "inband", "udp": "udp", "external": "external",
}  # fmt: skip
"""Monitors that every BIG-IP has, with their types."""
TIMED = frozenset({
    "http", "https", "http2", "tcp", "tcp-half-open", "gateway-icmp", "icmp", "udp", "external",
})  # fmt: skip
"""Types of monitors of which the documentation tells an interval of 5 and a timeout of 16 seconds."""
INTERVAL = 5
TIMEOUT = 16
