"""A draft as the text of a cluster file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from portspec.cluster.discovery.draft import Config, Draft
from portspec.cluster.discovery.said import Said
from portspec.cluster.vocabulary import ROLES

PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*|[0-9]+(\.[0-9]+){3}(/[0-9]+)?(-[0-9]+(\.[0-9]+){3})?")
RESERVED = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})


def as_cluster_file(draft: Draft, said: Iterable[Said], remarks: Mapping[str, str], head: str) -> str:
    """The text. Beside each role stands where its addresses come from; `remarks` are sentences by their role or key."""
    where: dict[str, list[str]] = {}
    for one in said:
        if one.what == "role" and one.value in draft.roles.get(one.name, ()):
            where.setdefault(one.name, []).append(f"{one.path}:{one.line}")
    lines = [f"# {head}", f'release: "{draft.release}"{_beside(remarks.get("release"))}']
    lines += [
        f"{key}: {getattr(draft, key)}{_beside(remarks.get(key))}"
        for key in ("platform", "network", "topology", "phase")
    ]
    lines.append("roles:")
    for role in sorted(draft.roles, key=ROLES.index):
        texts = draft.roles[role]
        value = quoted(texts[0]) if len(texts) == 1 else f"[{', '.join(map(quoted, texts))}]"
        places = sorted(set(where.get(role, ())), key=where.get(role, []).index)
        more = f" … ({len(places)})" if len(places) > 1 else ""
        beside = remarks.get(role) or (places[0] + more if places else None)
        lines.append(f"  {role}: {value}{_beside(beside)}")
    if draft.hosts:
        lines.append("hosts:")
        lines += [f"  {quoted(name)}: {quoted(address)}" for name, address in draft.hosts.items()]
    lines.append("configs:")
    lines += [
        f"  - {{path: {quoted(one.path)}, at: {_at(one)}}}{_beside(remarks.get(one.path))}" for one in draft.configs
    ]
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """A scalar that every YAML reader takes for this text."""
    if PLAIN.fullmatch(text) and text.lower() not in RESERVED:
        return text
    import json

    return json.dumps(text)


def _at(config: Config) -> str:
    if config.place == "balancer":
        return "balancer"
    if config.place == "between":
        return f"{{between: [[{', '.join(config.near)}], [{', '.join(config.far)}]]}}"
    return f"{{host: {quoted(config.place)}}}"


def _beside(remark: str | None) -> str:
    """A comment at the end of a line; what would end it or hide in it is escaped."""
    if not remark:
        return ""
    return "   # " + "".join(char if char.isprintable() else "?" for char in remark)
