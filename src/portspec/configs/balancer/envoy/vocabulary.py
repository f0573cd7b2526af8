"""The messages of Envoy's API that are read here, with their fields, and the defaults that they have.

Fields and defaults are those of the v3 API reference (https://www.envoyproxy.io/docs/envoy/latest/api-v3/api); a field that a
message does not have is refused by Envoy, in the whole file. Of the defaults that surprise: a cluster that never had a client
is probed every 60 s, whatever its interval is (`config/core/v3/health_check.proto`); below 50 % of healthy members Envoy
sends clients to all of them (`config/cluster/v3/cluster.proto`, `healthy_panic_threshold`); passive checks put out at most
10 % of the members, which is none of three (`config/cluster/v3/outlier_detection.proto`, `max_ejection_percent`); a connection
that is silent for an hour is closed (`extensions/filters/network/tcp_proxy/v3/tcp_proxy.proto`, `idle_timeout`).
"""

from __future__ import annotations

from collections.abc import Mapping


def _of(words: str) -> frozenset[str]:
    return frozenset(words.split())


BOOTSTRAP = _of(
    "node node_context_params static_resources dynamic_resources cluster_manager hds_config flags_path stats_sinks"
    " deferred_stat_options stats_config stats_flush_interval stats_flush_on_admin stats_eviction_interval watchdog watchdogs"
    " tracing layered_runtime admin overload_manager enable_dispatcher_stats header_prefix stats_server_version_override"
    " use_tcp_for_dns_lookups dns_resolution_config typed_dns_resolver_config bootstrap_extensions fatal_actions config_sources"
    " default_config_source default_socket_interface certificate_provider_instances inline_headers perf_tracing_file_path"
    " default_regex_engine xds_delegate_extension xds_config_tracker_extension listener_manager application_log_config"
    " grpc_async_client_manager_config memory_allocator_manager enable_worker_cpu_affinity"
)
STATIC = _of("listeners clusters secrets")
ADMIN = _of("access_log access_log_path profile_path address socket_options ignore_global_conn_limit allow_paths")
LISTENER = _of(
    "name address additional_addresses stat_prefix filter_chains fcds_config filter_chain_matcher use_original_dst"
    " default_filter_chain per_connection_buffer_limit_bytes per_connection_buffer_high_watermark_timeout metadata"
    " deprecated_v1 drain_type listener_filters listener_filters_timeout continue_on_listener_filters_timeout transparent"
    " freebind socket_options tcp_fast_open_queue_length traffic_direction udp_listener_config api_listener"
    " connection_balance_config reuse_port enable_reuse_port access_log tcp_backlog_size"
    " max_connections_to_accept_per_socket_event bind_to_port internal_listener enable_mptcp ignore_global_conn_limit"
    " bypass_overload_manager tcp_keepalive"
)
ADDITIONAL_ADDRESS = _of("address socket_options tcp_keepalive")
ADDRESS = _of("socket_address pipe envoy_internal_address")
SOCKET_ADDRESS = _of("protocol address port_value named_port resolver_name ipv4_compat network_namespace_filepath")
FILTER_CHAIN = _of(
    "filter_chain_match filters use_proxy_proto metadata transport_socket transport_socket_connect_timeout name"
)
MATCH = _of(
    "destination_port prefix_ranges address_suffix suffix_len direct_source_prefix_ranges source_type source_prefix_ranges"
    " source_ports server_names transport_protocol application_protocols"
)
FILTER = _of("name typed_config config_discovery")
LISTENER_FILTER = _of("name typed_config config_discovery filter_disabled")
CIDR = _of("address_prefix prefix_len")
TCP_PROXY = _of(
    "stat_prefix cluster weighted_clusters on_demand metadata_match idle_timeout downstream_idle_timeout upstream_idle_timeout"
    " access_log max_connect_attempts backoff_options hash_policy tunneling_config max_downstream_connection_duration"
    " max_downstream_connection_duration_jitter_percentage access_log_flush_interval flush_access_log_on_connected"
    " access_log_options proxy_protocol_tlvs proxy_protocol_tlv_merge_policy upstream_connect_mode max_early_data_bytes"
    " check_drain_close"
)
WEIGHTED = _of("clusters")
CLUSTER_WEIGHT = _of("name weight metadata_match")
HASH_POLICY = _of("source_ip filter_state")
RBAC = _of("rules matcher shadow_rules shadow_matcher shadow_rules_stat_prefix stat_prefix enforcement_type delay_deny")
RULES = _of("action policies audit_logging_options")
POLICY = _of("permissions principals condition checked_condition cel_config")
PRINCIPAL = _of(
    "and_ids or_ids any authenticated source_ip direct_remote_ip remote_ip header url_path metadata filter_state not_id"
    " sourced_metadata custom"
)
PERMISSION = _of(
    "and_rules or_rules any header url_path destination_ip destination_port destination_port_range metadata not_rule"
    " requested_server_name matcher uri_template sourced_metadata"
)
PORT_RANGE = _of("start end")
TRANSPORT_SOCKET = _of("name typed_config")
CLUSTER = _of(
    "transport_socket_matches transport_socket_matcher name alt_stat_name type cluster_type eds_cluster_config connect_timeout"
    " per_connection_buffer_limit_bytes per_connection_buffer_high_watermark_timeout lb_policy load_assignment health_checks"
    " max_requests_per_connection circuit_breakers upstream_http_protocol_options common_http_protocol_options"
    " http_protocol_options http2_protocol_options typed_extension_protocol_options dns_refresh_rate dns_jitter"
    " dns_failure_refresh_rate respect_dns_ttl dns_lookup_family dns_resolvers use_tcp_for_dns_lookups dns_resolution_config"
    " typed_dns_resolver_config wait_for_warm_on_init outlier_detection cleanup_interval upstream_bind_config lb_subset_config"
    " ring_hash_lb_config maglev_lb_config original_dst_lb_config least_request_lb_config round_robin_lb_config"
    " common_lb_config transport_socket metadata protocol_selection upstream_connection_options"
    " close_connections_on_host_health_failure ignore_health_on_host_removal filters load_balancing_policy lrs_server"
    " lrs_report_endpoint_metrics track_timeout_budgets upstream_config track_cluster_stats preconnect_policy"
    " connection_pool_per_downstream_connection"
)
SOCKET_MATCH = _of("name match transport_socket")
COMMON_LB = _of(
    "healthy_panic_threshold zone_aware_lb_config locality_weighted_lb_config update_merge_window"
    " ignore_new_hosts_until_first_hc close_connections_on_host_set_change consistent_hashing_lb_config override_host_status"
)
PERCENT = _of("value")
OUTLIER = _of(
    "consecutive_5xx interval base_ejection_time max_ejection_percent enforcing_consecutive_5xx enforcing_success_rate"
    " success_rate_minimum_hosts success_rate_request_volume success_rate_stdev_factor consecutive_gateway_failure"
    " enforcing_consecutive_gateway_failure split_external_local_origin_errors consecutive_local_origin_failure"
    " enforcing_consecutive_local_origin_failure enforcing_local_origin_success_rate failure_percentage_threshold"
    " enforcing_failure_percentage enforcing_failure_percentage_local_origin failure_percentage_minimum_hosts"
    " failure_percentage_request_volume max_ejection_time max_ejection_time_jitter"
    " successful_active_health_check_uneject_host monitors always_eject_one_host detect_degraded_hosts"
)
ASSIGNMENT = _of("cluster_name endpoints named_endpoints policy")
LOCALITY = _of(
    "locality metadata lb_endpoints load_balancer_endpoints leds_cluster_locality_config load_balancing_weight priority"
    " proximity"
)
LB_ENDPOINT = _of("endpoint endpoint_name health_status metadata load_balancing_weight")
ENDPOINT = _of("address health_check_config hostname additional_addresses observability_name")
ENDPOINT_CHECK = _of("port_value hostname address disable_active_health_check")
HEALTH_CHECK = _of(
    "timeout interval initial_jitter interval_jitter interval_jitter_percent unhealthy_threshold healthy_threshold alt_port"
    " reuse_connection http_health_check tcp_health_check grpc_health_check custom_health_check no_traffic_interval"
    " no_traffic_healthy_interval unhealthy_interval unhealthy_edge_interval healthy_edge_interval event_log_path event_logger"
    " event_service always_log_health_check_failures always_log_health_check_success tls_options"
    " transport_socket_match_criteria name"
)
HTTP_CHECK = _of(
    "host path send receive response_buffer_size request_headers_to_add request_headers_to_remove expected_statuses"
    " retriable_statuses codec_client_type service_name_matcher method"
)
TCP_CHECK = _of("send receive proxy_protocol_config")

