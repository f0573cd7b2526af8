"""The nftables file that MachineConfig and Butane objects carry, read as nft reads it on the node."""

from __future__ import annotations

from collections.abc import Sequence

from portspec.configs.firewall import nftables
from portspec.configs.firewall.machineconfig.carried import STOCK_FILE, Carried, Load, ObjectReader, Unit
from portspec.configs.firewall.model import Note, Ruleset
from portspec.configs.firewall.nftables.includes import WILDCARDS, Found, NotIncludedError
from portspec.configs.firewall.nftables.lower import read_ruleset
from portspec.errors import InputError
from portspec.source import SourceText

LIKELY = 90
"""How sure the look of a file must make its being one of nftables."""
ENDINGS = (".nft", ".nftables")
USUAL = (STOCK_FILE, "/etc/nftables.conf")


def read_objects(source: SourceText) -> Ruleset:
    """The ruleset that the objects of a file bring to a node. Raises InputError with line and column."""
    reader = ObjectReader(source)
    loads = [load for found in reader.objects() if (load := reader.load(found)) is not None]
    if not loads:
        raise InputError("no MachineConfig or Butane object", source.path, 1, 1)
    found = [load for load in loads if _candidates(load)]
    if not found:
        _nothing(reader, loads)
    if len(found) > 1:
        named = " and ".join(load.name or "one without a name" for load in found)
        reader.fail(
            found[1].span,
            f"several objects carry nftables files: {named}",
            "one file holds the filter of one role: give each its own",
        )
    load = found[0]
    root = _root(reader, load, _candidates(load))
    ruleset = read_ruleset(root.text(), OnNode(root.path, load.files))
    return ruleset._replace(format="machineconfig", notes=(*ruleset.notes, *_notes(load, root)))


def _nothing(reader: ObjectReader, loads: Sequence[Load]) -> None:
    names = ", ".join(load.name or "without a name" for load in loads[:5])
    trees = next((load.trees for load in loads if load.trees is not None), None)
    if trees is not None:
        reader.fail(trees, "no nftables file under storage.files, and trees are not read", "name the file under files")
    reader.fail(
        loads[0].span,
        f"no nftables file in this object ({names})",
        f"expected one such as {STOCK_FILE} under storage.files",
    )


def _candidates(load: Load) -> list[Carried]:
    """The files that may be rulesets: by their names, by the units that load them, or else by their look."""
    named = {path for unit in load.units for path in unit.loads} | set(USUAL)
    return [file for file in load.files if file.path in named or file.path.endswith(ENDINGS) or _looks_like_one(file)]


def _looks_like_one(file: Carried) -> bool:
    try:
        return nftables.sniff(file.text().text) >= LIKELY
    except InputError:
        return False  # a key, an archive, something that is fetched: none that a name gives away


def _root(reader: ObjectReader, load: Load, candidates: list[Carried]) -> Carried:
    """The file that is loaded when the node starts; the others may be included by it."""
    paths: dict[str, Carried] = {}
    for file in candidates:
        if paths.setdefault(file.path, file) is not file:
            reader.fail(file.span, f"{file.path} stands here twice")
    loading = [unit for unit in load.units if any(path in paths for path in unit.loads)]
    for unit in loading:
        _is_started(reader, unit)
    loaded = [path for unit in loading for path in dict.fromkeys(unit.loads) if path in paths]
    roots = loaded or [path for path in USUAL if path in paths] or list(paths)
    if len(roots) > 1:
        reader.fail(
            paths[roots[1]].span,
            f"several nftables files: {', '.join(roots)}",
            "which one is loaded must follow from a unit's ExecStart=… nft -f FILE",
        )
    return paths[roots[0]]


def _is_started(reader: ObjectReader, unit: Unit) -> None:
    if unit.masked or unit.enabled is False:
        how = "masked" if unit.masked else "not enabled"
        reader.fail(unit.span, f"{unit.name} is {how}: what it loads never filters", "set enabled: true")


def _notes(load: Load, root: Carried) -> list[Note]:
    notes = []
    if load.role is not None:
        notes.append(Note("machine-config-role", {"role": load.role.text, "name": load.name}, load.role.span))
    if not any(root.path in unit.loads for unit in load.units):
        notes.append(Note("machine-config-no-unit", {"path": root.path, "name": load.name}, root.span))
    return notes


class OnNode:
    """What a ruleset on a node may include: files that the object carries."""

    def __init__(self, root: str, files: Sequence[Carried]) -> None:
        self.root = root
        self.files = {file.path: file for file in files if file.path != root}

    def named(self, path: str) -> list[Found]:
        if WILDCARDS.intersection(path):
            raise NotIncludedError(
                f"include: which files of the node {path!r} fits is not known", "include each file by its name"
            )
        full = path if path.startswith("/") else f"/etc/{path}"  # nft's include path
        if full not in self.files or path.startswith("./"):
            raise NotIncludedError(f"include: {path!r} is not among the files of this object")
        return [Found(full, self.files[full].text())]
