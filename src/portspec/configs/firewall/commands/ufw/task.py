"""Tasks of community.general.ufw: the commands that the module runs, in its order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from portspec.configs.firewall.commands.shell import Command, Word
from portspec.configs.firewall.commands.tasks import error_at, is_true, text_of
from portspec.source import SourceText, Span
from portspec.yamlsource import MappingNode

ALIASES = {
    "policy": "default", "if": "interface", "if_in": "interface_in", "if_out": "interface_out", "from": "from_ip", "src": "from_ip",
    "dest": "to_ip", "to": "to_ip", "port": "to_port", "protocol": "proto", "app": "name",
}  # fmt: skip
PARAMETERS = frozenset(ALIASES.values()) | {
    "state", "logging", "direction", "delete", "route", "insert", "insert_relative_to", "rule", "log", "from_port", "comment",
}  # fmt: skip
STATES = {"enabled": "enable", "disabled": "disable", "reloaded": "reload", "reset": "reset"}
OF_RULES = ("in", "out")
OF_POLICIES = ("incoming", "outgoing", "routed")


def ufw_commands(source: SourceText, node: MappingNode, place: Span) -> Iterator[Command]:
    """The commands of one task. Raises InputError for parameters that the module refuses, or that are not followed."""
    given: dict[str, str] = {}
    for key, entry in node.entries.items():
        name = ALIASES.get(key, key)
        if name not in PARAMETERS:
            raise error_at(source, entry.key_span, f"{key!r} is no parameter of ufw that is followed here")
        if name in given:
            raise error_at(source, entry.key_span, f"{key!r} is given twice, under two names")
        given[name] = text_of(source, entry.value)
    direction = given.get("direction")

    def command(*texts: str) -> Command:
        return Command(tuple(Word(text, place.line, place.column, quoted=True) for text in ("ufw", *texts)))

    if not given.keys() & {"state", "default", "rule", "logging"}:
        raise error_at(source, place, "ufw needs one of state, default, rule and logging")
    if "state" in given:
        if given["state"] not in STATES:
            raise error_at(source, node.entries["state"].value.span, f"expected one of {', '.join(STATES)}")
        yield command("--force", STATES[given["state"]])
    if "default" in given:
        if direction not in (None, *OF_POLICIES):
            raise error_at(source, place, f"the direction of a policy is one of {', '.join(OF_POLICIES)}")
        yield command("default", given["default"], *([direction] if direction else ()))
    if "rule" in given:
        if direction not in (None, *OF_RULES):
            raise error_at(source, place, f"the direction of a rule is one of {', '.join(OF_RULES)}")
        yield command(*_rule(source, given, place))
    if "logging" in given:
        yield command("logging", given["logging"])


def _rule(source: SourceText, given: Mapping[str, str], place: Span) -> Iterator[str]:
    """The words of a rule, always in ufw's long form."""
    if given.get("insert_relative_to", "zero") != "zero":
        raise error_at(source, place, "a place that is counted from other rules is not followed")
    if is_true(given.get("route")):
        yield "route"
    if is_true(given.get("delete")):
        yield "delete"
    elif "insert" in given:
        yield from ("insert", given["insert"])
    yield given["rule"]
    if "direction" in given:
        yield given["direction"]
    for name, words in (("interface", ("on",)), ("interface_in", ("in", "on")), ("interface_out", ("out", "on"))):
        if name in given:
            yield from (*words, given[name])
    if is_true(given.get("log")):
        yield "log"
    for key, word in (
        ("from_ip", "from"),
        ("from_port", "port"),
        ("to_ip", "to"),
        ("to_port", "port"),
        ("proto", "proto"),
        ("name", "app"),
    ):
        value = given.get(key, "any" if key in ("from_ip", "to_ip") else "")
        if value:
            yield from (word, value)
    if given.get("comment"):
        yield from ("comment", given["comment"])
