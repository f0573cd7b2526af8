"""The sentences about what the keepalived reader remarks, by the key of the remark.

PS316, PS317 and PS318 put their own words before these.
"""

from __future__ import annotations

from collections.abc import Mapping

from portspec.texts import Text

UNKNOWN: Mapping[str, Text] = {
    "by-destination": {
        "en": "lvs_sched {scheduler} sends the clients of one address to one server until it has enough of them",
        "zh-TW": "lvs_sched {scheduler} 會把同一位址的用戶端都送往同一台伺服器，直到該伺服器滿載",
    },
    "conditional": {
        "en": "this line counts on some hosts only; it was read as if it counted",
        "zh-TW": "這一行只在某些主機上生效；此處視為生效",
    },
    "group-size": {
        "en": "a group of more than {most} addresses; these were not read",
        "zh-TW": "群組超過 {most} 個位址；這些位址未讀入",
    },
    "mark": {
        "en": "which connections bear firewall mark {mark} is decided by a packet filter",
        "zh-TW": "哪些連線帶有防火牆標記 {mark}，由封包過濾器決定",
    },
    "quorum": {
        "en": "when fewer than {quorum} of the weights are left, the sorry server alone serves",
        "zh-TW": "剩餘權重低於 {quorum} 時，只由 sorry server 服務",
    },
    "range-octet": {
        "en": "keepalived 2.2.7 does not stop at the end of {range}, as it is in another /24 than its start",
        "zh-TW": "{range} 的起訖不在同一個 /24，keepalived 2.2.7 不會停在結尾",
    },
    "several-checkers": {
        "en": "several checkers must all succeed; only {checked} was judged",
        "zh-TW": "有多個檢查必須全部成功；只判定了 {checked}",
    },
    "several-methods": {
        "en": "its real servers have several forwarding methods; that of the first one was judged",
        "zh-TW": "real server 使用多種轉送方式；只判定了第一台的方式",
    },
    "several-urls": {
        "en": "{count} URLs are asked in turn, one per delay_loop; only {path} was judged",
        "zh-TW": "輪流檢查 {count} 個 URL，每個 delay_loop 一個；只判定了 {path}",
    },
    "shared": {
        "en": "the virtual server {name} in line {line} has the same address and port; the kernel makes one of both",
        "zh-TW": "第 {line} 行的 virtual server {name} 有相同的位址與連接埠；核心會把兩者合而為一",
    },
    "variable": {
        "en": "this line depends on ${variable}, which only the host knows",
        "zh-TW": "這一行取決於 ${variable}，只有主機知道其值",
    },
}
"""What is not modelled (PS316)."""

REFUSED: Mapping[str, Text] = {
    "incomplete": {"en": "'{keyword}' needs a value", "zh-TW": "「{keyword}」需要值"},
    "no-url": {
        "en": "{checker} has no url with a path; keepalived 2.2.7 crashes on it",
        "zh-TW": "{checker} 沒有含 path 的 url；keepalived 2.2.7 會因此當掉",
    },
    "router-id": {
        "en": "{name} needs a virtual_router_id from 1 to 255",
        "zh-TW": "{name} 需要 1 到 255 的 virtual_router_id",
    },
    "router-id-twice": {
        "en": "{name} has virtual_router_id {number} on {interface} already",
        "zh-TW": "{name} 已在 {interface} 使用 virtual_router_id {number}",
    },
    "undefined": {
        "en": "{name} is defined nowhere, and its braces are taken for a block",
        "zh-TW": "{name} 沒有定義，其大括號會被當成區塊",
    },
}
"""What the real program does not start with (PS317)."""

