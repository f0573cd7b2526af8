"""The sentences about what the F5 reader remarks, by the key of the remark.

PS316, PS317 and PS318 put their own words before these.
"""

from __future__ import annotations

from collections.abc import Mapping

from portspec.texts import Text

UNKNOWN: Mapping[str, Text] = {
    "address-elsewhere": {
        "en": "the virtual address {name} is not in this file",
        "zh-TW": "虛擬位址 {name} 不在此檔案中",
    },
    "arp": {
        "en": "nobody answers ARP for {address}; whether clients get there depends on their routes",
        "zh-TW": "{address} 不回應 ARP；用戶端能否連到，取決於路由",
    },
    "autopopulate": {
        "en": "how many members {name} stands for is known only to DNS",
        "zh-TW": "{name} 代表多少個成員，只有 DNS 知道",
    },
    "changed-elsewhere": {
        "en": "{what} {name} is changed here, but created elsewhere",
        "zh-TW": "此處更改 {what} {name}，但它是在別處建立的",
    },
    "clients": {
        "en": "only clients of {source} are let in",
        "zh-TW": "只接受來自 {source} 的用戶端",
    },
    "irule": {
        "en": "the iRule {name} decides where some clients go",
        "zh-TW": "部分用戶端的去向由 iRule {name} 決定",
    },
    "matching-criteria": {
        "en": "address and port come from the traffic matching criteria {name}",
        "zh-TW": "位址與連接埠來自流量比對條件 {name}",
    },
    "monitor-elsewhere": {
        "en": "the monitor {name} is not in this file",
        "zh-TW": "監視器 {name} 不在此檔案中",
    },
    "network": {
        "en": "the virtual server takes connections to a whole network, {network}",
        "zh-TW": "此虛擬伺服器接受連往整個網段 {network} 的連線",
    },
    "policy": {
        "en": "the policy {name} decides where some clients go",
        "zh-TW": "部分用戶端的去向由政策 {name} 決定",
    },
    "pool-elsewhere": {"en": "the pool {pool} is not in this file", "zh-TW": "pool {pool} 不在此檔案中"},
    "profile-elsewhere": {
        "en": "the profile {name} is not in this file; it may end TLS or speak HTTP",
        "zh-TW": "profile {name} 不在此檔案中；它可能終結 TLS 或處理 HTTP",
    },
    "property": {
        "en": "the property '{property}' of a {what} is not known here",
        "zh-TW": "此處不認識 {what} 的屬性「{property}」",
    },
    "receive-pattern": {
        "en": "which answers the pattern {pattern} matches was not worked out",
        "zh-TW": "未推算樣式 {pattern} 會符合哪些回應",
    },
    "service-name": {
        "en": "which port '{name}' is, only the BIG-IP knows",
        "zh-TW": "「{name}」是哪個連接埠，只有 BIG-IP 知道",
    },
    "several-monitors": {
        "en": "several monitors ask different things of a member; only one of them was judged",
        "zh-TW": "多個監視器對成員做不同的檢查；只判定了其中一個",
    },
    "shell": {
        "en": "what the shell does behind '{word}' was not worked out; commands in it are read once",
        "zh-TW": "未推算 shell 在「{word}」之後的動作；其中的指令只讀入一次",
    },
    "turned-away": {
        "en": "{property} turns some clients away; whom was not worked out",
        "zh-TW": "{property} 會拒絕部分用戶端；未推算是哪些用戶端",
    },
    "variable": {"en": "this depends on ${variable}", "zh-TW": "這裡取決於 ${variable}"},
    "vlans": {
        "en": "which clients are let in depends on the VLAN that they come in by ({vlans})",
        "zh-TW": "接受哪些用戶端，取決於它們來自哪個 VLAN（{vlans}）",
    },
}
"""What is not modelled (PS316)."""

REFUSED: Mapping[str, Text] = {
    "exists": {
        "en": "{what} {name} was created in line {line} already",
        "zh-TW": "{what} {name} 在第 {line} 行已建立",
    },
    "no-such-item": {"en": "there is no '{name}' to change", "zh-TW": "沒有可更改的「{name}」"},
    "shared": {
        "en": "the virtual server {name} of line {line} has this destination already",
        "zh-TW": "第 {line} 行的虛擬伺服器 {name} 已使用此目的地",
    },
}
"""What the real program does not take (PS317)."""

IGNORED: Mapping[str, Text] = {
    "priority": {
        "en": "priority-group means nothing in pool {pool}: min-active-members is 0, the default",
        "zh-TW": "pool {pool} 的 priority-group 沒有作用：min-active-members 為預設的 0",
    },
}
"""What the real program passes over (PS318)."""
