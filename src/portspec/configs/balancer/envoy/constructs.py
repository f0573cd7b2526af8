"""What the Envoy reader does with each construct."""

from __future__ import annotations

from portspec.configs.constructs import Construct

CONSTRUCTS: tuple[Construct, ...] = (
    # Files
    Construct("bootstrap in YAML or JSON", "exact", "fields in snake case and lower camel case"),
    Construct("template", "refused", "render it first"),
    Construct("field that a message does not have", "refused", "of the messages that decide about ports and members"),
    Construct("value that a field does not take, required field that is missing", "refused"),
    Construct("dynamic_resources", "unknown"),
    Construct("admin", "exact", "its address is a page without a password"),
    # Listeners
    Construct("listeners: address, additional_addresses", "exact", "IPv4, IPv6, ipv4_compat; UDP and pipes are no TCP port"),
    Construct("two listeners of one address and port", "refused"),
    Construct("bind_to_port false", "exact", "nobody gets there"),
    Construct("use_original_dst, filter_chain_matcher, internal listeners", "unknown"),
    Construct("listener filters tls_inspector, proxy_protocol", "exact"),
    Construct("server_names without tls_inspector", "exact", "nobody matches"),
    Construct("other listener filters", "unknown"),
    # Filter chains
    Construct("filter_chain_match: destination_port, server_names, source_prefix_ranges", "exact", "the most specific one, without a way back"),
    Construct("filter_chain_match: the rest", "unknown", "prefix_ranges, application_protocols, transport_protocol without a name, …"),
    Construct("default_filter_chain", "exact"),
    Construct("transport_socket of a chain", "exact", "TLS ends there"),
    Construct("tcp_proxy", "exact", "cluster, weighted_clusters, idle_timeout, max_downstream_connection_duration, hash_policy"),
    Construct("tcp_proxy: on_demand, tunneling_config, metadata_match", "unknown"),
    Construct("http_connection_manager", "exact", "mode http; every cluster of its routes"),
    Construct("http_connection_manager with rds", "unknown"),
    Construct("RBAC", "exact", "source addresses and ports; and, or, not"),
    Construct("RBAC on anything else", "unknown", "matcher, metadata, authenticated, …"),
    Construct("connection_limit, ratelimit", "exact", "passed over"),
    Construct("other network filters", "unknown"),
    Construct("type of the v2 API", "refused"),
    # Clusters
    Construct("clusters: STATIC, STRICT_DNS, LOGICAL_DNS", "exact", "names are looked up in the cluster file"),
    Construct("clusters: EDS, ORIGINAL_DST, cluster_type", "unknown", "cluster_type DnsCluster is read"),
    Construct("name in a STATIC cluster, several endpoints of LOGICAL_DNS", "refused"),
    Construct("cluster that is not in the file", "exact", "every connection is closed; with dynamic_resources it is left open"),
    Construct("endpoints: priority", "exact", "above 0 a backup, which takes a share once fewer than 72 % are healthy"),
    Construct("endpoints: load_balancing_weight, health_status", "exact"),
    Construct("lb_policy, load_balancing_policy", "exact"),
    Construct("hash_policy with RING_HASH or MAGLEV", "exact", "with another algorithm it is ignored"),
    Construct("healthy_panic_threshold", "unknown", "50 % where nothing is written: dead members get clients then"),
    Construct("transport_socket, transport_socket_matches of a cluster", "exact", "TLS, PROXY protocol, by the metadata of each endpoint"),
    Construct("other transport sockets", "unknown"),
    # Health checks
    Construct("health_checks: http, tcp", "exact", "through the transport socket that transport_socket_match_criteria choose"),
    Construct("health_checks: grpc, custom, a payload", "exact", "a probe of another kind"),
    Construct("http_health_check: expected_statuses, retriable_statuses", "exact", "an answer that is neither takes a member out at once"),
    Construct("expected_statuses with 500", "unknown"),
    Construct("no_traffic_interval", "unknown", "60 s where nothing is written, until the first client"),
    Construct("several health_checks", "unknown"),
    Construct("health_check_config of an endpoint", "exact"),
    Construct("outlier_detection", "exact", "no probe: failures of clients count"),
    Construct("outlier_detection that puts nobody out", "exact", "10 % of three members is none"),
)  # fmt: skip
