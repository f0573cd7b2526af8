"""What a change does, as plain data: `delta` in the JSON report of a check (`schema/delta.schema.json`)."""

from __future__ import annotations

from typing import Any

from portspec.compare.delta import ClusterDelta, PlacedChange
from portspec.compare.flows import Fate, FlowChange
from portspec.compare.review import Delta
from portspec.packets.addresses import format_address
from portspec.packets.ports import NAMES
from portspec.report.as_json import finding_document
from portspec.report.compare_delta import flow_sentence, gates, headline, numbers, sentence
from portspec.report.compare_json import box
from portspec.report.setting import Setting

VERSION = 1


def document(delta: Delta, setting: Setting) -> dict[str, Any]:
    """The change as plain data."""
    lang = setting.lang
    return {
        "version": VERSION,
        "base": {
            "revision": delta.revision,
            "commit": delta.commit,
            "is": "no-common-ancestor" if delta.apart else "merge-base" if delta.aside else "revision",
        },
        "worse": gates(delta, setting),
        "message": headline(delta, lang),
        "summary": numbers(delta)._asdict(),
        "clusters": [_cluster(one, lang) for one in delta.clusters],
        "gone": list(delta.gone),
        "left_out": list(delta.left_out),
    }


def _cluster(one: ClusterDelta, lang: str) -> dict[str, Any]:
    return {
        "path": one.path or None,
        "error": one.error or None,
        "beside": [{"what": said.key, "message": sentence(said, lang), **dict(said.values)} for said in one.said],
        "flows": [_flow(placed, change, one, lang) for placed, change in one.flows],
        "new": [finding_document(finding, one.result, lang) for finding in one.wrong],
        "mended": [finding_document(finding, one.result, lang) for finding in one.right],
    }


def _flow(placed: PlacedChange, change: FlowChange, one: ClusterDelta, lang: str) -> dict[str, Any]:
    packet = change.shown.packet
    number = packet.transport if isinstance(packet.transport, int) else 0
    return {
        "kind": change.kind,
        "code": change.code or None,
        "severity": change.severity,
        "confidence": change.confidence,
        "message": flow_sentence((change,), one.result, lang),
        "place": placed.place or None,
        "old_path": placed.old or None,
        "new_path": placed.new or None,
        "way": change.way,
        "service": change.service or None,
        "port": change.port or None,
        "transport": change.transport or None,
        "to": list(change.holders),
        "from": list(change.sources),
        "by_filter": change.by_filter,
        "accepted": change.accepted or None,
        "packets": [box(each) for each in change.boxes],
        "witness": {
            "source": format_address(packet.source),
            "source_port": packet.source_port,
            "destination": format_address(packet.destination),
            "transport": NAMES.get(number, str(number)),
            "port": packet.port,
            "old": _fate(change.shown.old),
            "new": _fate(change.shown.new),
        },
    }


def _fate(fate: Fate) -> dict[str, Any]:
    return {
        "verdict": fate.verdict,
        "path": fate.path if fate.line else None,
        "line": fate.line or None,
        "text": fate.text or None,
    }
