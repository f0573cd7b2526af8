"""What may take a finding away: the changes that the writers of each format propose, in the files that they are made in."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from portspec.checks.finding import Finding
from portspec.checks.fleet import Prepared
from portspec.checks.result import ClusterResult
from portspec.cluster.model import ConfigEntry, HostPlace
from portspec.configs.files import TRIED
from portspec.configs.folders import FolderText
from portspec.configs.registry import detect, read
from portspec.errors import InputError
from portspec.fixes.edits import Edit, removal, replacement
from portspec.fixes.inner import inside
from portspec.fixes.listening import moved
from portspec.fixes.parts import in_whole, of_part
from portspec.fixes.site import Site
from portspec.source import SourceText

Proposals = Iterator[tuple[Edit, ...]]
WRITERS = {
    name: name
    for name in (
        "as3", "commands", "envoy", "f5", "firewalld", "haproxy", "iptables", "keepalived", "nftables", "nginx", "traefik",
    )
} | {"machineconfig": "nftables"}  # fmt: skip
"""The module of this package that proposes changes of a format; a MachineConfig carries a file for nft."""
TOGETHER = {"PS320": "PS101", "PS101": "PS101"}
"""A finding that may need the fixes of several others; those of its own code are about its port."""


def proposals(finding: Finding, prepared: Prepared, result: ClusterResult) -> Proposals:
    """Changes that may take a finding away, the best one first; none at all where a file is not written anew."""
    entry, source = _config_of(prepared, finding)
    if source is None or entry is None:
        return
    if finding.code == "PS002":
        parts = source.parts if isinstance(source, FolderText) else (source,)
        yield from _comment(next((part for part in parts if part.path == finding.path), source), finding)
        return
    yield from _of(prepared, finding)
    kind = TOGETHER.get(finding.code)
    if kind is None:
        return
    others = [one for one in result.findings if one.code == kind and (finding.code != kind or one.port == finding.port)]
    here = [one for one in others if _config_of(prepared, one)[1] is source]
    same = [one for one in here if one.port == finding.port]
    for group in (same, here, [one for one in others if one.port == finding.port], others):
        first = [next(_of(prepared, one), ()) for one in group]
        if len(first) > (finding.code == kind):
            yield tuple(edit for edits in first for edit in edits)
    if finding.variant.endswith("-forwarded"):
        yield tuple(edit for one in _clients(finding, prepared) for edit in next(_of(prepared, one), ()))


def _clients(finding: Finding, prepared: Prepared) -> Iterator[Finding]:
    """Where a balancer forwards packets as they are, the filters of its members see the clients: what each of them would
    be found to block."""
    port, balancer = finding.port, f"{finding.values['balancer']}-balancer"
    senders = {
        one.source: None
        for one in prepared.policy.allows
        if one.target == balancer and one.port == port and prepared.cluster.phase in one.phases
    }
    for entry, source in prepared.configs:
        place = entry.at
        if source.path in finding.values["files"].split(", ") and isinstance(place, HostPlace):
            values = {"source": ", ".join(senders), "target": place.role, "transport": "tcp", "port": port}
            # A filter has one line that blocks; it is the one of the finding where this is its file.
            span = finding.span if source.path == finding.path else None
            yield finding._replace(code="PS101", variant="blocked", path=source.path, values=values, span=span)


def _config_of(prepared: Prepared, finding: Finding) -> tuple[ConfigEntry | None, SourceText | None]:
    """The config that a finding is about: it is the file, or one of its files is."""
    for entry, source in prepared.configs:
        parts = source.parts if isinstance(source, FolderText) else ()
        if finding.path == source.path or any(part.path == finding.path for part in parts):
            return entry, source
    return None, None


def _of(prepared: Prepared, finding: Finding) -> Proposals:
    """What the writer of a finding's own file proposes."""
    entry, source = _config_of(prepared, finding)
    if entry is None or source is None:
        return
    site = _site(prepared, entry, source)
    try:
        for edits in _written(site, finding):
            if isinstance(source, FolderText):
                yield tuple(edit if edit.path != source.path else of_part(source, edit) for edit in edits)
            else:
                yield edits
    except (ValueError, LookupError):
        # A place that cannot be changed by itself, such as two list items in one line, or that is in no list.
        return


def _site(prepared: Prepared, entry: ConfigEntry, source: SourceText) -> Site:
    tried = TRIED.set({one.path: one.text for one in prepared.included})
    try:
        return Site(prepared.cluster, entry, source, read(source, entry.format), prepared.policy)
    finally:
        TRIED.reset(tried)


def source_of(finding: Finding, prepared: Prepared) -> SourceText | None:
    """The config that a finding is about; None for one that is about no config."""
    return _config_of(prepared, finding)[1]


def format_of(finding: Finding, prepared: Prepared) -> str | None:
    """The format of the config that a finding is about."""
    entry, source = _config_of(prepared, finding)
    return None if entry is None or source is None else _site(prepared, entry, source).model.format


def writer_of(site: Site, finding: Finding) -> str:
    """The module that knows the format of a finding's file; empty where none does."""
    name = site.model.format
    if "+" in name and isinstance(site.source, FolderText):
        part = next((one for one in site.source.parts if one.path == finding.path), None)
        try:
            name = name if part is None else detect(part)
        except InputError:
            return ""
    return WRITERS.get(name, "")


def _written(site: Site, finding: Finding) -> Proposals:
    name = writer_of(site, finding)
    if not name:
        return
    writer = import_module(f"portspec.fixes.{name}")
    placed = in_whole(site.source, finding)
    if finding.span is None or not finding.span.within:
        # A listener on a wrong port is put right before anything is made beside it.
        yield from moved(site, placed)
        yield from writer.propose(site, placed)
        return
    inner = inside(site, placed)
    if inner is not None:
        for edits in writer.propose(inner.site, inner.finding):
            yield inner.outwards(edits)


def _comment(source: SourceText, finding: Finding) -> Proposals:
    """An ignore comment that ignores nothing goes; a line of its own with it."""
    if finding.span is None or finding.span.within:
        return
    line = source.line(finding.span.line)
    kept = line[: line.find("# portspec:")].rstrip() if "# portspec:" in line else line
    yield (
        replacement(source.path, finding.span.line, kept) if kept.strip() else removal(source.path, finding.span.line),
    )
