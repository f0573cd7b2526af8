"""Laws of resolving: monotone in ranges, and blind to comments, layout and the order of keys and files."""

from __future__ import annotations

import io
import random
import shutil
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from policy.small_spec import SMALL
from ruamel.yaml import YAML

from portspec.policy.canonical import canonical, digest
from portspec.policy.compile import compile_policy
from portspec.policy.facts import facts_of
from portspec.policy.model import Profile
from portspec.policy.resolve import narrow, resolve
from portspec.policy.store import releases, snapshot
from portspec.spec.load import assemble, load_spec
from portspec.spec.read import read_snapshot
from portspec.spec.releases import UNKNOWN, covers, release_key

RELEASES = [UNKNOWN, *(f"4.{minor}" for minor in range(8, 14)), "5.0"]
REAL = RELEASES[1:]
ends = st.none() | st.sampled_from(REAL)
starts = st.none() | st.sampled_from(RELEASES)
dated = st.fixed_dictionaries({"id": st.integers(0, 99)}, optional={"added": starts, "removed": ends})
trees = st.recursive(
    st.lists(dated, max_size=5),
    lambda inner: st.fixed_dictionaries({"items": st.lists(st.fixed_dictionaries({"inner": inner}), max_size=3)}),
    max_leaves=8,
)


def dated_ids(tree: Any) -> list[int]:
    if isinstance(tree, list):
        return [found for item in tree for found in dated_ids(item)]
    if not isinstance(tree, dict):
        return []
    own = [tree["id"]] if "id" in tree else []
    return own + [found for value in tree.values() for found in dated_ids(value)]


@settings(max_examples=150, deadline=None)
@given(trees, st.sampled_from(REAL))
def test_narrowing_leaves_what_the_range_covers_and_nothing_else(tree: Any, release: str) -> None:
    flat: list[dict[str, Any]] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            flat.extend([value] if "id" in value else [])
            for item in value.values():
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    walk(tree)
    wanted = [one["id"] for one in flat if covers(one.get("added"), one.get("removed"), release)]
    assert dated_ids(narrow(tree, release)) == wanted
    assert narrow(narrow(tree, release), release) == narrow(tree, release)


@settings(max_examples=200, deadline=None)
@given(starts, ends, starts, ends, st.sampled_from(REAL))
def test_a_wider_range_never_takes_a_release_away(
    added: str | None, removed: str | None, earlier: str | None, later: str | None, release: str
) -> None:
    wider_start = earlier is None or (added is not None and release_key(earlier) <= release_key(added))
    wider_end = later is None or (removed is not None and release_key(later) >= release_key(removed))
    if wider_start and wider_end and covers(added, removed, release):
        assert covers(earlier, later, release)


@pytest.mark.parametrize("name", ["added", "removed"])
def test_widening_the_range_of_a_port_only_adds_to_policies(name: str) -> None:
    """Taking an end off any port of the real spec loses no flow and no audience in any release."""
    spec = assemble(load_spec(str(Path(__file__).parents[2] / "spec")))
    order = random.Random(11)
    bounded = [port for service in spec["services"] for port in service["ports"] if name in port]
    for port in order.sample(bounded, min(6, len(bounded))):
        release = port[name]
        tried = [one for one in releases() if name == "added" or release_key(one) >= release_key(release)]
        for one in tried[:2] + tried[-1:]:
            profile = Profile()
            before = facts_of(compile_policy(read_snapshot(resolve(spec, one)), profile))
            held = port.pop(name)
            after = facts_of(compile_policy(read_snapshot(resolve(spec, one)), profile))
            port[name] = held
            assert set(before.flows) <= set(after.flows)
            assert set(before.audiences) <= set(after.audiences)


def rewritten(folder: Path, seed: int) -> Path:
    """The small spec with comments, other layout and keys in another order; each file the same YAML."""
    order = random.Random(seed)
    target = folder / "spec"
    shutil.copytree(SMALL, target)
    reader = YAML(typ="safe", pure=True)
    for path in sorted(target.rglob("*.yaml")):
        writer = YAML(typ="safe", pure=True)
        writer.default_flow_style = order.choice([True, False])
        writer.allow_unicode = order.choice([True, False])
        writer.width = 4096  # the writer folds escaped text wrongly
        stream = io.StringIO()
        writer.dump(shuffled(reader.load(path.read_text(encoding="utf-8")), order), stream)
        path.write_text(f"# {order.random()}\n{stream.getvalue()}# the end\n", encoding="utf-8")
    return target


def shuffled(value: Any, order: random.Random) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        order.shuffle(keys)
        return {key: shuffled(value[key], order) for key in keys}
    return [shuffled(item, order) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("seed", range(4))
def test_comments_layout_and_the_order_of_keys_change_nothing(seed: int, tmp_path: Path) -> None:
    plain, other = (assemble(load_spec(str(folder))) for folder in (SMALL, rewritten(tmp_path, seed)))
    for release in ("4.10", "4.17", "4.18", "4.99"):
        one, two = resolve(plain, release), resolve(other, release)
        assert canonical(one) == canonical(two)
        for name in ("none", "baremetal"):
            made = [compile_policy(read_snapshot(document), Profile(name)) for document in (one, two)]
            assert made[0].digest == made[1].digest == digest(made[1].document)


@pytest.mark.parametrize("release", releases())
def test_everything_resolves(release: str) -> None:
    """Every platform, topology and plugin of every release; `benchmarks/resolve_all.py` measures it."""
    known = snapshot(release)
    for platform, network, topology in product(known.platforms, known.networks, known.topologies):
        made = compile_policy(known, Profile(platform, network, topology))
        assert made.allows
        assert made.denies
        assert made.digest == digest(made.document)
