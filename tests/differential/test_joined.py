"""Filters of several programs on one host, given together: the kernel runs all of them, and so do both evaluators."""

from __future__ import annotations

from collections import Counter

import pytest

from differential import ipt_rulesets, nft_rulesets
from differential.comparison import compare
from differential.hosts import Hosts
from differential.testbed import Dialect
from portspec.configs.firewall.model import Ruleset
from portspec.configs.folders import join
from portspec.configs.registry import read
from portspec.errors import InputError
from portspec.source import SourceText

PAIRS = 40


def joined(*texts: str) -> Ruleset:
    """The filters as one config."""
    first, *others = [SourceText(f"filter-{number}", text) for number, text in enumerate(texts)]
    found = read(join(first, others))
    assert isinstance(found, Ruleset)
    return found


def together(*texts: str) -> Ruleset | None:
    """The same; None where one filter asks for marks that another one sets, which is refused."""
    try:
        return joined(*texts)
    except InputError as error:
        if "asks for a mark" not in error.message:
            raise
        return None


def test_all_of_them_are_run(judges: Hosts, capsys: pytest.CaptureFixture[str]) -> None:
    counts: Counter[str] = Counter()
    seed = 700_000
    while counts["pairs"] < PAIRS:
        seed += 1
        dialect, one = ipt_rulesets.generate(seed)
        other = nft_rulesets.generate(seed)
        # It would throw out what iptables-nft has loaded.
        other = other._replace(text=other.text.replace("flush ruleset\n", ""))
        filters: list[tuple[Dialect, str]] = [(judges.loader(dialect), one.text)]
        if counts["pairs"] % 3 == 2:
            # That of IPv4, that of IPv6, and one of nftables.
            second, third = next(
                made
                for at in range(seed + 1, seed + 200)
                if (made := ipt_rulesets.generate(at))[0][:5] != dialect[:5] and made[1].path == one.path
            )
            filters.append((judges.loader(second), third.text))
        if other.path != one.path:
            continue
        filters.append(("nftables", other.text))
        probes = [*one.probes[:60], *other.probes[:60]]
        ruleset = together(*(text for _, text in filters))
        if ruleset is None:
            counts["marks"] += 1
            continue
        observed = judges.judge_together(filters, probes)
        compared = compare(ruleset, probes, observed, may_be_unknown=True)
        assert not compared.disagreements, (seed, compared.disagreements[0], [text for _, text in filters])
        counts.update(
            pairs=1, packets=compared.judged, unknown=compared.unknown, accepted=sum(one.accepted for one in observed)
        )
    with capsys.disabled():
        print(
            f"\ntogether: {counts['pairs']} hosts, {counts['packets']} packets, {counts['unknown']} left unknown, 0 disagreements"
        )
    assert counts["accepted"] > counts["packets"] / 20
    assert counts["unknown"] < counts["packets"] / 5
