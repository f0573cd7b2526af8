"""The sentences about what the Traefik reader remarks, by the key of the remark.

PS316, PS317 and PS318 put their own words before these.
"""

from __future__ import annotations

from collections.abc import Mapping

from portspec.texts import Text

UNKNOWN: Mapping[str, Text] = {
    "entry-points": {
        "en": "the ports of the entry points ({names}) are in the static configuration; name the folder that holds both files",
        "zh-TW": "entry point（{names}）的連接埠在靜態設定中；請指定含有兩個檔案的資料夾",
    },
    "entry-port": {
        "en": "the port of {text} is a name that the host resolves",
        "zh-TW": "{text} 的連接埠是名稱，由主機解析",
    },
    "file-elsewhere": {
        "en": "the file provider reads {path}, which is not here",
        "zh-TW": "file provider 讀取的 {path} 不在此處",
    },
    "matcher-open": {
        "en": "{matcher} decides which clients the router takes",
        "zh-TW": "{matcher} 決定 router 接受哪些用戶端",
    },
    "middleware-elsewhere": {
        "en": "the middleware {name} is not in the files",
        "zh-TW": "middleware {name} 不在檔案中",
    },
    "newer": {
        "en": "{field} is known to the newest versions only; others refuse the file",
        "zh-TW": "只有最新版本認識 {field}；其他版本會拒絕此檔案",
    },
    "provider": {
        "en": "the provider {name} may add routers and services",
        "zh-TW": "provider {name} 可能加入 router 與 service",
    },
    "service-elsewhere": {
        "en": "the service {name} is not in the files",
        "zh-TW": "service {name} 不在檔案中",
    },
    "several-names": {
        "en": "the rule of router {name} gives a matcher several values, which Traefik 2 takes and Traefik 3 refuses",
        "zh-TW": "router {name} 的規則給一個 matcher 多個值，Traefik 2 接受，Traefik 3 會拒絕",
    },
    "weighted-health": {
        "en": "a service of {name} whose servers are all dead keeps its share: the weighted service has no healthCheck",
        "zh-TW": "{name} 之下的 service 即使所有伺服器都故障仍會分到流量：weighted service 沒有 healthCheck",
    },
}
"""What is not modelled (PS316)."""

REFUSED: Mapping[str, Text] = {
    "empty": {"en": "a section without anything in it", "zh-TW": "區段沒有任何內容"},
    "entry-address": {
        "en": "{text} is no address of an entry point: write host:port, or :port",
        "zh-TW": "{text} 不是 entry point 的位址：請寫 host:port 或 :port",
    },
    "field": {"en": "there is no field {field} here", "zh-TW": "此處沒有欄位 {field}"},
    "host": {"en": "{name} is no host name", "zh-TW": "{name} 不是主機名稱"},
    "list": {"en": "{field} must be a list", "zh-TW": "{field} 必須是清單"},
    "matcher": {"en": "there is no matcher {name} for TCP", "zh-TW": "TCP 沒有 matcher {name}"},
    "no-entry-point": {"en": "there is no entry point {name}", "zh-TW": "沒有 entry point {name}"},
    "no-kind": {
        "en": "service {name} has neither loadBalancer nor weighted",
        "zh-TW": "service {name} 沒有 loadBalancer 也沒有 weighted",
    },
    "no-middleware": {"en": "there is no middleware {name}", "zh-TW": "沒有 middleware {name}"},
    "no-rule": {"en": "router {name} has no rule", "zh-TW": "router {name} 沒有 rule"},
    "no-service": {"en": "there is no service {name}", "zh-TW": "沒有 service {name}"},
    "no-service-named": {"en": "router {name} names no service", "zh-TW": "router {name} 沒有指定 service"},
    "no-transport": {"en": "there is no serversTransport {name}", "zh-TW": "沒有 serversTransport {name}"},
    "protocol": {"en": "{text} is no protocol: tcp or udp", "zh-TW": "{text} 不是通訊協定：應為 tcp 或 udp"},
    "range": {"en": "{text} is no range of addresses", "zh-TW": "{text} 不是位址範圍"},
    "rule": {"en": "the rule cannot be read at {found}", "zh-TW": "規則在 {found} 處無法解讀"},
    "rule-empty": {"en": "{name} has no value", "zh-TW": "{name} 沒有值"},
    "section": {"en": "a section with fields was expected here", "zh-TW": "此處應為含有欄位的區段"},
    "server-address": {
        "en": "{text} is no address of a server: write host:port",
        "zh-TW": "{text} 不是伺服器的位址：請寫 host:port",
    },
    "shared": {
        "en": "the entry point of line {line} listens at {address} already",
        "zh-TW": "第 {line} 行的 entry point 已監聽 {address}",
    },
    "single": {"en": "{field} must be a single value", "zh-TW": "{field} 必須是單一值"},
    "sni-without-tls": {
        "en": "router {name} asks for a server name and has no tls; write tls with passthrough: true",
        "zh-TW": "router {name} 依伺服器名稱判斷，卻沒有 tls；請寫上 tls 並設定 passthrough: true",
    },
    "two-kinds": {
        "en": "service {name} has both loadBalancer and weighted",
        "zh-TW": "service {name} 同時有 loadBalancer 與 weighted",
    },
    "value": {"en": "{field} takes no {text}", "zh-TW": "{field} 不接受 {text}"},
    "weighted-unwatched": {
        "en": "a weighted service with healthCheck asks for one in service {name}",
        "zh-TW": "有 healthCheck 的 weighted service 要求 service {name} 也有 healthCheck",
    },
}
"""What Traefik does not take (PS317): the whole file, or the router."""

IGNORED: Mapping[str, Text] = {
    "behind-tcp": {
        "en": "router {name} of HTTP gets no client: router {other} takes every connection",
        "zh-TW": "HTTP 的 router {name} 收不到用戶端：router {other} 接收所有連線",
    },
    "not-for-tls": {
        "en": "TLS clients do not get to router {name}: router {other} of the same entry point has tls",
        "zh-TW": "TLS 用戶端到不了 router {name}：同一個 entry point 的 router {other} 有 tls",
    },
    "root": {
        "en": "there is no section {name} in a file of this kind",
        "zh-TW": "這種檔案沒有區段 {name}",
    },
    "twice": {"en": "there is a {what} {name} already", "zh-TW": "{what} {name} 已存在"},
}
"""What Traefik passes over (PS318)."""
