"""`portspec ports` as files: csv that no spreadsheet runs, a workbook of fixed bytes, the plugin's form; and releases."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from policy.small_spec import SMALL, changed, present
from printing import as_printed
from running import REPOSITORY, portspec

from portspec.cli import main
from portspec.policy.flows import flows
from portspec.policy.model import Profile
from portspec.policy.sides import snapshot_of
from portspec.report.as_xlsx import as_xlsx
from portspec.report.flows import CSV_COLUMNS, as_csv

PRINTED = Path(__file__).parent / "printed"
EVIL = '=HYPERLINK("http://x.example","y")'


def test_csv_has_every_field(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with present(SMALL, tmp_path):
        assert main(["ports", "--release", "4.18", "--format", "csv"]) == 0
        rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
        assert main(["ports", "--release", "4.18", "--format", "json"]) == 0
        records = json.loads(capsys.readouterr().out)
    assert tuple(rows[0]) == CSV_COLUMNS
    assert len(rows) == len(records)
    for row, record in zip(rows, records, strict=True):
        for name in ("service", "transport", "from", "to", "necessity", "reach"):
            assert row[name] == record[name]
        for lang in ("en", "zh-TW"):
            assert row[f"purpose_{lang}"] == record["purpose"][lang]
            assert row[f"title_{lang}"] == record["title"][lang]
        assert row["carried_forward"] == str(record["carried_forward"]).lower()


def hostile(tmp_path: Path) -> Path:
    """A spec whose words a spreadsheet would run."""
    return changed(
        tmp_path / "evil",
        [("services/monitor.yaml", "en: Its own figures.", f"en: '{EVIL}'"), ("services/monitor.yaml", "{en: Monitor,", "{en: '＝1+1',")],
    )  # fmt: skip


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    found = flows(snapshot_of(str(hostile(tmp_path)), "4.18"), Profile())
    text = as_csv(found)
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert f"'{EVIL}" in cells
    assert "'＝1+1" in cells
    assert not [
        cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    ]


def sheet(content: bytes) -> list[list[str]]:
    """The texts of a workbook's first sheet; fails where a cell is no text."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        strings = ["".join(text.itertext()) for text in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
        root = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        rows = []
        for row in root.iter(f"{space}row"):
            assert row.find(f".//{space}f") is None, "no formula"
            rows.append([strings[int(cell.findtext(f"{space}v", ""))] for cell in row if cell.get("t") == "s"])
    return rows


@pytest.mark.parametrize("evil", [False, True])
def test_a_workbook_is_the_same_list(evil: bool, tmp_path: Path) -> None:
    spec = hostile(tmp_path) if evil else SMALL
    found = flows(snapshot_of(str(spec), "4.18"), Profile())
    first, second = as_xlsx(found, "title"), as_xlsx(found, "title")
    assert first == second
    rows = sheet(first)
    assert tuple(rows[0]) == CSV_COLUMNS
    assert len(rows) == len(found) + 1
    assert any(EVIL in row for row in rows) is evil


def test_a_workbook_goes_into_a_file_or_a_pipe(tmp_path: Path) -> None:
    file = tmp_path / "flows.xlsx"
    run = portspec(["ports", "--format", "xlsx", "--output", str(file), "--release", "4.18"])
    assert run == (0, "", "")
    command = [sys.executable, "-m", "portspec", "ports", "--format", "xlsx", "--release", "4.18"]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY / "src"), "LANG": "C.UTF-8"}
    piped = subprocess.run(command, env=env, capture_output=True, check=True)
    assert piped.stdout == file.read_bytes()
    ours, theirs = pty.openpty()
    shown = subprocess.run(command, env=env, stdout=theirs, stderr=subprocess.PIPE, check=False)
    os.close(theirs)
    os.close(ours)
    assert shown.returncode == 2
    assert shown.stderr.decode() == "a workbook is nothing for a terminal\n  add --output FILE.xlsx\n"


def test_without_the_library_the_extra_is_named(tmp_path: Path) -> None:
    (tmp_path / "xlsxwriter.py").write_text("raise ImportError\n")
    env = {"PYTHONPATH": f"{tmp_path}:{REPOSITORY / 'src'}"}
    run = portspec(["ports", "--format", "xlsx", "--output", str(tmp_path / "x")], env=env)
    assert (run.code, run.out) == (2, "")
    assert run.err == "--format xlsx needs XlsxWriter, which is not installed\n  pip install 'portspec[xlsx]'\n"
    assert not (tmp_path / "x").exists()


FORMS = ("table", "csv", "json", "yaml", "markdown", "commatrix")


@pytest.mark.parametrize("form", FORMS)
def test_into_a_file(form: str, tmp_path: Path) -> None:
    file = tmp_path / "list"
    file.write_text("before")
    file.chmod(0o640)
    plain = portspec(["ports", "--format", form, "--release", "4.18"])
    run = portspec(["ports", "--format", form, "--release", "4.18", "--output", str(file)])
    assert (plain.code, run) == (0, (0, "", ""))
    assert file.read_text(encoding="utf-8") == plain.out
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["list"]
    nowhere = portspec(["ports", "--format", form, "--output", str(tmp_path / "no" / "where")])
    assert (nowhere.code, nowhere.out) == (2, "")


WRONG = {
    "the plugin's form in the install phase": (["ports", "--format", "commatrix", "--phase", "install"], "--format commatrix lists what listens on a running cluster"),
    "an unknown topology": (["ports", "--topology", "star"], "unknown topology 'star' in "),
    "a day for a port": (["show", "22623", "--today", "2026-01-01"], "--today is for a release"),
    "a release of a release": (["show", "4.18", "--release", "4.17"], "4.18 is a release; --release is for a port"),
    "no day": (["show", "4.18", "--today", "tomorrow"], "--today: 'tomorrow' is not a day"),
    "no release": (["show", "4.81"], ""),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_wrong_use(name: str) -> None:
    arguments, error = WRONG[name]
    run = portspec(arguments)
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith(error), run.err


DAYS = {"4.17": "2026-04-02", "4.18": "2026-08-26", "4.99": "2026-01-01", "4.10": "2022-03-09"}


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
@pytest.mark.parametrize("release", DAYS)
def test_a_release_is_shown(release: str, lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with present(SMALL, tmp_path):
        assert main(["show", release, "--today", DAYS[release], "--lang", lang]) == 0
    as_printed(PRINTED / f"show-{release}.{lang}.txt", capsys.readouterr().out)