API = "type.googleapis.com/envoy."
"""What the type of every message of Envoy's begins with."""
TCP_PROXY_TYPE = "extensions.filters.network.tcp_proxy.v3.TcpProxy"
HTTP_TYPE = "extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
RBAC_TYPE = "extensions.filters.network.rbac.v3.RBAC"
DOWNSTREAM_TLS = "extensions.transport_sockets.tls.v3.DownstreamTlsContext"
UPSTREAM_TLS = "extensions.transport_sockets.tls.v3.UpstreamTlsContext"
UPSTREAM_PROXY = "extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport"
RAW_BUFFER = "extensions.transport_sockets.raw_buffer.v3.RawBuffer"
TCP_STATS = "extensions.transport_sockets.tcp_stats.v3.Config"
TLS_INSPECTOR = "extensions.filters.listener.tls_inspector.v3.TlsInspector"
PROXY_PROTOCOL = "extensions.filters.listener.proxy_protocol.v3.ProxyProtocol"
ORIGINAL_DST = "extensions.filters.listener.original_dst.v3.OriginalDst"
LISTENER_FILTERS_PASSED = (
    "extensions.filters.listener.http_inspector.v3.HttpInspector",
    "extensions.filters.listener.original_src.v3.OriginalSrc",
    "extensions.filters.listener.local_ratelimit.v3.LocalRateLimit",
)
FILTERS_PASSED = (
    "extensions.filters.network.connection_limit.v3.ConnectionLimit",
    "extensions.filters.network.local_ratelimit.v3.LocalRateLimit",
    "extensions.filters.network.ratelimit.v3.RateLimit",
    "extensions.filters.network.set_filter_state.v3.Config",
)
"""Network filters that choose no member, and turn nobody away who keeps to a limit."""
DNS_CLUSTER = "extensions.clusters.dns.v3.DnsCluster"

