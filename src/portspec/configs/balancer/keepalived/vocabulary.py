"""The keywords of keepalived 2.2.7, block by block, with what stands in them.

From keepalived.conf(5); that the program knows these and no others in each block was asked of the program itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

LEAF = "leaf"
VALUES = "values"
"""A block of lines that are no keywords."""
Grammar: TypeAlias = "str | Mapping[str, Grammar]"


def _leaves(names: str) -> dict[str, Grammar]:
    return dict.fromkeys(names.split(), LEAF)


def _values(names: str) -> dict[str, Grammar]:
    return dict.fromkeys(names.split(), VALUES)


_RETRIES = "alpha delay_before_retry delay_loop log_all_failures retry warmup"
_CONNECTION = f"{_RETRIES} bind_if bind_port bindto connect_ip connect_port connect_timeout fwmark"
_URL = _leaves(
    "digest path regex regex_max_offset regex_min_offset regex_no_match regex_options regex_stack status_code virtualhost"
)
_WEB = _leaves(f"{_CONNECTION} enable_sni fast_recovery http_protocol nb_get_retry virtualhost") | {"url": _URL}

CHECKERS: Mapping[str, Grammar] = {
    "BFD_CHECK": _leaves("alpha name"),
    "DNS_CHECK": _leaves(f"{_CONNECTION} name type"),
    "FILE_CHECK": _leaves("dynamic track_file weight"),
    "HTTP_GET": _WEB,
    "MISC_CHECK": _leaves(f"{_RETRIES} misc_dynamic misc_path misc_timeout user"),
    "PING_CHECK": _leaves(_CONNECTION),
    "SMTP_CHECK": _leaves(f"{_CONNECTION} helo_name") | {"host": _leaves(_CONNECTION)},
    "SSL_GET": _WEB,
    "TCP_CHECK": _leaves(_CONNECTION),
    "UDP_CHECK": _leaves(f"{_CONNECTION} max_reply_length min_reply_length payload require_reply"),
}
_SHARED = (
    "alpha connect_timeout delay_before_retry delay_loop inhibit_on_failure lvs_method retry smtp_alert snmp_name "
    "virtualhost warmup weight"
)
_REAL_SERVER = _leaves(f"{_SHARED} lthreshold notify_down notify_up uthreshold") | dict(CHECKERS)
_VIRTUAL_SERVER = _leaves(
    f"{_SHARED} flag-1 flag-2 flag-3 ha_suspend hysteresis ip_family lb_algo lb_kind lvs_sched mh-fallback mh-port omega "
    "ops persistence_engine persistence_granularity persistence_timeout protocol quorum quorum_down quorum_up "
    "sh-fallback sh-port sorry_server sorry_server_inhibit sorry_server_lvs_method"
) | {"real_server": _REAL_SERVER}
_TRACKED = "track_bfd track_file track_interface track_process track_script"
_NOTIFY = "notify notify_backup notify_fault notify_master notify_priority_changes notify_stop smtp_alert"
_VRRP_INSTANCE = (
    _leaves(
        f"{_NOTIFY} accept advert_int check_unicast_src debug dont_track_primary down_timer_adverts garp_extra_if "
        "garp_lower_prio_delay garp_lower_prio_repeat garp_master_delay garp_master_refresh garp_master_refresh_repeat "
        "garp_master_repeat higher_prio_send_advert interface kernel_rx_buf_size linkbeat_use_polling "
        "lower_prio_no_advert lvs_sync_daemon_interface mcast_dst_ip mcast_src_ip native_ipv6 no_accept nopreempt "
        "notify_deleted notify_master_rx_lower_pri old_unicast_checksum preempt preempt_delay priority "
        "promote_secondaries skip_check_adv_addr state strict_mode track_src_ip unicast_fault_no_peer unicast_src_ip "
        "unicast_ttl use_ipvlan use_vmac use_vmac_addr version virtual_router_id vmac_xmit_base vrf"
    )
    | _values(f"{_TRACKED} unicast_peer virtual_ipaddress virtual_ipaddress_excluded virtual_routes virtual_rules")
    | {"authentication": _leaves("auth_pass auth_type")}
)
_GLOBAL_DEFS = _leaves(
    "bfd_cpu_affinity bfd_no_swap bfd_priority bfd_process_name bfd_rlimit_rtime bfd_rlimit_rttime bfd_rt_priority "
    "checker_cpu_affinity checker_log_all_failures checker_no_swap checker_priority checker_process_name "
    "checker_rlimit_rtime checker_rlimit_rttime checker_rt_priority config_save_dir data_use_instance dbus_service_name "
    "default_interface disable_local_igmp dynamic_interfaces enable_dbus enable_script_security enable_snmp_checker "
    "enable_snmp_keepalived enable_snmp_rfc enable_snmp_rfcv2 enable_snmp_rfcv3 enable_snmp_vrrp enable_traps "
    "fifo_write_vrrp_states_on_reload include_check log_unknown_vrids lvs_flush lvs_flush_on_stop lvs_flush_onstop "
    "lvs_netlink_cmd_rcv_bufs lvs_netlink_cmd_rcv_bufs_force lvs_netlink_monitor_rcv_bufs "
    "lvs_netlink_monitor_rcv_bufs_force lvs_notify_fifo lvs_notify_fifo_script lvs_process_name lvs_sync_daemon "
    "lvs_timeouts max_auto_priority min_auto_priority_delay nftables nftables_counters nftables_ifindex nftables_ipvs "
    "nftables_ipvs_priority nftables_ipvs_start_fwmark nftables_priority no_checker_emails no_email_faults "
    "notification_email_from notify_fifo notify_fifo_script process_monitor_rcv_bufs process_monitor_rcv_bufs_force "
    "process_name process_names random_seed reload_check_config reload_file reload_repeat reload_time_file router_id "
    "rs_init_notifies script_user shutdown_script shutdown_script_timeout smtp_alert smtp_alert_checker smtp_alert_vrrp "
    "smtp_connect_timeout smtp_helo_name smtp_server snmp_socket startup_script startup_script_timeout "
    "tmp_config_directory umask vmac_addr_prefix vmac_prefix vrrp_check_unicast_src vrrp_cpu_affinity "
    "vrrp_down_timer_adverts vrrp_garp_extra_if vrrp_garp_interval vrrp_garp_lower_prio_delay vrrp_garp_lower_prio_repeat "
    "vrrp_garp_master_delay vrrp_garp_master_refresh vrrp_garp_master_refresh_repeat vrrp_garp_master_repeat "
    "vrrp_gna_interval vrrp_higher_prio_send_advert vrrp_ipsets vrrp_iptables vrrp_lower_prio_no_advert vrrp_mcast_group4 "
    "vrrp_mcast_group6 vrrp_min_garp vrrp_netlink_cmd_rcv_bufs vrrp_netlink_cmd_rcv_bufs_force "
    "vrrp_netlink_monitor_rcv_bufs vrrp_netlink_monitor_rcv_bufs_force vrrp_no_swap vrrp_notify_fifo "
    "vrrp_notify_fifo_script vrrp_notify_priority_changes vrrp_priority vrrp_process_name vrrp_rlimit_rtime "
    "vrrp_rlimit_rttime vrrp_rt_priority vrrp_rx_bufs_multiplier vrrp_rx_bufs_policy vrrp_skip_check_adv_addr "
    "vrrp_startup_delay vrrp_strict vrrp_version vrrp_vmac_garp_intvl"
) | _values("notification_email")
_TRACK_FILE = _leaves("file init_file weight")

ROOT: Mapping[str, Grammar] = {
    **_leaves(
        "child_wait_time instance linkbeat_use_polling namespace_with_ipsets net_namespace net_namespace_ipvs use_pid_dir"
    ),
    **_values(
        "interface_up_down_delays linkbeat_interfaces static_ipaddress static_routes static_rules virtual_server_group"
    ),
    "SSL": _leaves("ca certificate key password"),
    "bfd_instance": _leaves(
        "checker hoplimit idle_tx max_hops min_rx min_tx multiplier neighbor_ip neighbour_ip passive source_ip ttl vrrp weight"
    ),
    "garp_group": _leaves("garp_interval gna_interval interface") | _values("interfaces"),
    "global_defs": _GLOBAL_DEFS,
    "track_file": _TRACK_FILE,
    "track_group": _values("group"),
    "virtual_server": _VIRTUAL_SERVER,
    "vrrp_instance": _VRRP_INSTANCE,
    "vrrp_script": _leaves("fall init_fail interval rise script timeout user weight"),
    "vrrp_sync_group": _leaves(f"{_NOTIFY} global_tracking sync_group_tracking_weight") | _values(f"{_TRACKED} group"),
    "vrrp_track_file": _TRACK_FILE,
    "vrrp_track_process": _leaves(
        "delay fork_delay full_command param_match process quorum quorum_max terminate_delay weight"
    ),
}

NEED_VALUE = frozenset({
    "connect_ip", "connect_port", "connect_timeout", "delay_before_retry", "delay_loop", "lb_algo", "lb_kind",
    "lvs_method", "lvs_sched", "misc_path", "path", "protocol", "quorum", "retry", "sorry_server",
    "sorry_server_lvs_method", "weight",
})  # fmt: skip
"""Keywords below a virtual server without whose value keepalived does not start."""
METHODS = {"NAT": "nat", "DR": "direct", "TUN": "tunnel"}
SCHEDULERS = frozenset({
    "rr", "wrr", "lc", "wlc", "lblc", "sh", "mh", "dh", "fo", "ovf", "lblcr", "sed", "nq", "twos",
})  # fmt: skip
BY_SOURCE = frozenset({"sh", "mh"})
"""Schedulers that send a client to the same server again."""
BY_DESTINATION = frozenset({"dh", "lblc", "lblcr", "ovf"})
"""Schedulers that send the clients of one address to one server, until it has enough of them."""
FAILOVER = "fo"
"""The scheduler that sends every client to the server with the highest weight."""
DEFAULT_SCHEDULER = "wlc"
DEFAULT_PERSISTENCE = 360
IPVS_IDLE = 900
"""Seconds that the kernel keeps a silent TCP connection where nothing is written (ipvsadm(8), --set)."""
