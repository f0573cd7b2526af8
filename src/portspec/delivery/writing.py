"""YAML as a person would lay it out, for the files that are committed."""

from __future__ import annotations

import json
from collections.abc import Mapping

MADE = "# Made of src/portspec/delivery; do not edit. PORTSPEC_REFRESH=1 pytest tests/delivery writes it anew.\n"


def quoted(text: str) -> str:
    """A text as a YAML scalar in double quotes, which JSON's are."""
    return json.dumps(text, ensure_ascii=False)


def pairs(values: Mapping[str, str], indent: int) -> str:
    """Lines of `key: "value"`."""
    return "".join(f"{' ' * indent}{key}: {quoted(value)}\n" for key, value in values.items())


def literal(script: str, indent: int) -> str:
    """A script as a YAML block."""
    return "|\n" + "".join(f"{' ' * indent}{line}".rstrip() + "\n" for line in script.splitlines())
