"""The sentences about what the Envoy reader remarks, by the key of the remark.

PS316, PS317 and PS318 put their own words before these.
"""

from __future__ import annotations

from collections.abc import Mapping

from portspec.texts import Text

UNKNOWN: Mapping[str, Text] = {
    "chain-match": {
        "en": "{field} of the filter chain decides which clients it takes",
        "zh-TW": "filter chain 的 {field} 決定它接受哪些用戶端",
    },
    "cluster-elsewhere": {
        "en": "cluster {name} is not in this file; if nothing delivers it, every connection is closed",
        "zh-TW": "此檔案中沒有 cluster {name}；若無其他來源提供，所有連線都會被關閉",
    },
    "discovery": {
        "en": "which members cluster {cluster} has is found out at run time ({type})",
        "zh-TW": "cluster {cluster} 有哪些成員在執行時才得知（{type}）",
    },
    "dynamic": {
        "en": "listeners and clusters that a management server or another file delivers are not in this file",
        "zh-TW": "由管理伺服器或其他檔案提供的 listener 與 cluster 不在此檔案中",
    },
    "endpoint-name": {
        "en": "the endpoint is given by name, to be delivered at run time",
        "zh-TW": "此 endpoint 以名稱指定，在執行時才提供",
    },
    "endpoint-socket": {
        "en": "the endpoint is a socket, not an address and port",
        "zh-TW": "此 endpoint 是 socket，不是位址與連接埠",
    },
    "expects-errors": {
        "en": "expected_statuses takes {status}, which a server gives that is not ready, for a good answer",
        "zh-TW": "expected_statuses 把未就緒的伺服器所回的 {status} 當成正常回應",
    },
    "filter": {
        "en": "what the filter {type} does with connections",
        "zh-TW": "filter {type} 如何處理連線",
    },
    "lb-policy": {
        "en": "how the load_balancing_policy of cluster {cluster} chooses a member",
        "zh-TW": "cluster {cluster} 的 load_balancing_policy 如何選擇成員",
    },
    "listener": {
        "en": "{field} decides which connections the listener gets",
        "zh-TW": "{field} 決定此 listener 收到哪些連線",
    },
    "named-port": {
        "en": "the port of {name} is a name that is resolved at run time",
        "zh-TW": "{name} 的連接埠是名稱，在執行時才解析",
    },
    "no-traffic": {
        "en": "until the first client of cluster {cluster} has come its members are probed every {seconds} s; no_traffic_interval says so",
        "zh-TW": "在 cluster {cluster} 的第一個用戶端出現之前，每 {seconds} 秒才檢查成員一次；由 no_traffic_interval 決定",
    },
    "panic": {
        "en": "while less than {percent} % of cluster {cluster} is healthy, clients are sent to dead members as well; healthy_panic_threshold says so",
        "zh-TW": "cluster {cluster} 的健康成員少於 {percent} % 時，用戶端也會被送往故障的成員；由 healthy_panic_threshold 決定",
    },
    "rbac": {
        "en": "{what} decides which clients the filter RBAC lets in",
        "zh-TW": "{what} 決定 RBAC filter 接受哪些用戶端",
    },
    "routes-elsewhere": {
        "en": "the routes of the connection manager are delivered at run time",
        "zh-TW": "connection manager 的路由在執行時才提供",
    },
    "several-checks": {
        "en": "cluster {cluster} has several health checks; only the first one was judged",
        "zh-TW": "cluster {cluster} 有多個健康檢查；只判定了第一個",
    },
    "tcp-proxy": {
        "en": "{field} of the tcp_proxy decides where connections go",
        "zh-TW": "tcp_proxy 的 {field} 決定連線的去向",
    },
    "transport-socket": {
        "en": "what the transport socket {type} does with connections",
        "zh-TW": "transport socket {type} 如何處理連線",
    },
}
"""What is not modelled (PS316)."""

REFUSED: Mapping[str, Text] = {
    "choice": {"en": "{field} takes no {text}", "zh-TW": "{field} 不接受 {text}"},
    "duplicate-cluster": {"en": "there is a cluster {name} already", "zh-TW": "cluster {name} 已存在"},
    "duration": {
        "en": "{field} must be a time such as 10s or 0.25s, not {text}",
        "zh-TW": "{field} 必須是時間，例如 10s 或 0.25s，不可為 {text}",
    },
    "field": {"en": "there is no field {field} here", "zh-TW": "此處沒有欄位 {field}"},
    "list": {"en": "{field} must be a list", "zh-TW": "{field} 必須是清單"},
    "listener-name": {
        "en": "a listener takes an address, not the name {name}",
        "zh-TW": "listener 只接受位址，不接受名稱 {name}",
    },
    "logical-dns": {
        "en": "cluster {cluster} of type LOGICAL_DNS takes one endpoint only",
        "zh-TW": "LOGICAL_DNS 類型的 cluster {cluster} 只接受一個 endpoint",
    },
    "message-type": {
        "en": "the type {type} is of the v2 API, which is gone since Envoy 1.18",
        "zh-TW": "類型 {type} 屬於 v2 API，自 Envoy 1.18 起已移除",
    },
    "missing": {"en": "{field} is missing", "zh-TW": "缺少 {field}"},
    "number": {"en": "{field} takes no {text}", "zh-TW": "{field} 不接受 {text}"},
    "prefix": {"en": "{text} is no prefix of addresses", "zh-TW": "{text} 不是位址前綴"},
    "scalar": {"en": "{field} must be a single value", "zh-TW": "{field} 必須是單一值"},
    "server-name": {
        "en": "the server name {name} has a wildcard that is not its whole first part",
        "zh-TW": "伺服器名稱 {name} 的萬用字元不是完整的第一段",
    },
    "shared": {
        "en": "the listener of line {line} has {address} already",
        "zh-TW": "第 {line} 行的 listener 已使用 {address}",
    },
    "static-name": {
        "en": "a cluster of type STATIC takes addresses, not the name {name}: use STRICT_DNS",
        "zh-TW": "STATIC 類型的 cluster 只接受位址，不接受名稱 {name}：請改用 STRICT_DNS",
    },
    "truth": {
        "en": "{field} must be true or false, not {text}",
        "zh-TW": "{field} 必須是 true 或 false，不可為 {text}",
    },
    "type": {"en": "a mapping was expected here: {wanted}", "zh-TW": "此處應為對映：{wanted}"},
}
"""What Envoy does not take (PS317)."""

IGNORED: Mapping[str, Text] = {
    "hash-policy": {
        "en": "hash_policy means nothing to cluster {cluster}, which chooses by {policy}",
        "zh-TW": "cluster {cluster} 以 {policy} 選擇成員，hash_policy 沒有作用",
    },
    "no-cluster": {
        "en": "there is no cluster {name}; every connection is closed",
        "zh-TW": "沒有 cluster {name}；所有連線都會被關閉",
    },
    "no-inspector": {
        "en": "without the listener filter tls_inspector no client ever matches the server names {names}",
        "zh-TW": "沒有 listener filter tls_inspector，不會有用戶端符合伺服器名稱 {names}",
    },
    "nobody-ejected": {
        "en": "outlier_detection puts no member of cluster {cluster} out: {percent} % of {members} is none; raise max_ejection_percent",
        "zh-TW": "outlier_detection 不會讓 cluster {cluster} 的任何成員下線：{members} 個的 {percent} % 不足一個；請調高 max_ejection_percent",
    },
}
"""What Envoy passes over (PS318)."""
