"""The sentences about what the HAProxy reader remarks, by the key of the remark.

PS316, PS317 and PS318 put their own words before these.
"""

from __future__ import annotations

from collections.abc import Mapping

from portspec.texts import Text

UNKNOWN: Mapping[str, Text] = {
    "agent-check": {
        "en": "an agent on this server takes it out of service and back, too",
        "zh-TW": "這台伺服器上的代理程式也會讓它退出或恢復服務",
    },
    "bind-option-variable": {
        "en": "an option of bind depends on ${variable}",
        "zh-TW": "bind 的某個選項取決於 ${variable}",
    },
    "bind-place": {
        "en": "bind option {option}: who reaches this listener depends on the host",
        "zh-TW": "bind 的 {option} 選項：誰能連到這裡取決於主機",
    },
    "bind-variable": {"en": "bind {address} depends on ${variable}", "zh-TW": "bind {address} 取決於 ${variable}"},
    "conditional": {
        "en": "whether the lines below {directive} count depends on where HAProxy runs; all of them were read",
        "zh-TW": "{directive} 之後的各行是否生效，取決於 HAProxy 的執行環境；此處全部讀入",
    },
    "default-taken": {
        "en": "the default of ${variable} was taken; the environment may say otherwise",
        "zh-TW": "此處採用 ${variable} 的預設值；環境變數可能另有設定",
    },
    "dynamic-backend": {
        "en": "the backend is chosen at run time: {backend}",
        "zh-TW": "後端在執行時才決定：{backend}",
    },
    "expect-proxy": {
        "en": "of some clients a PROXY header is expected here; of whom was not worked out",
        "zh-TW": "這裡要求部分用戶端送出 PROXY 標頭；未推算是哪些用戶端",
    },
    "inherited-listener": {
        "en": "which port bind {address} listens on is known only to whoever starts HAProxy",
        "zh-TW": "bind {address} 監聽哪個連接埠，只有啟動 HAProxy 的程式知道",
    },
    "listener-variable": {
        "en": "which port bind {address} listens on depends on ${variable}",
        "zh-TW": "bind {address} 監聽哪個連接埠，取決於 ${variable}",
    },
    "listener-twice": {
        "en": "line {line} listens on {address} as well; which of the two gets a client is a matter of chance",
        "zh-TW": "第 {line} 行也監聽 {address}；用戶端會連到哪一個全憑機率",
    },
    "map-backend": {
        "en": "the map {map} leads to '{backend}', which is no backend here; such clients go to the default backend",
        "zh-TW": "對應表 {map} 指向「{backend}」，但沒有這個後端；這些用戶端會連到預設後端",
    },
    "rejection": {
        "en": "some clients are turned away here; whom was not worked out",
        "zh-TW": "這裡會拒絕部分用戶端；未推算是哪些用戶端",
    },
    "server-name-early": {
        "en": "the TLS server name is asked for before the client has to have sent it; add tcp-request inspect-delay 5s and tcp-request content accept if {{ req_ssl_hello_type 1 }}",
        "zh-TW": "用戶端可能還沒送出 TLS 伺服器名稱就已查詢；請加上 tcp-request inspect-delay 5s 與 tcp-request content accept if {{ req_ssl_hello_type 1 }}",
    },
    "server-name-never": {
        "en": "ssl_fc_sni is empty where HAProxy does not end TLS itself, so nobody is sent here by it; req.ssl_sni is the name in a connection that passes through",
        "zh-TW": "HAProxy 未自行終止 TLS 時 ssl_fc_sni 為空，不會有用戶端因此連到這裡；直接轉送的連線請用 req.ssl_sni",
    },
    "server-variable": {"en": "this server depends on ${variable}", "zh-TW": "這台伺服器取決於 ${variable}"},
    "socket": {
        "en": "this server is no TCP port of a machine; who answers there is not told",
        "zh-TW": "這台伺服器不是某台機器的 TCP 連接埠；由誰回應無從得知",
    },
    "transparent": {
        "en": "this server is whatever address the client asked for",
        "zh-TW": "這台伺服器就是用戶端所要求的任何位址",
    },
    "transparent-pool": {
        "en": "clients are sent on to whatever address they asked for",
        "zh-TW": "用戶端會被轉送到其原本要求的任何位址",
    },
    "use-server": {
        "en": "some clients are sent to one server here; whom was not worked out",
        "zh-TW": "這裡會將部分用戶端導向特定伺服器；未推算是哪些用戶端",
    },
}
"""What is not modelled (PS316)."""

