"""How findings are mended in a keepalived config, by `CODE.variant` of the finding."""

from __future__ import annotations

from collections.abc import Mapping

from portspec.texts import Text

_PROBE: Text = {
    "en": "SSL_GET with url path {path} and status_code 200 in every real_server",
    "zh-TW": "在每個 real_server 使用 SSL_GET，url 的 path 為 {path}，status_code 為 200",
}

ADVICE: Mapping[str, Text] = {
    "PS301.missing": {
        "en": "add virtual_server ADDRESS {port} with protocol TCP and a real_server for each of {members}",
        "zh-TW": "加上 virtual_server 位址 {port}，設定 protocol TCP，並為 {members} 各加上一個 real_server",
    },
    "PS301.elsewhere": {
        "en": "write virtual_server {address} {port}",
        "zh-TW": "請寫 virtual_server {address} {port}",
    },
    "PS301.not-held": {
        "en": "add {address} to virtual_ipaddress",
        "zh-TW": "在 virtual_ipaddress 加上 {address}",
    },
    "PS307.left": {
        "en": "remove the sorry_server line, or the real_server block",
        "zh-TW": "移除 sorry_server 這一行，或 real_server 區塊",
    },
    "PS309.none": {
        "en": "add SSL_GET, HTTP_GET or TCP_CHECK to every real_server; the sources ask for {wanted}",
        "zh-TW": "在每個 real_server 加上 SSL_GET、HTTP_GET 或 TCP_CHECK；來源要求檢查 {wanted}",
    },
    "PS309.kind": _PROBE,
    "PS309.other": _PROBE,
    "PS310.slow": {
        "en": "lower delay_loop or retry so that delay_loop x (retry + 1) is at most {limit} s",
        "zh-TW": "調低 delay_loop 或 retry，使 delay_loop x (retry + 1) 不超過 {limit} 秒",
    },
    "PS310.fast": {
        "en": "lower delay_loop (60 s where none is written) so that delay_loop + retry x delay_before_retry is at most {limit} s",
        "zh-TW": "調低 delay_loop（未寫明時為 60 秒），使 delay_loop + retry x delay_before_retry 不超過 {limit} 秒",
    },
    "PS311.tied": {
        "en": "remove persistence_timeout and persistence_granularity; use lvs_sched rr, wrr, lc or wlc",
        "zh-TW": "移除 persistence_timeout 與 persistence_granularity；改用 lvs_sched rr、wrr、lc 或 wlc",
    },
    "PS314.plain": {
        "en": "with lvs_sched fo a lower weight makes it a backup; or make it the sorry_server",
        "zh-TW": "使用 lvs_sched fo 並給予較低的 weight 即為備援；或改為 sorry_server",
    },
}
