"""Which obligations of two policies differ, by their ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from portspec.policy.model import Policy

KINDS = ("allow", "deny", "balance")
JUDGED = ("sources",)
"""Fields of an obligation that no verdict depends on."""


class ObligationChanges(NamedTuple):
    """Ids of obligations that only the second policy has, only the first, and that both have with other contents.

    `ports` are those that the changes are about, each once.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    ports: tuple[str, ...]


def obligation_changes(before: Policy, after: Policy) -> ObligationChanges:
    """How the obligations of a policy become those of another. What a fact cites is no part of what it asks."""
    first, second = _obligations(before), _obligations(after)
    added = [name for name in second if name not in first]
    removed = [name for name in first if name not in second]
    changed = [name for name in first if name in second and _asked(first[name]) != _asked(second[name])]
    found = {**first, **second}
    touched = sorted((found[name] for name in (*added, *removed, *changed)), key=_place)
    ports = dict.fromkeys(_port(record) for record in touched)
    return ObligationChanges(tuple(added), tuple(removed), tuple(changed), tuple(ports))


def _obligations(policy: Policy) -> dict[str, Mapping[str, Any]]:
    return {record["id"]: record for kind in KINDS for record in policy.document[kind]}


def _asked(record: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key not in JUDGED}


def _place(record: Mapping[str, Any]) -> tuple[int, str]:
    return int(str(record["port"] or "0").partition("-")[0]), record["transport"]


def _port(record: Mapping[str, Any]) -> str:
    return f"{record['port']}/{record['transport']}" if record["port"] else str(record["transport"])
