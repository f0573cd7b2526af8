"""From paths to results: find the cluster files, read what they name, check each cluster on its own."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from portspec.checks.filters import FilterJudge
from portspec.checks.origin import Origin, policy_of
from portspec.checks.result import ClusterResult
from portspec.checks.run import check_cluster
from portspec.cluster.load import CLUSTER_FILES, load_cluster
from portspec.cluster.model import BetweenPlace, Cluster, ConfigEntry, HostPlace, Unplaced
from portspec.cluster.paths import repository_root
from portspec.configs.files import load, load_config
from portspec.configs.firewall.model import Ruleset
from portspec.configs.registry import read
from portspec.errors import InputError
from portspec.policy.model import Phase, Policy, Profile
from portspec.policy.store import by_name
from portspec.records import NamedTuple
from portspec.source import SourceText

SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__"})
MOST_FOLDERS = 100_000
WORTHWHILE = 0.1
"""Seconds of work that pay for other processes."""
FIRST = 5
"""How often as long the first cluster may take as another one."""
Progress = Callable[[int, int], None]
Work = TypeVar("Work")
Answer = TypeVar("Answer")


class Request(NamedTuple):
    """What the command line says beyond the paths: release, phase and platform (None: as the cluster file says, or
    the default), the day as an ISO date, whether a lock beside a cluster file decides, and whether every rule's effect is
    looked at however many there are."""

    release: str | None
    phase: Phase | None
    platform: str | None
    day: str
    use_lock: bool = True
    thorough: bool = False


class Target(NamedTuple):
    """One unit of work: a cluster file with the configs to check (None: all that it names), or bare configs."""

    cluster_path: str | None
    configs: tuple[str, ...] | None


class Prepared(NamedTuple):
    """What a check of one cluster needs. `source` is the cluster file's own text, None without one; `included` are texts
    in the place of files that configs include."""

    policy: Policy
    cluster: Cluster
    configs: tuple[tuple[ConfigEntry, SourceText], ...]
    source: SourceText | None
    origin: Origin
    included: tuple[SourceText, ...] = ()


def check_all(
    paths: Sequence[str], request: Request, jobs: int = 1, progress: Progress | None = None
) -> list[ClusterResult]:
    """Check everything under the paths, in their order; up to `jobs` clusters at a time in processes of their own.

    The results are the same with any number of jobs. `progress` is told after each cluster how many are done, of how
    many. Raises InputError when an input cannot be read or there is nothing to check.
    """
    found = targets(paths)
    results: list[ClusterResult] = []
    for result in in_order(lambda target: check_target(target, request), found, jobs):
        results.append(result)
        if progress is not None:
            progress(len(results), len(found))
    return results


def in_order(call: Callable[[Work], Answer], work: Sequence[Work], jobs: int) -> Iterator[Answer]:
    """The answer of a call to each piece of work; those that promise to take long are shared among processes."""
    took = 0.0
    for done, one in enumerate(work):
        # The first one loads what all need, too; what it takes tells little of the others.
        if jobs > 1 and done and took * (len(work) - done) > (WORTHWHILE if done > 1 else FIRST * WORTHWHILE):
            from portspec.checks.forks import can_divide, divided

            if can_divide():
                yield from divided(call, work[done:], jobs, {Policy: by_name()})
                return
        began = time.perf_counter()
        answer = call(one)
        took = time.perf_counter() - began
        yield answer


def check_target(target: Target, request: Request) -> ClusterResult:
    """Check one cluster. The result depends on the request and the files alone."""
    prepared = prepare(target, request)
    return check_cluster(
        prepared.policy,
        prepared.cluster,
        prepared.configs,
        request.day,
        prepared.source,
        origin=prepared.origin,
        thorough=request.thorough,
    )


def prepare(target: Target, request: Request) -> Prepared:
    """Everything that a check of one cluster needs. Raises InputError when an input cannot be read."""
    if target.cluster_path is None:
        return _prepare_bare(target.configs or (), request)
    source = load(target.cluster_path, target.cluster_path)
    if request.platform is not None:
        raise InputError("--platform is for configs without a cluster file; this one says the platform", source.path)
    cluster = load_cluster(source, release=request.release, phase=request.phase)
    entries = [entry for entry in cluster.configs if target.configs is None or _real(entry.path) in target.configs]
    if not entries:
        raise InputError("nothing to check: the cluster file names no configs", cluster.path, 1, 1)
    compiled, origin = policy_of(cluster, use_lock=request.use_lock)
    texts = tuple((entry, load_config(entry.path, entry.beside)) for entry in entries)
    return Prepared(compiled, cluster, texts, source, origin)


def judge_of(path: str, release: str | None, phase: Phase | None) -> FilterJudge:
    """The judge of one packet filter at the place that its cluster file gives it. Raises InputError when no cluster file
    names it, or it is none."""
    (target,) = targets([path])
    if target.cluster_path is None or target.configs is None:
        raise InputError("no portspec.yaml names this file: addresses and place are not known", path)
    source = load(target.cluster_path, target.cluster_path)
    cluster = load_cluster(source, release=release, phase=phase)
    entry = next(entry for entry in cluster.configs if _real(entry.path) in target.configs)
    ruleset = read(load_config(entry.path, entry.beside), entry.format)
    if not isinstance(ruleset, Ruleset) or not isinstance(entry.at, HostPlace | BetweenPlace):
        raise InputError("is no packet filter at a host or between roles", path)
    compiled, _ = policy_of(cluster)
    return FilterJudge(entry.path, ruleset, cluster, compiled, entry)


def _prepare_bare(paths: Sequence[str], request: Request) -> Prepared:
    """Configs that belong to no cluster file: what needs no addresses is judged."""
    for path in paths:
        if not os.path.exists(path):
            load(path, path)  # says why, before anything about releases
    if request.release is None:
        raise InputError(
            "no portspec.yaml names this file, so the release is not known",
            paths[0],
            hint="give --release 4.18 and --phase install or running, or write a portspec.yaml",
        )
    profile = Profile(platform=request.platform or "none")
    entries = tuple(ConfigEntry(path, Unplaced(), None, None) for path in paths)
    cluster = Cluster("", "", request.release, profile, request.phase or "running", {}, {}, entries, ())
    texts = tuple((entry, load_config(entry.path, entry.beside)) for entry in entries)
    from portspec.policy.store import lifecycle, policy

    return Prepared(policy(request.release, profile), cluster, texts, None, Origin(lifecycle(request.release)))


def targets(paths: Sequence[str]) -> list[Target]:
    """What to check: every cluster file under the folders, the cluster of each single file, bare files together."""
    found: dict[str, set[str] | None] = {}
    bare: dict[str, None] = {}
    for path in map(_shown, paths):
        if os.path.isdir(path) and not _is_config(path):
            clusters = list(_cluster_files(path))
            if not clusters and path != "." and _is_list(path):
                _place(path, found, bare)
                continue
            if not clusters:
                raise InputError(
                    "nothing to check: no portspec.yaml here or below",
                    path,
                    hint="write one (see the schema), or give single files with --release and --phase",
                )
            found.update(dict.fromkeys(clusters))
        elif os.path.basename(path) in CLUSTER_FILES:
            found[path] = None
        else:
            _place(path, found, bare)
    made = [Target(path, None if chosen is None else tuple(sorted(chosen))) for path, chosen in found.items()]
    return made + ([Target(None, tuple(bare))] if bare else [])


def _place(path: str, found: dict[str, set[str] | None], bare: dict[str, None]) -> None:
    """Put a config to the cluster that names it, or to those that none does."""
    owner = _owner(path)
    if owner is None:
        bare[path] = None
    elif found.get(owner, ()) is not None:
        chosen = found.setdefault(owner, set())
        assert chosen is not None
        chosen.add(_real(path))


def _cluster_files(folder: str) -> Iterator[str]:
    """Cluster files under a folder in a stable order; hidden folders and links to folders are not entered."""
    for visited, (here, folders, files) in enumerate(os.walk(folder, onerror=_unreadable)):
        if visited >= MOST_FOLDERS:
            raise InputError(f"more than {MOST_FOLDERS} folders: name the one to check", folder)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in SKIPPED_FOLDERS)
        both = [name for name in CLUSTER_FILES if name in files]
        if len(both) > 1:
            raise InputError(f"{both[1]} lies beside it; which one is meant?", _shown(os.path.join(here, both[0])))
        for name in CLUSTER_FILES:
            if name in files:
                yield _inside(folder, os.path.join(here, name))
                break


def _unreadable(error: OSError) -> None:
    """A folder that cannot be read may hold a cluster file: to pass over it would be to say that all is well."""
    raise InputError(str(error.strerror), _shown(str(error.filename)))


def _inside(folder: str, path: str) -> str:
    """A cluster file that was found, as reports name it. Fails for a link that leads out of the repository."""
    if os.path.islink(path):
        root = repository_root(folder)
        if not _real(path).startswith(root.rstrip(os.sep) + os.sep):
            raise InputError("is a link that leads out of the repository", _shown(path))
    return _shown(path)


def _owner(path: str) -> str | None:
    """The cluster file that names this config: the nearest one upwards that does."""
    here = os.path.dirname(_real(path))
    while True:
        for name in CLUSTER_FILES:
            candidate = os.path.join(here, name)
            if os.path.isfile(candidate):
                shown = _shown(os.path.relpath(candidate))
                cluster = load_cluster(load(shown, shown), release=None, phase=None)
                if any(_real(entry.path) == _real(path) for entry in cluster.configs):
                    return shown
        parent = os.path.dirname(here)
        if parent == here or os.path.exists(os.path.join(here, ".git")):
            return None
        here = parent


def _shown(path: str) -> str:
    """A path as reports name it: without `./`, with forward slashes."""
    return os.path.normpath(path).replace(os.sep, "/")


def _is_config(path: str) -> bool:
    """Whether a folder is a config as a whole, such as firewalld's, rather than a place to look for cluster files in."""
    from portspec.configs.folders import is_config_folder

    return is_config_folder(path) and not any(os.path.exists(os.path.join(path, name)) for name in CLUSTER_FILES)


def _is_list(path: str) -> bool:
    """Whether a folder without a cluster file holds the files of one config, as HAProxy's `conf.d` does, and not `*.cfg`
    files of other programs."""
    from portspec.configs.folders import is_list_of_files, load_folder
    from portspec.configs.registry import detect

    try:
        return is_list_of_files(path) and detect(load_folder(path, path)) == "haproxy"
    except InputError:
        return False


def _real(path: str) -> str:
    return os.path.realpath(path)
