"""Draw the pictures of the READMEs: a report as a terminal shows it, as an SVG, and the explorer as a browser shows it.

    python scripts/readme_pictures.py [report] [explorer]

writes docs/assets/readme/report.svg and docs/assets/readme/explorer.LANGUAGE.png anew; the explorer needs Chromium
(explorer_picture.py). Tests hold that the report is what this script draws, and that the explorer's rows are those of today.
"""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
PICTURE = REPOSITORY / "docs/assets/readme/report.svg"
COMMAND = ("check", "examples/upi-broken")
COLUMNS = 108
LINES = 30
SIZE, WIDE, HIGH, EDGE = 13, 7.8, 18, 16
"""The font's size, the width of a column, the height of a line, and the margin."""

STYLES = {"1;31": "error", "1;33": "warning", "1;36": "note", "2": "dim", "0": ""}
"""The colours that a report uses; one that is not listed here stops the script."""
SHEET = (
    "text{fill:#e6edf3;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;"
    f"font-size:{SIZE}px;white-space:pre}}"
    ".error{fill:#ff7b72;font-weight:700}.warning{fill:#e3b341;font-weight:700}.note{fill:#76e3ea;font-weight:700}"
    ".dim{fill:#9da7b3}"
)
PIECE = re.compile(r"\x1b\[([\d;]*)m|([^\x1b])")


def on_a_terminal(arguments: tuple[str, ...]) -> str:
    """What the program writes when its standard output is a terminal."""
    ours, theirs = pty.openpty()
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(REPOSITORY / "src"),
        "LANG": "C.UTF-8",
        "TERM": "xterm",
    }
    command = [sys.executable, "-m", "portspec", *arguments]
    with subprocess.Popen(
        command, cwd=REPOSITORY, env=environment, stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.DEVNULL
    ):
        os.close(theirs)
        chunks = []
        while chunk := _read(ours):
            chunks.append(chunk)
    os.close(ours)
    return b"".join(chunks).decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # Linux reports the end of a terminal as an error
        return b""


def cells(printed: str) -> Iterator[list[tuple[str, str]]]:
    """Rows of the terminal, each a list of characters with their style; a long line goes on in the next row."""
    style, row = "", list[tuple[str, str]]()
    for code, char in PIECE.findall(printed):
        if not char:
            style = STYLES[code]
        elif char == "\n":
            yield row
            row = []
        else:
            if len(row) == COLUMNS:
                yield row
                row = []
            row.append((char, style))


def drawn(rows: list[list[tuple[str, str]]]) -> str:
    """The picture of these rows, on a ground of its own."""
    wide, high = round(COLUMNS * WIDE) + 2 * EDGE, len(rows) * HIGH + 2 * EDGE
    texts = []
    for number, row in enumerate(rows):
        runs: list[tuple[int, str, str]] = []
        for column, (char, style) in enumerate(row):
            if runs and runs[-1][2] == style:
                runs[-1] = (runs[-1][0], runs[-1][1] + char, style)
            else:
                runs.append((column, char, style))
        y = EDGE + HIGH * number + SIZE
        for column, words, style in runs:
            if not words.strip():
                continue
            kind = f' class="{style}"' if style else ""
            long = f"{len(words) * WIDE:.1f}"
            place = f'x="{EDGE + column * WIDE:.1f}" y="{y}" textLength="{long}"'
            texts.append(f'<text{kind} {place} xml:space="preserve">{escape(words)}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" role="img">\n'
        f"<title>portspec {escape(' '.join(COMMAND))}</title>\n<style>{SHEET}</style>\n"
        f'<rect width="{wide}" height="{high}" rx="8" fill="#0d1117"/>\n' + "\n".join(texts) + "\n</svg>\n"
    )


def report() -> str:
    """The picture of the first lines of the report."""
    prompt = f"\x1b[2m$\x1b[0m portspec {' '.join(COMMAND)}\n"
    return drawn(list(cells(prompt + on_a_terminal(COMMAND)))[:LINES])


def main(wanted: list[str]) -> None:
    """Draw those that are named, else all."""
    if not wanted or "report" in wanted:
        PICTURE.write_text(report(), encoding="utf-8")
    if not wanted or "explorer" in wanted:
        from explorer_picture import draw

        draw(PICTURE.parent)


if __name__ == "__main__":
    main(sys.argv[1:])
