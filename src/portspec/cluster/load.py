"""The cluster file, read and held against its rules. `schema/cluster.schema.json` says the same to editors.

It is written out by hand rather than left to a schema library because it runs on every save: see
docs/adr/0003-cold-start.md. A test holds the two against each other.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from portspec.cluster.addresses import read_hosts, read_roles
from portspec.cluster.model import Cluster, ConfigEntry, Ignore, Place
from portspec.cluster.nodes import Reader
from portspec.cluster.paths import expand, repository_root, resolve
from portspec.cluster.places import read_place
from portspec.cluster.vocabulary import (
    CONFIG_KEYS,
    IGNORE_KEYS,
    NETWORKS,
    PHASES,
    PLATFORMS,
    TOP_KEYS,
    TOPOLOGIES,
)
from portspec.packets.intervals import IntervalSet
from portspec.policy.model import Phase, Profile
from portspec.source import SourceText
from portspec.yamlsource import Entry, Node, load_yaml

PROFILE_KEYS = (
    ("release", "release"), ("platform", "platform"), ("network", "network"), ("topology", "topology"),
    ("feature", "features"),
)  # fmt: skip
"""What the policy calls it, and the key of the file."""
CLUSTER_FILES = ("portspec.yaml", "portspec.yml")


def load_cluster(
    source: SourceText, release: str | None = None, phase: Phase | None = None, *, written: bool = True
) -> Cluster:
    """The cluster that a file describes; `release` and `phase` override what it says.

    Raises InputError with line and column for whatever is wrong in it, and for configs that it names but that
    cannot be read; unless `written`, they may be still to come.
    """
    reader = Reader(source.path)
    root = load_yaml(source)
    entries = reader.record(root, "cluster file", TOP_KEYS, required=("release", "roles", "configs"))
    folder = os.path.dirname(source.path)
    repository = repository_root(folder)
    profile = _profile(reader, entries)
    roles = read_roles(reader, reader.mapping(entries["roles"].value, "roles"), profile.topology)
    hosts = read_hosts(reader, reader.mapping(entries["hosts"].value, "hosts")) if "hosts" in entries else {}
    file_phase = reader.word(entries["phase"].value, "phase", PHASES) if "phase" in entries else "running"
    return Cluster(
        path=source.path,
        folder=folder,
        release=release or reader.text(entries["release"].value, "release"),
        profile=profile,
        phase=phase or file_phase,  # type: ignore[arg-type]
        roles=roles,
        hosts=hosts,
        configs=_configs(reader, entries["configs"].value, roles, folder, repository, written=written),
        ignores=_ignores(reader, entries.get("ignore"), folder),
        services=_services(reader, entries.get("services"), folder, repository),
        spans={
            name: entries[key].value.span
            for name, key in PROFILE_KEYS
            if key in entries and not (release and name == "release")
        },
    )


def _profile(reader: Reader, entries: Mapping[str, Entry]) -> Profile:
    def word(key: str, known: tuple[str, ...]) -> str:
        return reader.word(entries[key].value, key, known) if key in entries else known[0]

    features: tuple[str, ...] = ()
    if "features" in entries:
        features = _features(reader, entries["features"].value)
    return Profile(word("platform", PLATFORMS), word("network", NETWORKS), word("topology", TOPOLOGIES), features)


def _features(reader: Reader, node: Node) -> tuple[str, ...]:
    found: set[str] = set()
    for item in reader.sequence(node, "features"):
        name = reader.text(item, "feature")
        if name in found:
            reader.fail(item.span, f"features: {name!r} is given twice")
        found.add(name)
    return tuple(sorted(found))


def _configs(
    reader: Reader, node: Node, roles: dict[str, IntervalSet], folder: str, repository: str, *, written: bool
) -> tuple[ConfigEntry, ...]:
    found: list[ConfigEntry] = []
    named: dict[tuple[str, Place], int] = {}
    for item in reader.sequence(node, "configs"):
        entries = reader.record(item, "config", CONFIG_KEYS, required=("path", "at"))
        path_node = entries["path"].value
        path = reader.text(path_node, "path")
        shown = resolve(reader, folder, repository, path, path_node.span, config=True, written=written)
        further = reader.sequence(entries["with"].value, "with") if "with" in entries else ()
        if "with" in entries and not further:
            reader.fail(entries["with"].value.span, "with: an empty list", "leave it out, or name a file")
        beside = tuple(
            resolve(reader, folder, repository, reader.text(one, "with"), one.span, config=True, written=written)
            for one in further
        )
        name = _format(reader, entries["format"].value) if "format" in entries else None
        place = read_place(reader, entries["at"].value, roles)
        if (shown, place) in named:
            reader.fail(item.span, f"{shown} is named for this place already, in line {named[shown, place]}")
        named[shown, place] = item.span.line
        found.append(ConfigEntry(shown, place, name, item.span, beside))
    if not found:
        reader.fail(node.span, "configs: nothing to check", "name at least one config")
    return tuple(found)


def _format(reader: Reader, node: Node) -> str:
    from portspec.configs.registry import formats

    return reader.word(node, "format", tuple(formats()))


def _ignores(reader: Reader, entry: Entry | None, folder: str) -> tuple[Ignore, ...]:
    if entry is None:
        return ()
    found = []
    for item in reader.sequence(entry.value, "ignore"):
        entries = reader.record(item, "ignore", IGNORE_KEYS, required=("code", "reason"))
        code = reader.text(entries["code"].value, "code")
        if len(code) != 5 or not code.startswith("PS") or not (code.isascii() and code[2:].isdigit()):
            reader.fail(entries["code"].value.span, f"code: {code!r} is not a code", "expected one such as PS301")
        path = ""
        if "path" in entries:
            path = os.path.normpath(os.path.join(folder, reader.text(entries["path"].value, "path")))
        until = _day(reader, entries["until"].value) if "until" in entries else None
        reason = reader.text(entries["reason"].value, "reason")
        found.append(Ignore(code, path.replace(os.sep, "/"), reason, until, item.span))
    return tuple(found)


def _day(reader: Reader, node: Node) -> str:
    import datetime

    text = reader.text(node, "until")
    try:
        day = datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        day = ""
    # The library also reads 20270301 and 2027-W09-1, which no editor's schema accepts.
    if day != text:
        reader.fail(node.span, f"until: {text!r} is not a day", "expected one such as 2027-03-01")
    return day


def _services(reader: Reader, entry: Entry | None, folder: str, repository: str) -> tuple[str, ...]:
    if entry is None:
        return ()
    found: list[str] = []
    for item in reader.sequence(entry.value, "services"):
        found += expand(reader, folder, repository, reader.text(item, "services"), item.span)
    return tuple(dict.fromkeys(found))
