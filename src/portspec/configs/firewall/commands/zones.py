"""What firewall-cmd makes of the zones that firewalld comes with: firewall-cmd(1), executed in order.

The outcome is written as `firewall-cmd --list-all-zones` would print it, an entry to a line, so that each has its command's line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from portspec.configs.firewall.commands.shell import Command, Word
from portspec.configs.firewall.firewalld import stock
from portspec.errors import InputError
from portspec.source import SourceText

STOCK = 0
"""The line of what no command says."""
LISTS = {
    "interface": "interfaces", "source": "sources", "service": "services", "port": "ports", "protocol": "protocols",
    "forward-port": "forward-ports", "source-port": "source-ports", "icmp-block": "icmp-blocks", "rich-rule": "rich rules",
}  # fmt: skip
"""What is added and removed, by the field of a listing."""
SWITCHES = {"forward": "forward", "masquerade": "masquerade", "icmp-block-inversion": "icmp-block-inversion"}
FIELDS = (
    "icmp-block-inversion", "interfaces", "sources", "services", "ports", "protocols", "forward", "masquerade", "forward-ports", "source-ports",
    "icmp-blocks", "rich rules",
)  # fmt: skip
SAYS_NOTHING = (
    "--list-",
    "--get-",
    "--query-",
    "--info-",
    "--path-",
    "--set-description",
    "--set-short",
    "--set-log-denied",
)
FLAGS = frozenset(
    {
        "--permanent",
        "-q",
        "--quiet",
        "--reload",
        "--complete-reload",
        "--runtime-to-permanent",
        "--state",
        "--check-config",
        "-h",
        "--version",
    }
)
NOT_FOLLOWED = frozenset(
    {
        "--direct",
        "--policy",
        "--timeout",
        "--new-policy",
        "--new-service",
        "--new-ipset",
        "--ipset",
        "--service",
        "--icmptype",
    }
)
TARGETS = ("default", "ACCEPT", "DROP", "REJECT", "%%REJECT%%")
HINT = "give the folder /etc/firewalld, or what firewall-cmd --list-all-zones prints"


class Value(NamedTuple):
    """An entry and the line of its command, `STOCK` for one that comes along."""

    text: str
    line: int


class Zone:
    """A zone while commands change it."""

    def __init__(self, target: str, services: tuple[str, ...], *, masquerade: bool, forward: bool) -> None:
        self.target = Value(target, STOCK)
        self.fields: dict[str, list[Value]] = {field: [] for field in LISTS.values()}
        self.fields["services"] = [Value(name, STOCK) for name in services]
        self.switches = {"forward": Value("yes" if forward else "no", STOCK), "masquerade": Value("yes" if masquerade else "no", STOCK),
                         "icmp-block-inversion": Value("no", STOCK)}  # fmt: skip
        self.changed = False


class Zones:
    """The zones of a host. Those that no command changes are as firewalld brings them."""

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.zones = {
            name: Zone(target, services, masquerade=name in stock.MASQUERADING, forward=True)
            for name, (target, services) in stock.ZONES.items()
        }
        self.default = Value(stock.DEFAULT_ZONE, STOCK)
        self.used = False
        self.unsaved: Word | None = None

    def run(self, command: Command) -> None:
        """Execute one command. Raises InputError where firewall-cmd would refuse it, or where it is not followed."""
        options = list(self._options(command))
        zone = next((value.text for name, value in options if name.text == "--zone"), self.default.text)
        names = {name.text for name, _ in options}
        if names & {"--reload", "--complete-reload"} and self.unsaved is not None:
            raise self.error(self.unsaved, "is lost by the --reload that follows: it lacks --permanent")
        if "--runtime-to-permanent" in names:
            self.unsaved = None
        for name, value in options:
            self._option(
                name, value, zone, permanent="--permanent" in names or command.words[0].text.endswith("offline-cmd")
            )

    def _options(self, command: Command) -> Iterator[tuple[Word, Word]]:
        """Options with their values, which stand behind `=` or as the next word."""
        rest = list(command.words[1:])
        while rest:
            word = rest.pop(0)
            name, equals, value = word.text.partition("=")
            if not name.startswith("-"):
                raise self.error(word, f"expected an option of firewall-cmd, found {word.text[:40]!r}")
            if name in NOT_FOLLOWED:
                raise self.error(word, f"{name!r} is not followed in a list of commands", HINT)
            if not equals and name not in FLAGS and self._takes_value(name) and rest:
                yield word._replace(text=name), rest.pop(0)
            else:
                yield word._replace(text=name), word._replace(text=value)

    @staticmethod
    def _takes_value(name: str) -> bool:
        short = name.removeprefix("--add-").removeprefix("--remove-")
        return short not in SWITCHES and not name.startswith(("--list-", "--get-"))

    def _option(self, name: Word, value: Word, zone: str, *, permanent: bool) -> None:
        if name.text in FLAGS or name.text == "--zone" or name.text.startswith(SAYS_NOTHING):
            return
        self.used = True
        if name.text == "--set-default-zone":
            self._known(value)
            self.default = Value(value.text, name.line)
        elif name.text == "--new-zone":
            if value.text in self.zones:
                raise self.error(value, f"there is a zone {value.text} already")
            self.zones[value.text] = Zone("default", (), masquerade=False, forward=False)
            self.zones[value.text].changed = True
        else:
            if not permanent and self.unsaved is None:
                self.unsaved = name
            if zone not in self.zones:
                raise self.error(name, f"no zone {zone!r}", f"known: {', '.join(sorted(self.zones))}")
            self._change(self.zones[zone], name, value)

    def _known(self, value: Word) -> None:
        if value.text not in self.zones:
            raise self.error(value, f"no zone {value.text!r}", f"known: {', '.join(sorted(self.zones))}")

    def _change(self, zone: Zone, name: Word, value: Word) -> None:
        zone.changed = True
        verb, _, what = name.text.removeprefix("--").partition("-")
        if verb == "change" and what in ("interface", "source"):
            for other in self.zones.values():
                other.fields[LISTS[what]] = [one for one in other.fields[LISTS[what]] if one.text != value.text]
            verb = "add"
        if name.text == "--set-target":
            if value.text not in TARGETS:
                raise self.error(value, f"unknown target {value.text[:40]!r}", f"known: {', '.join(TARGETS[:4])}")
            zone.target = Value("%%REJECT%%" if value.text == "REJECT" else value.text, name.line)
        elif verb in ("add", "remove") and what in SWITCHES:
            zone.switches[SWITCHES[what]] = Value("yes" if verb == "add" else "no", name.line)
        elif verb in ("add", "remove") and what in LISTS:
            if not value.text:
                raise self.error(name, f"{name.text} needs a value")
            self._entry(
                zone.fields[LISTS[what]],
                verb,
                value,
                name.line,
                whole=what == "rich-rule",
                forwarded=what == "forward-port",
            )
        else:
            raise self.error(name, f"{name.text!r} is not followed in a list of commands", HINT)

    def _entry(self, entries: list[Value], verb: str, value: Word, line: int, *, whole: bool, forwarded: bool) -> None:
        text = " ".join(value.text.split()) if whole else value.text
        if not whole and any(char.isspace() for char in text):
            raise self.error(value, f"{text[:40]!r} is more than one word")
        if forwarded:
            text = _forward_port(text)
        known = [one for one in entries if one.text == text]
        if verb == "remove":
            for one in known:  # what is not there is a warning of firewall-cmd's
                entries.remove(one)
        elif not known:
            entries.append(Value(text, line))

    def lines(self) -> Iterator[tuple[str, int]]:
        """The zones that were changed, and the default one, each line with that of its command."""
        if not self.used:
            return
        yield f"DefaultZone={self.default.text}", self.default.line
        for name, zone in self.zones.items():
            if not zone.changed and name != self.default.text:
                continue
            yield name, zone.target.line
            yield f"  target: {zone.target.text}", zone.target.line
            for field in FIELDS:
                if field in zone.switches:
                    yield f"  {field}: {zone.switches[field].text}", zone.switches[field].line
                else:
                    yield f"  {field}:", STOCK
                    yield from ((f"\t{value.text}", value.line) for value in zone.fields[field])

    def error(self, word: Word, message: str, hint: str = "") -> InputError:
        """An error at a word."""
        return InputError(message, self.source.path, word.line, word.column, hint)


def _forward_port(text: str) -> str:
    """A port that is passed on, with all four parts, as firewall-cmd lists it."""
    given = dict(part.partition("=")[::2] for part in text.split(":", 3) if "=" in part)
    if not text.startswith("port=") or not given.keys() <= {"port", "proto", "toport", "toaddr"}:
        return text
    return ":".join(f"{name}={given.get(name, '')}" for name in ("port", "proto", "toport", "toaddr"))
