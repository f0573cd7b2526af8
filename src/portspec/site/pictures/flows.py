"""Who talks to whom, on which ports: senders on the left, balancers between, listeners with their ports on the right.

A listener's box is parted by who may send: ports that the same senders use stand together, and one band from each of
these senders ends there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import sqrt
from typing import Literal, NamedTuple

from portspec.policy.model import PHASES, Phase, Policy, Profile
from portspec.policy.store import policy
from portspec.site.edition import Edition
from portspec.site.pictures.canvas import Canvas
from portspec.site.pictures.hops import Hop, hops_of_policy, hops_of_service, merged
from portspec.site.pictures.layout import EDGE, LINE, SMALL, STEP, TITLE, TRANSPORT, Box, Cell, Layout, layout
from portspec.site.words import WORDS as SHARED
from portspec.spec.model import Service, Snapshot

WORDS = {
    "en": {
        "release": "OpenShift {release}, phase {phase}: who connects to whom, on which ports",
        "service": "{service} in OpenShift {release}: who connects to whom, on which ports",
        "in": "{role} in OpenShift {release}: who connects to it, on which ports",
        "out": "{role} in OpenShift {release}: what it connects to, on which ports",
        "install": "Install: the bootstrap host exists",
        "running": "Running: the bootstrap host is gone",
        "told": "{senders} to {target}: {ports}.",
        "plain": "As of OpenShift {release}, in a cluster on platform none without optional features.",
        "all": "As of OpenShift {release}, in all kinds of clusters together.",
        "solid": "Solid: required. Dashed: recommended or optional.",
        "solid-only": "All of it is required.",
        "dashed-only": "All of it is recommended or optional.",
        "conditional": "Some of it holds only in some clusters; the tables say in which.",
    },
    "zh-TW": {
        "release": "OpenShift {release}，{phase}：由誰連線到誰、使用哪些連接埠",
        "service": "OpenShift {release} 的{service}：由誰連線到誰、使用哪些連接埠",
        "in": "OpenShift {release} 的{role}：由誰連入、使用哪些連接埠",
        "out": "OpenShift {release} 的{role}：連線到誰、使用哪些連接埠",
        "install": "安裝期間：Bootstrap 主機存在",
        "running": "運作期間：Bootstrap 主機已移除",
        "told": "{senders}到{target}：{ports}。",
        "plain": "以 OpenShift {release}、平台 none、沒有選用功能的叢集為準。",
        "all": "以 OpenShift {release} 為準，涵蓋所有種類的叢集。",
        "solid": "實線：必要。虛線：建議或選用。",
        "solid-only": "全部為必要。",
        "dashed-only": "全部為建議或選用。",
        "conditional": "部分連線只適用於某些叢集，條件見表格。",
    },
}
COLOURED = ("bootstrap", "control-plane", "worker")
"""The roles with a colour of their own; the others have that of their kind."""


def phase_pictures(snapshot: Snapshot, lang: str) -> str:
    """Every hop that the policy of a release allows in the plainest cluster, as an HTML block: a picture for each phase, side by side where there is room."""
    plain = policy(snapshot.release.id, Profile())
    drawn = (
        f"<div><p><strong>{WORDS[lang][phase]}</strong></p>{_phase_picture(snapshot, plain, phase, lang)}</div>"
        for phase in PHASES
    )
    return f'<div class="pictures">{"".join(drawn)}</div>'


def _phase_picture(snapshot: Snapshot, plain: Policy, phase: Phase, lang: str) -> str:
    title = WORDS[lang]["release"].format(release=plain.release, phase=SHARED[lang][phase])
    return _picture(f"flows-{phase}", title, snapshot, hops_of_policy(plain, phase), lang)


def service_picture(edition: Edition, service: Service, lang: str) -> str:
    """Who connects to a service, as an HTML block; empty where nobody is known to. Shown as in the newest release that
    is out, or in the newest of those that have the service."""
    snapshot = _newest_with(edition, lambda one: service.id in one.services)
    release, words = snapshot.release.id, WORDS[lang]
    title = words["service"].format(service=service.title[lang], release=release)
    hops = hops_of_service(snapshot, snapshot.services[service.id])
    return _picture("flows", title, snapshot, hops, lang, words["all"].format(release=release))


def role_picture(edition: Edition, role: str, direction: Literal["in", "out"], lang: str) -> str:
    """What comes in to a role or goes out of it in any phase, as an HTML block; empty where nothing is known.

    Shown for the newest release that is out, or the newest of those that have the role: as in the plainest cluster, or
    for a role that it lacks as in all clusters together.
    """
    snapshot = _newest_with(edition, lambda one: role in one.roles)
    release, words = snapshot.release.id, WORDS[lang]
    plain = policy(release, Profile())
    hops, scope = [hop for phase in PHASES for hop in hops_of_policy(plain, phase)], words["plain"]
    if not any(role in {hop.source, hop.target} for hop in hops):
        hops = [hop for service in snapshot.services.values() for hop in hops_of_service(snapshot, service)]
        scope = words["all"]
    these = merged(hop for hop in hops if role == (hop.target if direction == "in" else hop.source))
    title = words[direction].format(role=snapshot.roles[role].title[lang], release=release)
    return _picture(f"flows-{direction}", title, snapshot, these, lang, scope.format(release=release))


def _newest_with(edition: Edition, has: Callable[[Snapshot], bool]) -> Snapshot:
    """The newest release that is out where it has something, else the newest of those that have it."""
    return edition.newest if has(edition.newest) else next(filter(has, reversed(list(edition.snapshots.values()))))


def _picture(name: str, title: str, snapshot: Snapshot, hops: Sequence[Hop], lang: str, scope: str = "") -> str:
    if not hops:
        return ""
    titles = {role.id: role.title[lang] for role in snapshot.roles.values()}
    placed = layout(hops, snapshot.roles, lang)
    canvas = Canvas(name, placed.columns.wide)
    colours = {role: _colour(snapshot, role) for role in titles}
    for band in _bands(placed):
        told = _told([titles[band.sender]], band.cell, titles, lang)
        kind = f"of-{colours[band.sender]}" + ("" if band.binding else " loose")
        canvas.band(band.way, 1 + 0.8 * sqrt(len(band.cell.hops)), kind, told)
    for box in placed.boxes:
        _drawn(canvas, box, colours[box.role])
    alternative = [
        _told([titles[sender] for sender, _ in cell.senders], cell, titles, lang)
        for box in placed.boxes
        for cell in box.cells
    ]
    return canvas.figure(title, alternative, _caption(hops, lang, scope))


def _colour(snapshot: Snapshot, role: str) -> str:
    return role if role in COLOURED else snapshot.roles[role].kind


def _caption(hops: Sequence[Hop], lang: str, scope: str) -> str:
    words = WORDS[lang]
    binding = {hop.binding for hop in hops}
    kinds = words["solid"] if len(binding) == 2 else words["solid-only" if True in binding else "dashed-only"]
    found = (scope, kinds, words["conditional"] if any(hop.conditional for hop in hops) else "")
    return ("" if lang == "zh-TW" else " ").join(filter(None, found))


def _told(senders: Sequence[str], cell: Cell, titles: dict[str, str], lang: str) -> str:
    comma = SHARED[lang]["comma"]
    ports = comma.join(hop.name for hop in cell.hops)
    return WORDS[lang]["told"].format(senders=comma.join(senders), target=titles[cell.target], ports=ports)


class Band(NamedTuple):
    """What one role sends to one cell: how binding it is, and the points on its way."""

    sender: str
    cell: Cell
    binding: bool
    way: tuple[tuple[float, float], ...]


def _bands(placed: Layout) -> Iterator[Band]:
    listening = {box.role: box for box in (*placed.middle, *placed.right)}
    cells = [cell for box in listening.values() for cell in box.cells]
    low = max((box.y + box.high for box in placed.middle), default=0)
    passing = 0
    for box in (*placed.left, *placed.middle):
        leaving = sorted((cell for cell in cells if box.role in dict(cell.senders)), key=lambda cell: cell.y)
        first = box.y + (box.high - STEP * (len(leaving) - 1)) / 2
        for number, cell in enumerate(leaving):
            place = [role for role, _ in cell.senders].index(box.role)
            end = cell.y + (cell.high - STEP * (len(cell.senders) - 1)) / 2 + STEP * place
            start = (box.x + box.wide, first + STEP * number)
            past: tuple[tuple[float, float], ...] = ()
            if box in placed.left and listening[cell.target] in placed.right and start[1] < low:
                # Below the balancers, not behind them.
                passing += 1
                past = ((placed.middle[0].x, low + 2 + 3 * passing),)
            yield Band(box.role, cell, cell.senders[place][1], (start, *past, (listening[cell.target].x, end)))


def _drawn(canvas: Canvas, box: Box, colour: str) -> None:
    canvas.box(box.x, box.y, box.wide, box.high, f"role of-{colour}")
    top = box.y if box.cells else box.y + (box.high - LINE * len(box.title)) / 2 - 4
    for number, line in enumerate(box.title):
        canvas.text(box.x + EDGE, top + LINE * (number + 1), line, "strong", TITLE)
    for cell in box.cells:
        canvas.line(box.x, cell.y, box.x + box.wide, cell.y, "rule")
        y = cell.y + (cell.high - LINE * sum(row.high for row in cell.rows)) / 2 - 3
        for row in cell.rows:
            canvas.text(box.x + EDGE, y + LINE, row.transport, "dim", SMALL)
            for line in row.lines:
                y += LINE
                canvas.text(box.x + EDGE + TRANSPORT, y, line, "label", SMALL)
            y += 0 if row.lines else LINE


__all__ = ["phase_pictures", "role_picture", "service_picture"]
