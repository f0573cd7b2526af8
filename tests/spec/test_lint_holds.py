"""Whatever is done to a spec, lint ends with problems or an error of input; and what it lets pass can be compiled."""

from __future__ import annotations

import copy
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from portspec.errors import InputError
from portspec.policy.build import compiled_files
from portspec.spec.lint import lint
from portspec.spec.load import assemble, load_spec

MINIMAL = Path(__file__).parent / "minimal"
CHANGES = 150
YAML_SAFE = YAML(typ="safe", pure=True)
YAML_SAFE.allow_unicode = True
DOCUMENTS = {path: YAML_SAFE.load(path.read_text(encoding="utf-8")) for path in sorted(MINIMAL.rglob("*.yaml"))}
STRANGE: list[Any] = [
    *(None, True, 0, -1, 3.5, 6443, "6443", "9000-9999", "1-1", "70000-70001", "unknown", "4.1", "4.10", "4.99"),
    *("x", "", "。", [], {}, ["worker"], "worker", "bootstrap", "running", ["install"], ["manual", "manual"]),
    {"except": ["none"]},
]

Place = tuple[str | int, ...]


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    if place:
        yield place
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in entries:
        yield from places(item, (*place, key))


def at(value: Any, place: Place) -> Any:
    for step in place:
        value = value[step]
    return value


def change(content: Any, chance: random.Random) -> None:
    """Delete, repeat or replace one value anywhere in a document."""
    place = chance.choice(list(places(content)))
    parent: Any = at(content, place[:-1])
    key: Any = place[-1]
    kind = chance.choice(("delete", "repeat", "move", "strange"))
    if kind == "delete":
        del parent[key]
    elif kind == "repeat" and isinstance(parent, list):
        parent.append(copy.deepcopy(parent[key]))
    elif kind == "move":
        other = chance.choice(list(DOCUMENTS.values()))
        parent[key] = copy.deepcopy(at(other, chance.choice(list(places(other)))))
    else:
        parent[key] = copy.deepcopy(chance.choice(STRANGE))


@pytest.mark.parametrize("seed", range(4))
def test_no_change_breaks_it(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    shutil.copytree(MINIMAL, tmp_path / "spec")
    told = passed = 0
    for _ in range(CHANGES):
        path, content = chance.choice(list(DOCUMENTS.items()))
        changed = copy.deepcopy(content)
        change(changed, chance)
        file = tmp_path / "spec" / path.relative_to(MINIMAL)
        with file.open("w", encoding="utf-8") as stream:
            YAML_SAFE.dump(changed, stream)
        try:
            problems = lint(str(tmp_path / "spec"))
        except InputError:
            problems = None
        if problems:
            told += 1
        elif problems is not None:
            passed += 1
            assert all(data for _, data in compiled_files(assemble(load_spec(str(tmp_path / "spec")))))
        shutil.copyfile(path, file)
    assert told > CHANGES / 2
    assert passed
