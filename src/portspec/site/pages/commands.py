"""The command line: each command's own help text, as the program prints it."""

from __future__ import annotations

import os
from contextlib import redirect_stdout, suppress
from io import StringIO

from portspec.cli import COMMANDS, main
from portspec.site import markdown as md

COLUMNS = 100
WORDS = {
    "en": {
        "title": "Command line",
        "lead": "The help of every command, as the program prints it. `--lang en` or `--lang zh-TW`, or else the "
        "locale, chooses the language of the output.",
        "codes": "Exit codes",
        "code": "Code",
        "meaning": "Meaning",
        "0": "nothing to report",
        "1": "findings at or above `--fail-on` (default: `warning`)",
        "2": "wrong use, an input that cannot be read, a stale or edited lock, or nothing to check",
    },
    "zh-TW": {
        "title": "命令列",
        "lead": "以下是各命令的說明，與程式印出的相同。"
        "輸出語言由 `--lang en` 或 `--lang zh-TW` 決定，未指定時依語系設定。",
        "codes": "結束代碼",
        "code": "代碼",
        "meaning": "意義",
        "0": "沒有需要報告的問題",
        "1": "有達到 `--fail-on` 等級的發現（預設：`warning`）",
        "2": "用法錯誤、輸入無法讀取、鎖定檔過期或被修改，或沒有可檢查的對象",
    },
}


def page(lang: str) -> str:
    """docs/LANG/reference/command-line.md."""
    words = WORDS[lang]
    parts = [
        md.front_matter(boost=2),
        md.heading(1, words["title"], "command-line"),
        words["lead"],
        md.heading(2, words["codes"], "exit-codes"),
    ]
    parts.append(md.table([words["code"], words["meaning"]], [[code, words[code]] for code in ("0", "1", "2")]))
    for name in COMMANDS:
        parts += [md.heading(2, f"portspec {name}", name), md.block(_help(name))]
    return md.page(*parts)


def _help(name: str) -> str:
    """What `portspec NAME --help` prints on a terminal of COLUMNS columns."""
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = str(COLUMNS)
    printed = StringIO()
    try:
        with redirect_stdout(printed), suppress(SystemExit):
            main([name, "--help"])
    finally:
        if before is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = before
    return printed.getvalue()
