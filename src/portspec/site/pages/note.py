"""The original note, its five parts, with what the sources add beside each row."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.policy.flows import carried_forward
from portspec.site import markdown as md
from portspec.site.diagram import handover_diagram
from portspec.site.edition import Edition, stretch
from portspec.site.facts import refinement
from portspec.site.picture import picture
from portspec.site.words import WORDS as SHARED
from portspec.spec.model import NotePart, NoteRow, Port, Snapshot

WORDS = {
    "en": {
        "title": "The note",
        "lead": "portspec began with a note of one page: the ports that matter, in five parts. These are its parts, "
        "made from the spec; beside each row stands what the product's own sources confirm, add or contradict.",
        "shown": "Shown for OpenShift {release}. Other releases: {others}",
        "said": "What the sources say",
        "besides": "What the sources say besides",
        "every": "The note's ports in every release",
        "verified": "Verified through",
        "carried": "Carried forward, not re-verified",
        "label": "Diagram of the handover; the handover page tells the same in tables.",
    },
    "zh-TW": {
        "title": "原始筆記",
        "lead": "portspec 源自一頁筆記：真正重要的連接埠，共五個部分。以下各部分由規格產生，每一列旁附上產品自身出處的"
        "確認、補充或出入。",
        "shown": "以 OpenShift {release} 為準。其他版本：{others}",
        "said": "出處怎麼說",
        "besides": "出處的其他說法",
        "every": "筆記中的連接埠與各版本",
        "verified": "已查證至",
        "carried": "沿用先前資料，尚未重新查證",
        "label": "接管流程圖；接管流程頁以表格說明相同內容。",
    },
}
SERVED_IN_TURN = "install-core"
"""The part whose rows tell who serves the port, first and later, as the original note does."""


def page(edition: Edition, lang: str) -> str:
    """docs/LANG/note.md."""
    words = WORDS[lang]
    newest = edition.newest.release.id
    others = [md.link(name, f"releases/{name}.md") for name in reversed(edition.releases) if name != newest]
    return md.page(
        md.front_matter(boost=0.7),
        md.heading(1, words["title"], "note"),
        words["lead"],
        words["shown"].format(release=newest, others=SHARED[lang]["comma"].join(others)),
        *parts(edition.newest, lang, ""),
        md.heading(2, words["every"], "releases"),
        _releases(edition, lang),
    )


def parts(snapshot: Snapshot, lang: str, root: str) -> Iterator[str]:
    """The note's five parts for one release. `root` leads from the page to the language's top folder."""
    words = WORDS[lang]
    for part in snapshot.note:
        yield md.heading(2, md.text(part.title[lang]), part.id)
        if part.rows:
            yield rows_table(snapshot, part, lang, root)
        else:
            yield picture(handover_diagram(snapshot.handover, lang), words["label"])
        if part.closing is not None:
            yield f"**{md.text(part.closing[lang])}**"
        if part.refinements:
            remarks = [f"- {refinement(item, lang, root)}" for item in part.refinements]
            yield md.aside(words["besides"] if part.rows else words["said"], "\n".join(remarks))


def rows_table(snapshot: Snapshot, part: NotePart, lang: str, root: str) -> str:
    """The rows of a part that the release has: port, transport, the note's own words, what the sources say."""
    shared = SHARED[lang]
    rows = []
    for row in part.rows:
        port = port_of(snapshot, row)
        if port is None:
            continue
        service = snapshot.services[row.service]
        rows.append(
            [
                f"**{row.port}**",
                port.transport.upper(),
                _in_turn(snapshot, row, lang) if part.id == SERVED_IN_TURN else "",
                md.text(row.purpose[lang]),
                "<br>".join(refinement(item, lang, root) for item in row.refinements),
                md.link(md.text(service.title[lang]), f"{root}services/{service.id}.md"),
            ]
        )
    headings = [shared["port"], shared["transport"], shared["holder"], shared["purpose"], WORDS[lang]["said"]]
    return md.table([*headings, shared["service"]], rows)


def _in_turn(snapshot: Snapshot, row: NoteRow, lang: str) -> str:
    """`Bootstrap → Master`: who serves the port first and who later, in the diagram's words."""
    diagram = snapshot.handover.diagram
    if any(port.core and str(port.port) == row.port for port in snapshot.handover.ports):
        return f"{md.text(diagram.before[lang])} → {md.text(diagram.after[lang])}"
    return ""


def port_of(snapshot: Snapshot, row: NoteRow) -> Port | None:
    """The port of a release that a row of the note is about; a range of the spec may hold it."""
    service = snapshot.services.get(row.service)
    number = int(row.port)
    for port in service.ports if service else ():
        if port.first is not None and port.last is not None and port.first <= number <= port.last:
            return port
    return None


def _releases(edition: Edition, lang: str) -> str:
    """A row per port of the note: the releases that have it, and how far somebody looked."""
    words, shared = WORDS[lang], SHARED[lang]
    rows: dict[str, list[str]] = {}
    for part in edition.newest.note:
        for row in part.rows:
            found = {name: port_of(snapshot, row) for name, snapshot in edition.snapshots.items()}
            having = {name: port for name, port in found.items() if port is not None}
            carried = [name for name, port in having.items() if carried_forward(port, name)]
            newest = having[list(having)[-1]] if having else None
            verified = newest.lifetime.verified_through if newest else None
            rows.setdefault(
                row.port,
                [
                    f"**{row.port}**",
                    stretch(edition, tuple(having)),
                    verified or shared["unknown"],
                    stretch(edition, carried),
                ],
            )
    return md.table([shared["port"], shared["releases"], words["verified"], words["carried"]], rows.values())
