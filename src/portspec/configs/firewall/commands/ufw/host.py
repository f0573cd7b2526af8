"""What ufw's commands make of a host on which ufw was just installed, executed in order.

The outcome is written as `iptables-save` and `ip6tables-save` would print it, each rule with its command's line. A list that says
neither `enable` nor `disable` is one for a host on which ufw is enabled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portspec.configs.firewall.commands.shell import Command, Word
from portspec.configs.firewall.commands.ufw import frame
from portspec.configs.firewall.commands.ufw.grammar import FaultError, Request, parse
from portspec.configs.firewall.commands.ufw.rule import UfwRule, of_profile, written
from portspec.errors import InputError
from portspec.source import SourceText

STOCK = -1
"""The line of what no command says."""
SAYS_NOTHING = frozenset({"status", "show", "version", "--version", "help", "--help", "-h", "reload", "logging", "app"})
POLICIES = {"allow": "ACCEPT", "deny": "DROP", "reject": "REJECT"}
DIRECTIONS = {
    "incoming": "incoming", "input": "incoming", "outgoing": "outgoing", "output": "outgoing", "routed": "routed", "forward": "routed",
}  # fmt: skip
RULES = frozenset({"allow", "deny", "reject", "limit", "insert", "delete", "prepend"})
HINT = "see ufw(8), or give what iptables-save and ip6tables-save print on the host"
Line = tuple[str, int]


class Ufw:
    """What ufw keeps: the policies, and a list of rules for each family."""

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.used = False
        self.disabled = False
        self.policies = {path: (policy, STOCK) for path, policy in frame.POLICIES.items()}
        self.rules: dict[bool, list[UfwRule]] = {False: [], True: []}

    def run(self, command: Command) -> None:
        """Execute one command. Raises InputError where ufw would refuse it, or where it is not followed."""
        words = list(command.words[1:])
        if words and words[0].text.lower() == "--dry-run":
            return
        if words and words[0].text.lower() in ("--force", "-f"):
            del words[0]
        if not words:
            raise self.error(FaultError("ufw needs a command", command.words[0]))
        verb = words[0].text.lower()
        if verb in SAYS_NOTHING:
            return
        self.used = True
        try:
            self._execute(verb, words)
        except FaultError as fault:
            raise self.error(fault) from None

    def _execute(self, verb: str, words: Sequence[Word]) -> None:
        if verb in ("enable", "disable", "reset"):
            if len(words) > 1:
                raise FaultError(f"{verb} takes nothing behind it", words[1])
            self.disabled = verb != "enable"
            if verb == "reset":
                self.rules = {False: [], True: []}
        elif verb == "default":
            self._default(words)
        elif verb in RULES or (verb in ("route", "rule") and len(words) > 1):
            self._rule(words[1:] if verb in ("route", "rule") else words, forward=verb == "route")
        else:
            raise FaultError(f"{words[0].text[:40]!r} is no command of ufw", words[0])

    def _default(self, words: Sequence[Word]) -> None:
        if len(words) < 2 or words[1].text.lower() not in POLICIES:
            raise FaultError("default needs allow, deny or reject", words[-1])
        direction = DIRECTIONS.get(words[2].text.lower() if len(words) > 2 else "incoming")
        if direction is None:
            raise FaultError("expected incoming, outgoing or routed", words[2])
        self.policies[direction] = POLICIES[words[1].text.lower()], words[0].line

    def _rule(self, words: Sequence[Word], *, forward: bool) -> None:
        if words[0].text.lower() == "delete" and len(words) == 2 and words[1].text.lstrip("-").isdigit():
            if forward:
                raise FaultError("route delete takes no number", words[1])
            self._delete_numbered(words[1])
            return
        request = parse(words, forward=forward)
        applied = [request._replace(rule=rule) for rule in of_profile(request.rule)]
        if request.remove and request.rule.application:
            self._delete_profile(request)
        elif request.position == 0 or len(applied) == 1:
            for one in applied:
                self._place(one, words[0])
        else:
            raise FaultError("a place for a profile of several ports is not followed", words[0], "write its ports")

    def _numbered(self) -> list[tuple[bool, list[UfwRule]]]:
        """The rules as `ufw status numbered` counts them; those that one profile made have one number."""
        found: dict[object, tuple[bool, list[UfwRule]]] = {}
        for v6, rules in self.rules.items():
            for at, rule in enumerate(rules):
                found.setdefault((v6, rule.application or at), (v6, []))[1].append(rule)
        return list(found.values())

    def _delete_numbered(self, word: Word) -> None:
        numbered = self._numbered()
        number = int(word.text[:9])
        if not 1 <= number <= len(numbered):
            raise FaultError(f"there is no rule {word.text[:20]}: ufw has {len(numbered)}", word)
        v6, rules = numbered[number - 1]
        self.rules[v6] = [rule for rule in self.rules[v6] if rule not in rules]

    def _delete_profile(self, request: Request) -> None:
        for v6 in _families(request):
            self.rules[v6] = [
                rule
                for rule in self.rules[v6]
                if rule.application != request.rule.application or not _is_meant(rule, request.rule)
            ]

    def _place(self, request: Request, word: Word) -> None:
        """Ufw's way from the number that a person counts to the places in its two lists."""
        rule, _, remove, asked = request
        count = {v6: sum(family == v6 for family, _ in self._numbered()) for v6 in (False, True)}
        first = {v6: 1 if count[v6] else 0 for v6 in (False, True)}
        if asked > sum(count.values()):
            raise FaultError(f"cannot insert at {asked}: ufw has {sum(count.values())} rules", word)
        if asked > 0 and any(one.application for rules in self.rules.values() for one in rules):
            raise FaultError("a place among rules of profiles is not followed", word, "write their ports")
        if request.family == "v4":
            if asked > count[False]:
                raise FaultError(f"cannot insert at {asked}: it is a place of IPv6", word)
            self._put(rule, word, first[False] if asked < 0 else asked, remove, v6=False)
        elif request.family == "v6":
            if 0 < asked <= count[False]:
                raise FaultError(f"cannot insert at {asked}: it is a place of IPv4", word)
            self._put(rule, word, first[True] if asked < 0 else max(0, asked - count[False]), remove, v6=True)
        elif asked < 0:
            for v6 in (False, True):
                self._put(rule, word, first[v6], remove, v6=v6)
        else:
            at = asked if asked <= count[False] else self._beside(asked - count[False], v6=True)
            self._put(rule, word, at, remove, v6=False)
            at = 0
            if asked:
                # Counted anew: the list of IPv4 may have grown by this one.
                after = sum(not v6 for v6, _ in self._numbered())
                at = self._beside(asked + 1, v6=False) if asked + 1 <= after else asked + 1
                at -= after if at > after else 0
            self._put(rule, word, at, remove, v6=True)

    def _beside(self, place: int, *, v6: bool) -> int:
        """The place in the other family's list of what stands at a place of this one's; 0 where it is not."""
        rules, others = self.rules[v6], self.rules[not v6]
        if not 1 <= place <= len(rules):
            return 0
        wanted = rules[place - 1]
        return next((at for at, one in enumerate(others, 1) if _same(one, wanted)), 0)

    def _put(self, rule: UfwRule, word: Word, place: int, remove: bool, *, v6: bool) -> None:
        rules = self.rules[v6]
        if place > len(rules):
            raise FaultError(
                f"ufw has {len(rules)} rules of {'IPv6' if v6 else 'IPv4'}: there is no place {place}", word
            )
        at = next((at for at, one in enumerate(rules) if one.kind == rule.kind), None)
        if remove:
            if at is not None and _is_meant(rules[at], rule):
                del rules[at]
        elif at is None:
            rules.insert(place - 1 if place else len(rules), rule)
        elif place == 0:
            # Of a rule that is there already, only what it does is changed; where ufw finds nothing to change, its line stays.
            rules[at] = rules[at] if _same(rules[at], rule) else rule

    def families(self) -> Iterator[list[Line]]:
        """The tables of IPv4 and of IPv6."""
        if self.used:
            for v6 in (False, True):
                yield list(self._lines(v6=v6))

    def _lines(self, *, v6: bool) -> Iterator[Line]:
        prefix = "ufw6" if v6 else "ufw"
        yield f"# Generated by {'ip6tables' if v6 else 'iptables'}-save", STOCK
        yield "*filter", STOCK
        for path, hook in frame.PATHS.items():
            policy, line = self.policies[path]
            yield f":{hook.upper()} {'ACCEPT' if policy == 'ACCEPT' or self.disabled else 'DROP'} [0:0]", line
        if not self.disabled:
            yield from ((f":{name} - [0:0]", STOCK) for name in frame.chains(v6=v6))
            yield from ((text, STOCK) for text in frame.calls(v6=v6))
            yield from ((text, STOCK) for text in frame.before(v6=v6))
            for hook in frame.PATHS.values():
                yield f"-A {prefix}-before-{hook} -j {prefix}-user-{hook}", STOCK
            for rule in self.rules[v6]:
                yield from ((f"{' ' * (rule.column - 1)}{text}", rule.line) for text in written(rule, v6=v6))
            yield from ((text, STOCK) for text in frame.limits(v6=v6))
            yield from ((text, STOCK) for text in frame.after(v6=v6))
            yield from self._of_policies(prefix)
        yield "COMMIT", STOCK

    def _of_policies(self, prefix: str) -> Iterator[Line]:
        for path, hook in frame.PATHS.items():
            policy, line = self.policies[path]
            yield f"-A {prefix}-skip-to-policy-{hook} -j {policy}", line
            if policy == "REJECT":
                yield f"-A {prefix}-reject-{hook} -j REJECT", line
            elif policy == "ACCEPT":
                for protocol in ("tcp", "udp"):
                    yield f"-A {prefix}-track-{hook} -p {protocol} -m conntrack --ctstate NEW -j ACCEPT", line

    def error(self, fault: FaultError) -> InputError:
        """An error at a word."""
        return InputError(fault.message, self.source.path, fault.word.line, fault.word.column, fault.hint or HINT)


def _families(request: Request) -> tuple[bool, ...]:
    return {"v4": (False,), "v6": (True,), "both": (False, True)}[request.family]


def _same(one: UfwRule, other: UfwRule) -> bool:
    """Whether two rules are one, to the last word."""
    return one.kind == other.kind and _is_meant(one, other) and one.comment == other.comment


def _is_meant(rule: UfwRule, wanted: UfwRule) -> bool:
    """Whether a rule to be deleted is this one: a comment need not be said."""
    return (rule.action, rule.log) == (wanted.action, wanted.log) and wanted.comment in ("", rule.comment)
