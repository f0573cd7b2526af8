"""Ansible tasks that build a filter: the modules `iptables`, `firewalld` and `ufw`, and commands given to `command` and `shell`.

The parameters are those of ansible.builtin.iptables, ansible.posix.firewalld and community.general.ufw; each task becomes the command
that it stands for.
"""

from __future__ import annotations

from collections.abc import Iterator

from portspec.configs.firewall.commands.shell import Command, Word, commands
from portspec.errors import InputError
from portspec.source import SourceText, Span
from portspec.yamlsource import MappingNode, Node, ScalarNode, SequenceNode, load_yaml

MODULE = ("iptables", "ansible.builtin.iptables")
ZONES = ("firewalld", "ansible.posix.firewalld")
UFW = ("ufw", "community.general.ufw")
RUNS = ("command", "shell", "ansible.builtin.command", "ansible.builtin.shell")
BLOCKS = ("block", "tasks", "pre_tasks", "post_tasks")
SAYS_NOTHING = frozenset({
    "name", "become", "become_user", "tags", "notify", "register", "changed_when", "check_mode", "hosts", "gather_facts", "vars_files",
    "remote_user", "any_errors_fatal", "serial", "no_log", "environment", "delegate_to",
})  # fmt: skip
"""Keywords of a task that do not change what it does to the filter."""
CONDITIONAL = frozenset({
    "when", "loop", "with_items", "until", "failed_when", "ignore_errors", "rescue", "always", "roles", "vars", "handlers", "with_list",
})  # fmt: skip
OTHER_MODULES = frozenset({
    "apt", "dnf", "yum", "package", "service", "systemd", "systemd_service", "debug", "assert", "file", "modprobe", "sysctl", "pip", "setup",
    "meta", "wait_for", "pause", "ping", "stat",
})  # fmt: skip
"""Modules that build no filter."""
VALUED = {
    "protocol": "-p", "source": "-s", "destination": "-d", "in_interface": "-i", "out_interface": "-o", "jump": "-j", "goto": "-g",
}  # fmt: skip
BEHIND = {
    "limit": ("limit", "--limit"), "limit_burst": ("limit", "--limit-burst"), "uid_owner": ("owner", "--uid-owner"),
    "gid_owner": ("owner", "--gid-owner"), "src_range": ("iprange", "--src-range"), "dst_range": ("iprange", "--dst-range"),
    "comment": ("comment", "--comment"),
}  # fmt: skip
OF_TARGETS = {
    "reject_with": "--reject-with", "to_destination": "--to-destination", "to_source": "--to-source", "to_ports": "--to-ports",
    "log_prefix": "--log-prefix", "log_level": "--log-level", "gateway": "--gateway", "set_dscp_mark": "--set-dscp",
    "set_dscp_mark_class": "--set-dscp-class",
}  # fmt: skip
ZONE_OPTIONS = {
    "service": "service", "port": "port", "protocol": "protocol", "rich_rule": "rich-rule", "source": "source", "interface": "interface",
    "masquerade": "masquerade", "icmp_block": "icmp-block", "icmp_block_inversion": "icmp-block-inversion", "forward": "forward",
}  # fmt: skip
ZONE_OTHERS = frozenset({"zone", "state", "permanent", "immediate", "offline", "target"})
"""The parameters of ansible.posix.firewalld; what is not permanent is taken for what the host has."""
LISTS = frozenset({"match", "ctstate", "destination_ports"})
OTHERS = frozenset({
    "table", "chain", "state", "action", "rule_num", "ip_version", "policy", "flush", "chain_management", "wait", "fragment", "syn",
    "source_port", "destination_port", "icmp_type", "tcp_flags", "match_set", "match_set_flags", "set_counters", "numeric",
})  # fmt: skip
KNOWN = LISTS | OTHERS | VALUED.keys() | BEHIND.keys() | OF_TARGETS.keys()
NEGATED = ("source", "destination", "protocol", "in_interface", "out_interface")


def task_commands(source: SourceText) -> Iterator[Command]:
    """The commands that the tasks of a file run, in their order. Raises InputError with line and column."""
    root = load_yaml(source)
    if not isinstance(root, SequenceNode):
        raise InputError("expected a list of tasks or plays", source.path, 1, 1)
    yield from _of_list(source, root, 0)


