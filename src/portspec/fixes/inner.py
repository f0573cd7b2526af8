"""What a config includes or carries: a file beside it, or a text in it as data. A change is made there, and told of the
file that holds it."""

from __future__ import annotations

import base64
import gzip
import os
import re
import string
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from portspec.checks.finding import Finding
from portspec.configs.files import load
from portspec.configs.firewall.machineconfig.dataurl import UnreadableError, contents
from portspec.configs.firewall.model import Chain
from portspec.configs.registry import read
from portspec.errors import InputError
from portspec.fixes.edits import Edit, apply
from portspec.fixes.redraft import Cut, edits, offset
from portspec.fixes.site import Site
from portspec.source import SourceText, Span

Edits = tuple[Edit, ...]
UNRESERVED = frozenset(string.ascii_letters + string.digits + "-._~")
URL = re.compile(r"data:[^,\s]*,\S*?(?=[\"'\s]|$)")


class Inner(NamedTuple):
    """The text within as a config of its own, the finding in its lines, and the way of a change outwards."""

    site: Site
    finding: Finding
    outwards: Callable[[Edits], Edits]


def inside(site: Site, finding: Finding) -> Inner | None:
    """What a finding's place is within; None where that cannot be changed."""
    assert finding.span is not None
    path, _, number = finding.span.within.rpartition(":")
    if not number.isdigit():
        return None
    if site.model.format == "machineconfig" and not os.path.isfile(path):
        return _packed(site, finding, path)
    if not os.path.isfile(path) or path == site.path:
        return None
    try:
        source = load(path, path)
        model = read(source, "nftables") if site.model.format == "machineconfig" else _moved(site.model, source)
    except InputError:
        return None
    inner = site._replace(source=source, model=model)
    return Inner(inner, _told(finding, source), lambda edits: edits)


def _packed(site: Site, finding: Finding, name: str) -> Inner | None:
    """A file that is carried as a data URL."""
    assert finding.span is not None
    outer = site.source
    at = offset(outer.text, finding.span.line, finding.span.column)
    url = URL.search(outer.text, at, outer.text.find("\n", at))
    if url is None:
        return None
    near = [outer.line(line) for line in range(finding.span.line - 4, finding.span.line + 5)]
    packing = "gzip" if any(re.search(r"\bcompression[\"']?:\s*[\"']?gzip", line) for line in near) else None
    try:
        text = contents(url[0], packing).decode()
        source = SourceText(name, text)
        inner = site._replace(source=source, model=read(source, "nftables"))
    except (UnreadableError, UnicodeDecodeError, InputError):
        return None

    def outwards(changes: Edits) -> Edits:
        new = _as_url(url[0], apply(source, changes).text, packing)
        return edits(outer, [Cut(url.start(), url.end(), new)])

    return Inner(inner, _told(finding, source), outwards)


def _as_url(old: str, text: str, packing: str | None) -> str:
    """A text as a data URL of the kind that another one is."""
    head = old.partition(",")[0]
    data = text.encode()
    if packing is not None:
        data = gzip.compress(data, mtime=0)
    if head.endswith(";base64"):
        return f"{head},{base64.b64encode(data).decode()}"
    shown = (chr(byte) if chr(byte) in UNRESERVED else f"%{byte:02X}" for byte in data)
    return f"{head},{''.join(shown)}"


def _told(finding: Finding, source: SourceText) -> Finding:
    assert finding.span is not None
    span = _place(finding.span, source)
    return finding._replace(path=source.path, span=span)


def _place(span: Span, source: SourceText) -> Span:
    """A place in an included file, of which the line alone is known; others are elsewhere."""
    path, _, number = span.within.rpartition(":")
    if path != source.path or not number.isdigit():
        return span._replace(within=span.within or "elsewhere")
    line = source.line(int(number))
    return Span(
        int(number),
        len(line) - len(line.lstrip()) + 1,
        int(number),
        len(line.split("#")[0].rstrip().rstrip(";{").rstrip()) + 1,
    )


def _moved(value: Any, source: SourceText) -> Any:
    """A model with its places in one included file."""
    if isinstance(value, Span):
        return _place(value, source)
    if isinstance(value, Chain):
        rules = tuple(rule._replace(span=_place(rule.span, source)) for rule in value.rules)
        return value._replace(rules=rules, span=_place(value.span, source))
    if isinstance(value, tuple):
        made = [_moved(one, source) for one in value]
        return type(value)(*made) if hasattr(value, "_fields") else tuple(made)
    if isinstance(value, Mapping):
        return {key: _moved(one, source) for key, one in value.items()}
    return value
