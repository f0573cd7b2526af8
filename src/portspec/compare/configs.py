"""Two configs, read and compared: filters with filters, balancers with balancers."""

from __future__ import annotations

from collections.abc import Sequence

from portspec.compare.balancers import BalancerComparison, compare_balancers
from portspec.compare.contexts import EVERY_STATE, STATES
from portspec.compare.filters import FAMILIES, compare_filters
from portspec.compare.model import FilterComparison, Way
from portspec.configs.balancer.model import Balancer
from portspec.configs.files import load_config
from portspec.configs.firewall.model import Ruleset
from portspec.configs.firewall.ways import WAYS
from portspec.configs.registry import program, read
from portspec.errors import InputError

Comparison = FilterComparison | BalancerComparison


def compare_configs(
    old: Sequence[str],
    new: Sequence[str],
    formats: tuple[str | None, str | None] = (None, None),
    *,
    ways: Sequence[Way] = WAYS,
    families: Sequence[str] = tuple(FAMILIES),
    every_state: bool = False,
) -> Comparison:
    """Compare two configs by their paths; of a config in several files the first, then those beside it.

    Raises InputError for what cannot be read, or compared with each other.
    """
    one, other = (read(load_config(paths[0], paths[1:]), name) for paths, name in zip((old, new), formats, strict=True))
    if isinstance(one, Balancer) and isinstance(other, Balancer):
        return compare_balancers(one, other)
    if isinstance(one, Ruleset) and isinstance(other, Ruleset):
        states = EVERY_STATE if every_state else STATES
        return compare_filters(one, other, ways=ways, families=families, states=states)
    kinds = ["a load balancer's" if isinstance(model, Balancer) else "a packet filter's" for model in (one, other)]
    raise InputError(
        f"is {kinds[1]} config ({program(other.format)}), and {old[0]} is {kinds[0]} ({program(one.format)})",
        new[0],
        hint="compare two packet filters, or two load balancers",
    )
