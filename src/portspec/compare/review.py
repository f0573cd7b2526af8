"""A change under review: every cluster of the working tree beside its version in a base commit."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from portspec.checks.fleet import Progress, Request, Target, check_target, in_order, prepare, targets
from portspec.checks.result import ClusterResult
from portspec.checks.selection import Selection
from portspec.cluster.load import CLUSTER_FILES, load_cluster
from portspec.compare.base import Base, base_of
from portspec.compare.delta import ClusterDelta, Side, accepted, cluster_delta, filters_of, pairs
from portspec.configs.files import load
from portspec.configs.registry import read
from portspec.configs.repository import repository_root
from portspec.errors import InputError


class Delta(NamedTuple):
    """What a change does since `commit`, where it was branched off from `revision`: `aside` and `apart` as of a `Base`. `gone` are cluster files that the base has and the working tree has not; `left_out` are files of the
    base that were too large to read."""

    revision: str
    commit: str
    clusters: tuple[ClusterDelta, ...]
    gone: tuple[str, ...]
    left_out: tuple[str, ...]
    aside: bool = False
    apart: bool = False

    def settled(self, results: Sequence[ClusterResult], selection: Selection) -> Delta:
        """The same once codes were chosen and a baseline was applied: `results` are those of its clusters, in their order.
        Changes that are neither right nor wrong stay."""
        pairs = zip(self.clusters, results, strict=True)
        return self._replace(clusters=tuple(_settled(one, result, selection) for one, result in pairs))


class _Names:
    """How files of the base are named: as those of the working tree would be."""

    def __init__(self, base: Base) -> None:
        self.folder = base.folder
        self.root = base.root
        self.here = os.path.realpath(".")

    def __call__(self, text: str) -> str:
        """A text with the base's paths as reports name them."""
        if self.folder not in text:
            return text
        if text.startswith(self.folder) and os.path.lexists(text):
            return self._path(text)
        return re.sub(re.escape(self.folder) + r"""(?:/[^\s:,"'`]*)?""", lambda match: self._path(match[0]), text)

    def _path(self, path: str) -> str:
        inner = os.path.relpath(path, self.folder)
        return os.path.relpath(os.path.join(self.root, inner), self.here).replace(os.sep, "/")

    def error(self, error: InputError) -> str:
        """What is wrong with a file of the base, in a line."""
        place = self(error.path) if error.path else ""
        return str(InputError(self(error.message), place, error.line, error.column))


class _Job(NamedTuple):
    """One cluster to compare: its target, and that of its base (None: the base has none)."""

    new: Target
    old: Target | None
    names: _Names


def review(
    paths: Sequence[str], request: Request, revision: str, jobs: int = 1, progress: Progress | None = None
) -> tuple[list[ClusterResult], Delta]:
    """Check everything under the paths as it is now, and compare it with a revision of the repository.

    Raises InputError for an input that cannot be read, a revision that is not there, or where there is no repository. A
    base that cannot be read is no error: what the cluster has now is all new then, and that is said.
    """
    root = _root(paths)
    found = targets(paths)
    with base_of(root, revision) as base:
        names = _Names(base)
        work, gone = _jobs(found, base, names, whole=any(os.path.isdir(path) for path in paths))
        compared = list(_compared(work, request, jobs, progress))
        results = [result for result, _ in compared]
        deltas = tuple(delta for _, delta in compared)
        return results, Delta(revision, base.commit, deltas, gone, base.left_out, base.aside, base.apart)


def _root(paths: Iterable[str]) -> str:
    """The repository that all paths are in. Raises InputError."""
    roots = {
        repository_root(path if os.path.isdir(path) else os.path.dirname(os.path.realpath(path)) or ".")
        for path in paths
    }
    if len(roots) != 1:
        raise InputError("--base: the paths are of several repositories", hint="check one repository at a time")
    return roots.pop()