def _of_list(source: SourceText, node: SequenceNode, depth: int) -> Iterator[Command]:
    for item in node.items:
        if not isinstance(item, MappingNode):
            raise error_at(source, item.span, "expected a task")
        yield from _of_task(source, item, depth)


def _of_task(source: SourceText, task: MappingNode, depth: int) -> Iterator[Command]:
    for key, entry in task.entries.items():
        short = key.removeprefix("ansible.builtin.")
        if key in CONDITIONAL:
            raise error_at(source, entry.key_span, f"{key!r} makes this more than a plain list of commands")
        if key in BLOCKS and isinstance(entry.value, SequenceNode) and depth < 8:
            yield from _of_list(source, entry.value, depth + 1)
        elif key in MODULE:
            if not isinstance(entry.value, MappingNode):
                raise error_at(source, entry.value.span, "expected the parameters of iptables")
            yield Command(tuple(_words(source, entry.value, entry.key_span)))
        elif key in ZONES:
            if not isinstance(entry.value, MappingNode):
                raise error_at(source, entry.value.span, "expected the parameters of firewalld")
            yield Command(tuple(_zone_words(source, entry.value, entry.key_span)))
        elif key in UFW:
            from portspec.configs.firewall.commands.ufw.task import ufw_commands

            if not isinstance(entry.value, MappingNode):
                raise error_at(source, entry.value.span, "expected the parameters of ufw")
            yield from ufw_commands(source, entry.value, entry.key_span)
        elif key in RUNS:
            yield from _run(source, entry.value)
        elif key not in SAYS_NOTHING and short not in OTHER_MODULES:
            raise error_at(source, entry.key_span, f"what {key!r} does to the filter is not followed")


def _run(source: SourceText, node: Node) -> Iterator[Command]:
    if isinstance(node, MappingNode):
        entry = node.entries.get("cmd") or node.entries.get("argv")
        node = entry.value if entry is not None else node
    if isinstance(node, SequenceNode):
        words = tuple(Word(text_of(source, one), one.span.line, one.span.column, quoted=True) for one in node.items)
        if words:
            yield Command(words)
        return
    text = text_of(source, node)
    for command in commands(source, text, node.span.line):
        # Where a word stands in a block of YAML is known by its line only.
        yield Command(tuple(word._replace(line=node.span.line, column=node.span.column) for word in command.words))


def _words(source: SourceText, node: MappingNode, place: Span) -> Iterator[Word]:
    """The words of the command that the module runs."""
    given: dict[str, str] = {}
    lists: dict[str, list[str]] = {}
    for key, entry in node.entries.items():
        if key not in KNOWN:
            raise error_at(source, entry.key_span, f"{key!r} is no parameter of iptables that is followed here")
        if key in LISTS:
            items = entry.value.items if isinstance(entry.value, SequenceNode) else (entry.value,)
            lists[key] = [part for one in items for part in text_of(source, one).split(",")]
        else:
            given[key] = text_of(source, entry.value)

    def words(*texts: str) -> Iterator[Word]:
        for text in texts:
            yield Word(text, place.line, place.column, quoted=True)

    yield from words(
        "ip6tables" if given.get("ip_version") == "ipv6" else "iptables", "-t", given.get("table", "filter")
    )
    chain = (given["chain"],) if "chain" in given else ()
    if is_true(given.get("flush")):
        yield from words("-F", *chain)
        return
    if "policy" in given:
        yield from words("-P", *chain, given["policy"])
        return
    absent = given.get("state", "present") == "absent"
    if is_true(given.get("chain_management")) and not (given.keys() | lists.keys()) - {
        "chain",
        "table",
        "ip_version",
        "state",
        "chain_management",
        "wait",
    }:
        yield from words("-X" if absent else "-N", *chain)
        return
    verb = "-D" if absent else "-I" if given.get("action", "append") == "insert" else "-A"
    number = (given["rule_num"],) if "rule_num" in given and verb == "-I" else ()
    yield from words(verb, *chain, *number, *_rule(given, lists))


