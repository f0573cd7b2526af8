"""A character that nobody sees: a control character, one without width, or one that turns the direction of writing.

They make a text look like another than it is (CVE-2021-42574), and an escape sequence drives the reader's terminal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from portspec.spec.view import Problem, SpecView

NAME = "hidden-character"

HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufe00-\ufe0f\U000e0000-\U000e01ef]"
)
"""Line ends too: every text is one line. The blank is the only blank."""


def check(spec: SpecView) -> Iterator[Problem]:
    """The first such character of every text."""
    for fact in spec.mappings():
        for key in fact.node.entries:
            for scalar in fact.scalars(key):
                found = HIDDEN.search(scalar.text)
                if found is not None:
                    yield fact.problem(scalar.span, NAME, f"the text contains U+{ord(found[0]):04X}, which nobody sees")
