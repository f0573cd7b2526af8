"""How findings are mended in an nginx config, by `CODE.variant` of the finding."""

from __future__ import annotations

from collections.abc import Mapping

from portspec.texts import Text

_STREAM: Text = {
    "en": "move {name} from http to stream, which passes connections through",
    "zh-TW": "將 {name} 從 http 移到 stream，以直接轉送連線",
}
_PROBE: Text = {
    "en": "the open source nginx probes nothing: use health_check of NGINX Plus with a match of {path}, or another balancer",
    "zh-TW": "開放原始碼的 nginx 沒有健康檢查；請使用 NGINX Plus 的 health_check 搭配查詢 {path} 的 match，或改用其他負載平衡器",
}

ADVICE: Mapping[str, Text] = {
    "PS302.frontend": _STREAM,
    "PS302.pool": _STREAM,
    "PS303.listener": {"en": "remove ssl from listen", "zh-TW": "移除 listen 的 ssl"},
    "PS303.member": {"en": "remove proxy_ssl", "zh-TW": "移除 proxy_ssl"},
    "PS309.passive": _PROBE,
    "PS309.kind": _PROBE,
    "PS309.other": _PROBE,
}
