"""The fixed words of the Markdown report in both languages."""

from __future__ import annotations

REVIEW = {
    "en": {
        "failed": "portspec: {numbers}",
        "found": "portspec: {numbers}, none of which fails the check",
        "clean": "portspec: nothing to report",
        "where": "Where",
        "code": "Code",
        "what": "What",
        "number": "Number",
        "table-cut": "Not shown in this table: {numbers}.",
        "details-cut": "The details of {count} findings do not fit here; `portspec check` prints them all.",
        "accepted": "Accepted by comment, cluster file or baseline: {count}.",
        "checked": "{count} files checked",
        "checked-1": "1 file checked",
        "files-cut": "and {count} more files",
    },
    "zh-TW": {
        "failed": "portspec：{numbers}",
        "found": "portspec：{numbers}，均未達到不通過的等級",
        "clean": "portspec：沒有需要報告的問題",
        "where": "位置",
        "code": "代碼",
        "what": "內容",
        "number": "數量",
        "table-cut": "此表未列出：{numbers}。",
        "details-cut": "另有 {count} 項的細節無法在此列出；執行 `portspec check` 可看到全部。",
        "accepted": "經註解、叢集檔或基準檔接受的項目：{count}。",
        "checked": "已檢查 {count} 個檔案",
        "checked-1": "已檢查 1 個檔案",
        "files-cut": "以及另外 {count} 個檔案",
    },
}
