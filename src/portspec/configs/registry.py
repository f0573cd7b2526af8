"""Which reader reads a file: found by content, or named by the cluster file.

A reader is a package below `firewall/` or `balancer/` whose light `__init__` has `FORMAT`, `KIND`, `sniff(text)` (0 to
100) and `read(source)`; `NAME` where people call it otherwise, and `SEVERAL` where its program may be given several files.
Being there is all the registration that a new one needs.
"""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from types import ModuleType

from portspec.configs.balancer.model import Balancer
from portspec.configs.firewall.model import Ruleset
from portspec.configs.folders import JoinedText
from portspec.errors import InputError
from portspec.source import SourceText

KINDS = ("firewall", "balancer")
HEAD = 200_000
"""Characters of a file that tell its format."""
LIKELY = 20
"""A format that scores lower is not taken for the file's."""


@cache
def readers() -> dict[str, ModuleType]:
    """The readers' packages by the name of their format."""
    found: dict[str, ModuleType] = {}
    here = os.path.dirname(__file__)
    for kind in KINDS:
        for name in sorted(os.listdir(os.path.join(here, kind))):
            # A folder whose reader is gone, as a change of branches leaves it, is none.
            if not os.path.isfile(os.path.join(here, kind, name, "__init__.py")):
                continue
            module = import_module(f"portspec.configs.{kind}.{name}")
            found[module.FORMAT] = module
    return found


def program(name: str) -> str:
    """Whose format it is, as people call it; the name of a format that is not read."""
    reader = readers().get(name)
    return str(getattr(reader, "NAME", name))


def formats() -> list[str]:
    """The names of the formats that can be read."""
    return list(readers())


def detect(source: SourceText) -> str:
    """The format of a file by its content. Raises InputError when none fits, or several fit equally well."""
    # A dozen looks at a file of megabytes would take as long as reading it.
    head = source.text[:HEAD]
    scores = {name: module.sniff(head) for name, module in readers().items()}
    best = max(scores.values(), default=0)
    fitting = [name for name, score in scores.items() if score == best]
    hint = "name the format with `format:` in the cluster file"
    if best < LIKELY:
        raise InputError(f"not a format that is read here; known: {', '.join(scores)}", source.path, hint=hint)
    if len(fitting) > 1:
        raise InputError(f"could be {' or '.join(fitting)}", source.path, hint=hint)
    return fitting[0]


def read(source: SourceText, name: str | None = None) -> Ruleset | Balancer:
    """The model of a config; `name` overrides its content. Raises InputError for what cannot be read whole."""
    if name is not None and name not in readers():
        raise InputError(f"no reader for format {name!r}", source.path, hint=f"known: {', '.join(formats())}")
    if isinstance(source, JoinedText):
        from portspec.configs.joined import read_joined

        return read_joined(source, name, readers(), detect)
    model: Ruleset | Balancer = readers()[detect(source) if name is None else name].read(source)
    return model
