"""The explorer's list as a file: CSV as the command prints it, and a workbook."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from browser.chromium import Tab
from browser.explorer_steps import COUNT, click, listed, show, write
from built_site import LANGUAGES
from running import portspec

QUESTIONS: list[tuple[str, dict[str, str], list[str]]] = [
    ("newest", {}, []),
    ("release", {"release": "4.12"}, ["--release", "4.12"]),
    ("preview", {"release": "5.0"}, ["--release", "5.0"]),
    ("platform", {"release": "4.18", "platform": "vsphere"}, ["--release", "4.18", "--platform", "vsphere"]),
    ("cloud", {"release": "4.18", "platform": "aws"}, ["--release", "4.18", "--platform", "aws"]),
    ("network", {"release": "4.14", "network": "OpenShiftSDN"}, ["--release", "4.14", "--network", "OpenShiftSDN"]),
    ("compact", {"release": "4.18", "topology": "compact"}, ["--release", "4.18", "--topology", "compact"]),
    ("single", {"release": "4.20", "topology": "single-node"}, ["--release", "4.20", "--topology", "single-node"]),
    ("role", {"release": "4.18", "role": "worker"}, ["--release", "4.18", "--role", "worker"]),
    ("alias", {"release": "4.18", "role": "master"}, ["--release", "4.18", "--role", "master"]),
    ("balancer", {"release": "4.18", "role": "api-balancer"}, ["--release", "4.18", "--role", "api-balancer"]),
    (
        "stands-for",
        {"release": "4.18", "topology": "compact", "role": "worker"},
        ["--release", "4.18", "--topology", "compact", "--role", "worker"],
    ),
    ("phase", {"release": "4.18", "phase": "install"}, ["--release", "4.18", "--phase", "install"]),
    (
        "features",
        {"release": "4.19", "platform": "baremetal", "features": "ipsec user-managed-balancer"},
        ["--release", "4.19", "--platform", "baremetal", "--feature", "user-managed-balancer", "--feature", "ipsec"],
    ),
    (
        "all",
        {"release": "4.16", "platform": "baremetal", "role": "bootstrap", "phase": "install"},
        ["--release", "4.16", "--platform", "baremetal", "--role", "bootstrap", "--phase", "install"],
    ),
]


@pytest.fixture
def downloads(tab: Tab, tmp_path: Path) -> Path:
    tab.downloads(tmp_path)
    return tmp_path


def downloaded(tab: Tab, folder: Path, ending: str) -> Path:
    """The one file that has arrived."""
    for _ in range(500):
        found = list(folder.glob(f"*{ending}"))
        if found and found[0].stat().st_size:
            return found[0]
        tab.evaluate("new Promise(resolve => setTimeout(resolve, 20))")
    raise AssertionError(f"no {ending} came")


@pytest.mark.parametrize(("query", "options"), [case[1:] for case in QUESTIONS], ids=[case[0] for case in QUESTIONS])
def test_the_csv_is_that_of_the_command(
    query: dict[str, str], options: list[str], tab: Tab, address: str, downloads: Path
) -> None:
    show(tab, address, query)
    click(tab, "CSV")
    told = portspec(["ports", "--format", "csv", *options])
    assert told.code == 0
    assert downloaded(tab, downloads, ".csv").read_bytes() == told.out.encode()
    assert tab.evaluate(COUNT) == len(list(csv.reader(io.StringIO(told.out)))) - 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_workbook_is_opened_by_a_library(lang: str, tab: Tab, address: str, downloads: Path) -> None:
    show(tab, address, {"release": "4.18", "role": "worker", "sort": "-port"}, lang)
    click(tab, "XLSX")
    path = downloaded(tab, downloads, ".xlsx")
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
    book = openpyxl.load_workbook(path)
    sheet: Any = book.worksheets[0]
    found = [["" if value is None else value for value in row] for row in sheet.iter_rows(values_only=True)]
    expected = list(csv.reader(io.StringIO(listed(tab))))
    assert found == expected
    assert len(found) > 50
    assert found[1][1] > found[-1][1]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", f"A1:P{len(found)}")
    assert "4.18" in book.properties.title
    assert sheet["A1"].font.b


def test_a_cell_of_the_workbook_is_text_whatever_it_begins_with(tab: Tab, address: str, downloads: Path) -> None:
    show(tab, address)
    hostile = ["=1+1", "@x", "  blank ", "<b>&\"'", "1", "line\nbreak", "\u0001控制\ud83d\ude00", ""]
    given = json.dumps([list("abcdefgh"), hostile])
    tab.evaluate(f"portspecExplorer.save(portspecExplorer.workbook({given}, 'a&b', '<t>'), 'x.xlsx')")
    sheet: Any = openpyxl.load_workbook(downloaded(tab, downloads, ".xlsx")).worksheets[0]
    assert sheet.title == "a&b"
    found = [cell.value or "" for cell in sheet[2]]
    assert found == [
        text.replace("\u0001", "")
        for text in ["=1+1", "@x", "  blank ", "<b>&\"'", "1", "line\nbreak", "控制\U0001f600", ""]
    ]
    assert {cell.data_type for cell in sheet[2] if cell.value} <= {"s", "inlineStr", "f"} - {"f"}


def test_copies_are_told(tab: Tab, address: str) -> None:
    show(tab, address, {"release": "4.18", "role": "bmc"})
    tab.evaluate("window.kept = ''; navigator.clipboard.writeText = async words => { window.kept = words }")
    click(tab, "Copy CSV")
    tab.until("document.querySelector('.ex-said').textContent === 'Copied.'")
    assert tab.evaluate("kept") == portspec(["ports", "--release", "4.18", "--role", "bmc", "--format", "csv"]).out
    write(tab, "623")
    click(tab, "Copy link")
    tab.until("kept.startsWith('http')")
    assert "text=623" in tab.evaluate("kept"), "a link that is copied at once has what was typed last"
