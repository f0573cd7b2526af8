"""Addresses that a filter lets in and that have no business there come out of the lists that they are in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portspec.checks.audience import audience
from portspec.checks.finding import Finding
from portspec.fixes.edits import Edit, replacement
from portspec.fixes.site import Site
from portspec.packets.addresses import format_span, parse_addresses
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.policy.model import Reach

V4 = r"\d{1,3}(?:\.\d{1,3}){3}"
TOKEN = re.compile(rf"(?<![\w.:-]){V4}(?:/\d+|-{V4})?(?![\w.:/-])")
V6 = re.compile(r"(?<![\w.:-])[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}(?:/\d+|-[0-9a-fA-F:]+)?(?![\w.:/-])")
MOST_LINES = 12
"""So many lines are tried: each costs a check."""
MOST_PARTS = 16


def exposed(finding: Finding) -> IntervalSet:
    """The sources that a finding tells, as far as it tells them."""
    found = EMPTY
    for part in finding.values.get("sources", "").split(", "):
        try:
            found |= parse_addresses(part)
        except ValueError:  # "+3": more than a sentence names
            continue
    return found


def narrowed(site: Site, finding: Finding) -> Iterator[tuple[Edit, ...]]:
    """Each line with a list or range that holds such sources, without them: that of the rule first, then the others."""
    reach: Reach = finding.values.get("reach", "site")  # type: ignore[assignment]
    strangers, kept = exposed(finding), audience(site.cluster, reach)
    if not strangers:
        return
    own = 0 if finding.span is None else finding.span.line
    lines = site.source.text.split("\n")
    order = sorted(range(1, len(lines) + 1), key=lambda number: (number != own, number))
    tried = 0
    for number in order:
        line = lines[number - 1].rstrip("\r")
        # A list may be of other rules too: it loses the strangers, and nobody else.
        text = _without(line, strangers, kept if number == own else EMPTY)
        if text is not None and text != line:
            yield (replacement(site.path, number, text),)
            tried += 1
            if tried == MOST_LINES:
                return


def _without(line: str, strangers: IntervalSet, kept: IntervalSet) -> str | None:
    """A line of which every address token is without strangers; None where there is none, or where nothing would be left."""
    code = line.split("#", maxsplit=1)[0]
    made, at = "", 0
    for found in sorted([*TOKEN.finditer(code), *V6.finditer(code)], key=lambda one: one.start()):
        try:
            addresses = parse_addresses(found[0])
        except ValueError:
            continue
        if not addresses.overlaps(strangers) or re.search(r"(?:daddr|-d|--dst-range|!=|!)\s*$", code[: found.start()]):
            continue
        # A network that is wider than who has business there is cut down to these; a list loses its strangers.
        left = addresses & kept if addresses.size > 1 and addresses.overlaps(kept) else addresses - strangers
        spans = [format_span(*span) for span in left]
        listed = re.search(r"[{,]\s*$", code[: found.start()]) is not None
        if (
            len(spans) > MOST_PARTS
            or (not spans and not listed)
            or (len(spans) > 1 and not listed and "saddr" not in code)
        ):
            return None
        if not spans:
            end = re.compile(r"\s*,\s*").match(code, found.end())
            start = found.start() if end else re.search(r"\s*,?\s*$", code[: found.start()]).start()  # type: ignore[union-attr]
            made, at = made + code[at:start], end.end() if end else found.end()
            continue
        text = ", ".join(spans)
        made += code[at : found.start()] + (text if listed or len(spans) == 1 else f"{{ {text} }}")
        at = found.end()
    return made + line[at:] if at else None
