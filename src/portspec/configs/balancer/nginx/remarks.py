"""The sentences about what the nginx reader remarks, by the key of the remark.

PS316, PS317 and PS318 put their own words before these.
"""

from __future__ import annotations

from collections.abc import Mapping

from portspec.texts import Text

UNKNOWN: Mapping[str, Text] = {
    "address-variable": {"en": "this address depends on {variable}", "zh-TW": "此位址取決於 {variable}"},
    "dynamic-upstream": {
        "en": "where clients are sent is decided at run time: {target}",
        "zh-TW": "用戶端會被送往何處，在執行時才決定：{target}",
    },
    "include": {
        "en": "what {path} brings in was not read",
        "zh-TW": "未讀取 {path} 引入的內容",
    },
    "plus": {
        "en": "'{what}' is for NGINX Plus; the open source nginx does not start with it",
        "zh-TW": "「{what}」是 NGINX Plus 的功能；開放原始碼的 nginx 無法以此設定啟動",
    },
    "rejection": {
        "en": "some clients are turned away here; whom was not worked out",
        "zh-TW": "這裡會拒絕部分用戶端；未推算是哪些用戶端",
    },
    "script": {
        "en": "'{what}' runs code that may send clients elsewhere",
        "zh-TW": "「{what}」會執行程式，可能將用戶端送往他處",
    },
    "socket": {
        "en": "this server is no TCP port of a machine; who answers there is not told",
        "zh-TW": "這台伺服器不是某台機器的 TCP 連接埠；由誰回應無從得知",
    },
}
"""What is not modelled (PS316)."""

REFUSED: Mapping[str, Text] = {
    "arguments": {
        "en": "'{name}' takes {expected}, not {count}",
        "zh-TW": "「{name}」的參數應為 {expected}，而非 {count} 個",
    },
    "block": {"en": "'{name}' needs a block in braces", "zh-TW": "「{name}」之後需要大括號區塊"},
    "directive-misplaced": {
        "en": "'{name}' cannot stand in {block}",
        "zh-TW": "「{name}」不能寫在 {block}",
    },
    "directive-unknown": {"en": "there is no directive '{name}'", "zh-TW": "沒有「{name}」這個指令"},
    "duplicate": {"en": "'{name}' is given twice", "zh-TW": "「{name}」重複出現"},
    "duplicate-listen": {
        "en": "{address} is listened on already, in line {line}",
        "zh-TW": "第 {line} 行已監聽 {address}",
    },
    "duplicate-upstream": {
        "en": "upstream '{name}' stands in line {line} already",
        "zh-TW": "upstream「{name}」在第 {line} 行已出現過",
    },
    "hash-and-backup": {
        "en": "backup cannot go with {method}",
        "zh-TW": "backup 不能與 {method} 並用",
    },
    "no-certificate": {
        "en": "listen with ssl needs an ssl_certificate",
        "zh-TW": "listen 使用 ssl 時需要 ssl_certificate",
    },
    "no-events": {"en": "there is no 'events' block", "zh-TW": "缺少「events」區塊"},
    "no-listen": {"en": "this server does not listen", "zh-TW": "此 server 沒有 listen"},
    "no-block-here": {"en": "'{name}' takes no block", "zh-TW": "「{name}」不能有區塊"},
    "no-handler": {
        "en": "this server has neither proxy_pass nor return",
        "zh-TW": "此 server 沒有 proxy_pass，也沒有 return",
    },
    "no-port": {"en": "'{text}' has no port", "zh-TW": "「{text}」沒有連接埠"},
    "no-servers": {"en": "upstream '{name}' has no servers", "zh-TW": "upstream「{name}」沒有伺服器"},
    "parameter": {"en": "'{text}' is no parameter of {name}", "zh-TW": "{name} 沒有參數「{text}」"},
    "port": {"en": "'{text}' is no port", "zh-TW": "「{text}」不是連接埠"},
    "switch": {"en": "{name} is on or off, not '{text}'", "zh-TW": "{name} 應為 on 或 off，而非「{text}」"},
    "time": {"en": "'{text}' is no time that nginx takes", "zh-TW": "「{text}」不是 nginx 接受的時間"},
    "url": {"en": "'{text}' is no address", "zh-TW": "「{text}」不是位址"},
}
"""What the real program does not start with (PS317)."""

IGNORED: Mapping[str, Text] = {}
"""What the real program passes over (PS318)."""
