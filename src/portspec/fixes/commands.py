"""What to change in lists of commands: shell scripts and Ansible tasks of iptables, nft and firewall-cmd.

A command that appends a rule is written as the rule alone in a text of as many lines, which the writer of that dialect
changes; what comes of it is written as commands again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import cast

from portspec.checks.audience import audience
from portspec.checks.finding import Finding
from portspec.configs.firewall.commands.reader import TASKS
from portspec.configs.firewall.model import Ruleset
from portspec.configs.folders import FolderText
from portspec.fixes import firewalld, iptables, nftables, tasks
from portspec.fixes.edits import Edit
from portspec.fixes.site import Site
from portspec.packets.addresses import ANY_V6
from portspec.policy.model import Reach
from portspec.source import SourceText, Span

Proposals = Iterator[tuple[Edit, ...]]
TASK = r"(?:-[ \t]+)?(?:ansible\.builtin\.)?(?:command|shell)[ \t]*:[ \t]*(?:cmd:[ \t]*)?"
PROGRAM = r"(?:sudo[ \t]+)?(?:/\S*/)?"
IPTABLES = re.compile(
    rf"(?P<lead>[ \t]*(?:{TASK})?{PROGRAM}(?:ip6?tables[\w-]*|\"?\$\{{?\w+\}}?\"?)(?:[ \t]+(?:-w(?:[ \t]+\d+)?|--wait|-t[ \t]+filter))*[ \t]+)"
    r"(?P<rest>(?:-A|--append|-I|--insert|-P|--policy)[ \t].*)$"
)
INSERTED = re.compile(r"(?P<head>(?:-I|--insert)[ \t]+(?P<chain>\S+)(?:[ \t]+\d+)?)[ \t]+(?P<rest>.*)$")
NFT = re.compile(
    rf"(?P<lead>[ \t]*(?:{TASK})?{PROGRAM}nft[ \t]+add[ \t]+rule[ \t]+\S+[ \t]+\S+[ \t]+\S+[ \t]+)(?P<rest>.*)$"
)
CMD = re.compile(
    rf"(?P<lead>[ \t]*(?:{TASK})?{PROGRAM}firewall-(?:offline-)?cmd[ \t].*?)--(?P<verb>add|set)-(?P<rest>\S+?[= \t].*)$"
)


def propose(site: Site, finding: Finding) -> Proposals:
    """Changes that may take a finding away, the best one first."""
    if not isinstance(site.model, Ruleset) or finding.span is None:
        return
    line = site.source.line(finding.span.line)
    if IPTABLES.match(line):
        yield from _iptables(site, finding)
    elif re.search(r"\bnft[ \t]", line):
        yield from _nft(site, finding)
    elif re.search(r"\bfirewall-(?:offline-)?cmd[ \t]", line):
        yield from _zone(site, finding)
    elif TASKS.search(site.source.text):
        yield from tasks.propose(site, finding)


def _iptables(site: Site, finding: Finding) -> Proposals:
    assert finding.span is not None
    assert isinstance(site.model, Ruleset)
    found = IPTABLES.match(site.source.line(finding.span.line))
    v6 = found is not None and "ip6" in found["lead"].lower().replace("ipt6", "ip6")
    lines = []
    leads: dict[int, str] = {}
    heads: dict[int, str] = {}
    for number, line in enumerate(site.source.text.split("\n"), 1):
        one = IPTABLES.match(line.rstrip("\r"))
        same = one is not None and ("ip6" in one["lead"].lower().replace("ipt6", "ip6")) == v6
        if one is None or not same:
            lines.append("")
            continue
        leads[number] = one["lead"]
        policy = re.match(r"(?:-P|--policy)[ \t]+(\S+)[ \t]+(\S+)", one["rest"])
        inserted = INSERTED.match(one["rest"])
        if inserted is not None:
            heads[number] = inserted["head"]
            lines.append(f"-A {inserted['chain']} {inserted['rest']}")
        else:
            lines.append(f":{policy[1]} {policy[2]} [0:0]" if policy else re.sub(r"^--append", "-A", one["rest"]))
    chains = {
        key: chain
        for key, chain in site.model.chains.items()
        if chain.universe is None or (chain.universe == ANY_V6) == v6
    }
    inner = site._replace(source=SourceText(site.path, "\n".join(lines)), model=site.model._replace(chains=chains))
    for changes in iptables.propose(inner, finding):
        yield from _commands(site, [_first(edit, heads) for edit in changes], leads, "")


def _first(edit: Edit, heads: dict[int, str]) -> Edit:
    """A change of a command that inserts: what comes in its place is inserted as well, and what is to come before its rule
    is inserted after it."""
    if edit.line not in heads:
        return edit
    head = heads[edit.line] if edit.end_line > edit.line else re.sub(r"[ \t]+\d+$", "", heads[edit.line])
    lines = tuple(re.sub(r"^-A[ \t]+\S+", head, line) for line in edit.lines)
    at = edit.line if edit.end_line > edit.line else edit.line + 1
    return edit._replace(line=at, end_line=max(edit.end_line, at), lines=lines)


def _nft(site: Site, finding: Finding) -> Proposals:
    assert isinstance(site.model, Ruleset)
    lines = []
    leads: dict[int, str] = {}
    quotes: set[str] = set()
    for number, line in enumerate(site.source.text.split("\n"), 1):
        one = NFT.match(line.rstrip("\r"))
        rest = one["rest"].strip() if one else ""
        if one:
            leads[number] = one["lead"]
            quotes |= {rest[0]} & {"'", '"'}
        lines.append(rest[1:-1] if rest[:1] in ("'", '"') and rest[:1] == rest[-1:] else rest)
    model = _placed(site.model)
    inner = site._replace(source=SourceText(site.path, "\n".join(lines)), model=model)
    for changes in nftables.propose(inner, finding):
        yield from _commands(site, changes, leads, next(iter(quotes), "'"))


def _placed(model: Ruleset) -> Ruleset:
    """The filter with its rules where their commands are."""
    whole = model.source
    if not isinstance(whole, FolderText):
        return model

    def placed(span: Span) -> Span:
        return Span(whole.place(span.line)[1], 1)

    chains = {
        key: chain._replace(
            span=placed(chain.span), rules=tuple(rule._replace(span=placed(rule.span)) for rule in chain.rules)
        )
        for key, chain in model.chains.items()
    }
    return model._replace(chains=chains)


def _commands(site: Site, changes: Sequence[Edit], leads: dict[int, str], quote: str) -> Proposals:
    """Changes of rules as changes of the commands that append them."""
    made = []
    for edit in changes:
        known = [number for number in leads if number <= max(edit.line, edit.end_line - 1)] or list(leads)
        if not known:
            return
        near = edit.line if edit.line in leads else max(known)
        lines = [f"{leads[near]}{quote}{line.strip()}{quote}" for line in edit.lines]
        first, end = edit.line, edit.end_line
        if re.match(rf"[ \t]*(?:{TASK})", leads[near]) and ":" in leads[near].partition("ip")[0]:
            first, end, lines = _tasks(site, edit, lines)
        elif end > first:
            end = _command_end(site.source, end - 1)
        made.append(Edit(site.path, first, end, tuple(lines)))
    yield tuple(made)


def _command_end(source: SourceText, line: int) -> int:
    """The line behind a command that goes on after a backslash."""
    while source.line(line).endswith("\\"):
        line += 1
    return line + 1


def _tasks(site: Site, edit: Edit, lines: list[str]) -> tuple[int, int, list[str]]:
    """Where the task of a line begins and ends, and commands as tasks beside it."""
    source = site.source
    line = edit.line if edit.end_line > edit.line else max(edit.line - 1, 1)
    start = line
    while start > 1 and not re.match(r"[ \t]*-[ \t]", source.line(start)):
        start -= 1
    indent = re.match(r"[ \t]*", source.line(start))
    blank = indent[0] if indent else ""
    last = source.text.count("\n") + 1
    rest = (source.line(number) for number in range(start + 1, last + 1))
    end = start + 1 + sum(1 for _ in takewhile(lambda one: one.startswith(blank + " ") or not one.strip(), rest))
    while end > start + 1 and not source.line(end - 1).strip():
        end -= 1
    tasks = [blank + "- " + one.strip().removeprefix("- ") for one in lines]
    if edit.end_line > edit.line:
        return start, end, tasks
    before = source.line(edit.line).strip().startswith("-") or re.match(r"[ \t]+\S", source.line(edit.line)) is None
    return (end, end, tasks) if before or edit.line >= end else (start, start, tasks)


def _zone(site: Site, finding: Finding) -> Proposals:
    """Commands of firewall-cmd that add rich rules, behind the last one that adds something or sets the target."""
    assert finding.span is not None
    number = finding.span.line
    found = CMD.match(site.source.line(number))
    if finding.code == "PS101":
        last, lead = 0, ""
        for at, line in enumerate(site.source.text.split("\n"), 1):
            one = CMD.match(line.rstrip("\r"))
            if one is not None:
                last, lead = at, one["lead"]
        if last:
            made = [f"{lead}--add-rich-rule='{one.rich()}'" for one in firewalld.rules(site, finding)]
            yield (Edit(site.path, last + 1, last + 1, tuple(made)),)
    elif found is not None and finding.code in ("PS201", "PS202"):
        values = finding.values
        port, _, transport = values.get("ports", "").partition("/")
        port, transport = values.get("port", port), values.get("transport", transport)
        wanted = audience(site.cluster, cast("Reach", values.get("reach", "site")))
        end = _command_end(site.source, number)
        said = re.match(r"(port|service|protocol)[= \t]['\"]?([\w./-]+)", found["rest"])
        if said is not None:
            element = {
                "port": f'port port="{port}" protocol="{transport}"',
                "service": f'service name="{said[2]}"',
            }.get(said[1], f'protocol value="{said[2]}"')
            made = [f"{found['lead']}--add-rich-rule='{one.rich()}'" for one in firewalld.narrowed(wanted, element)]
            yield (Edit(site.path, number, end, tuple(made)),)
        if finding.code == "PS201":
            yield (Edit(site.path, number, end, ()),)
    elif finding.code in firewalld.REMOVED:
        yield (Edit(site.path, number, _command_end(site.source, number), ()),)