def _jobs(found: Sequence[Target], base: Base, names: _Names, *, whole: bool) -> tuple[list[_Job], tuple[str, ...]]:
    """What is compared with what, and the base's cluster files that nothing takes the place of."""
    there = [path for path in base.objects if path.rsplit("/", 1)[-1] in CLUSTER_FILES and _written(base, path)]
    missing = [path for path in there if not os.path.exists(os.path.join(base.root, path))]
    work: list[_Job] = []
    for target in found:
        if target.cluster_path is None:
            work.append(_Job(target, _bare(target, base), names))
            continue
        path = _in_root(target.cluster_path, base)
        if path not in there:
            path = _moved(target.cluster_path, base, missing) or ""
        if path in missing:
            missing.remove(path)
        work.append(_Job(target, Target(os.path.join(base.folder, path), None) if path else None, names))
    return work, tuple(names(os.path.join(base.folder, path)) for path in missing) if whole else ()


def _written(base: Base, path: str) -> bool:
    return os.path.isfile(os.path.join(base.folder, path))


def _in_root(path: str, base: Base) -> str:
    """A path of the working tree from the repository's root. Links in it are not followed, as git does not."""
    folder = os.path.realpath(os.path.dirname(path) or ".")
    return os.path.relpath(os.path.join(folder, os.path.basename(path)), base.root).replace(os.sep, "/")


def _moved(path: str, base: Base, missing: Sequence[str]) -> str | None:
    """Where the base has the cluster file that was moved to a path: with the same text, else about the same machines."""
    with open(path, "rb") as file:
        text = file.read()
    alike: list[tuple[float, str]] = []
    words = set(text.split())
    for one in missing:
        with open(os.path.join(base.folder, one), "rb") as file:
            other = file.read()
        if other == text:
            return one
        theirs = set(other.split())
        alike.append((len(words & theirs) / max(len(words | theirs), 1), one))
    share, best = max(alike, default=(0.0, ""))
    return best if share >= 0.5 else None


def _bare(target: Target, base: Base) -> Target | None:
    """The same single files in the base, those that it has."""
    paths = [os.path.join(base.folder, _in_root(path, base)) for path in target.configs or ()]
    kept = tuple(path for path in paths if os.path.exists(path))
    return Target(None, kept) if kept else None


def _compared(
    work: Sequence[_Job], request: Request, jobs: int, progress: Progress | None
) -> Iterator[tuple[ClusterResult, ClusterDelta]]:
    """Compare every cluster, up to `jobs` at a time in processes of their own."""
    for number, one in enumerate(in_order(lambda job: _compare(job, request), work, jobs), 1):
        yield one
        if progress is not None:
            progress(number, len(work))


def _compare(job: _Job, request: Request) -> tuple[ClusterResult, ClusterDelta]:
    new = _side(job.new, request)
    old, error = None, ""
    if job.old is not None:
        try:
            asked = _asked(job.old, new, job.names)
            old = None if asked is None else _side(asked, request)
        except InputError as failure:
            error = job.names.error(failure)
    return new.result, cluster_delta(old, new, job.names, error)


def _asked(target: Target, new: Side, names: _Names) -> Target | None:
    """The base's configs that stand for those that were asked for, where not all were; None where it has none of them."""
    chosen = [entry for entry, _ in new.prepared.configs]
    whole = new.prepared.cluster.configs
    if target.cluster_path is None or len(chosen) == len(whole):
        return target
    before = load_cluster(load(target.cluster_path, target.cluster_path))
    kept = [one for one, other in pairs(before.configs, whole, names) if one is not None and other in chosen]
    return target._replace(configs=tuple(os.path.realpath(entry.path) for entry in kept)) if kept else None


def _side(target: Target, request: Request) -> Side:
    result = check_target(target, request)
    prepared = prepare(target, request)
    return Side(prepared, result, filters_of(prepared, read))


def _settled(one: ClusterDelta, result: ClusterResult, selection: Selection) -> ClusterDelta:
    places = tuple(
        placed._replace(flows=tuple(flow for flow in placed.flows if not flow.code or selection.takes(flow.code)))
        for placed in one.places
    )
    standing = {id(finding) for finding in result.findings}
    told = standing | {id(accepted.finding) for accepted in result.suppressed}
    return one._replace(
        result=result,
        places=accepted(tuple(placed for placed in places if placed.flows), result),
        wrong=tuple(finding for finding in one.wrong if id(finding) in standing),
        right=tuple(finding for finding in one.right if selection.takes(finding.code)),
        fresh=tuple(finding for finding in one.fresh if id(finding) in told),
        gone=tuple(finding for finding in one.gone if selection.takes(finding.code)),
    )
