"""Firewall request sheets as CSV and as a workbook. The same requests give the same bytes."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Sequence
from typing import Any

from portspec.errors import InputError
from portspec.render.requests import Request

HEADINGS = {
    "en": (
        "Source role", "Source addresses", "Target role", "Target addresses", "Transport", "Port", "Necessity", "Phases",
        "Purpose", "Service", "Sources",
    ),
    "zh-TW": (
        "來源角色", "來源位址", "目的角色", "目的位址", "傳輸協定", "連接埠", "必要性", "階段", "用途", "服務", "依據",
    ),
}  # fmt: skip
WORDS = {
    "en": {},
    "zh-TW": {
        "required": "必要", "recommended": "建議", "optional": "選用",
        "install": "安裝期間", "running": "運作期間",
    },
}  # fmt: skip
SHEET = {"en": "requests", "zh-TW": "防火牆申請"}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet takes for a formula."""
CREATED = datetime.datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook's properties have no zone
WIDEST = 60
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
"""A cell is text and nothing else, whatever it begins with; nothing is written beside the workbook."""


def cells(request: Request, lang: str) -> list[str]:
    """A row of text."""
    words: dict[str, str] = WORDS[lang]
    phases = " ".join(words.get(phase, phase) for phase in request.phases)
    necessity = words.get(request.necessity, request.necessity)
    shown = request._replace(necessity=necessity, phases=(phases,), sources=(" ".join(request.sources),))
    return [cell[0] if isinstance(cell, tuple) else cell for cell in shown]


def as_csv(found: Sequence[Request], lang: str) -> str:
    """A header and a row for each request; no cell can be taken for a formula."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(HEADINGS[lang])
    for request in found:
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells(request, lang)])
    return stream.getvalue()


def as_xlsx(found: Sequence[Request], lang: str, heading: str) -> bytes:
    """A workbook of one sheet: a header that stays in view, a row for each request, filters.

    Raises InputError when XlsxWriter is not installed.
    """
    try:
        import xlsxwriter  # type: ignore[import-untyped, import-not-found, unused-ignore]
    except ImportError:
        raise InputError(
            "--format xlsx needs XlsxWriter, which is not installed", hint="pip install 'portspec[xlsx]'"
        ) from None
    stream = io.BytesIO()
    workbook: Any = xlsxwriter.Workbook(stream, SAFE)
    workbook.set_properties({"title": heading, "created": CREATED})
    sheet = workbook.add_worksheet(SHEET[lang])
    bold = workbook.add_format({"bold": True})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    rows = [cells(request, lang) for request in found]
    for column, name in enumerate(HEADINGS[lang]):
        sheet.write_string(0, column, name, bold)
        longest = max([len(name), *(len(row[column]) for row in rows)])
        sheet.set_column(column, column, min(longest + 4, WIDEST))
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row):
            sheet.write_string(number, column, text, wrapped)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(HEADINGS[lang]) - 1)
    workbook.close()
    return stream.getvalue()
