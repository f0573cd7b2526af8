"""The README's picture of a report is what the program prints today."""

from __future__ import annotations

import subprocess
import sys
from xml.etree import ElementTree as ET

from running import REPOSITORY, portspec

PICTURE = REPOSITORY / "docs/assets/readme/report.svg"
TEXT = "{http://www.w3.org/2000/svg}text"
DRAW = "import sys; sys.path.insert(0, 'scripts'); import readme_pictures as r; sys.stdout.buffer.write(r.report().encode())"


def test_the_picture_is_fresh() -> None:
    done = subprocess.run(
        [sys.executable, "-B", "-c", DRAW], cwd=REPOSITORY, capture_output=True, check=True, timeout=60
    )
    assert PICTURE.read_bytes() == done.stdout, "run: python scripts/readme_pictures.py"


def test_the_picture_shows_the_report_with_its_colours() -> None:
    texts = list(ET.fromstring(PICTURE.read_text(encoding="utf-8")).iter(TEXT))
    assert "error" in {text.get("class") for text in texts}
    printed = portspec(["check", "examples/upi-broken"]).out
    for text in texts[2:]:
        assert (text.text or "").strip() in printed
    assert PICTURE.stat().st_size < 60_000