REFUSED: Mapping[str, Text] = {
    "acl-in-defaults": {
        "en": "'acl' cannot stand in defaults without a name",
        "zh-TW": "未命名的 defaults 區段不能有「acl」",
    },
    "acl-open": {"en": "an ACL in braces does not end", "zh-TW": "大括號中的 ACL 沒有結尾"},
    "acl-range": {"en": "'{text}' is no range of numbers", "zh-TW": "「{text}」不是數字範圍"},
    "address": {"en": "'{text}' is no address", "zh-TW": "「{text}」不是位址"},
    "address-family": {"en": "'{text}' is no {family} address", "zh-TW": "「{text}」不是 {family} 位址"},
    "address-or-name": {
        "en": "'{text}' is no address and no host name",
        "zh-TW": "「{text}」既不是位址，也不是主機名稱",
    },
    "alert": {"en": ".alert stops HAProxy here", "zh-TW": "HAProxy 讀到此處的 .alert 便會停止"},
    "ambiguous-defaults": {
        "en": "two defaults sections are named '{name}', in lines {line} and {other_line}",
        "zh-TW": "有兩個 defaults 區段都名為「{name}」，分別在第 {line} 行與第 {other_line} 行",
    },
    "balance": {"en": "'{algorithm}' is no way of balancing", "zh-TW": "「{algorithm}」不是負載平衡演算法"},
    "bind-incomplete": {"en": "bind needs an address and a port", "zh-TW": "bind 需要位址與連接埠"},
    "bind-option": {"en": "'{option}' is no option of bind", "zh-TW": "bind 沒有「{option}」這個選項"},
    "bind-option-value": {
        "en": "bind option '{option}' needs a value",
        "zh-TW": "bind 的選項「{option}」需要值",
    },
    "bind-port-missing": {
        "en": "bind {address}: the port is missing",
        "zh-TW": "bind {address}：缺少連接埠",
    },
    "bind-port-relative": {
        "en": "bind {address}: the port must not be relative",
        "zh-TW": "bind {address}：連接埠不能寫成相對值",
    },
    "bind-port-zero": {
        "en": "bind {address}: port 0 cannot be listened on",
        "zh-TW": "bind {address}：無法監聽連接埠 0",
    },
    "check-and-track": {"en": "check and track exclude each other", "zh-TW": "check 與 track 不能並用"},
    "condition-word": {
        "en": "'{word}' stands where if or unless is expected",
        "zh-TW": "應為 if 或 unless 之處寫了「{word}」",
    },
    "cut-off": {
        # HAProxy 2.2 says of such a file: "This will become a hard error in HAProxy 2.3."
        "en": "the last line of the file has no line end, so HAProxy 2.3 and later take it for cut off",
        "zh-TW": "檔案的最後一行沒有換行，HAProxy 2.3 起會視為檔案遭截斷",
    },
    "default-unquoted": {
        "en": 'a variable takes a default in double quotes only: write "${{{variable}-…}}"',
        "zh-TW": '變數的預設值只在雙引號內有效：請寫成 "${{{variable}-…}}"',
    },
    "dispatch-incomplete": {"en": "dispatch needs an address and a port", "zh-TW": "dispatch 需要位址與連接埠"},
    "frontend-address": {
        "en": "an address behind the name is no longer taken; write it as a bind line",
        "zh-TW": "名稱之後已不能再寫位址；請改寫為 bind",
    },
    "keyword-misplaced": {
        "en": "'{keyword}' cannot stand in a {section} section",
        "zh-TW": "「{keyword}」不能寫在 {section} 區段",
    },
    "keyword-removed": {"en": "'{keyword}' was removed", "zh-TW": "「{keyword}」已移除"},
    "keyword-replaced": {
        "en": "'{keyword}' was removed; write '{instead}'",
        "zh-TW": "「{keyword}」已移除；請改用「{instead}」",
    },
    "keyword-unknown": {
        "en": "'{keyword}' is no keyword of a {section} section",
        "zh-TW": "{section} 區段沒有「{keyword}」這個關鍵字",
    },
    "mode": {
        "en": "'{mode}' is no mode; tcp passes connections through",
        "zh-TW": "「{mode}」不是可用的模式；tcp 模式會直接轉送連線",
    },
    "modes": {
        "en": "frontend {frontend} is in mode http, backend {backend} in mode tcp",
        "zh-TW": "前端 {frontend} 為 http 模式，後端 {backend} 卻為 tcp 模式",
    },
    "name-character": {
        "en": "'{character}' cannot stand in the name '{name}'",
        "zh-TW": "名稱「{name}」不能含有字元「{character}」",
    },
    "name-missing": {"en": "{section} needs a name", "zh-TW": "{section} 需要名稱"},
    "name-twice": {
        "en": "{section} '{name}' stands in line {line} already",
        "zh-TW": "{section}「{name}」在第 {line} 行已出現過",
    },
    "negation": {"en": "'{keyword}' cannot stand before '{what}'", "zh-TW": "「{what}」之前不能寫「{keyword}」"},
    "no-ca-file": {
        "en": "the certificate is verified, but there is no ca-file; add verify none or a ca-file",
        "zh-TW": "要驗證憑證卻沒有 ca-file；請加上 verify none 或 ca-file",
    },
    "no-section": {"en": "'{keyword}' stands in no section", "zh-TW": "「{keyword}」不在任何區段內"},
    "no-such-acl": {"en": "no ACL is named '{acl}'", "zh-TW": "沒有名為「{acl}」的 ACL"},
    "no-such-backend": {"en": "there is no backend '{backend}'", "zh-TW": "沒有後端「{backend}」"},
    "no-such-defaults": {
        "en": "no defaults section above is named '{name}'",
        "zh-TW": "在此之前沒有名為「{name}」的 defaults 區段",
    },
    "option-missing": {"en": "option needs a name", "zh-TW": "option 需要名稱"},
    "option-unknown": {"en": "there is no option '{option}'", "zh-TW": "沒有「{option}」這個 option"},
    "port": {"en": "'{text}' is no port", "zh-TW": "「{text}」不是連接埠"},
    "port-range": {
        "en": "'{text}' is no port or range of ports",
        "zh-TW": "「{text}」不是連接埠，也不是連接埠範圍",
    },
    "probe-without-port": {
        "en": "a server without a port of its own cannot be probed; add port to the check",
        "zh-TW": "沒有自己連接埠的伺服器無法進行健康檢查；請為檢查加上 port",
    },
    "route-circle": {"en": "'{name}' leads to itself", "zh-TW": "「{name}」指向自己"},
    "route-incomplete": {
        "en": "{keyword} needs the name of a backend",
        "zh-TW": "{keyword} 需要後端的名稱",
    },
    "server-incomplete": {"en": "server needs a name and an address", "zh-TW": "server 需要名稱與位址"},
    "server-number": {
        "en": "{option} {value}: a whole number of at least {least} is needed",
        "zh-TW": "{option} {value}：必須是不小於 {least} 的整數",
    },
    "server-option": {"en": "'{option}' is no option of server", "zh-TW": "server 沒有「{option}」這個選項"},
    "server-option-value": {
        "en": "server option '{option}' needs a value",
        "zh-TW": "server 的選項「{option}」需要值",
    },
    "server-ports": {"en": "a server has one port, not a range", "zh-TW": "伺服器只能有一個連接埠，不能是範圍"},
    "server-time": {
        "en": "{option} {value}: no time that HAProxy takes",
        "zh-TW": "{option} {value}：不是 HAProxy 接受的時間",
    },
    "server-twice": {
        "en": "a server named '{name}' stands in line {line} already",
        "zh-TW": "名為「{name}」的伺服器在第 {line} 行已出現過",
    },
    "server-weight": {"en": "weight {value}: at most 256", "zh-TW": "weight {value}：最大為 256"},
    "template-incomplete": {
        "en": "server-template needs a name, a number and an address",
        "zh-TW": "server-template 需要名稱、數量與位址",
    },
    "template-range": {
        "en": "'{text}' is no number or range of numbers",
        "zh-TW": "「{text}」不是數字，也不是數字範圍",
    },
    "time": {"en": "'{text}' is no time that HAProxy takes", "zh-TW": "「{text}」不是 HAProxy 接受的時間"},
    "track-circle": {
        "en": "what '{server}' leads to goes round in a circle",
        "zh-TW": "從「{server}」追蹤下去會繞回原處",
    },
    "track-unchecked": {
        "en": "what '{server}' leads to is not checked itself",
        "zh-TW": "從「{server}」追蹤下去的伺服器本身沒有健康檢查",
    },
    "track-unknown": {"en": "there is no server '{server}' to track", "zh-TW": "沒有可供追蹤的伺服器「{server}」"},
    "unknown-directive": {"en": "'{directive}' is no directive", "zh-TW": "「{directive}」不是指示詞"},
    "word-unknown": {
        "en": "'{word}' is nothing that stands behind {keyword}",
        "zh-TW": "{keyword} 之後不能寫「{word}」",
    },
    "words": {
        "en": "{count} words in one line; HAProxy takes {most}",
        "zh-TW": "一行有 {count} 個字詞；HAProxy 最多接受 {most} 個",
    },
}
"""What the real program does not start with (PS317)."""

IGNORED: Mapping[str, Text] = {
    "http-check-without-option": {"en": "it needs option httpchk", "zh-TW": "需要 option httpchk"},
    "needs-http": {"en": "{keyword} needs mode http", "zh-TW": "{keyword} 需要 http 模式"},
    "no-effect": {
        "en": "'{keyword}' has no effect in a {section} section",
        "zh-TW": "「{keyword}」在 {section} 區段沒有作用",
    },
    "tcp-check-without-option": {"en": "it needs option tcp-check", "zh-TW": "需要 option tcp-check"},
    "unused-servers": {
        "en": "default_backend comes first; no client gets to a server here",
        "zh-TW": "default_backend 優先，沒有用戶端會連到此處的伺服器",
    },
}
"""What the real program passes over with a warning (PS318)."""
