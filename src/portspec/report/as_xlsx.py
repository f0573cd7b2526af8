"""The list of flows as a workbook for people who work in spreadsheets. Needs XlsxWriter (the extra `xlsx`).

The same flows give the same bytes: the date of creation is fixed, as is the order of everything.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from typing import Any

from portspec.errors import InputError
from portspec.policy.flows import FlowRecord
from portspec.report.flows import CSV_COLUMNS, cells

CREATED = datetime.datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook's properties have no zone
WIDEST = 60
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
"""A cell is text and nothing else, whatever it begins with; nothing is written beside the workbook."""


def as_xlsx(records: Sequence[FlowRecord], heading: str) -> bytes:
    """A workbook of one sheet: a header that stays in view, a row per flow, filters. `heading` is its title.

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
    sheet = workbook.add_worksheet("flows")
    bold = workbook.add_format({"bold": True})
    rows = [cells(record, CSV_COLUMNS) for record in records]
    for column, name in enumerate(CSV_COLUMNS):
        sheet.write_string(0, column, name, bold)
        longest = max([len(name), *(len(row[column]) for row in rows)])
        sheet.set_column(column, column, min(longest + 2, WIDEST))
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row):
            sheet.write_string(number, column, text)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(CSV_COLUMNS) - 1)
    workbook.close()
    return stream.getvalue()
