"""Why a finding has no fix: for each code that none is made for, a decision that a file cannot make; else what its format or
the file lacks."""

from __future__ import annotations

from portspec.checks.finding import Finding
from portspec.configs.folders import FolderText
from portspec.policy.model import Text
from portspec.source import SourceText

REASONS: dict[str, Text] = {
    "PS001": {
        "en": "where a config is enforced is known to people only",
        "zh-TW": "設定檔在何處生效只有人知道",
    },
    "PS003": {
        "en": "the reason for an ignore has to come from whoever accepts the finding",
        "zh-TW": "忽略的理由須由接受該項發現的人提供",
    },
    "PS004": {
        "en": "the content of a MachineConfig is encoded; it is made anew, not edited",
        "zh-TW": "MachineConfig 的內容經過編碼，須重新產生，不能直接編輯",
    },
    "PS005": {
        "en": "the baseline is written anew with --write-baseline",
        "zh-TW": "基準檔須以 --write-baseline 重新寫入",
    },
    "PS102": {
        "en": "a filter of replies has no connection state; which state to keep is a design of its own",
        "zh-TW": "過濾回應封包的規則沒有連線狀態；要保留哪些狀態須另行設計",
    },
    "PS103": {
        "en": "what the files leave open has to be written out first",
        "zh-TW": "檔案中未定的部分須先寫明",
    },
    "PS203": {
        "en": "what the site needs beyond the policy, such as SSH, is not in the files: closing the rest would cut it",
        "zh-TW": "站點在政策以外的需求（例如 SSH）不在檔案中：封閉其餘部分會切斷這些連線",
    },
    "PS303": {
        "en": "who ends TLS, and with which certificate, changes what clients see",
        "zh-TW": "由誰終結 TLS、使用哪一張憑證，會改變用戶端所見",
    },
    "PS312": {
        "en": "how far a port is published may be kept by another device",
        "zh-TW": "連接埠公開的範圍可能由另一台設備限制",
    },
    "PS315": {
        "en": "another health port has to be chosen",
        "zh-TW": "須另選健康檢查的連接埠",
    },
    "PS316": {
        "en": "the address that a name stands for is not in the files",
        "zh-TW": "名稱所代表的位址不在檔案中",
    },
    "PS317": {
        "en": "the program refuses the line; what was meant is not known",
        "zh-TW": "程式拒絕這一行；無從得知原意",
    },
    "PS318": {
        "en": "the program ignores the line; what was meant is not known",
        "zh-TW": "程式忽略這一行；無從得知原意",
    },
    "PS319": {
        "en": "how long a probe may wait depends on the members",
        "zh-TW": "探測可等待多久取決於後端成員",
    },
    "PS321": {
        "en": "the probe's way leads through filters of several files",
        "zh-TW": "探測的路徑經過多個檔案中的防火牆",
    },
    "PS322": {
        "en": "which of the filters on the way should close the port is a choice",
        "zh-TW": "路徑上由哪一道防火牆關閉該連接埠須由人決定",
    },
    "PS323": {
        "en": "how long a silent connection is kept depends on the applications",
        "zh-TW": "無流量的連線保留多久取決於應用程式",
    },
    "PS324": {
        "en": "both ends of the PROXY protocol have to change at once",
        "zh-TW": "PROXY protocol 的兩端須同時變更",
    },
    "PS326": {
        "en": "who uses the listener is not in the files",
        "zh-TW": "誰使用該監聽端不在檔案中",
    },
    "PS327": {
        "en": "why the balancer turns clients away is not in the files",
        "zh-TW": "負載平衡器為何拒絕用戶端不在檔案中",
    },
    "PS404": {
        "en": "an unused chain or set may be there for another tool",
        "zh-TW": "未使用的 chain 或 set 可能供其他工具使用",
    },
    "PS405": {
        "en": "what the rest is that somebody may need is not in the files",
        "zh-TW": "可能有人需要的其餘部分不在檔案中",
    },
    "PS501": {
        "en": "the spec that is pinned is changed with portspec pin",
        "zh-TW": "鎖定的規格以 portspec pin 變更",
    },
    "PS502": {
        "en": "an upgrade is no change of a config",
        "zh-TW": "升級不是設定檔的變更",
    },
    "PS503": {
        "en": "whether to try a preview release is a choice",
        "zh-TW": "是否試用預覽版須由人決定",
    },
}
"""By code. Every other code has a fix in some dialect, as its bad example shows."""

