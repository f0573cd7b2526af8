"""Every check there is, found by its module's name: a new check is a new module `psNNN_slug.py` and nothing else."""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module

from portspec.checks.api import Check


@cache
def checks() -> dict[str, Check]:
    """The checks by code, in the order of their codes."""
    found: dict[str, Check] = {}
    for name in sorted(_module_names()):
        check: Check = import_module(f"portspec.checks.{name}").CHECK
        if check.code.lower() != name[:5]:
            raise AssertionError(f"module {name} declares {check.code}")
        found[check.code] = check
    return found


def _module_names() -> set[str]:
    """Names of the modules beside this one that look like `ps304_wrong_member`, compiled or not."""
    folder = os.path.dirname(__file__)
    names = {entry.split(".")[0] for entry in os.listdir(folder) if entry.endswith((".py", ".pyc"))}
    return {name for name in names if name[:2] == "ps" and name[2:5].isdigit() and name[5:6] == "_"}
