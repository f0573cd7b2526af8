"""The cross-checks of the spec, one module each: `NAME`, what it finds in its docstring, and `check`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from portspec.spec.lints import (
    digits,
    duplicate_id,
    hidden_character,
    missing_translation,
    no_listener,
    overlap,
    port_range,
    range_order,
    release_order,
    uncited_source,
    unknown_id,
    wording,
)
from portspec.spec.view import Problem, SpecView

Lint = Callable[[SpecView], Iterable[Problem]]

LINTS: Mapping[str, Lint] = {
    module.NAME: module.check
    for module in (
        digits,
        duplicate_id,
        hidden_character,
        missing_translation,
        no_listener,
        overlap,
        port_range,
        range_order,
        release_order,
        uncited_source,
        unknown_id,
        wording,
    )
}
"""Every cross-check by its name."""
