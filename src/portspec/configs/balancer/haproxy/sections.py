"""Sections of a HAProxy config, and what they inherit (configuration manual, 4)."""

from __future__ import annotations

from typing import NamedTuple

from portspec.configs.balancer.haproxy.words import Line

PROXIES = frozenset({"defaults", "frontend", "backend", "listen"})
OTHERS = frozenset({
    "global", "resolvers", "peers", "userlist", "mailers", "cache", "ring", "program", "http-errors", "fcgi-app",
    "crt-store", "traces", "log-forward", "log-profile", "acme", "crt-list", "healthcheck",
})  # fmt: skip


class Section(NamedTuple):
    """One section: its kind, its name, its head line, its lines, and the defaults that it starts from."""

    kind: str
    name: str
    head: Line
    lines: list[Line]
    parent: Section | None

    def inherited(self) -> list[Line]:
        """The lines of the defaults that it starts from, the outermost first, then its own."""
        chain: list[Section] = []
        section: Section | None = self
        while section is not None and len(chain) < 100:
            chain.append(section)
            section = section.parent
        return [line for part in reversed(chain) for line in part.lines]


class Misplaced(NamedTuple):
    """A line that HAProxy refuses where it stands."""

    line: Line
    message: str


def split(lines: list[Line]) -> tuple[list[Section], list[Misplaced]]:
    """The sections in order. Anonymous defaults hold for what follows, up to the next; `from` names others."""
    sections: list[Section] = []
    misplaced: list[Misplaced] = []
    named: dict[str, Section] = {}
    current: Section | None = None
    defaults: Section | None = None
    for line in lines:
        texts = line.texts
        kind = texts[0]
        if kind not in PROXIES and kind not in OTHERS:
            if current is None:
                misplaced.append(Misplaced(line, f"{kind!r} stands in no section"))
            else:
                current.lines.append(line)
            continue
        name = texts[1] if len(texts) > 1 and texts[1] != "from" else ""
        parent = defaults if kind in PROXIES and kind != "defaults" else None
        if "from" in texts[1:3] and kind in PROXIES:
            at = texts.index("from")
            wanted = texts[at + 1] if len(texts) > at + 1 else ""
            parent = named.get(wanted)
            if parent is None:
                misplaced.append(Misplaced(line, f"no defaults section is named {wanted!r}"))
        current = Section(kind, name, line, [], parent)
        sections.append(current)
        if kind == "defaults":
            defaults = current
            if name:
                named[name] = current
        elif kind in ("frontend", "backend", "listen") and not name:
            misplaced.append(Misplaced(line, f"{kind} needs a name"))
    return sections, misplaced
