"""Every port of every service on one page, by its number: for whoever has a number and wants to know whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from portspec.site import markdown as md
from portspec.site.edition import Edition, having_port, ports_of, stretch
from portspec.site.facts import anchored, condition, port_name, roles
from portspec.site.words import WORDS as SHARED
from portspec.spec.model import Port, Service

WORDS = {
    "en": {
        "title": "Ports by number",
        "lead": "Every port that any service of the spec listens on, in any release, in the order of the numbers. What the node "
        "itself opens, what a feature adds, and what has to be reached outside of the cluster. The few that "
        "matter most: [the note](note.md). For one release and platform: the [explorer](explorer/index.md). What is not here and why: [left out](reference/exclusions.md).",
        "transports": "Without a port",
    },
    "zh-TW": {
        "title": "依號碼查連接埠",
        "lead": "規格中所有服務在任何版本監聽的每一個連接埠，依號碼排列；包含節點本身開放的、啟用功能才有的，以及叢集外必須連得到的。"
        "最重要的幾個見[原始筆記](note.md)；只看單一版本與平台，請用[連接埠查詢](explorer/index.md)；未收錄的項目與原因見[未收錄的項目](reference/exclusions.md)。",
        "transports": "沒有連接埠的協定",
    },
}
WITHOUT = 65536
"""The group of what has no port, behind every other."""
STARTS = (0, 1024, 5000, 9000, 10000, 20000, 30000)
"""Where a group begins; each is a table of a few screens at most."""
WEIGHT = 0.05
"""In the search: each number is better found on the page of its service."""


class Numbered(NamedTuple):
    """A port with its service and the id of its heading on the service's page."""

    service: Service
    port: Port
    anchor: str


def page(edition: Edition, lang: str) -> str:
    """docs/LANG/ports.md."""
    words, shared = WORDS[lang], SHARED[lang]
    columns = ("port", "service", "purpose", "holder", "reach", "condition", "releases")
    parts = []
    for first, found in _by_number(edition):
        last = next((start for start in STARTS if start > first), WITHOUT) - 1
        title = words["transports"] if first == WITHOUT else f"{first}–{last}"
        parts.append(md.heading(2, title, "no-port" if first == WITHOUT else f"from-{first}"))
        parts.append(md.table([shared[name] for name in columns], [_row(edition, one, lang) for one in found]))
    return md.page(
        md.front_matter(wide=True, boost=WEIGHT),
        md.heading(1, words["title"], "ports"),
        words["lead"],
        *parts,
    )


def _by_number(edition: Edition) -> Iterator[tuple[int, list[Numbered]]]:
    """The ports in groups, each with the number that it begins with."""
    grouped: dict[int, list[Numbered]] = {}
    for service in edition.services().values():
        for anchor, port in anchored(ports_of(edition, service).values()).items():
            grouped.setdefault(_group(port), []).append(Numbered(service, port, anchor))
    for first, found in sorted(grouped.items()):
        yield first, sorted(found, key=lambda one: (one.port.first or 0, one.port.last or 0, one.port.transport))


def _group(port: Port) -> int:
    return WITHOUT if port.first is None else max(start for start in STARTS if start <= port.first)


def _row(edition: Edition, one: Numbered, lang: str) -> list[str]:
    shared, port = SHARED[lang], one.port
    held = dict.fromkeys(roles(edition.newest, [holder.role], lang) for holder in port.holders)
    return [
        md.link(f"**{port_name(port)}**", f"services/{one.service.id}.md#{one.anchor}"),
        md.text(one.service.title[lang]),
        md.text(port.purpose[lang]),
        shared["comma"].join(held),
        shared[port.reach],
        condition(port.condition, lang),
        stretch(edition, having_port(edition, one.service, port)),
    ]
