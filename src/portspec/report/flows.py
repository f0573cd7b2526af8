"""Lists of flows: a table for a terminal, and csv, json, yaml and markdown for programs and documents."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from portspec.policy.model import PHASES, Profile
from portspec.policy.paths import Path
from portspec.report.width import pad, width
from portspec.spec.model import Snapshot

FORMATS = ("table", "csv", "json", "yaml", "markdown")
COLUMNS = ("service", "port", "transport", "from", "to", "via", "necessity", "phases", "reach", "sources")
IN_TABLE = ("from", "to", "via", "necessity", "phases")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
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
        "direct": "-",
        "service": "{port}  {id}: {title}; reach {reach}",
        "untitled": "{port}  {id}; reach {reach}",
        "heading": "OpenShift {release}, platform {platform}, {network}, {topology}{features}",
        "nothing": "no flow matches",
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
        "direct": "-",
        "service": "{port}  {id}：{title}；可及範圍 {reach}",
        "untitled": "{port}  {id}；可及範圍 {reach}",
        "heading": "OpenShift {release}，平台 {platform}，{network}，{topology}{features}",
        "nothing": "沒有符合的流量",
    },
}

Record = Mapping[str, Any]


def record(path: Path) -> dict[str, Any]:
    """One flow as plain data. `to` is null where the nodes' own ports are not known, `via` where it is direct."""
    return {
        "service": path.service.id,
        "port": path.port.port,
        "transport": path.port.transport,
        "from": path.sender,
        "to": path.target,
        "via": path.via,
        "necessity": path.flow.necessity,
        "phases": list(path.phases),
        "reach": path.port.reach,
        "sources": list(path.flow.sources),
    }


def as_json(records: Sequence[Record]) -> str:
    """A list of objects."""
    return json.dumps(records, ensure_ascii=False, indent=2) + "\n"


def as_yaml(records: Sequence[Record]) -> str:
    """The same list as YAML; port numbers stay strings."""
    from ruamel.yaml import YAML

    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = False
    writer.allow_unicode = True
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    stream = io.StringIO()
    writer.dump([dict(one) for one in records], stream)
    return stream.getvalue()


def as_csv(records: Sequence[Record]) -> str:
    """A header and a row per flow; lists are joined by blanks; no cell can be taken for a formula."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_harmless(_cell(one[name])) for name in COLUMNS] for one in records)
    return stream.getvalue()


def as_markdown(records: Sequence[Record]) -> str:
    """A table for a document."""
    rows = [COLUMNS, *([_cell(one[name]).replace("|", "\\|") for name in COLUMNS] for one in records)]
    widths = [max(width(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = ["| " + " | ".join(pad(cell, size) for cell, size in zip(row, widths, strict=True)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (size + 2) for size in widths) + "|")
    return "\n".join(lines) + "\n"


def as_table(paths: Sequence[Path], snapshot: Snapshot, profile: Profile, lang: str) -> str:
    """A table of at most 80 columns: a line per port, under it a line per flow."""
    words = WORDS[lang]
    features = "".join(f", {feature}" for feature in profile.features)
    lines = [
        words["heading"].format(
            release=snapshot.release.id,
            platform=profile.platform,
            network=profile.network,
            topology=profile.topology,
            features=features,
        ),
        "",
    ]
    if not paths:
        return "\n".join([*lines, words["nothing"]]) + "\n"
    return "\n".join([*lines, *_groups(paths, lang)]) + "\n"


def _groups(paths: Sequence[Path], lang: str) -> Iterator[str]:
    words = WORDS[lang]
    heading = [words[name] for name in IN_TABLE]
    rows = [_row(path, lang) for path in paths]
    widths = [max(width(row[column]) for row in (heading, *rows)) for column in range(len(IN_TABLE))]
    yield _line(heading, widths)
    numbered = zip(paths, rows, strict=True)
    for (service_id, number, transport), group in groupby(numbered, key=lambda pair: _port_key(pair[0])):
        members = list(group)
        service, port = members[0][0].service, members[0][0].port
        label = f"{number}/{transport}" if number else transport
        name = "untitled" if service.title[lang] == service_id else "service"
        yield words[name].format(port=label, id=service_id, title=service.title[lang], reach=port.reach)
        yield from dict.fromkeys(_line(row, widths) for _, row in members)


def _port_key(path: Path) -> tuple[str, str, str]:
    return path.service.id, path.port.port or "", path.port.transport


def _row(path: Path, lang: str) -> list[str]:
    words = WORDS[lang]
    phases = words["both"] if tuple(path.phases) == PHASES else " ".join(words[phase] for phase in path.phases)
    return [
        path.sender,
        path.target or "-",
        path.via or words["direct"],
        words[path.flow.necessity],
        phases,
    ]


def _line(cells: Iterable[str], widths: Sequence[int]) -> str:
    return ("  " + "  ".join(pad(cell, size) for cell, size in zip(cells, widths, strict=True))).rstrip()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return " ".join(value) if isinstance(value, list) else str(value)


def _harmless(cell: str) -> str:
    """A quote before what a spreadsheet would run (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