TYPES = ("STATIC", "STRICT_DNS", "LOGICAL_DNS", "EDS", "ORIGINAL_DST")
LB_POLICIES = (
    "ROUND_ROBIN",
    "LEAST_REQUEST",
    "RING_HASH",
    "RANDOM",
    "",
    "MAGLEV",
    "CLUSTER_PROVIDED",
    "LOAD_BALANCING_POLICY_CONFIG",
)
"""In the order of their numbers; 4 is taken no more."""
HASHING = ("RING_HASH", "MAGLEV")
LB_EXTENSIONS: Mapping[str, str] = {
    "extensions.load_balancing_policies.round_robin.v3.RoundRobin": "ROUND_ROBIN",
    "extensions.load_balancing_policies.least_request.v3.LeastRequest": "LEAST_REQUEST",
    "extensions.load_balancing_policies.random.v3.Random": "RANDOM",
    "extensions.load_balancing_policies.ring_hash.v3.RingHash": "RING_HASH",
    "extensions.load_balancing_policies.maglev.v3.Maglev": "MAGLEV",
}
HEALTH_STATUSES = ("UNKNOWN", "HEALTHY", "UNHEALTHY", "DRAINING", "TIMEOUT", "DEGRADED")
OUT_OF_SERVICE = ("UNHEALTHY", "DRAINING", "TIMEOUT")
PROTOCOLS = ("TCP", "UDP")
ACTIONS = ("ALLOW", "DENY", "LOG")
METHODS = ("METHOD_UNSPECIFIED", "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH")

IDLE = 3_600_000
"""Milliseconds; `idle_timeout` of a tcp_proxy."""
NO_TRAFFIC = 60_000
PANIC = 50
EJECTED_PERCENT = 10
EJECTED_AFTER = 5
EJECTED_FOR = 30_000
