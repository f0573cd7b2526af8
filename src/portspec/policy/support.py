"""Whether a release is supported on a day, from the dates that the spec has of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from portspec.records import NamedTuple
from portspec.spec.releases import UNKNOWN

if TYPE_CHECKING:
    from portspec.spec.model import Release

Support = Literal["preview", "not-released", "maintenance", "extended", "ended", "unknown"]
"""`maintenance`: full or maintenance support; `extended`: only with the extended terms that are sold apart."""


class Lifecycle(NamedTuple):
    """The dates of a release, ISO days or `unknown`; see `spec.model.Release`."""

    released: str
    support_ends: str
    extended_ends: str | None
    preview: bool

    def as_json(self) -> dict[str, Any]:
        """The record as compiled files and locks keep it."""
        return self._asdict()


def read_lifecycle(record: Mapping[str, Any]) -> Lifecycle:
    """The dates of a compiled file, of a lock, or of an entry of `spec/releases.yaml`."""
    return Lifecycle(
        record["released"], record["support_ends"], record.get("extended_ends"), bool(record.get("preview", False))
    )


def support(release: Lifecycle | Release, day: str) -> Support:
    """How a release is supported on a day (an ISO date; such texts order as the days do).

    The last day counts as supported. `unknown` where the dates that decide are not known: nothing is guessed.
    """
    if release.preview:
        return "preview"
    if release.released == UNKNOWN:
        return "unknown"
    if day < release.released:
        return "not-released"
    if release.support_ends != UNKNOWN and day <= release.support_ends:
        return "maintenance"
    if release.extended_ends is None:
        return "unknown" if release.support_ends == UNKNOWN else "ended"
    if release.extended_ends == UNKNOWN:
        return "unknown"
    if day > release.extended_ends:
        return "ended"
    return "unknown" if release.support_ends == UNKNOWN else "extended"


def last_day(release: Lifecycle | Release) -> str:
    """The last day of any support; `unknown` where a date is."""
    return release.support_ends if release.extended_ends is None else release.extended_ends
