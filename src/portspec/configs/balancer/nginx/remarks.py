"""The sentences about what the nginx reader remarks, by the key of the remark.

PS316, PS317 and PS318 put their own words before these.
"""

from __future__ import annotations

from collections.abc import Mapping

from portspec.texts import Text

UNKNOWN: Mapping[str, Text] = {
    "any-port": {
        "en": "'{text}' has no port: the kernel picks one at each start",
        "zh-TW": "「{text}」沒有連接埠：每次啟動時由核心任選一個",
    },
    "dynamic-upstream": {
        "en": "where clients are sent is decided at run time: {target}",
        "zh-TW": "用戶端會被送往何處，在執行時才決定：{target}",
    },
    "expression": {
        "en": "which clients '{pattern}' fits was not worked out",
        "zh-TW": "未推算哪些用戶端符合「{pattern}」",
    },
    "include": {
        "en": "{path} is not in the repository; what it brings in was not read",
        "zh-TW": "儲存庫中沒有 {path}；未讀取其引入的內容",
    },
    "module": {
        "en": "'{what}' may belong to a module that is loaded above",
        "zh-TW": "「{what}」可能屬於上面載入的模組",
    },
    "newer": {
        "en": "nginx before {release} does not start with '{what}'",
        "zh-TW": "{release} 之前的 nginx 遇到「{what}」無法啟動",
    },
    "newer-deciding": {
        "en": "'{what}' decides where clients are sent; nginx before {release} does not start with it",
        "zh-TW": "「{what}」會決定用戶端被送往何處；{release} 之前的 nginx 無法以此設定啟動",
    },
    "no-such-target": {
        "en": "there is no upstream '{text}': clients that are sent there get no answer",
        "zh-TW": "沒有 upstream「{text}」：送往該處的用戶端得不到回應",
    },
    "plus": {
        "en": "'{what}' is for NGINX Plus; the open source nginx does not start with it",
        "zh-TW": "「{what}」是 NGINX Plus 的功能；開放原始碼的 nginx 無法以此設定啟動",
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
        "en": "the number of arguments of '{name}' is {expected}, not {count}",
        "zh-TW": "「{name}」的參數數量應為 {expected}，而非 {count}",
    },
    "block": {"en": "'{name}' needs a block in braces", "zh-TW": "「{name}」之後需要大括號區塊"},
    "cannot-bind": {
        "en": "{address} cannot be bound: the socket of line {line} takes it (nginx -t does not notice)",
        "zh-TW": "無法繫結 {address}：第 {line} 行的通訊端已占用（nginx -t 不會發現）",
    },
    "directive-misplaced": {
        "en": "'{name}' cannot stand in {block}",
        "zh-TW": "「{name}」不能寫在 {block}",
    },
    "directive-unknown": {"en": "there is no directive '{name}'", "zh-TW": "沒有「{name}」這個指令"},
    "duplicate": {"en": "'{name}' is given twice", "zh-TW": "「{name}」重複出現"},
    "duplicate-listen": {
        # Since servers of one socket are told apart by server_name, the first of them takes what fits none.
        "en": "{address} is listened on already, in line {line}; nginx from 1.25.5 on starts, and no client gets here",
        "zh-TW": "第 {line} 行已監聽 {address}；1.25.5 起的 nginx 可以啟動，但沒有用戶端會連到這裡",
    },
    "duplicate-upstream": {
        "en": "upstream '{name}' stands in line {line} already",
        "zh-TW": "upstream「{name}」在第 {line} 行已出現過",
    },
    "hash-and-backup": {"en": "backup cannot go with {method}", "zh-TW": "backup 不能與 {method} 並用"},
    "map-entry": {
        "en": "each line of {name} is a key with one value",
        "zh-TW": "{name} 的每一行應為一個鍵與一個值",
    },
    "map-key": {
        "en": "'{text}' is no name with an open beginning or end",
        "zh-TW": "「{text}」不是開頭或結尾以萬用字元表示的名稱",
    },
    "map-twice": {"en": "'{text}' is mapped twice", "zh-TW": "「{text}」重複對應"},
    "network": {"en": "'{text}' is no address and no network", "zh-TW": "「{text}」既不是位址，也不是網段"},
    "no-block-here": {"en": "'{name}' takes no block", "zh-TW": "「{name}」不能有區塊"},
    "no-certificate": {
        "en": "listen with ssl needs an ssl_certificate",
        "zh-TW": "listen 使用 ssl 時需要 ssl_certificate",
    },
    "no-events": {"en": "there is no 'events' block", "zh-TW": "缺少「events」區塊"},
    "no-handler": {
        "en": "this server has neither proxy_pass nor return",
        "zh-TW": "此 server 沒有 proxy_pass，也沒有 return",
    },
    "no-listen": {"en": "this server does not listen", "zh-TW": "此 server 沒有 listen"},
    "no-port": {"en": "'{text}' has no port", "zh-TW": "「{text}」沒有連接埠"},
    "no-servers": {
        "en": "upstream '{name}' has no server but backups",
        "zh-TW": "upstream「{name}」除了 backup 之外沒有伺服器",
    },
    "no-such-upstream": {
        "en": "there is no upstream '{text}', and as an address it has no port",
        "zh-TW": "沒有 upstream「{text}」；若是位址，則缺少連接埠",
    },
    "no-variable": {"en": "'{text}' is no name of a variable", "zh-TW": "「{text}」不是變數名稱"},
    "not-for-udp": {"en": "'{option}' cannot go with udp", "zh-TW": "「{option}」不能與 udp 並用"},
    "number": {"en": "{name} is a number, not '{text}'", "zh-TW": "{name} 應為數字，而非「{text}」"},
    "parameter": {"en": "'{text}' is no parameter of {name}", "zh-TW": "{name} 沒有參數「{text}」"},
    "port": {"en": "'{text}' has no port that there is", "zh-TW": "「{text}」的連接埠不存在"},
    "shares": {
        "en": "the shares above leave nothing for this one",
        "zh-TW": "前面的比例已分配完，此行沒有剩餘的比例",
    },
    "size": {"en": "{name} is a size, not '{text}'", "zh-TW": "{name} 應為大小，而非「{text}」"},
    "switch": {"en": "{name} is on or off, not '{text}'", "zh-TW": "{name} 應為 on 或 off，而非「{text}」"},
    "time": {"en": "'{text}' is no time that nginx takes", "zh-TW": "「{text}」不是 nginx 接受的時間"},
    "upstream-with-port": {
        "en": "upstream '{name}' cannot be given port {port}: its servers have their own",
        "zh-TW": "upstream「{name}」不能再指定連接埠 {port}：其伺服器已各有連接埠",
    },
    "url": {"en": "'{text}' is no address", "zh-TW": "「{text}」不是位址"},
    "variable": {
        "en": "nginx takes no variable here: '{text}'; check the file that is made from this one",
        "zh-TW": "nginx 在此不接受變數：「{text}」；請檢查由此檔產生的檔案",
    },
    "variable-name": {
        "en": "'{text}' has a $ without the name of a variable",
        "zh-TW": "「{text}」中的 $ 之後沒有變數名稱",
    },
    "variable-unknown": {"en": "nothing sets the variable '{name}'", "zh-TW": "沒有任何設定會給變數「{name}」值"},
    "worker-connections": {
        "en": "{limit} connections a process are not enough for {count} sockets that listen",
        "zh-TW": "每個行程 {limit} 個連線，不足以容納 {count} 個監聽的通訊端",
    },
    "zone-size": {"en": "zone '{name}' needs a size", "zh-TW": "zone「{name}」需要大小"},
}
"""What the real program does not start with (PS317)."""

IGNORED: Mapping[str, Text] = {
    "method-redefined": {
        "en": "{method} takes its place, in line {line}",
        "zh-TW": "第 {line} 行的 {method} 會取代它",
    },
    "return-wins": {
        "en": "of proxy_pass and return the last one counts, in line {line}",
        "zh-TW": "proxy_pass 與 return 以最後一個為準，即第 {line} 行",
    },
}
"""What the real program passes over (PS318)."""
