"""What the reports of one run have in common beside their content: language, threshold, where the repository begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portspec.checks.finding import Finding
from portspec.records import NamedTuple

if TYPE_CHECKING:
    from portspec.compare.review import Delta

SEVERITIES = ("note", "warning", "error")
"""From light to heavy."""
NEVER = "never"
NEVER_WEIGHS = ("PS501",)
"""Codes that tell of the spec, not of the configs: a newer portspec must not turn a pinned repository red."""


class Setting(NamedTuple):
    """How a run is reported.

    `fail_on` is the lowest severity that fails the run, or `never`. `chosen` are the codes that were looked for. `folder`
    is the working folder as seen from the repository's root (empty: the root itself): platforms name files from there.
    `site` is where the documentation is published, empty when that is not known. `unknown` is what becomes of findings that
    hang on what the files leave open: `report` weighs them as any other, `allow` lets them pass, `deny` fails the run.
    `delta` is what a change does, where a base was given; with `fail_on_new` it alone decides whether the run fails. `absent`:
    a list of results may hold what a change has mended, marked so; for a platform that knows no such mark it must not.
    """

    lang: str
    fail_on: str = "warning"
    chosen: tuple[str, ...] = ()
    folder: str = ""
    colour: bool = False
    concise: bool = False
    statistics: bool = False
    site: str = ""
    unknown: str = "report"
    delta: Delta | None = None
    fail_on_new: bool = False
    absent: bool = True

    def weighs(self, finding: Finding) -> bool:
        """Whether a finding alone fails the run."""
        if self.fail_on == NEVER or finding.code in NEVER_WEIGHS:
            return False
        if finding.confidence == "possible" and self.unknown != "report":
            return self.unknown == "deny"
        return SEVERITIES.index(finding.severity) >= SEVERITIES.index(self.fail_on)
