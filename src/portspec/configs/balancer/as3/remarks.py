"""The sentences about what the AS3 reader remarks, by the key of the remark.

PS316, PS317 and PS318 put their own words before these.
"""

from __future__ import annotations

from collections.abc import Mapping

from portspec.texts import Text

UNKNOWN: Mapping[str, Text] = {
    "address-elsewhere": {
        "en": "the virtual address {name} is on the BIG-IP, not in the declaration",
        "zh-TW": "虛擬位址 {name} 在 BIG-IP 上，不在宣告中",
    },
    "arp": {
        "en": "nobody answers ARP for {address}; whether clients get there depends on their routes",
        "zh-TW": "{address} 不回應 ARP；用戶端能否連到，取決於路由",
    },
    "autopopulate": {
        "en": "how many members {name} stands for is known only to DNS",
        "zh-TW": "{name} 代表多少個成員，只有 DNS 知道",
    },
    "clients": {"en": "only clients of {source} are let in", "zh-TW": "只接受來自 {source} 的用戶端"},
    "discovery": {
        "en": "which members there are is found out at run time ({how})",
        "zh-TW": "有哪些成員在執行時才得知（{how}）",
    },
    "irule": {
        "en": "the iRule {name} decides where some clients go",
        "zh-TW": "部分用戶端的去向由 iRule {name} 決定",
    },
    "member-elsewhere": {
        "en": "the node {name} is on the BIG-IP, not in the declaration",
        "zh-TW": "節點 {name} 在 BIG-IP 上，不在宣告中",
    },
    "monitor-elsewhere": {
        "en": "the monitor {name} is on the BIG-IP, not in the declaration",
        "zh-TW": "監視器 {name} 在 BIG-IP 上，不在宣告中",
    },
    "network": {
        "en": "the service takes connections to a whole network, {network}",
        "zh-TW": "此服務接受連往整個網段 {network} 的連線",
    },
    "policy": {
        "en": "the policy {name} decides where some clients go",
        "zh-TW": "部分用戶端的去向由政策 {name} 決定",
    },
    "pool-elsewhere": {
        "en": "the pool {pool} is on the BIG-IP, not in the declaration",
        "zh-TW": "pool {pool} 在 BIG-IP 上，不在宣告中",
    },
    "profile-elsewhere": {
        "en": "the profile {name} is on the BIG-IP, not in the declaration",
        "zh-TW": "profile {name} 在 BIG-IP 上，不在宣告中",
    },
    "property": {
        "en": "the property '{property}' of a {what} is not known here",
        "zh-TW": "此處不認識 {what} 的屬性「{property}」",
    },
    "receive-pattern": {
        "en": "which answers the pattern {pattern} matches was not worked out",
        "zh-TW": "未推算樣式 {pattern} 會符合哪些回應",
    },
    "several-monitors": {
        "en": "several monitors ask different things of a member; only one of them was judged",
        "zh-TW": "多個監視器對成員做不同的檢查；只判定了其中一個",
    },
    "turned-away": {
        "en": "{property} turns some clients away; whom was not worked out",
        "zh-TW": "{property} 會拒絕部分用戶端；未推算是哪些用戶端",
    },
    "vlans": {
        "en": "which clients are let in depends on the VLAN that they come in by ({vlans})",
        "zh-TW": "接受哪些用戶端，取決於它們來自哪個 VLAN（{vlans}）",
    },
}
"""What is not modelled (PS316)."""

REFUSED: Mapping[str, Text] = {
    "address": {"en": "'{text}' is no address", "zh-TW": "「{text}」不是位址"},
    "class": {"en": "'{name}' must be of class {wanted}", "zh-TW": "「{name}」的 class 必須是 {wanted}"},
    "missing": {"en": "a {what} needs {property}", "zh-TW": "{what} 需要 {property}"},
    "pointer": {"en": "'{pointer}' leads to nothing that fits here", "zh-TW": "「{pointer}」沒有指向適用的物件"},
    "shared": {
        "en": "the service {name} of line {line} has this address and port already",
        "zh-TW": "第 {line} 行的服務 {name} 已使用此位址與連接埠",
    },
    "template": {
        "en": "an application of template {template} needs a serviceMain of class {wanted}",
        "zh-TW": "template 為 {template} 的應用程式需要 class 為 {wanted} 的 serviceMain",
    },
    "type": {
        "en": "{property} must be of type {wanted}, within its bounds",
        "zh-TW": "{property} 的類型必須是 {wanted}，且在範圍之內",
    },
}
"""What the schema does not take (PS317)."""

IGNORED: Mapping[str, Text] = {
    "priority": {
        "en": "priorityGroup means nothing in pool {pool}: minimumMembersActive is 0",
        "zh-TW": "pool {pool} 的 priorityGroup 沒有作用：minimumMembersActive 為 0",
    },
}
"""What the real program passes over (PS318)."""
