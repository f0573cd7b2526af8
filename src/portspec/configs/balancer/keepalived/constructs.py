"""What the keepalived reader does with each construct."""

from __future__ import annotations

from portspec.configs.constructs import Construct

CONSTRUCTS: tuple[Construct, ...] = (
    # Text
    Construct("comments with # and !, quotes, braces anywhere", "exact", "CRLF as well"),
    Construct("$NAME=…, ${NAME}, definitions of several lines", "exact"),
    Construct("${NAME} that is defined nowhere", "refused", "its braces are taken for a block"),
    Construct("~SEQ, ~SEQx, ~LST", "exact"),
    Construct("${_PWD}, ${_INSTANCE}, ${_RANDOM}", "unknown", "only the host knows them"),
    Construct("@name, @^name", "unknown", "the line is read; it is named where it decides something"),
    Construct("include and its variants", "exact", "wildcards and braces; inside the repository"),
    Construct("include of what is not there", "exact", "passed over, as keepalived does with a message"),
    Construct("include outside the repository, in a circle", "refused"),
    Construct("keyword that is not known, brace that does not fit", "exact", "passed over, as keepalived does with a message"),
    Construct("keyword without its value", "refused", "what is there is judged all the same"),
    # VRRP
    Construct("vrrp_instance", "exact", "virtual_ipaddress, virtual_ipaddress_excluded, IPv4 and IPv6"),
    Construct("virtual_router_id that is missing or taken", "refused"),
    Construct("vrrp_sync_group, vrrp_script, track_*, notify, priorities", "exact", "decide which host holds an address"),
    Construct("static_ipaddress, static_routes, virtual_routes", "exact", "decide neither about ports nor about members"),
    # Virtual servers
    Construct("virtual_server ADDRESS PORT", "exact"),
    Construct("virtual_server without a port", "exact", "every port that no other one has at the address"),
    Construct("virtual_server group, virtual_server_group", "exact", "addresses, ranges, prefixes"),
    Construct("range of a group that leaves its /24", "unknown", "keepalived 2.2.7 does not stop at its end"),
    Construct("virtual_server fwmark", "unknown", "a packet filter decides about the ports"),
    Construct("protocol", "exact", "UDP where none is written, as keepalived 2.2.7 takes it"),
    Construct("lvs_method, lb_kind", "exact", "NAT, DR, TUN; without NAT the client's port is kept"),
    Construct("real servers with several methods", "unknown"),
    Construct("lvs_sched, lb_algo", "exact", "rr, wrr, lc, wlc, sh, mh, fo, sed, nq, twos"),
    Construct("lvs_sched dh, lblc, lblcr, ovf", "unknown", "the clients of one address get one server"),
    Construct("persistence_timeout, persistence_granularity", "exact"),
    Construct("sorry_server", "exact", "a backup that is not probed"),
    Construct("quorum with a sorry server", "unknown"),
    Construct("lvs_timeouts", "exact", "900 s where none is written"),
    Construct("alpha, omega, warmup, hysteresis, inhibit_on_failure, ha_suspend", "exact", "decide about starts and scripts"),
    # Real servers
    Construct("real_server, weight", "exact"),
    Construct("real server without a port whose probe has none", "exact", "never up, as the probe asks port 0"),
    Construct("HTTP_GET, SSL_GET", "exact", "path, status_code, digest, connect_ip, connect_port"),
    Construct("several URLs, several checkers", "unknown", "the one that tells the most is judged"),
    Construct("HTTP_GET without a url", "refused"),
    Construct("TCP_CHECK", "exact"),
    Construct("SMTP_CHECK, DNS_CHECK, UDP_CHECK, PING_CHECK, MISC_CHECK, BFD_CHECK, FILE_CHECK", "exact", "a probe of another kind"),
    Construct("delay_loop, retry, delay_before_retry, connect_timeout", "exact", "of the checker, the real or the virtual server"),
)  # fmt: skip
