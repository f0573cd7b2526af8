"""How findings are mended in a bootstrap file of Envoy, by `CODE.variant` of the finding."""

from __future__ import annotations

from collections.abc import Mapping

from portspec.texts import Text

_PROBE: Text = {
    "en": "health_checks with http_health_check path {path}; for HTTPS behind a tcp_proxy give it transport_socket_match_criteria, and the cluster a transport_socket_matches with TLS",
    "zh-TW": "在 health_checks 使用 http_health_check，path 為 {path}；tcp_proxy 後端若要以 HTTPS 檢查，請加上 transport_socket_match_criteria，並在 cluster 的 transport_socket_matches 設定 TLS",
}
_LAYER_4: Text = {
    "en": "use envoy.filters.network.tcp_proxy in {name} instead of the HTTP connection manager",
    "zh-TW": "在 {name} 改用 envoy.filters.network.tcp_proxy，不使用 HTTP connection manager",
}

ADVICE: Mapping[str, Text] = {
    "PS301.missing": {
        "en": "add a listener with port_value {port} and a tcp_proxy to a cluster of {members}",
        "zh-TW": "加上 port_value 為 {port} 的 listener，以 tcp_proxy 導向含有 {members} 的 cluster",
    },
    "PS301.elsewhere": {
        "en": "write address {address}, port_value {port} in the listener",
        "zh-TW": "在 listener 寫上 address {address}、port_value {port}",
    },
    "PS301.nowhere": {
        "en": "give the tcp_proxy a cluster of {members}",
        "zh-TW": "讓 tcp_proxy 指向含有 {members} 的 cluster",
    },
    "PS301.disabled": {"en": "remove bind_to_port: false", "zh-TW": "移除 bind_to_port: false"},
    "PS302.frontend": _LAYER_4,
    "PS303.listener": {
        "en": "remove the transport_socket of the filter chain",
        "zh-TW": "移除 filter chain 的 transport_socket",
    },
    "PS303.member": {
        "en": "remove the transport_socket of the cluster; for the probe alone use transport_socket_matches",
        "zh-TW": "移除 cluster 的 transport_socket；若只供健康檢查使用，請改用 transport_socket_matches",
    },
    "PS309.none": {
        "en": "give the cluster health_checks; the sources ask for {wanted}",
        "zh-TW": "為 cluster 加上 health_checks；來源要求檢查 {wanted}",
    },
    "PS309.kind": _PROBE,
    "PS309.other": _PROBE,
    "PS309.passive": _PROBE,
    "PS310.slow": {
        "en": "lower interval, or unhealthy_threshold where answers are retriable, so that the whole is at most {limit} s",
        "zh-TW": "調低 interval；若回應列於 retriable_statuses，也調低 unhealthy_threshold，使總和不超過 {limit} 秒",
    },
    "PS311.tied": {
        "en": "use lb_policy ROUND_ROBIN or LEAST_REQUEST, and remove hash_policy",
        "zh-TW": "改用 lb_policy ROUND_ROBIN 或 LEAST_REQUEST，並移除 hash_policy",
    },
    "PS314.plain": {
        "en": "put it into an entry of endpoints of its own with priority: 1",
        "zh-TW": "放在 endpoints 中獨立的一項，並設定 priority: 1",
    },
    "PS214.open": {
        "en": "give admin an address of 127.0.0.1: it asks for no password, and /quitquitquit stops Envoy",
        "zh-TW": "將 admin 的 address 設為 127.0.0.1：它不需密碼，而 /quitquitquit 會停止 Envoy",
    },
}
