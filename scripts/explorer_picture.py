"""Photograph the explorer of a freshly built site. The picture carries the words that it shows, so that a test can hold
them against the spec of the day: another machine has other fonts and so other pixels."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

REPOSITORY = Path(__file__).resolve().parent.parent
SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = "portspec"
QUESTION = {"release": "4.18", "from": "worker", "to": "api-balancer"}
"""What is asked: a question that everybody who installs a cluster has."""
WIDE = 1220
MARGIN = 16
SHOWN = """({
  answer: document.querySelector(".ex-answer p").innerText,
  rows: [...document.querySelectorAll(".ex-table tbody tr")].map(row => [...row.cells].map(cell => cell.innerText.trim())),
})"""
LOW = "document.querySelector('.ex-table').getBoundingClientRect().bottom"


def draw(folder: Path) -> None:
    """Build the site, and write `explorer.LANGUAGE.png` for each language into a folder."""
    with tempfile.TemporaryDirectory() as built:
        command = [sys.executable, "-m", "portspec", "build", "--output", built]
        subprocess.run(command, cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL)
        photograph(Path(built) / "site", folder)


def photograph(site: Path, folder: Path) -> None:
    """Write `explorer.LANGUAGE.png` of a built site into a folder, for each language."""
    sys.path.insert(0, str(REPOSITORY / "tests"))
    from browser.chromium import Chromium
    from built_site import LANGUAGES

    program = shutil.which("chromium")
    if program is None:
        sys.exit("chromium is not here: install the Debian package chromium")
    with tempfile.TemporaryDirectory() as profile, Chromium(program, Path(profile)) as browser, browser.tab() as tab:
        for lang, place in LANGUAGES.items():
            tab.size(WIDE, 800)
            tab.open(f"{(site / place / 'explorer/index.html').as_uri()}?{urlencode(QUESTION)}")
            tab.until("document.querySelector('.ex-count')?.textContent")
            tab.size(WIDE, int(tab.evaluate(LOW)) + MARGIN)
            path = folder / f"explorer.{lang}.png"
            tab.screenshot(path)
            path.write_bytes(with_words(path.read_bytes(), {"question": QUESTION, **tab.evaluate(SHOWN)}))


def with_words(png: bytes, shown: dict[str, Any]) -> bytes:
    """A PNG file that carries, behind its head, the words that it shows."""
    text = json.dumps(shown, ensure_ascii=False)
    content = KEYWORD.encode() + b"\0\0\0\0\0" + text.encode()
    chunk = b"iTXt" + content
    head = len(SIGNATURE) + 25  # the first chunk is IHDR: length, name, 13 bytes, checksum
    return png[:head] + struct.pack(">I", len(content)) + chunk + struct.pack(">I", zlib.crc32(chunk)) + png[head:]


def words_of(png: bytes) -> dict[str, Any]:
    """The words that a PNG file carries. Raises ValueError where it has none."""
    at = len(SIGNATURE)
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        kind, content = png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        if kind == b"iTXt" and content.startswith(KEYWORD.encode() + b"\0"):
            shown: dict[str, Any] = json.loads(content[len(KEYWORD) + 5 :])
            return shown
        at += size + 12
    raise ValueError("the picture does not say what it shows")
