"""Text from an input as a piece of Markdown that shows it and does nothing else: no markup, no mention, no link."""

from __future__ import annotations

import re
from collections.abc import Sequence

from portspec.report.printable import printable

ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;", "~": "&#126;", "$": "&#36;"}
"""What renderers disagree about when a backslash stands before it, and what HTML is made of."""
ESCAPED = "\\`*_[]"
SPECIAL = re.compile(r"[&<>|~$\\`*_\[\]]")
REFERENCE = re.compile(r"(?<=[@#!%~$&])(?=[\w\"{])|(?<=:)(?=//)|(?<=[wW]{3})(?=\.)|(?<=[gG][hH])(?=-\d)")
"""Where a platform would begin to read a mention, the number of an issue, a label or an address."""
NOTHING = "&#8203;"
"""A blank without width, written so that whoever reads the source sees it."""
FENCE = re.compile(r"`{3,}")


def inline(text: str) -> str:
    """A text within a line or a cell of a table."""
    broken = REFERENCE.sub("\0", printable(text))
    escaped = SPECIAL.sub(lambda match: ENTITIES.get(match[0], "\\" + match[0]), broken)
    return escaped.replace("\0", NOTHING)


def code(text: str) -> str:
    """A name in the shape of code. An HTML element, because a code span cannot hold every name."""
    return f"<code>{inline(text)}</code>"


def block(lines: Sequence[str], kind: str = "text") -> list[str]:
    """Lines of a file between fences that none of them closes; `kind` is how they are coloured."""
    # A tab is a tab: a patch with blanks in its place does not apply.
    shown = ["\t".join(printable(part) for part in line.split("\t")) for line in lines]
    longest = max((len(match[0]) for line in shown for match in FENCE.finditer(line)), default=2)
    fence = "`" * (longest + 1)
    return [f"{fence}{kind}", *shown, fence]


def row(cells: Sequence[str]) -> str:
    """One row of a table."""
    return "| " + " | ".join(cells) + " |"


def folded(heading: str, lines: Sequence[str], *, opened: bool = False) -> list[str]:
    """Lines behind a heading that is clicked to see them. The heading is made by us or went through `inline`."""
    return [f"<details{' open' if opened else ''}><summary>{heading}</summary>", "", *lines, "", "</details>"]
