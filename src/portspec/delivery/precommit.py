""".pre-commit-hooks.yaml: hooks for pre-commit.

No file name is handed over: a cluster file names its configs, and a name that somebody chose cannot become an option.
"""

from __future__ import annotations

from typing import NamedTuple

from portspec.delivery.writing import MADE, pairs


class Hook(NamedTuple):
    """One hook: its id, its title, the command that it runs."""

    id: str
    name: str
    entry: str
    description: str


HOOKS = (
    Hook(
        "portspec-check",
        "portspec check",
        "portspec check --concise",
        "Hold firewall and load-balancer configs against the OpenShift port matrix",
    ),
    Hook("portspec-pin", "portspec pin --check", "portspec pin --check", "Fail when portspec.lock is stale or edited"),
)


def manifest() -> str:
    """The file."""
    return MADE + "".join(
        f"- id: {hook.id}\n"
        + pairs({"name": hook.name, "description": hook.description, "entry": hook.entry}, 2)
        + "  language: python\n  pass_filenames: false\n  require_serial: true\n  types: [text]\n"
        for hook in HOOKS
    )
