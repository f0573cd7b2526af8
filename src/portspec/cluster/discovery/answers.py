"""What somebody answers, held against what the cluster file takes, so that a wrong answer is asked for again at once.

Every function gives the answer as it is kept and raises InputError, without a place, for one that cannot be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portspec.cluster.addresses import read_roles
from portspec.cluster.discovery.draft import Config, place
from portspec.cluster.discovery.folder import Candidate
from portspec.cluster.discovery.written import quoted
from portspec.cluster.nodes import Reader, suggestion
from portspec.cluster.vocabulary import ROLE_ALIASES, ROLES
from portspec.errors import InputError
from portspec.source import SourceText
from portspec.yamlsource import MappingNode, load_yaml


def release(text: str) -> str:
    """A release that the spec knows."""
    from portspec.policy.store import lifecycle

    lifecycle(text)
    return text


def word(text: str, known: Sequence[str]) -> str:
    """One of a list of words."""
    if text not in known:
        raise InputError(f"{text!r} is not known", hint=suggestion(text, known))
    return text


def addresses(text: str, role: str, roles: Mapping[str, Sequence[str]], topology: str) -> list[str]:
    """Addresses of a role that go with those of the other ones."""
    parts = [part for one in text.split(",") if (part := one.strip())]
    if not parts:
        raise InputError("no address")
    written = "\n".join(
        f"{name}: [{', '.join(map(quoted, given))}]" for name, given in {**roles, role: parts}.items() if given
    )
    root = load_yaml(SourceText("", written))
    assert isinstance(root, MappingNode)
    try:
        read_roles(Reader(""), root.entries, topology)
    except InputError as error:
        raise InputError(error.message, hint=error.hint) from None
    return parts


def placed(text: str, candidate: Candidate, roles: dict[str, list[str]]) -> Config:
    """A packet filter at a place: `between`, or a role that has addresses."""
    name = ROLE_ALIASES.get(text, text)
    there = [role for role in ROLES if roles.get(role)]
    if name in ROLES and name not in there:
        raise InputError(f"{name} has no addresses", hint=f"known: {', '.join(there)}")
    config = place(candidate._replace(place=word(name, ("between", *there))), roles)
    if config is None:
        raise InputError("between needs addresses of admin or client, and of a balancer or the control plane")
    return config
