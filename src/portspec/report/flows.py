"""Lists of flows: a table for a terminal, and csv, json, yaml and markdown for programs and documents."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from portspec.policy.flows import FlowRecord
from portspec.policy.model import PHASES, Profile
from portspec.report.width import pad, width
from portspec.report.wrapping import wrap

FORMATS = ("table", "csv", "json", "yaml", "markdown", "xlsx", "commatrix")
COLUMNS = ("service", "port", "transport", "from", "to", "via", "necessity", "phases", "reach", "sources")
CSV_COLUMNS = (
    *COLUMNS, "carried_forward", "title_en", "title_zh-TW", "purpose_en", "purpose_zh-TW", "conflicts_with",
)  # fmt: skip
"""For programs and spreadsheets: everything that a flow has."""
TABLE_COLUMNS = 80
IN_TABLE = ("from", "to", "via", "necessity", "phases")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet takes for a formula."""

WORDS = {
    "en": {
        "from": "FROM",
        "to": "TO",
        "via": "VIA",
        "necessity": "NECESSITY",
        "phases": "PHASES",
        "required": "required",
        "recommended": "recommended",
        "optional": "optional",
        "install": "install",
        "running": "running",
        "both": "both",
        "service": "{port}  {id}: {title}; reach {reach}",
        "untitled": "{port}  {id}; reach {reach}",
        "heading": "OpenShift {release}, platform {platform}, {network}, {topology}{features}",
        "nothing": "no flow matches",
        "two-legs": "VIA: such a flow has two legs, FROM to the balancer and the balancer to TO.",
        "about-phases": "install: the bootstrap host exists; running: it is gone; both: at any time.",
    },
    "zh-TW": {
        "from": "來源",
        "to": "目的",
        "via": "經由",
        "necessity": "必要性",
        "phases": "階段",
        "required": "必要",
        "recommended": "建議",
        "optional": "選用",
        "install": "安裝期間",
        "running": "運作期間",
        "both": "不限",
        "service": "{port}  {id}：{title}；可及範圍 {reach}",
        "untitled": "{port}  {id}；可及範圍 {reach}",
        "heading": "OpenShift {release}，平台 {platform}，{network}，{topology}{features}",
        "nothing": "沒有符合的流量",
        "two-legs": "經由：這類流量有兩段，從來源到負載平衡器，再從負載平衡器到目的。",
        "about-phases": "安裝期間：Bootstrap 主機存在時；運作期間：移除之後；不限：兩者皆是。",
    },
}


def as_json(records: Sequence[FlowRecord]) -> str:
    """A list of objects."""
    return json.dumps([one.as_json() for one in records], ensure_ascii=False, indent=2) + "\n"


def as_yaml(records: Sequence[FlowRecord]) -> str:
    """The same list as YAML; port numbers stay strings."""
    from ruamel.yaml import YAML

    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = False
    writer.allow_unicode = True
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    stream = io.StringIO()
    writer.dump([one.as_json() for one in records], stream)
    return stream.getvalue()


def as_csv(records: Sequence[FlowRecord]) -> str:
    """A header and a row per flow; lists are joined by blanks; no cell can be taken for a formula."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    writer.writerows([_harmless(cell) for cell in cells(one, CSV_COLUMNS)] for one in records)
    return stream.getvalue()


def as_markdown(records: Sequence[FlowRecord]) -> str:
    """A table for a document."""
    rows = [COLUMNS, *([cell.replace("|", "\\|") for cell in cells(one)] for one in records)]
    widths = [max(width(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = ["| " + " | ".join(pad(cell, size) for cell, size in zip(row, widths, strict=True)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (size + 2) for size in widths) + "|")
    return "\n".join(lines) + "\n"


def as_table(records: Sequence[FlowRecord], release: str, profile: Profile, lang: str) -> str:
    """A table of at most 80 columns: a line per port, under it a line per flow; below, what the columns mean."""
    words = WORDS[lang]
    lines = [heading(release, profile, lang), "", *(_groups(records, lang) if records else [words["nothing"]])]
    if records:
        lines += ["", *([words["two-legs"]] if any(record.via for record in records) else []), words["about-phases"]]
    return "\n".join(lines) + "\n"


def heading(release: str, profile: Profile, lang: str) -> str:
    """Of what the list is."""
    return WORDS[lang]["heading"].format(
        release=release,
        platform=profile.platform,
        network=profile.network,
        topology=profile.topology,
        features="".join(f", {feature}" for feature in profile.features),
    )


def _groups(records: Sequence[FlowRecord], lang: str) -> Iterator[str]:
    words = WORDS[lang]
    header = [words[name] for name in IN_TABLE]
    rows = [_row(record, lang) for record in records]
    widths = [max(width(row[column]) for row in (header, *rows)) for column in range(len(IN_TABLE))]
    yield _line(header, widths)
    for _, group in groupby(zip(records, rows, strict=True), key=lambda pair: _port_of(pair[0])):
        members = list(group)
        first = members[0][0]
        named = words["untitled" if first.title[lang] == first.service else "service"]
        port = f"{first.port}/{first.transport}" if first.port else first.transport
        line = named.format(port=port, id=first.service, title=first.title[lang], reach=first.reach)
        head, *more = wrap(line, TABLE_COLUMNS - 4)
        yield head
        yield from (f"    {rest}" for rest in more)
        yield from (_line(row, widths) for _, row in members)


def _port_of(record: FlowRecord) -> tuple[str, str | None, str]:
    return record.service, record.port, record.transport


def _row(record: FlowRecord, lang: str) -> list[str]:
    words = WORDS[lang]
    both = record.phases == PHASES
    phases = words["both"] if both else " ".join(words[phase] for phase in record.phases)
    return [record.sender, record.target or "-", record.via or "-", words[record.necessity], phases]


def _line(cells: Iterable[str], widths: Sequence[int]) -> str:
    return ("  " + "  ".join(pad(cell, size) for cell, size in zip(cells, widths, strict=True))).rstrip()


def cells(record: FlowRecord, columns: Sequence[str] = COLUMNS) -> list[str]:
    """The values of columns as text; lists are joined by blanks, what contradicts by semicolons."""
    given = record.as_json()
    given["conflicts_with"] = "; ".join(f"{one.source}: {one.text['en']}" for one in record.conflicts)
    given["carried_forward"] = "true" if record.carried_forward else "false"
    for lang in ("en", "zh-TW"):
        given |= {f"title_{lang}": record.title[lang], f"purpose_{lang}": record.purpose[lang]}
    values = [given[name] for name in columns]
    return ["" if value is None else " ".join(value) if isinstance(value, list) else str(value) for value in values]


def _harmless(cell: str) -> str:
    """A quote before what a spreadsheet would run (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
