"""The monitors of a file, what they inherit, and what watches a member."""

from __future__ import annotations

from collections.abc import Iterable

from portspec.configs.balancer.f5.addresses import ANY, address, endpoint
from portspec.configs.balancer.f5.entries import Entry
from portspec.configs.balancer.f5.notes import Notes
from portspec.configs.balancer.f5.objects import Objects, Thing, whole
from portspec.configs.balancer.f5.probes import combined, question
from portspec.configs.balancer.f5.vocabulary import INTERVAL, MONITOR_TYPES, TIMED, TIMEOUT
from portspec.configs.balancer.f5.words import Word
from portspec.configs.balancer.model import HealthCheck
from portspec.source import Span

GET = "GET /\\r\\n"
BUILT_IN_TEXTS = {
    "http": {"send": GET},
    "https": {"send": GET},
}
"""What the built-in monitors send; `GET /` is the documented default (APIRef_tm_ltm_monitor_https, `send`)."""
MOST_INHERITED = 100


class Monitors:
    """Finds monitors by name."""

    def __init__(self, objects: Objects, notes: Notes) -> None:
        self.objects = objects
        self.notes = notes
        self._watching: dict[tuple[int, str], HealthCheck | None] = {}

    def watching(self, rule: Entry | None, beside: str, span: Span) -> HealthCheck | None:
        """What a `monitor` property asks for; None where it asks for nothing of its own."""
        if rule is None:
            return None
        key = rule.key.start, beside
        if key not in self._watching:
            self._watching[key] = self.worked_out(rule, beside, span)
        return self._watching[key]

    def worked_out(self, rule: Entry, beside: str, span: Span) -> HealthCheck | None:
        """The same, worked out."""
        if rule.text in ("", "default") and rule.block is None:
            return None
        words = list(rule.words)
        least: int | None = None
        if words and words[0].text == "min" and len(words) > 1:
            least = whole(words[1].text, 1)
            words = words[3:]
        names = [word for word in words if word.text != "and"] + [entry.key for entry in rule.block or ()]
        names = [name for name in names if name.text not in ("none", "/Common/none")]
        if not names:
            return HealthCheck("none", span=span)
        checks = [self.check(name, beside) for name in names]
        self.remark_several(checks, names)
        return combined(checks, len(checks) if least is None else least)

    def remark_several(self, checks: Iterable[HealthCheck], names: list[Word]) -> None:
        """Two requests of one member: only one of them is judged."""
        if len({check.path for check in checks if check.kind in ("http", "https")}) > 1:
            self.notes.remark("unknown", "several-monitors", self.notes.span(names[0].start, names[-1].stop))

    def check(self, name: Word, beside: str) -> HealthCheck:
        """The check that a monitor makes."""
        span = self.notes.span(name.start, name.stop)
        thing = self.objects.find("monitor", name.text, beside)
        if thing is None:
            built_in = name.text.removeprefix("/Common/")
            if built_in in MONITOR_TYPES:
                return self.made(MONITOR_TYPES[built_in], {}, built_in, span)
            self.notes.remark("unknown", "monitor-elsewhere", span, name=name.text)
            return HealthCheck("other", 0, fall=1, rise=1, span=span)
        return self.inherited(thing, span)

    def inherited(self, thing: Thing, span: Span) -> HealthCheck:
        """The check of a monitor with what it takes over by `defaults-from`."""
        properties: dict[str, str] = {}
        at: Thing | None = thing
        parent = thing.type.replace("-", "_")
        for _ in range(MOST_INHERITED):
            if at is None:
                break
            for key, entry in at.properties.items():
                properties.setdefault(key, entry.text)
            name = at.text("defaults-from")
            parent = name.removeprefix("/Common/") or parent
            following = self.objects.find("monitor", name, at.name) if name else None
            if name and following is None and parent not in MONITOR_TYPES:
                word = at.properties["defaults-from"].words[0]
                self.notes.remark("unknown", "monitor-elsewhere", self.notes.span(word.start, word.stop), name=name)
            at = following
        return self.made(thing.type, properties, parent, span, thing)

    def made(
        self, type_: str, properties: dict[str, str], built_in: str, span: Span, thing: Thing | None = None
    ) -> HealthCheck:
        texts = {**BUILT_IN_TEXTS.get(built_in, {}), **properties}
        texts = {key: "" if text == "none" else text for key, text in texts.items()}
        receive = texts.get("recv", "")
        asked = question(type_, texts.get("send", ""), receive, reverse=texts.get("reverse") in ("enabled", "yes"))
        if not asked.understood:
            self.notes.remark("unknown", "receive-pattern", self.place(thing, "recv", span), pattern=receive)
        if type_ == "inband":
            interval = whole(texts.get("failure-interval", ""), 30) * 1000
            return HealthCheck("passive", interval, fall=whole(texts.get("failures", ""), 3), rise=1, span=span)
        default = (INTERVAL, TIMEOUT) if type_ in TIMED else (0, 0)
        interval = whole(texts.get("up-interval", ""), 0) or whole(texts.get("interval", ""), default[0])
        target = endpoint(texts.get("destination", "*:*"))
        if target.port is None:
            place = self.place(thing, "destination", span)
            self.notes.remark("unknown", "service-name", place, name=target.port_text)
        return HealthCheck(
            asked.kind,
            interval * 1000,
            fall=1,
            rise=1,
            path=asked.path,
            method=asked.method,
            expect=receive,
            port=target.port or None,
            span=span,
            address=None if target.host in ANY else address(target.host),
            down_after=whole(texts.get("timeout", ""), default[1]) * 1000,
        )

    def place(self, thing: Thing | None, key: str, otherwise: Span) -> Span:
        """Where a property of a monitor stands."""
        if thing is None or key not in thing.properties or not thing.properties[key].words:
            return otherwise
        word = thing.properties[key].words[0]
        return self.notes.span(word.start, word.stop)
