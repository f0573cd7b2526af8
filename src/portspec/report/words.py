"""The fixed words of the text report in both languages."""

from __future__ import annotations

WORDS = {
    "en": {
        "error": "error",
        "warning": "warning",
        "note": "note",
        "possible": "possible",
        "witness": "packet",
        "why": "why",
        "help": "help",
        "colon": ": ",
        "list": ", ",
        "rule": "line {line}: {text}  → {outcome}",
        "more-rules": "… after {count} other rules",
        "cluster": "cluster {path}: OpenShift {release}, phase {phase}, platform {platform}, network {network}, topology {topology}",
        "bare": "no cluster file: OpenShift {release}, phase {phase}",
        "pinned": "policy pinned by {path}, spec {version}",
        "files": "{count} files checked: {names}",
        "file": "1 file checked: {names}",
        "summary": "{errors}, {warnings}, {notes}",
        "errors": "{count} errors",
        "errors-1": "1 error",
        "warnings": "{count} warnings",
        "warnings-1": "1 warning",
        "notes": "{count} notes",
        "notes-1": "1 note",
        "accepted": " ({count} accepted)",
        "total": "{count} clusters: {summary}",
        "clean": "nothing to report",
        "no-cluster": "no cluster file",
        "and-more": " (and {count} more)",
        "more-findings": "… and {count} more findings",
        "accepted-because": "{count} accepted: {reason}",
        "github-all": "all {count} findings ({annotated} of them shown as annotations)",
        "repository": "the root of the repository",
        "sarif-cut": "{count} results; the file holds the {most} heaviest, because code scanning refuses more in one run",
        "sarif-shown": "code scanning keeps the {most} heaviest results of a run",
        "in-baseline": "in the baseline {path}",
        "explain": "more about a code: portspec explain {code}",
        "accept": "accept",
        "drop": "drop",
        "reject": "reject",
        "unknown": "unknown",
        "policy": "policy {verdict}",
        "jump": "jump",
        "goto": "goto",
        "return": "return",
        "continue": "goes on",
    },
    "zh-TW": {
        "error": "錯誤",
        "warning": "警告",
        "note": "提示",
        "possible": "可能",
        "witness": "封包",
        "why": "原因",
        "help": "修正",
        "colon": "：",
        "list": "、",
        "rule": "第 {line} 行：{text}  → {outcome}",
        "more-rules": "… 之前另有 {count} 條規則",
        "cluster": "叢集 {path}：OpenShift {release}，階段 {phase}，平台 {platform}，網路 {network}，拓撲 {topology}",
        "bare": "沒有叢集檔：OpenShift {release}，階段 {phase}",
        "pinned": "政策由 {path} 鎖定，規格 {version}",
        "files": "已檢查 {count} 個檔案：{names}",
        "file": "已檢查 1 個檔案：{names}",
        "summary": "{errors}、{warnings}、{notes}",
        "errors": "{count} 個錯誤",
        "errors-1": "1 個錯誤",
        "warnings": "{count} 個警告",
        "warnings-1": "1 個警告",
        "notes": "{count} 個提示",
        "notes-1": "1 個提示",
        "accepted": "（另有 {count} 個已接受）",
        "total": "{count} 個叢集：{summary}",
        "clean": "沒有需要報告的問題",
        "no-cluster": "沒有叢集檔",
        "and-more": "（另有 {count} 項）",
        "more-findings": "… 另有 {count} 項",
        "accepted-because": "已接受 {count} 項：{reason}",
        "github-all": "全部 {count} 項（其中 {annotated} 項以註記顯示）",
        "repository": "儲存庫的根目錄",
        "sarif-cut": "共有 {count} 項結果；code scanning 不接受單次執行超過上限，因此檔案只包含最嚴重的 {most} 項",
        "sarif-shown": "code scanning 只保留單次執行中最嚴重的 {most} 項結果",
        "in-baseline": "列於基準檔 {path}",
        "explain": "各代碼的說明：portspec explain {code}",
        "accept": "允許",
        "drop": "丟棄",
        "reject": "拒絕",
        "unknown": "未知",
        "policy": "預設政策：{verdict}",
        "jump": "跳至",
        "goto": "轉至",
        "return": "返回",
        "continue": "繼續",
    },
}


def counted(lang: str, word: str, count: int) -> str:
    """A number with its noun: `1 error`, `2 errors`."""
    words = WORDS[lang]
    return words[f"{word}-1" if count == 1 else word].format(count=count)


def outcome(text: str, lang: str) -> str:
    """What a rule did, as a replay says it (`accept`, `jump CHAIN`, `policy drop`), in the reader's language."""
    from portspec.report.printable import printable

    words = WORDS[lang]
    first, blank, rest = text.partition(" ")
    if first == "policy":
        return words[first].format(verdict=words.get(rest, printable(rest)))
    return words.get(first, printable(first)) + blank + printable(rest)
