"""Clusters in memory whose findings the tests fix."""

from __future__ import annotations

from collections.abc import Sequence

from portspec.checks.api import Example
from portspec.checks.examples import CLUSTER_FILE, DAY, RELEASE, hosts, place_of, roles
from portspec.checks.fleet import Prepared
from portspec.checks.origin import NOWHERE
from portspec.cluster.model import Cluster, ConfigEntry
from portspec.policy.model import Profile
from portspec.policy.store import policy
from portspec.source import SourceText

__all__ = ["DAY", "of_example", "of_texts"]


def of_texts(examples: Sequence[Example]) -> Prepared:
    """The cluster of the examples with these configs."""
    configs = tuple(
        (ConfigEntry(one.format, place_of(one.placement), one.format, None), SourceText(one.format, one.text))
        for one in examples
    )
    entries = tuple(entry for entry, _ in configs)
    profile = Profile()
    cluster = Cluster(CLUSTER_FILE, "", RELEASE, profile, examples[0].phase, roles(), hosts(), entries, ())
    return Prepared(policy(RELEASE, profile), cluster, configs, None, NOWHERE)


def of_example(example: Example) -> Prepared:
    """The cluster of an example of a check."""
    return of_texts([example] if example.beside is None else [example, example.beside])
