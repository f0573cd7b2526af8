"""How findings are mended in a HAProxy config, by `CODE.variant` of the finding."""

from __future__ import annotations

from collections.abc import Mapping

from portspec.texts import Text

_PROBE: Text = {
    "en": "option httpchk GET {path} in the pool, and check check-ssl verify none on the server lines",
    "zh-TW": "在後端加上 option httpchk GET {path}，並在 server 加上 check check-ssl verify none",
}
_LAYER_4: Text = {"en": "write mode tcp in {name}", "zh-TW": "在 {name} 寫上 mode tcp"}

_TIMEOUT: Text = {"en": "lower timeout check, or fall", "zh-TW": "調低 timeout check 或 fall"}
_LONGER: Text = {
    "en": "write at least {sample}s for timeout client and timeout server, or a timeout tunnel",
    "zh-TW": "timeout client 與 timeout server 至少寫 {sample}s，或加上 timeout tunnel",
}

ADVICE: Mapping[str, Text] = {
    "PS214.open": {
        "en": "bind it to 127.0.0.1 or a management address, or add stats auth",
        "zh-TW": "改為監聽 127.0.0.1 或管理網段的位址，或加上 stats auth",
    },
    "PS301.nowhere": {
        "en": "lead it to a backend with {members}, for instance with default_backend",
        "zh-TW": "導向含有 {members} 的後端，例如使用 default_backend",
    },
    "PS301.disabled": {"en": "remove the disabled line", "zh-TW": "移除 disabled 這一行"},
    "PS302.frontend": _LAYER_4,
    "PS302.pool": _LAYER_4,
    "PS303.listener": {"en": "remove ssl from bind", "zh-TW": "移除 bind 的 ssl"},
    "PS303.member": {
        "en": "remove ssl from the server line; check-ssl is for the health check",
        "zh-TW": "移除 server 的 ssl；健康檢查請用 check-ssl",
    },
    "PS309.none": {
        "en": "add check to the server lines; the sources ask for {wanted}",
        "zh-TW": "在 server 加上 check；來源要求檢查 {wanted}",
    },
    "PS309.kind": _PROBE,
    "PS309.other": _PROBE,
    "PS309.ignored": {
        "en": "add option httpchk GET {path}, and check-ssl verify none on the server lines",
        "zh-TW": "加上 option httpchk GET {path}，並在 server 加上 check-ssl verify none",
    },
    "PS310.slow": {
        "en": "lower inter or fall so that inter x fall is at most {limit} s",
        "zh-TW": "調低 inter 或 fall，使 inter x fall 不超過 {limit} 秒",
    },
    "PS310.fast": {
        "en": "lower inter so that inter + fastinter x (fall - 1) is at most {limit} s",
        "zh-TW": "調低 inter，使 inter + fastinter x (fall - 1) 不超過 {limit} 秒",
    },
    "PS319.silent": _TIMEOUT,
    "PS319.limit": _TIMEOUT,
    "PS323.watches": _LONGER,
    "PS323.sessions": _LONGER,
    "PS324.api": {"en": "remove send-proxy from the server line", "zh-TW": "移除 server 的 send-proxy"},
    "PS324.listener": {"en": "remove accept-proxy from bind", "zh-TW": "移除 bind 的 accept-proxy"},
    "PS325.none": {
        "en": "write balance source, if that is the client's own address",
        "zh-TW": "若看得到用戶端真正的位址，寫上 balance source",
    },
}
