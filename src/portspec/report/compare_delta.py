"""What a change does, for people: the verdict first, then every flow with a packet, then the findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from portspec.checks.audience import union
from portspec.checks.finding import Finding
from portspec.checks.result import ClusterResult
from portspec.cluster.model import Cluster
from portspec.compare.delta import ClusterDelta, PlacedChange, Said
from portspec.compare.flows import RIGHT, WRONG, Fate, FlowChange
from portspec.compare.review import Delta
from portspec.packets.boxes import Box
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.report.compare_delta_words import DELTA
from portspec.report.compare_sets import addresses, closed_up, flow, merged, packet, points
from portspec.report.compare_words import COMPARE
from portspec.report.phrasing import message
from portspec.report.printable import printable
from portspec.report.setting import Setting
from portspec.report.width import clip
from portspec.report.words import WORDS

COMMIT = 12
"""Digits of a commit that are shown."""
MOST_SHOWN = 200
"""Flows and findings that text tells of one cluster."""
MOST_BOXES = 4
MANY = 3
"""So many flows that go the same way are told as one."""
MOST_TRAFFIC = 6
Group = tuple[FlowChange, ...]
LINE_COLUMNS = 100


class Numbers(NamedTuple):
    """How much a change does: flows newly exposed, newly blocked, other new findings, and what is mended; what the site
    accepts is counted apart."""

    exposed: int
    blocked: int
    wrong: int
    right: int
    accepted: int


def numbers(delta: Delta) -> Numbers:
    """Count."""
    everything = [change for cluster in delta.clusters for _, change in cluster.flows]
    flows = [change for change in everything if not change.accepted]
    return Numbers(
        sum(change.kind == "exposed" for change in flows),
        sum(change.kind == "blocked" for change in flows),
        sum(len(cluster.wrong) for cluster in delta.clusters),
        sum(change.kind in RIGHT for change in flows) + sum(len(cluster.right) for cluster in delta.clusters),
        sum(change.kind in WRONG and bool(change.accepted) for change in everything),
    )


def gates(delta: Delta, setting: Setting) -> bool:
    """Whether a change makes anything worse that weighs enough to fail the run."""
    for cluster in delta.clusters:
        if any(setting.weighs(finding) for finding in cluster.wrong):
            return True
        for _, change in cluster.flows:
            if change.kind in WRONG and not change.accepted and setting.weighs(as_finding(change)):
                return True
    return False


def as_finding(change: FlowChange) -> Finding:
    """What weighs as a change of a flow does."""
    return Finding(change.code, "", change.severity, change.confidence, "", None, {})


def since(delta: Delta, lang: str) -> str:
    """What the change is held against."""
    words = DELTA[lang]["since-aside" if delta.aside else "since"]
    return words.format(revision=printable(delta.revision), commit=delta.commit[:COMMIT])


def headline(delta: Delta, lang: str) -> str:
    """The verdict in one line."""
    words, count = DELTA[lang], numbers(delta)
    names = ("exposed", "blocked", "wrong", "right", "accepted-count")
    told = [words[name].format(count=number) for name, number in zip(names, count, strict=True) if number]
    if delta.gone:
        told.append(words["gone-count"].format(count=len(delta.gone)))
    key = "headline-wrong" if any(count[:3]) else "headline-right" if told else "headline-clean"
    return words[key].format(numbers=WORDS[lang]["list"].join(told))


def as_text(delta: Delta, setting: Setting) -> str:
    """The change as text, ending with a newline."""
    lang = setting.lang
    words = DELTA[lang]
    lines = [words["heading"].format(since=since(delta, lang)), f"  {headline(delta, lang)}"]
    if setting.fail_on_new:
        lines.append("  " + words["gate-wrong" if gates(delta, setting) else "gate-right"])
    lines += [f"  {text}" for text in beside(delta, lang)]
    for cluster in delta.clusters:
        lines += [f"  {line}" for line in _cluster(cluster, lang)]
    return "\n".join(lines) + "\n"


def beside(delta: Delta, lang: str) -> Iterator[str]:
    """What changed beside the rules, of all clusters."""
    words = DELTA[lang]
    for cluster in delta.clusters:
        prefix = f"{printable(cluster.path)}: " if len(delta.clusters) > 1 and cluster.path else ""
        for said in cluster.said:
            yield f"{prefix if said.key not in CLUSTERS else ''}{sentence(said, lang)}"
    for path in delta.gone:
        yield words["said-cluster-gone"].format(path=printable(path))
    if delta.apart:
        yield words["apart"].format(revision=printable(delta.revision))
    if delta.left_out:
        yield words["left-out"].format(count=len(delta.left_out))


CLUSTERS = ("cluster-added", "cluster-unreadable", "cluster-moved")
"""Sentences that name the cluster file themselves."""


def sentence(said: Said, lang: str) -> str:
    """One thing that changed beside the rules."""
    values = {key: clip(printable(value), 300) for key, value in said.values.items()}
    return DELTA[lang][f"said-{said.key}"].format_map(values)


def _cluster(cluster: ClusterDelta, lang: str) -> Iterator[str]:
    words = DELTA[lang]
    left = MOST_SHOWN
    for placed in cluster.places:
        told = groups(placed)
        if left <= 0:
            break
        yield where(placed, lang)
        for group in told[:left]:
            yield from (f"  {line}" for line in flow_lines(group, cluster.result, lang))
        if len(told) > left:
            yield words["and-more"].format(count=len(told) - left)
        left -= len(told)
    left = max(left, 10)
    for key, findings in (("new-finding", cluster.wrong), ("gone-finding", cluster.right)):
        for finding in findings[:left]:
            yield f"{words[key]}{WORDS[lang]['colon']}{finding_line(finding, cluster.result, lang)}"
        if len(findings) > left:
            yield words["and-more"].format(count=len(findings) - left)


def where(placed: PlacedChange, lang: str) -> str:
    """The place and the file of a filter."""
    words = DELTA[lang]
    old, new = printable(placed.old), printable(placed.new)
    if not new:
        file = words["file-removed"].format(old=old)
    elif not old:
        file = words["file-added"].format(new=new)
    else:
        file = new if old == new else words["file-renamed"].format(old=old, new=new)
    return words["place"].format(place=printable(placed.place), file=file) if placed.place else file


def finding_line(finding: Finding, result: ClusterResult, lang: str) -> str:
    """A finding in one line."""
    spot = printable(finding.path) + (f":{finding.span.line}" if finding.span else "")
    severity = WORDS[lang][finding.severity]
    if finding.confidence == "possible":
        severity += f" ({WORDS[lang]['possible']})"
    return f"{spot}{WORDS[lang]['colon']}{severity} {finding.code} {message(finding, result.policy, lang)}"


def groups(placed: PlacedChange) -> list[Group]:
    """The flows of a place; many that go the same way are one group, the gravest first."""
    found: dict[object, list[FlowChange]] = {}
    for number, change in enumerate(placed.flows):
        key = (change.kind, change.code, change.confidence, change.holders, change.sources, change.accepted)
        ends = _ends(change.boxes) if change.service else (number,)
        found.setdefault((*key, change.by_filter, ends), []).append(change)
    made: list[Group] = []
    for alike in found.values():
        ordered = sorted(alike, key=lambda change: change.severity != "error")
        made += [tuple(ordered)] if len(ordered) >= MANY else [(one,) for one in ordered]
    return made


def _ends(boxes: Iterable[Box]) -> tuple[IntervalSet, IntervalSet]:
    sources, destinations = EMPTY, EMPTY
    for box in boxes:
        sources, destinations = sources | box.sources, destinations | box.destinations
    return sources, destinations


def _traffic(group: Group, result: ClusterResult, lang: str) -> str:
    words = DELTA[lang]
    told = [traffic(change, result, lang) for change in group]
    shown = WORDS[lang]["list"].join(told[:MOST_TRAFFIC])
    return shown if len(told) <= MOST_TRAFFIC else f"{shown} {words['and-more'].format(count=len(told) - MOST_TRAFFIC)}"


def traffic(change: FlowChange, result: ClusterResult, lang: str) -> str:
    """The traffic of a change as a person names it: `22623/tcp (Machine Config Server)`."""
    if not change.service:
        ports = IntervalSet(span for box in change.boxes for span in box.ports.spans)
        return f"{points(ports, lang)} ({DELTA[lang]['unlisted']})"
    service = result.policy.services.get(change.service)
    title = printable(service.title[lang] if service else change.service)
    port = f"{change.port}/{change.transport}" if change.port else change.transport
    return f"{port} ({title})" if lang == "en" else f"{port}（{title}）"


def flow_sentence(group: Group, result: ClusterResult, lang: str) -> str:
    """What becomes of a flow, or of several that go the same way, in one sentence."""
    words = DELTA[lang]
    change = group[0]
    if change.kind in ("opened", "closed"):
        boxes = merged(change.boxes)
        told = "; ".join(flow(box, lang) for box in boxes[:MOST_BOXES])
        if len(boxes) > MOST_BOXES:
            told += f"; {words['and-more'].format(count=len(boxes) - MOST_BOXES)}"
        return closed_up(words[f"flow-{change.kind}"].format(flow=told))
    sources, destinations = _ends(change.boxes)
    key = f"flow-{change.kind}{'' if change.certain else '?'}"
    told = words.get(key, words[f"flow-{change.kind}"]).format(
        traffic=_traffic(group, result, lang),
        holders=", ".join(change.holders),
        sources=addresses(sources, lang, "anyone"),
        senders=", ".join(change.sources),
    )
    told = closed_up(told)
    if change.kind == "blocked" and (sources, destinations) != _everybody(change, result.cluster):
        told = words["ends"].format(
            told=told, sources=addresses(sources, lang), destinations=addresses(destinations, lang)
        )
    return told


def _everybody(change: FlowChange, cluster: Cluster) -> tuple[IntervalSet, IntervalSet]:
    """All machines of a flow's roles."""
    return union(cluster, change.sources), union(cluster, change.holders)


