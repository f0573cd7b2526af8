"""Firewall request sheets: every hop with its addresses, in both languages, as CSV and as a workbook."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from render.clusters import CASES, Made, make
from running import portspec

from portspec.packets.addresses import parse_addresses
from portspec.packets.intervals import IntervalSet
from portspec.policy.model import PHASES
from portspec.render.requests import Request, requests
from portspec.render.sheets import HEADINGS, as_csv, as_xlsx

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
MADE = make("ha", "none", "dual", "install")


@pytest.mark.parametrize("made", CASES[::4], ids=lambda made: made.name)
def test_every_flow_has_a_row(made: Made) -> None:
    policy, cluster = made.policy(), made.cluster()
    found = requests(policy, cluster, "en")
    rows = {(one.source, one.target, one.transport, one.port, one.service): one for one in found}
    assert len(rows) == len(found)
    for allow in policy.allows:
        row = rows[allow.source, allow.target, allow.transport, allow.port or "", allow.service]
        assert set(allow.phases) <= set(row.phases) <= set(PHASES)
        assert set(allow.sources) <= set(row.sources)
        assert allow.purpose["en"] in row.purpose
        assert _parsed(row.source_addresses) == cluster.addresses(allow.source)
        assert _parsed(row.target_addresses) == cluster.addresses(allow.target)
    assert len(rows) <= len(policy.allows)


def _parsed(text: str) -> IntervalSet:
    return IntervalSet(span for word in text.split(", ") if word for span in parse_addresses(word))


def test_the_most_binding_flow_gives_the_necessity() -> None:
    policy, cluster = MADE.policy(), MADE.cluster()
    found = {(one.source, one.target, one.port, one.service): one for one in requests(policy, cluster, "en")}
    assert found["control-plane", "control-plane", "22623", "machine-config-server"].necessity == "optional"
    assert found["worker", "api-balancer", "22623", "machine-config-server"].necessity == "required"
    assert found["worker", "api-balancer", "22623", "machine-config-server"].phases == ("install", "running")


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
def test_csv_and_workbook_say_the_same(lang: str) -> None:
    found = requests(MADE.policy(), MADE.cluster(), lang)
    rows = list(csv.reader(io.StringIO(as_csv(found, lang))))
    book = as_xlsx(found, lang, "title")
    assert rows[0] == list(HEADINGS[lang])
    assert _sheet(book) == rows
    assert as_xlsx(found, lang, "title") == book
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        root = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    (filters,) = root.iter(f"{SPACE}autoFilter")
    assert filters.get("ref") == f"A1:K{len(rows)}"


def _sheet(content: bytes) -> list[list[str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        strings = ["".join(text.itertext()) for text in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
        root = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    rows = []
    for row in root.iter(f"{SPACE}row"):
        cells = {cell.get("r", "").rstrip("0123456789"): cell.findtext(f"{SPACE}v") for cell in row}
        rows.append([strings[int(number)] if (number := cells.get(name)) else "" for name in "ABCDEFGHIJK"])
    return rows


def test_numbers_and_addresses_are_the_same_in_both_languages() -> None:
    policy, cluster = MADE.policy(), MADE.cluster()
    english, chinese = (requests(policy, cluster, lang) for lang in ("en", "zh-TW"))
    assert [_plain(one) for one in english] == [_plain(one) for one in chinese]
    assert all(any(ord(char) > 0x2E80 for char in one.purpose) for one in chinese)


def _plain(request: Request) -> Request:
    return request._replace(purpose="")


def test_no_cell_is_a_formula() -> None:
    request = Request("=1+1", "-2", "@x", "＝3", "tcp", "22", "required", ("install",), "+cmd", "x", ("y",))
    row = next(iter(list(csv.reader(io.StringIO(as_csv([request], "en"))))[1:]))
    assert row[:4] == ["'=1+1", "'-2", "'@x", "'＝3"]
    assert row[8] == "'+cmd"
    assert _sheet(as_xlsx([request], "en", "t"))[1][:4] == ["=1+1", "-2", "@x", "＝3"]
    with zipfile.ZipFile(io.BytesIO(as_xlsx([request], "en", "t"))) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_from_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "requests.xlsx"
    command = ["render", "requests", "--format", "xlsx", "--cluster", "examples/upi-right", "--lang", "zh-TW"]
    run = portspec([*command, "--output", str(path)])
    assert (run.code, run.out, run.err) == (0, "", "")
    assert _sheet(path.read_bytes())[0] == list(HEADINGS["zh-TW"])


def test_without_the_extra(tmp_path: Path) -> None:
    (tmp_path / "xlsxwriter.py").write_text("raise ImportError\n")
    env = {"PYTHONPATH": f"{tmp_path}:{Path('src').resolve()}"}
    command = ["render", "requests", "--format", "xlsx", "--cluster", "examples/upi-right"]
    run = portspec([*command, "--output", str(tmp_path / "x")], env=env)
    assert (run.code, run.err) == (
        2,
        "--format xlsx needs XlsxWriter, which is not installed\n  pip install 'portspec[xlsx]'\n",
    )
    assert not (tmp_path / "x").exists()