NO_FILE: Text = {
    "en": "it is about no line of a config",
    "zh-TW": "該項發現不針對設定檔中的任何一行",
}
LIMITS: dict[tuple[str, str], Text] = {
    ("nginx", "PS309"): {
        "en": "the open source nginx has no probe of its own, and that of NGINX Plus for TCP does not ask over TLS: take a balancer that does",
        "zh-TW": "開放原始碼的 nginx 沒有主動檢查，NGINX Plus 的 TCP 檢查也不會透過 TLS 詢問：須改用能這樣檢查的負載平衡器",
    },
    ("traefik", "PS309"): {
        "en": "Traefik connects to servers of TCP and cannot ask them over HTTP: take a balancer that does",
        "zh-TW": "Traefik 對 TCP 伺服器只會建立連線，不能以 HTTP 詢問：須改用能這樣檢查的負載平衡器",
    },
    ("traefik", "PS314"): {
        "en": "Traefik has no backups for TCP",
        "zh-TW": "Traefik 的 TCP 服務沒有備援伺服器",
    },
    ("traefik", "PS325"): {
        "en": "Traefik keeps no client at one server of TCP",
        "zh-TW": "Traefik 無法讓 TCP 用戶端固定於同一伺服器",
    },
    ("keepalived", "PS301"): {
        "en": "the file balances no port like it: whether keepalived is to, or another program on this host does, is not in it",
        "zh-TW": "檔案中沒有類似的連接埠可參照：應由 keepalived 或主機上的其他程式分流，檔案中沒有說明",
    },
}
"""By format and code, where a format has no fix of a code: what its program cannot do, or what the file does not tell."""
VARIANTS: dict[tuple[str, str], Text] = {
    ("PS301", "unread"): {
        "en": "where it listens is decided outside of the file",
        "zh-TW": "監聽的位置由檔案以外的設定決定",
    },
    ("PS301", "nowhere"): {
        "en": "it listens, and where its clients were to be led is not in the file",
        "zh-TW": "有監聽，但檔案中看不出應將用戶端導向何處",
    },
    ("PS302", "frontend"): {
        "en": "it routes by HTTP; which of its names and paths are still needed has to be known before it is one of TCP",
        "zh-TW": "它依 HTTP 分流；改為 TCP 前須先知道哪些名稱與路徑仍需要",
    },
}
"""By code and variant, where no change was proved."""
LISTING: Text = {
    "en": "it is what firewall-cmd has printed, which no program reads: add or remove the entry with firewall-cmd, then list anew",
    "zh-TW": "這是 firewall-cmd 的輸出，沒有程式會讀取它：請以 firewall-cmd 增刪該項目後重新輸出",
}
JSON: Text = {
    "en": "it is what nft -j has printed; the change belongs into the file that nft was given",
    "zh-TW": "這是 nft -j 的輸出；應變更 nft 所載入的原始檔案",
}
PACKED: Text = {
    "en": "the file is carried in one quoted line; write it as a block or as a data URL to have it changed",
    "zh-TW": "檔案以單行引號字串內嵌；改寫成區塊或 data URL 後才能修改",
}
NOT_TOGETHER: Text = {
    "en": "it has a fix by itself, which does not go together with the others; apply those, then ask again",
    "zh-TW": "單獨修正可行，但無法與其他修正並存；請先套用其他修正再執行一次",
}
NOT_PROVED: Text = {
    "en": "no change was found after which a re-check finds it gone and nothing new",
    "zh-TW": "找不到重新檢查後該項消失且沒有新發現的變更",
}


def another(codes: tuple[str, ...]) -> Text:
    """That a change takes the finding away and brings others."""
    if not codes:
        return NOT_PROVED
    return {
        "en": f"a change takes it away, and brings {', '.join(codes)}",
        "zh-TW": f"有變更可使該項消失，但會出現 {'、'.join(codes)}",
    }


def reason_of(finding: Finding, format_: str | None, source: SourceText | None) -> Text | None:
    """What is known about a finding without a look at changes of its file: why there is none. None: it has to be tried."""
    if finding.code in REASONS:
        return REASONS[finding.code]
    if format_ is None or source is None:
        return NO_FILE
    text = source.text.lstrip()
    if format_ == "firewalld" and not isinstance(source, FolderText) and not text.startswith("<"):
        return LISTING
    if format_ == "nftables" and text.startswith("{"):
        return JSON
    if format_ == "machineconfig" and finding.span is not None and finding.span.within:
        line = source.line(finding.span.line)
        if "data:" not in line and "local" not in line:
            return PACKED
    return None


def told_of_format(finding: Finding, format_: str) -> Text | None:
    """What is known of the format, or of this kind of finding, once no change was proved."""
    return LIMITS.get((format_, finding.code)) or VARIANTS.get((finding.code, finding.variant))
