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
        "beside": "What the sources say",
        "matrix": "The note's ports in every release",
        "matrix-text": "● the port is in the release; ○ it is, but carried forward: nobody looked at this release yet.",
        "label": "Diagram of the handover; the handover page tells the same in tables.",
    },
    "zh-TW": {
        "title": "原始筆記",
        "lead": "portspec 源自一頁筆記：真正重要的連接埠，共五個部分。以下各部分由規格產生，每一列旁附上產品自身出處的"
        "確認、補充或出入。",
        "beside": "出處怎麼說",
        "matrix": "筆記中的連接埠與各版本",
        "matrix-text": "● 該版本有此連接埠；○ 有，但尚未重新查證（沿用前一版本）。",
        "label": "接管流程圖；接管流程頁以表格說明相同內容。",
    },
}


def page(edition: Edition, lang: str) -> str:
    """docs/LANG/note.md."""
    words = WORDS[lang]
    newest = edition.newest
    parts = [section for part in newest.note for section in _part(edition, newest, part, lang)]
    return md.page(
        md.heading(1, words["title"], "note"),
        words["lead"],
        *parts,
        md.heading(2, words["matrix"], "releases"),
        words["matrix-text"],
        _matrix(edition, lang),
    )


def _part(edition: Edition, snapshot: Snapshot, part: NotePart, lang: str) -> Iterator[str]:
    yield md.heading(2, md.text(part.title[lang]), part.id)
    if part.rows:
        yield rows_table(edition, snapshot, part, lang, "")
    else:
        yield picture(handover_diagram(snapshot.handover, lang), WORDS[lang]["label"])
    if part.closing is not None:
        yield f"> {md.text(part.closing[lang])}"
    beside = [f"- **{row.port}** {refinement(item, lang, '')}" for row in part.rows for item in row.refinements]
    beside += [f"- {refinement(item, lang, '')}" for item in part.refinements]
    if beside:
        yield md.note("info", WORDS[lang]["beside"], "\n".join(beside))


def rows_table(edition: Edition, snapshot: Snapshot, part: NotePart, lang: str, root: str) -> str:
    """The rows of a part: port, transport, the note's own words, service, releases."""
    words = SHARED[lang]
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
                md.text(row.purpose[lang]),
                md.link(md.text(service.title[lang]), f"{root}services/{service.id}.md"),
                _releases(edition, row),
            ]
        )
    columns = ("port", "transport", "purpose", "service", "releases")
    return md.table([words[name] for name in columns], rows)


def port_of(snapshot: Snapshot, row: NoteRow) -> Port | None:
    """The port of a release that a row of the note is about; a range of the spec may hold it."""
    service = snapshot.services.get(row.service)
    number = int(row.port)
    for port in service.ports if service else ():
        if port.first is not None and port.last is not None and port.first <= number <= port.last:
            return port
    return None


def _releases(edition: Edition, row: NoteRow) -> str:
    return stretch(edition, [release for release, snapshot in edition.snapshots.items() if port_of(snapshot, row)])


def _matrix(edition: Edition, lang: str) -> str:
    """A row per port of the note, a column per release."""
    rows: dict[str, list[str]] = {}
    for part in edition.newest.note:
        for row in part.rows:
            marks = [_mark(port_of(snapshot, row), release) for release, snapshot in edition.snapshots.items()]
            rows.setdefault(row.port, [f"**{row.port}**", *marks])
    names = [md.link(release, f"releases/{release}.md") for release in edition.releases]
    return md.table([SHARED[lang]["port"], *names], rows.values())


def _mark(port: Port | None, release: str) -> str:
    if port is None:
        return ""
    return "○" if carried_forward(port, release) else "●"
