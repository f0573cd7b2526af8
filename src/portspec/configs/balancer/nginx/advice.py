"""How findings are mended in an nginx config, by `CODE.variant` of the finding."""

from __future__ import annotations

from collections.abc import Mapping

from portspec.texts import Text

_STREAM: Text = {
    "en": "move {name} from http to stream, which passes connections through",
    "zh-TW": "將 {name} 從 http 移到 stream，以直接轉送連線",
}
_PROBE: Text = {
    "en": "the open source nginx probes nothing: take a balancer that asks {path} over TLS, such as HAProxy, or health_check of NGINX Plus",
    "zh-TW": "開放原始碼的 nginx 沒有主動健康檢查；請改用能以 TLS 查詢 {path} 的負載平衡器（例如 HAProxy），或 NGINX Plus 的 health_check",
}

_LONGER: Text = {
    "en": "write a longer proxy_timeout; nginx keeps a silent connection for 10 minutes if nothing is written",
    "zh-TW": "調高 proxy_timeout；未設定時，nginx 會將閒置連線保留 10 分鐘",
}

ADVICE: Mapping[str, Text] = {
    "PS302.frontend": _STREAM,
    "PS302.pool": _STREAM,
    "PS303.listener": {"en": "remove ssl from listen", "zh-TW": "移除 listen 的 ssl"},
    "PS303.member": {"en": "write proxy_ssl off, or remove the line", "zh-TW": "改為 proxy_ssl off，或移除這一行"},
    "PS309.passive": _PROBE,
    "PS309.kind": _PROBE,
    "PS309.other": _PROBE,
    "PS319.silent": {
        "en": "write fewer fails in health_check, or a shorter health_check_timeout",
        "zh-TW": "調低 health_check 的 fails，或縮短 health_check_timeout",
    },
    "PS323.watches": _LONGER,
    "PS323.sessions": _LONGER,
    "PS324.api": {"en": "write proxy_protocol off in this server", "zh-TW": "在此 server 寫上 proxy_protocol off"},
    "PS324.listener": {"en": "remove proxy_protocol from listen", "zh-TW": "移除 listen 的 proxy_protocol"},
    "PS325.none": {
        "en": "write hash $remote_addr consistent in the upstream, if that is the client's own address",
        "zh-TW": "若看得到用戶端真正的位址，在 upstream 寫上 hash $remote_addr consistent",
    },
}
