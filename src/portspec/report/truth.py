"""The table of what a filter does with every port, for people and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

from portspec.checks.truth import ELSE, Cell, Truth
from portspec.report.printable import printable
from portspec.report.width import pad, width

WORDS = {
    "en": {
        "port": "port",
        "holder": "to",
        "else": "anyone else",
        "open": "open",
        "closed": "-",
        "partly": "part",
        "unknown": "?",
        "none": "",
        "legend": "open: gets through; -: does not; part: some addresses do; ?: the file does not tell; "
        "empty: does not pass here; *: a required flow",
        "nothing": "no port of the policy is behind this filter",
    },
    "zh-TW": {
        "port": "連接埠",
        "holder": "目的",
        "else": "其他任何人",
        "open": "開放",
        "closed": "-",
        "partly": "部分",
        "unknown": "?",
        "none": "",
        "legend": "開放：可通過；-：不可通過；部分：部分位址可通過；?：檔案無從得知；空白：不經過此處；*：必要流量",
        "nothing": "政策中沒有連接埠位於此過濾規則之後",
    },
}


def render(table: Truth, lang: str) -> str:
    """The table, a port to a line."""
    words = WORDS[lang]
    if not table.rows:
        return f"{words['nothing']}\n"
    head = [words["port"], words["holder"], *(words["else"] if role == ELSE else role for role in table.sources)]
    lines = [head]
    for row in table.rows:
        port = f"{row.port}/{row.transport}" if row.port else row.transport
        named = f"{port} {row.service}"
        lines.append([named, row.holder, *(_shown(cell, words) for cell in row.cells)])
    columns = [max(width(line[at]) for line in lines) for at in range(len(head))]
    shown = ("  ".join(pad(printable(text), columns[at]) for at, text in enumerate(line)).rstrip() for line in lines)
    return "".join(f"{line}\n" for line in (*shown, words["legend"]))


def _shown(cell: Cell, words: dict[str, str]) -> str:
    return words[cell.status] + "*" * cell.needed


def as_json(table: Truth) -> str:
    """A list of objects, one for each port and each role whose packets pass."""
    return json.dumps(list(_objects(table)), ensure_ascii=False, indent=2) + "\n"


def _objects(table: Truth) -> Iterator[dict[str, object]]:
    for row in table.rows:
        for source, cell in zip(table.sources, row.cells, strict=True):
            if cell.status != "none":
                yield {
                    "service": row.service,
                    "port": row.port or None,
                    "transport": row.transport,
                    "from": source or None,
                    "to": row.holder,
                    "verdict": cell.status,
                    "required": cell.needed,
                }
