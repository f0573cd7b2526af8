"""The files that an object puts on a node, and the units that load them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import NamedTuple

from portspec.configs.files import decode, load
from portspec.configs.firewall.machineconfig.dataurl import UnreadableError, contents
from portspec.configs.firewall.machineconfig.embedded import PackedText, placed
from portspec.configs.firewall.machineconfig.objects import Cursor, Object
from portspec.configs.repository import OutsideError, real_path
from portspec.errors import InputError
from portspec.source import SourceText, Span
from portspec.yamlnodes import Entry, Node, ScalarNode

ROLE = "machineconfiguration.openshift.io/role"
STOCK = "nftables.service"
STOCK_FILE = "/etc/sysconfig/nftables.conf"
"""What the unit of the distribution loads."""


class Carried(NamedTuple):
    """One file on the node. `text` reads it, or raises InputError for what is no text that can be had."""

    path: str
    span: Span
    text: Callable[[], SourceText]


class Unit(NamedTuple):
    """One systemd unit. `loads` are the files that it gives to nft; `enabled` None where the object does not say."""

    name: str
    span: Span
    loads: tuple[str, ...]
    enabled: bool | None
    masked: bool


class Load(NamedTuple):
    """What one object puts on the nodes of a role."""

    name: str
    role: ScalarNode | None
    span: Span
    files: tuple[Carried, ...]
    units: tuple[Unit, ...]
    trees: Span | None = None


class ObjectReader(Cursor):
    """Reads MachineConfig and Butane objects; see Ignition's and Butane's specifications."""

    def load(self, found: Object) -> Load | None:
        """What an object carries; None for one of another kind."""
        members = found.members
        metadata = self.member(members, "metadata")
        name = self.text(metadata, "name")
        role = self.text(self.member(metadata, "labels"), ROLE)
        shown = name.text if name is not None else ""
        if self.text(members, "variant") is not None:
            units = self.units(members)
            trees = self.items(self.member(members, "storage"), "trees")
            files = tuple(self.butane_file(node) for node in self.items(self.member(members, "storage"), "files"))
            return Load(shown, role, found.span, files, units, trees[0].span if trees else None)
        kind = self.text(members, "kind")
        if kind is None or kind.text != "MachineConfig":
            return None
        config = self.member(members, "spec", "config")
        files = tuple(self.file(node) for node in self.items(self.member(config, "storage"), "files"))
        return Load(shown, role, found.span, files, self.units(config))

    def units(self, config: Mapping[str, Entry]) -> tuple[Unit, ...]:
        found = []
        for node in self.items(self.member(config, "systemd"), "units"):
            entries = self.mapping(node, "a unit")
            name, text = self.text(entries, "name"), self.text(entries, "contents")
            if name is None:
                self.fail(node.span, "a unit without a name")
            loads: tuple[str, ...] = (STOCK_FILE,) if text is None and name.text == STOCK else ()
            if text is not None:
                loads = _loaded(text.text, loads)
            for drop in self.items(entries, "dropins"):
                dropin = self.text(self.mapping(drop, "a drop-in"), "contents")
                if dropin is not None:
                    loads = _loaded(dropin.text, loads)
            enabled, masked = (self._flag(entries, key) for key in ("enabled", "mask"))
            found.append(Unit(name.text, node.span, loads, enabled, bool(masked)))
        return tuple(found)

    def _flag(self, entries: Mapping[str, Entry], key: str) -> bool | None:
        node = self.text(entries, key)
        if node is None:
            return None
        if not isinstance(node.value, bool):
            self.fail(node.span, f"{key}: expected true or false, found {node.text!r}")
        return node.value

    def path(self, entries: Mapping[str, Entry], span: Span) -> ScalarNode:
        found = self.text(entries, "path")
        if found is None or not found.text.startswith("/"):
            self.fail(found.span if found else span, "a file needs an absolute path")
        return found

    def file(self, node: Node) -> Carried:
        """A file of Ignition's: its contents are a URL."""
        entries = self.mapping(node, "a file")
        path = self.path(entries, node.span)
        held = self.member(entries, "contents")

        def text() -> SourceText:
            self._not_appended(entries)
            return self._from_url(held, path.text, node.span)

        return Carried(path.text, node.span, text)

    def butane_file(self, node: Node) -> Carried:
        """A file of Butane's: contents inline, from a file beside it, or a URL."""
        entries = self.mapping(node, "a file")
        path = self.path(entries, node.span)
        held = self.member(entries, "contents")

        def text() -> SourceText:
            self._not_appended(entries)
            given = [key for key in ("inline", "local", "source") if self.text(held, key) is not None]
            if len(given) != 1:
                self.fail(node.span, f"{path.text}: expected one of inline, local and source in contents")
            found = self.text(held, given[0])
            assert found is not None
            if given[0] == "inline":
                return placed(self.source, found, path.text)
            if given[0] == "local":
                return self._beside(found)
            return self._from_url(held, path.text, node.span)

        return Carried(path.text, node.span, text)

    def _not_appended(self, entries: Mapping[str, Entry]) -> None:
        if self.items(entries, "append"):
            self.fail(entries["append"].key_span, "append: what stands before it on the node is not known")

    def _from_url(self, held: Mapping[str, Entry], path: str, span: Span) -> SourceText:
        url, compression = self.text(held, "source"), self.text(held, "compression")
        if url is None:
            self.fail(span, f"{path}: no contents", "what the node has there is kept, and is not known here")
        try:
            data = contents(url.text, compression.text if compression is not None else None)
        except UnreadableError as error:
            self.fail(url.span, f"{path}: {error.message}", error.hint)
        try:
            text = decode(data, path)
        except InputError as error:
            where = f"{path}:{error.line}:{error.column}" if error.line else path
            self.fail(url.span, f"{where}: {error.message}", error.hint)
        return PackedText(self.source, text, url.span, path)

    def _beside(self, node: ScalarNode) -> SourceText:
        """`local: nft/master.nft`, from the folder of the Butane file, where `butane --files-dir .` looks for it."""
        folder = os.path.dirname(self.source.path)
        try:
            real = real_path(folder, node.text)
        except OutsideError:
            self.fail(
                node.span,
                f"local: {node.text!r} is outside the repository",
                "a check reads files of the repository only",
            )
        if not os.path.exists(real):
            self.fail(node.span, f"local: file not found: {node.text!r}", "paths start from the folder of this file")
        shown = os.path.normpath(os.path.join(folder, node.text)).replace(os.sep, "/")
        return PackedText(self.source, load(real, shown).text, node.span, shown)


def _loaded(unit: str, before: tuple[str, ...]) -> tuple[str, ...]:
    """The files that a unit gives to nft when it starts: `ExecStart=/sbin/nft -f FILE`. What stands in it comes behind what
    came `before`; an empty `ExecStart=` clears that."""
    found = list(before)
    for line in unit.splitlines():
        key, _, command = line.strip().partition("=")
        if key not in ("ExecStart", "ExecStartPre", "ExecStartPost"):
            continue
        words = [word.strip("\"'") for word in command.split()]
        if not words and key == "ExecStart":
            found.clear()
        names = [word.lstrip("-@:+!").rpartition("/")[2] for word in words]
        after = words[names.index("nft") + 1 :] if "nft" in names else []
        found += [file for option, file in pairwise(after) if option in ("-f", "--file")]
    return tuple(found)
