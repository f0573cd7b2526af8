"""A live cluster's matrix beside the spec: as text, as Markdown and as JSON (`schema/matrix-diff.schema.json`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from portspec.policy.live import Listener, LiveComparison, Pair, Unexpected
from portspec.policy.matrix import Row
from portspec.report.as_json import safe_json
from portspec.report.diff import cell
from portspec.report.printable import printable
from portspec.report.service_words import term
from portspec.report.wrapping import wrap

VERSION = 1
COLUMNS = 100
MATRICES = ("flow-matrix", "flow-matrix-docs")
"""The sources that say what a live matrix says; what the spec notes of their errors explains a disagreement."""
PARTS = ("unknown", "excluded", "within", "missing", "absent", "optionality")
WORDS = {
    "en": {
        "title": "{path} beside OpenShift {release}, platform {platform}, {network}, {topology}{features}; spec {version}",
        "unknown": "Listens, and the spec does not know it",
        "excluded": "Listens, and the spec leaves it out on purpose",
        "within": "Listens, and the spec has only a range around it",
        "missing": "Required by the spec, and does not listen",
        "absent": "In the spec, not required or a range, and does not listen",
        "optionality": "The two do not agree on whether it is required",
        "row": "{port}/{transport} on {role}{owner}",
        "row-all": "{port}/{transport} on all nodes{owner}",
        "owner": ": {owner}",
        "reason": "{title}. {reason}",
        "elsewhere": "the spec has it on {roles} ({service}); profile or role differ",
        "range": "within {port} ({service}, {necessity})",
        "listener": "{port}/{transport} on {role}: {service}, {necessity}",
        "unknown-necessity": "no source tells who connects",
        "disagree": "{row}; the matrix says {theirs}, the spec {ours} ({service})",
        "optional-true": "optional",
        "optional-false": "not optional",
        "summary": "{matched} rows as the spec has them; {unknown} unknown, {missing} missing, {optionality} not agreed",
        "egress": "egress rows, not compared: {count}",
        "skipped": "rows without a port, passed over: {count}",
        "not_seen": "the matrix has no row for {roles}: what the spec expects there was not compared",
        "line": " (line {line})",
        "between": " ",
        "colon": ": ",
        "comma": ", ",
    },
    "zh-TW": {
        "title": "{path} 與 OpenShift {release}，平台 {platform}，{network}，{topology}{features}；規格 {version}",
        "unknown": "有監聽，但規格中沒有",
        "excluded": "有監聽，但規格刻意不列入",
        "within": "有監聽，規格中只有包含它的範圍",
        "missing": "規格中為必要，但沒有監聽",
        "absent": "規格中有但非必要或屬於範圍，且沒有監聽",
        "optionality": "是否必要，兩者不一致",
        "row": "{role} 上的 {port}/{transport}{owner}",
        "row-all": "所有節點上的 {port}/{transport}{owner}",
        "owner": "：{owner}",
        "reason": "{title}。{reason}",
        "elsewhere": "規格中位於 {roles}（{service}）；設定組合或角色不同",
        "range": "包含在 {port} 中（{service}，{necessity}）",
        "listener": "{role} 上的 {port}/{transport}：{service}，{necessity}",
        "unknown-necessity": "沒有來源說明由誰連線",
        "disagree": "{row}；矩陣為{theirs}，規格為{ours}（{service}）",
        "optional-true": "選用",
        "optional-false": "非選用",
        "summary": "{matched} 列與規格相同；未知 {unknown}，缺少 {missing}，不一致 {optionality}",
        "egress": "未比對的 egress：{count} 列",
        "skipped": "略過沒有連接埠的資料：{count} 列",
        "not_seen": "矩陣中沒有 {roles} 的資料：未比對規格在該處的預期",
        "line": "（第 {line} 行）",
        "between": "",
        "colon": "：",
        "comma": "、",
    },
}


def as_text(found: LiveComparison, lang: str) -> str:
    """What was compared, a list per kind of difference, and how many there are."""
    words = WORDS[lang]
    blocks = [_title(found, lang)]
    for part in PARTS:
        lines = list(_lines(found, part, lang))
        if lines:
            blocks.append("\n".join([f"{words[part]}{words['colon']}".rstrip(), *_indented(lines)]))
    return "\n\n".join([*blocks, "\n".join(_remarks(found, lang))]) + "\n"


def as_markdown(found: LiveComparison, lang: str) -> str:
    """The same as a document: a heading per kind of difference."""
    words = WORDS[lang]
    lines = [f"## {cell(_title(found, lang))}"]
    for part in PARTS:
        entries = list(_lines(found, part, lang))
        if entries:
            lines += ["", f"### {words[part]}", "", *(f"- {cell(entry)}" for entry in entries)]
    return "\n".join([*lines, "", *(f"{cell(line)}  " for line in _remarks(found, lang))]) + "\n"


def as_json(found: LiveComparison, lang: str) -> str:
    """One JSON object; the sentences are in both languages whatever `lang` is."""
    del lang
    return safe_json(document(found))


def document(found: LiveComparison) -> dict[str, Any]:
    """The JSON report as plain data."""
    profile = found.profile
    return {
        "version": VERSION,
        "matrix": {"path": found.matrix.path, "form": found.matrix.form, "rows": len(found.matrix.rows)},
        "release": found.release,
        "platform": profile.platform,
        "network": profile.network,
        "topology": profile.topology,
        "features": list(profile.features),
        "spec_version": found.spec_version,
        "unknown": [_unexpected(one) for one in found.unknown],
        "excluded": [_unexpected(one) for one in found.excluded],
        "within": [_pair(one) for one in found.within],
        "missing": [_listener(one) for one in found.missing],
        "absent": [_listener(one) for one in found.absent],
        "optionality": [_pair(one) for one in found.optionality],
        "summary": {**_counts(found), "egress": found.egress, "skipped": found.matrix.skipped},
        "not_seen": list(found.not_seen),
    }


def _title(found: LiveComparison, lang: str) -> str:
    words, profile = WORDS[lang], found.profile
    title = words["title"].format(
        path=found.matrix.path,
        release=found.release,
        platform=profile.platform,
        network=profile.network,
        topology=profile.topology,
        features="".join(f"{words['comma']}{feature}" for feature in profile.features),
        version=found.spec_version,
    )
    return printable(title)


def _counts(found: LiveComparison) -> dict[str, int]:
    return {"matched": found.matched, **{part: len(getattr(found, part)) for part in PARTS}}


def _remarks(found: LiveComparison, lang: str) -> Iterator[str]:
    words = WORDS[lang]
    yield words["summary"].format(**_counts(found))
    if found.egress:
        yield words["egress"].format(count=found.egress)
    if found.matrix.skipped:
        yield words["skipped"].format(count=found.matrix.skipped)
    if found.not_seen:
        yield words["not_seen"].format(roles=words["comma"].join(found.not_seen))


def _lines(found: LiveComparison, part: str, lang: str) -> Iterator[str]:
    words = WORDS[lang]
    for one in getattr(found, part):
        if isinstance(one, Unexpected):
            told = [_row_text(one.row, lang)]
            if one.exclusion is not None:
                title, reason = one.exclusion.title[lang], one.exclusion.reason[lang]
                told.append(words["reason"].format(title=title, reason=reason))
            told += [
                words["elsewhere"].format(roles=words["comma"].join(other.roles), service=other.service)
                for other in one.elsewhere
                if one.exclusion is None
            ]
            yield printable(words["colon"].join(told[:2]) + "".join(words["comma"] + more for more in told[2:]))
        elif isinstance(one, Listener):
            yield printable(_listener_text(one, lang))
        elif part == "within":
            listener = one.listener
            around = words["range"].format(
                port=listener.port, service=listener.service, necessity=_necessity(listener, lang)
            )
            yield printable(f"{_row_text(one.row, lang)}{words['colon']}{around}")
        else:
            yield printable(_disagreement(one, lang))


def _disagreement(pair: Pair, lang: str) -> str:
    words = WORDS[lang]
    sides = [
        words["optional-true" if flag else "optional-false"] for flag in (pair.row.optional, pair.listener.optional)
    ]
    row = _row_text(pair.row, lang)
    told = words["disagree"].format(row=row, theirs=sides[0], ours=sides[1], service=pair.listener.service)
    reasons = [one.text[lang] for one in pair.listener.conflicts if one.source in MATRICES]
    return words["colon"].join([told, words["between"].join(reasons)]) if reasons else told


def _row_text(row: Row, lang: str) -> str:
    words = WORDS[lang]
    owner = "/".join(part for part in (row.namespace, row.service, row.container) if part)
    text = words["row" if row.role else "row-all"].format(
        port=row.port,
        transport=row.transport,
        role=row.role,
        owner=words["owner"].format(owner=owner) if owner else "",
    )
    return text + words["line"].format(line=row.line)


def _listener_text(listener: Listener, lang: str) -> str:
    return WORDS[lang]["listener"].format(
        port=listener.port,
        transport=listener.transport,
        role=listener.role,
        service=listener.service,
        necessity=_necessity(listener, lang),
    )


def _necessity(listener: Listener, lang: str) -> str:
    if listener.necessity == "unknown":
        return WORDS[lang]["unknown-necessity"]
    return term(listener.necessity, lang)


def _indented(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        first, *more = wrap(line, COLUMNS - 6)
        yield f"  {first}"
        yield from (f"      {rest}" for rest in more)


def _unexpected(one: Unexpected) -> dict[str, Any]:
    exclusion = one.exclusion
    return {
        "row": _row(one.row),
        "exclusion": None
        if exclusion is None
        else {
            "id": exclusion.id,
            "kind": exclusion.kind,
            "title": dict(exclusion.title),
            "reason": dict(exclusion.reason),
            "sources": list(exclusion.sources),
        },
        "elsewhere": [{"service": other.service, "roles": list(other.roles)} for other in one.elsewhere],
    }


def _pair(one: Pair) -> dict[str, Any]:
    return {"row": _row(one.row), "expected": _listener(one.listener)}


def _row(row: Row) -> dict[str, Any]:
    return {
        "line": row.line,
        "transport": row.transport,
        "port": row.port,
        "namespace": row.namespace,
        "service": row.service,
        "pod": row.pod,
        "container": row.container,
        "role": row.role,
        "optional": row.optional,
    }


def _listener(one: Listener) -> dict[str, Any]:
    return {
        "service": one.service,
        "title": dict(one.title),
        "transport": one.transport,
        "port": one.port,
        "role": one.role,
        "necessity": one.necessity,
        "conflicts_with": [{"source": other.source, "text": dict(other.text)} for other in one.conflicts],
    }