IGNORED: Mapping[str, Text] = {
    "address": {"en": "'{address}' is no address", "zh-TW": "「{address}」不是位址"},
    "address-family": {
        "en": "{address} is not of the family of the instance's first address; virtual_ipaddress_excluded takes it",
        "zh-TW": "{address} 與此 instance 第一個位址的類型不同；請放在 virtual_ipaddress_excluded",
    },
    "address-option": {"en": "'{option}' means nothing behind an address", "zh-TW": "位址之後的「{option}」沒有意義"},
    "address-value": {"en": "'{option}' needs a value", "zh-TW": "「{option}」需要值"},
    "brace-closed": {"en": "this brace closes nothing", "zh-TW": "這個大括號沒有對應的開頭"},
    "brace-missing": {"en": "a brace should follow", "zh-TW": "後面應有大括號"},
    "brace-open": {"en": "its brace is never closed", "zh-TW": "大括號沒有結尾"},
    "brace-unexpected": {
        "en": "no block begins here; what is inside belongs to the block around it",
        "zh-TW": "此處不是區塊的開頭；其中的內容屬於外層區塊",
    },
    "family": {
        "en": "{address} is not of the virtual server's address family",
        "zh-TW": "{address} 與 virtual server 的位址類型不同",
    },
    "group-empty": {"en": "the group {name} has no address", "zh-TW": "群組 {name} 沒有位址"},
    "group-entry": {"en": "'{text}' is no address with a port", "zh-TW": "「{text}」不是位址與連接埠"},
    "include": {"en": "there is no file {name}", "zh-TW": "沒有檔案 {name}"},
    "instance-name": {"en": "the instance has no name", "zh-TW": "此 instance 沒有名稱"},
    "instance-twice": {
        "en": "an instance {name} stands in line {line} already",
        "zh-TW": "第 {line} 行已有名為 {name} 的 instance",
    },
    "keyword": {"en": "'{keyword}' is no keyword here", "zh-TW": "「{keyword}」不是此處的關鍵字"},
    "mark-protocol": {
        "en": "a virtual server by firewall mark has no protocol",
        "zh-TW": "以防火牆標記指定的 virtual server 沒有 protocol",
    },
    "needs-persistence": {
        "en": "without a port it needs persistence_timeout; 360 s are taken",
        "zh-TW": "未指定連接埠時需要 persistence_timeout；採用 360 秒",
    },
    "no-addresses": {"en": "{name} has no address to hold", "zh-TW": "{name} 沒有任何位址"},
    "no-group": {"en": "there is no virtual_server_group {name}", "zh-TW": "沒有 virtual_server_group {name}"},
    "no-path": {"en": "a url needs a path", "zh-TW": "url 需要 path"},
    "no-protocol": {
        "en": "without protocol TCP it serves UDP, and TCP clients get no answer",
        "zh-TW": "沒有 protocol TCP 時只服務 UDP，TCP 用戶端得不到回應",
    },
    "no-script": {"en": "MISC_CHECK needs misc_path", "zh-TW": "MISC_CHECK 需要 misc_path"},
    "no-servers": {"en": "it has no real server", "zh-TW": "沒有 real server"},
    "port-kept": {
        "en": "port {port} has no effect: without NAT a member gets the client's port",
        "zh-TW": "連接埠 {port} 不會生效：不使用 NAT 時，成員收到的是用戶端所連的連接埠",
    },
    "prefix": {"en": "{address} has no prefix length that fits", "zh-TW": "{address} 的前綴長度不正確"},
    "probe-port": {
        "en": "the real server has no port, so that {checker} asks port 0 and always fails",
        "zh-TW": "real server 沒有連接埠，因此 {checker} 檢查連接埠 0，一定失敗",
    },
    "quorum-too-high": {
        "en": "quorum {quorum} is more than the weights of all servers, {total}",
        "zh-TW": "quorum {quorum} 超過所有伺服器的權重總和 {total}",
    },
    "quote": {"en": "a quote is never closed", "zh-TW": "引號沒有結尾"},
    "sequence": {"en": "'{text}' is no sequence or list", "zh-TW": "「{text}」不是序列或清單"},
    "server-address": {"en": "'{text}' is no address with a port", "zh-TW": "「{text}」不是位址與連接埠"},
    "server-twice": {
        "en": "{server} with this port stands in line {line} already",
        "zh-TW": "第 {line} 行已有相同連接埠的 {server}",
    },
    "value": {
        "en": "{keyword} {value}: no value that keepalived takes",
        "zh-TW": "{keyword} {value}：不是 keepalived 接受的值",
    },
    "virtual-address": {"en": "'{text}' is no address with a port", "zh-TW": "「{text}」不是位址與連接埠"},
}
"""What the real program passes over with a message (PS318)."""