def _zone_words(source: SourceText, node: MappingNode, place: Span) -> Iterator[Word]:
    """The words of the firewall-cmd that stands for a task of the module firewalld."""
    given: dict[str, str] = {}
    forwards: list[str] = []
    for key, entry in node.entries.items():
        if key == "port_forward" and isinstance(entry.value, SequenceNode):
            forwards += [_forward(source, one) for one in entry.value.items]
        elif key not in ZONE_OPTIONS and key not in ZONE_OTHERS:
            raise error_at(source, entry.key_span, f"{key!r} is no parameter of firewalld that is followed here")
        else:
            given[key] = text_of(source, entry.value)
    state = given.get("state", "")
    if state not in ("enabled", "disabled", "present", "absent"):
        raise error_at(source, place, "firewalld needs a state: enabled, disabled, present or absent")
    verb = "add" if state in ("enabled", "present") else "remove"
    texts = ["firewall-cmd", "--permanent"]
    texts += [f"--zone={given['zone']}"] if "zone" in given else []
    if "target" in given:
        texts.append(f"--set-target={given['target'] if verb == 'add' else 'default'}")
    elif "zone" in given and state == "present" and not given.keys() & ZONE_OPTIONS.keys():
        texts.append(f"--new-zone={given['zone']}")
    for name, option in ZONE_OPTIONS.items():
        if name not in given:
            continue
        if option in ("masquerade", "forward", "icmp-block-inversion"):
            texts.append(f"--{verb if is_true(given[name]) else 'remove'}-{option}")
        else:
            texts.append(f"--{verb}-{option}={given[name]}")
    texts += [f"--{verb}-forward-port={text}" for text in forwards]
    yield from (Word(text, place.line, place.column, quoted=True) for text in texts)


def _forward(source: SourceText, node: Node) -> str:
    if not isinstance(node, MappingNode):
        raise error_at(source, node.span, "expected port, proto, toport and toaddr")
    given = {key: text_of(source, entry.value) for key, entry in node.entries.items()}
    return f"port={given.get('port', '')}:proto={given.get('proto', '')}:toport={given.get('toport', '')}:toaddr={given.get('toaddr', '')}"


def _rule(given: dict[str, str], lists: dict[str, list[str]]) -> Iterator[str]:
    """The rule's own words, in an order in which each option has its extension before it."""
    for name in ("protocol", "source", "destination", "in_interface", "out_interface"):
        if name in given:
            value = given[name]
            if value.startswith("!"):
                yield "!"
                value = value[1:].strip()
            yield from (VALUED[name], value)
    if is_true(given.get("fragment")):
        yield "-f"
    loaded = lists.get("match", [])
    for name in loaded:
        yield from ("-m", name)
    for name, option in (("source_port", "--source-port"), ("destination_port", "--destination-port")):
        if name in given:
            yield from (option, given[name])
    if "destination_ports" in lists:
        yield from (
            *(() if "multiport" in loaded else ("-m", "multiport")),
            "--dports",
            ",".join(lists["destination_ports"]),
        )
    if "ctstate" in lists:
        yield from (*(() if "conntrack" in loaded else ("-m", "conntrack")), "--ctstate", ",".join(lists["ctstate"]))
    if "icmp_type" in given:
        yield from ("--icmpv6-type" if "6" in given.get("protocol", "") else "--icmp-type", given["icmp_type"])
    if given.get("syn") == "match":
        yield "--syn"
    elif given.get("syn") == "negate":
        yield from ("!", "--syn")
    if "match_set" in given:
        yield from (
            *(() if "set" in loaded else ("-m", "set")),
            "--match-set",
            given["match_set"],
            given.get("match_set_flags", "src"),
        )
    told = set(loaded)
    for name, (extension, option) in BEHIND.items():
        if name in given:
            if extension not in told:
                told.add(extension)
                yield from ("-m", extension)
            yield from (option, given[name])
    for name in ("jump", "goto"):
        if name in given:
            yield from (VALUED[name], given[name])
    for name, option in OF_TARGETS.items():
        if name in given:
            yield from (option, given[name])


def text_of(source: SourceText, node: Node) -> str:
    """The text of a value. Raises InputError for what is no text, and for a template."""
    if not isinstance(node, ScalarNode):
        raise error_at(source, node.span, "expected text")
    if "{{" in node.text or "{%" in node.text:
        raise error_at(source, node.span, "a template: render the tasks first, then check the result")
    return node.text


def is_true(text: str | None) -> bool:
    """Whether a value is one of those that are true to Ansible."""
    return text is not None and text.lower() in ("true", "yes", "on", "1")


def error_at(source: SourceText, span: Span, message: str) -> InputError:
    """An error at a place of the tasks."""
    return InputError(message, source.path, span.line, span.column, "give what iptables-save prints on the host")
