"""What the reader of command lists does with each construct."""

from __future__ import annotations

from portspec.configs.constructs import Construct

CONSTRUCTS: tuple[Construct, ...] = (
    Construct(
        "script of iptables, ip6tables and nft commands",
        "exact",
        "from a host without rules; all of them are judged together",
    ),
    Construct(
        "-A, -I, -D, -R, -F, -X, -N, -P, -t", "exact", "executed in their order; -D by number or as it was written"
    ),
    Construct(
        "firewall-cmd --add-…, --remove-…, --change-…, --set-target, --set-default-zone, --new-zone, --zone",
        "exact",
        "from the zones that firewalld comes with; rich rules as in its files",
    ),
    Construct(
        "firewall-cmd --direct, --policy, --new-service, --new-ipset, --timeout",
        "refused",
        "give the folder /etc/firewalld",
    ),
    Construct("firewall-cmd without --permanent before a --reload", "refused", "the change is lost"),
    Construct(
        "ufw allow, deny, reject, limit, route, insert, prepend, delete, default, enable, disable, reset",
        "exact",
        "as ufw 0.36.2, from the rules that it is installed with, IPv6 on; a list that does not say enable is for a host that has it on",
    ),
    Construct("ufw limit", "unknown", "whether a source has come too often"),
    Construct(
        "ufw: application profiles",
        "exact",
        "those of the packages ufw, openssh-server, nginx and apache2; another one is refused, and so is a place among them",
    ),
    Construct("ufw beside rules of iptables in the table filter", "refused"),
    Construct("ufw status, show, logging, reload, app, --dry-run", "exact", "do nothing to the rules"),
    Construct("-L, -S, -Z, -w, sudo, echo, sysctl, modprobe, systemctl, …", "exact", "do nothing to the rules"),
    Construct("quotes, lines that go on, comments, ; and &&, || true, 2>/dev/null, yes |, echo y |", "exact"),
    Construct("variables that the script sets", "exact", "to a plain text"),
    Construct("other variables, substitutions", "refused", "what they give is not in the file"),
    Construct("loops, conditions, functions, pipes", "refused", "more than a plain list of commands"),
    Construct("-C, -E, iptables-restore, nft -f", "refused"),
    Construct("any other command", "refused", "what it does to the filter is not followed"),
    Construct("a rule as iptables reads it", "exact", "as in a file of iptables-save: see there what is left open"),
    Construct("Ansible: the module iptables", "exact", "parameters, flush, policy, insert and append, chains, absent"),
    Construct("Ansible: the module firewalld", "exact"),
    Construct("Ansible: the module ufw", "exact", "insert_relative_to is refused"),
    Construct("Ansible: command and shell with such a command", "exact"),
    Construct("Ansible: when, loop, roles, templates, other modules", "refused", "but those that build no filter"),
)