def flow_lines(group: Group, result: ClusterResult, lang: str) -> Iterator[str]:
    """A changed flow, with a packet and the line that decides about it in each version."""
    words, of_compare = DELTA[lang], COMPARE[lang]
    change = group[0]
    head = "" if not change.code else f"{WORDS[lang][change.severity]} {change.code} "
    yield f"{words[f'kind-{change.kind}']}{WORDS[lang]['colon']}{head}{flow_sentence(group, result, lang)}"
    if change.accepted:
        yield "    " + words["accepted"].format(reason=printable(change.accepted))
    if not change.by_filter:
        yield "    " + words["by-rule"]
    shown = change.shown
    yield f"    {of_compare['packet']}{of_compare['colon']}{packet(shown.packet)}"
    for key, fate in (("old", shown.old), ("new", shown.new)):
        yield f"      {of_compare[key]}{of_compare['colon']}{WORDS[lang][fate.verdict]}  {fate_words(fate, lang)}"


def fate_words(fate: Fate, lang: str) -> str:
    """The line that decides about a packet."""
    words = COMPARE[lang]
    if not fate.line:
        return words["no-rule"]
    told = words["line"].format(line=fate.line, text=clip(printable(fate.text), LINE_COLUMNS))
    return f"{printable(fate.path)} {told}"
