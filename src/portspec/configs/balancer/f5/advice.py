"""How findings are mended in a config of a BIG-IP, by `CODE.variant` of the finding."""

from __future__ import annotations

from collections.abc import Mapping

from portspec.texts import Text

_PROBE: Text = {
    "en": 'a monitor https or http with send "GET {path} HTTP/1.1…" and recv "200 OK"; without recv every answer counts',
    "zh-TW": "使用 https 或 http 監視器，send 為「GET {path} HTTP/1.1…」、recv 為「200 OK」；沒有 recv 時任何回應都算正常",
}
_LAYER_4: Text = {
    "en": "take the http profile off {name}, and use fastL4 or tcp",
    "zh-TW": "移除 {name} 的 http profile，改用 fastL4 或 tcp",
}

ADVICE: Mapping[str, Text] = {
    "PS301.missing": {
        "en": "add a virtual server with destination {port} whose pool holds {members}",
        "zh-TW": "加上 destination 為 {port} 的虛擬伺服器，其 pool 含有 {members}",
    },
    "PS301.elsewhere": {"en": "write destination {address}:{port}", "zh-TW": "請寫 destination {address}:{port}"},
    "PS301.nowhere": {
        "en": "give the virtual server a pool with {members}",
        "zh-TW": "為虛擬伺服器設定含有 {members} 的 pool",
    },
    "PS301.disabled": {
        "en": "enable the virtual server, and its virtual address",
        "zh-TW": "啟用虛擬伺服器及其虛擬位址",
    },
    "PS302.frontend": _LAYER_4,
    "PS302.pool": _LAYER_4,
    "PS303.listener": {
        "en": "take the client-ssl profile off the virtual server",
        "zh-TW": "移除虛擬伺服器的 client-ssl profile",
    },
    "PS303.member": {
        "en": "take the server-ssl profile off the virtual server; a monitor https needs none",
        "zh-TW": "移除虛擬伺服器的 server-ssl profile；https 監視器不需要它",
    },
    "PS309.none": {
        "en": "give the pool a monitor; the sources ask for {wanted}",
        "zh-TW": "為 pool 加上 monitor；來源要求檢查 {wanted}",
    },
    "PS309.kind": _PROBE,
    "PS309.other": _PROBE,
    "PS310.after": {
        "en": "lower interval and timeout of the monitor, so that their sum is at most {limit} s; 5 and 16 are the defaults",
        "zh-TW": "調低監視器的 interval 與 timeout，使兩者的和不超過 {limit} 秒；預設為 5 與 16",
    },
    "PS311.tied": {
        "en": "write persist none in the virtual server",
        "zh-TW": "在虛擬伺服器寫上 persist none",
    },
    "PS314.plain": {
        "en": "give the control plane a higher priority-group, and the pool min-active-members 1",
        "zh-TW": "為控制平面設定較高的 priority-group，並將 pool 的 min-active-members 設為 1",
    },
}
