"""A campaign: many generated rulesets, each judged by the kernel and by portspec."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable
from typing import Literal, NamedTuple

from differential import ipt_rulesets, nft_rulesets
from differential.comparison import Disagreement, compare, read_ruleset
from differential.generated import Generated
from differential.hosts import Hosts, hosts
from differential.testbed import Dialect
from portspec.errors import InputError

Kind = Literal["nftables", "iptables"]

MOST_REPORTS = 5


class Tally(NamedTuple):
    """The figures of a campaign. `reports` tells of the disagreements, the first of each ruleset in full."""

    kind: Kind
    rulesets: int
    packets: int
    accepted: int
    unknown: int
    disagreements: int
    reports: tuple[str, ...]

    def line(self) -> str:
        """The figures in one line."""
        return (
            f"{self.kind}: {self.rulesets} rulesets, {self.packets} packets ({self.accepted} accepted by the kernel, "
            f"{self.unknown} left unknown), {self.disagreements} disagreements"
        )


def generated(kind: Kind, seed: int) -> tuple[Dialect, Generated]:
    """The ruleset of a seed and the program that loads it."""
    return ipt_rulesets.generate(seed) if kind == "iptables" else ("nftables", nft_rulesets.generate(seed))


def run(kind: Kind, seeds: Iterable[int], judges: Hosts) -> Tally:
    """Judge the rulesets of some seeds twice. A ruleset that portspec cannot read counts as a disagreement. Raises
    RefusedError where the kernel's own program refuses one: then the generator is wrong."""
    tally = Tally(kind, 0, 0, 0, 0, 0, ())
    for seed in seeds:
        try:
            one = judged(kind, seed, judges)
        except Exception as error:
            error.add_note(f"while judging {kind} seed {seed}")
            raise
        tally = Tally(
            kind,
            tally.rulesets + one.rulesets,
            tally.packets + one.packets,
            tally.accepted + one.accepted,
            tally.unknown + one.unknown,
            tally.disagreements + one.disagreements,
            (*tally.reports, *one.reports)[:MOST_REPORTS],
        )
    return tally


def judged(kind: Kind, seed: int, judges: Hosts) -> Tally:
    """The figures of one seed. It is read twice: as it was written, and as its own program lists it once loaded."""
    dialect, made = generated(kind, seed)
    dialect = judges.loader(dialect)
    observations = judges.judge(dialect, made.text, made.probes)
    tally = Tally(kind, 1, 0, sum(one.accepted for one in observations), 0, 0, ())
    head = f"{kind} seed {seed}: python tests/differential/campaign.py --dialect {kind} --seed {seed}"
    listing = judges.listing(dialect, made.path)
    for text in (made.text, listing):
        try:
            ruleset = read_ruleset(dialect, text)
        except InputError as error:
            told = f"{head}\n{_numbered(text)}\nunread: {error}"
            return tally._replace(disagreements=1, reports=(told,))
        compared = compare(ruleset, made.probes, observations, may_be_unknown=made.unsure)
        if compared.disagreements and text is listing:
            # What a program lists may be another ruleset than the one it was given: nft 1.0.6 leaves out
            # `meta nfproto ipv4` before `reject with tcp reset`. What counts is what the kernel does with the listing.
            observations = judges.judge(dialect, listing, made.probes)
            compared = compare(ruleset, made.probes, observations, may_be_unknown=made.unsure)
        tally = tally._replace(
            packets=compared.judged,
            unknown=compared.unknown,
            disagreements=tally.disagreements + len(compared.disagreements),
        )
        if compared.disagreements:
            return tally._replace(reports=(f"{head}\n{report(dialect, text, compared.disagreements[0], judges)}",))
    return tally


def report(dialect: Dialect, text: str, found: Disagreement, judges: Hosts) -> str:
    """Everything that is needed to understand a disagreement."""
    return "\n".join([
        _numbered(text),
        f"packet:  {found.probe}",
        f"kernel:  {'accepted' if found.observation.accepted else 'not accepted'} (loaded by {dialect}), "
        f"state {found.observation.state or 'not looked up'}",
        f"ours:    {found.verdict} by the {found.by}; replay says {found.replayed.verdict}",
        *(f"         {span.line}: {line}: {outcome}" for span, line, outcome in found.replayed.steps),
        "kernel's account:",
        judges.trace(dialect, text, found.probe),
    ])  # fmt: skip


def _numbered(text: str) -> str:
    return "\n".join(f"{number:4} {line}" for number, line in enumerate(text.splitlines(), 1))


def main() -> int:
    """Run a campaign from the command line; 1 when there is a disagreement."""
    parser = argparse.ArgumentParser(description="Random rulesets, judged by the Linux kernel and by portspec (root).")
    parser.add_argument("--dialect", choices=("nftables", "iptables"), action="append")
    parser.add_argument("--rulesets", type=int, help="how many (default 50)")
    parser.add_argument("--seed", type=int, help="the first seed (default 0); without --rulesets only this one is run")
    options = parser.parse_args()
    first = options.seed or 0
    count = options.rulesets or (50 if options.seed is None else 1)
    failed = False
    with hosts() as judges:
        for kind in options.dialect or ("nftables", "iptables"):
            begun = time.monotonic()
            tally = run(kind, range(first, first + count), judges)
            for text in tally.reports:
                print(f"{text}\n")
            print(f"{tally.line()}, {time.monotonic() - begun:.1f} s", flush=True)
            failed = failed or tally.disagreements > 0
    return 1 if failed else 0
