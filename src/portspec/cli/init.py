"""`portspec init`: write a cluster file from the files that people already have."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from portspec.errors import InputError, UnknownNameError

if TYPE_CHECKING:
    from portspec.cluster.discovery.draft import Config
    from portspec.cluster.discovery.folder import Candidate, Found

Kept = TypeVar("Kept")

WORDS = {
    "en": {
        "understood": "Understood:",
        "guess": " (by its name)",
        "open": "Not said by any file:",
        "assumed": "assumed",
        "ask_release": "OpenShift release",
        "ask_phase": "phase, install (the bootstrap host exists) or running",
        "ask_topology": "topology, ha, compact (no workers) or single-node",
        "ask_platform": "platform, as install-config.yaml has it",
        "ask_network": "network plugin",
        "ask_role": "addresses of {role} (empty: leave it out)",
        "ask_place": "where {path} is enforced: between, or a role (empty: leave it out)",
        "no_addresses": "no addresses of {role}: what needs them is not judged",
        "guessed_place": "place guessed from the path",
        "unplaced": "{path}: not placed; add it under `configs:`",
        "to_come": "still to come: portspec render {kind}",
        "rendezvous": "bootstraps first, then belongs to the control plane",
        "anyone": "assumed: everybody",
        "machines": "assumed: the rest of the machine network",
        "head": "Written by portspec init; mend what it guessed, then run: portspec check",
        "written": "{path}: written; now run: portspec check {folder}",
        "written_first": "{path}: written; the config that it names is still to come, then run: portspec check {folder}",
    },
    "zh-TW": {
        "understood": "已理解：",
        "guess": "（依名稱推測）",
        "open": "沒有檔案說明：",
        "assumed": "採用假設值",
        "ask_release": "OpenShift 版本",
        "ask_phase": "階段：install（bootstrap 主機仍在）或 running",
        "ask_topology": "拓撲：ha、compact（沒有 worker）或 single-node",
        "ask_platform": "平台，同 install-config.yaml",
        "ask_network": "網路外掛",
        "ask_role": "{role} 的位址（留空則省略）",
        "ask_place": "{path} 在何處生效：between 或角色（留空則省略）",
        "no_addresses": "沒有 {role} 的位址：需要它的項目不會判定",
        "guessed_place": "位置依路徑推測",
        "unplaced": "{path}：未安排位置；請加到 `configs:` 之下",
        "to_come": "尚待產生：portspec render {kind}",
        "rendezvous": "先擔任 bootstrap，之後屬於控制平面",
        "anyone": "假設：任何人",
        "machines": "假設：機器網路的其餘位址",
        "head": "由 portspec init 寫成；修正推測的部分，再執行：portspec check",
        "written": "{path}：已寫入；接著執行：portspec check {folder}",
        "written_first": "{path}：已寫入；先產生其中列出的設定檔，再執行：portspec check {folder}",
    },
}
ASKED = ("control-plane", "worker", "bootstrap", "api-balancer", "ingress-balancer", "admin", "client")
"""Roles whose addresses are asked for where no file gives them."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.epilog = (
        "Read are install-config.yaml, agent-config.yaml, Ansible inventories and load balancers' configs; pull secrets, "
        "keys and passwords stay where they are. Exit code 2: a file cannot be read, or does not say enough."
    )
    parser.add_argument(
        "folder", nargs="?", default=".", metavar="FOLDER", help="the cluster's folder (default: the current folder)"
    )
    parser.add_argument(
        "--from",
        dest="given",
        action="append",
        default=[],
        metavar="FILE",
        help="read FILE as well, any number of times",
    )
    parser.add_argument("--release", metavar="X.Y", help="OpenShift release, e.g. 4.18")
    parser.add_argument("--phase", choices=("install", "running"), help="install: the bootstrap host exists")
    parser.add_argument("--yes", action="store_true", help="ask nothing: take safe values, and say which")
    parser.add_argument("--force", action="store_true", help="replace a portspec.yaml that is there")


def run(options: argparse.Namespace) -> int:
    """Look, ask what is open, write. Nothing is written that does not load."""
    from portspec.cluster.discovery.folder import look
    from portspec.cluster.load import CLUSTER_FILES, load_cluster
    from portspec.report.output import write
    from portspec.report.printable import printable
    from portspec.source import SourceText

    if not os.path.isdir(options.folder):
        raise InputError("is no folder", options.folder)
    there = [path for name in CLUSTER_FILES if os.path.lexists(path := os.path.join(options.folder, name))]
    if there and not options.force:
        raise InputError("is there already", os.path.normpath(there[0]), hint="--force replaces it")
    found = look(options.folder, options.given)
    if not options.yes and not sys.stdin.isatty():
        raise InputError("no terminal to ask at", hint="--yes takes safe values and says which")
    words = WORDS[options.lang]
    _tell_understood(found, words)
    making = _Making(options, found, words)
    text = making.text()
    path = os.path.normpath(there[0] if there else os.path.join(options.folder, CLUSTER_FILES[0]))
    from portspec.policy.store import policy

    cluster = load_cluster(SourceText(path, text), written=False)
    try:
        policy(cluster.release, cluster.profile)
    except UnknownNameError as error:
        # Nobody can look at a line of a file that is not written: the place is that of the file that says it.
        place = next((one for one in found.said if one.what == error.kind), None)
        if place is None:
            raise InputError(error.message, hint=error.hint) from None
        raise InputError(error.message, place.path, place.line, 1, error.hint) from None
    write(text, path)
    print(printable(words["written_first" if making.to_come else "written"].format(path=path, folder=options.folder)))
    return 0


def _tell_understood(found: Found, words: dict[str, str]) -> None:
    """One line for each thing that was understood, with the first place that says it."""
    from portspec.report.printable import printable

    print(words["understood"])
    places: dict[str, list[str]] = {}
    for one in found.said:
        name = f"{one.what} {one.name}".strip()
        text = f"  {name}: {one.value}{'' if one.sure else words['guess']}"
        places.setdefault(text, []).append(f"{one.path}:{one.line}")
    for text, where in places.items():
        print(printable(f"{text}   {where[0]}{f' … ({len(where)})' if len(where) > 1 else ''}"))


def _one_of(known: tuple[str, ...]) -> Callable[[str], str]:
    from portspec.cluster.discovery.answers import word

    return lambda text: word(text, known)


class _Making:
    """The making of one cluster file: what files say first, then the options, then answers or assumptions."""

    def __init__(self, options: argparse.Namespace, found: Found, words: dict[str, str]) -> None:
        self._options = options
        self._found = found
        self._words = words
        self._remarks: dict[str, str] = {}
        self._told = False
        self.to_come = False
        """Whether the config to check is not there yet."""

    def text(self) -> str:
        """The text of the cluster file. Raises InputError where the files contradict each other or say too little."""
        from portspec.cluster.discovery import answers
        from portspec.cluster.discovery.draft import Draft, addresses_of, one_value, settle_bootstrap, topology_of
        from portspec.cluster.discovery.written import as_cluster_file
        from portspec.cluster.vocabulary import NETWORKS, PHASES, PLATFORMS, TOPOLOGIES
        from portspec.policy.store import newest_release

        said = self._found.said
        # What the files contradict each other about is told before anything is asked.
        platform, network = one_value(said, "platform"), one_value(said, "network")
        one_value(said, "topology")
        asked = self._options.release
        release = answers.release(asked) if asked else self._ask("release", newest_release(), answers.release)
        bootstrap = any(one.what == "role" and one.name == "bootstrap" for one in said)
        usual = "install" if bootstrap else "running"
        phase = self._options.phase or self._ask("phase", usual, _one_of(PHASES))
        platform = platform or self._ask("platform", PLATFORMS[0], _one_of(PLATFORMS))
        network = network or self._ask("network", NETWORKS[0], _one_of(NETWORKS))
        roles = addresses_of(said, phase)
        topology, stated = topology_of(said, platform, roles)
        if not stated:
            topology = self._ask("topology", topology, _one_of(TOPOLOGIES))
        if phase == "install":
            for one in settle_bootstrap(roles, topology):
                self._remarks["bootstrap"] = f"{one}: {self._words['rendezvous']}"
        self._open_roles(roles, phase, topology)
        hosts = {one.name: one.value for one in said if one.what == "host"}
        draft = Draft(
            release, phase, platform, network, topology, roles, hosts, self._configs(roles, platform, topology)
        )
        return as_cluster_file(draft, said, self._remarks, self._words["head"])

    def _open_roles(self, roles: dict[str, list[str]], phase: str, topology: str) -> None:
        """Addresses that no file gives: asked for, or assumed where that is safe."""
        from portspec.cluster.discovery.answers import addresses

        machines = [one.value for one in self._found.said if one.what == "machines"]
        usual = {"client": ["0.0.0.0/0"], "worker": machines if roles.get("control-plane") else []}
        for role in ASKED:
            unneeded = (role == "bootstrap" and phase == "running") or (role == "worker" and topology != "ha")
            if roles.get(role) or unneeded:
                continue
            default = usual.get(role, [])

            def use(text: str, role: str = role) -> list[str]:
                return addresses(text, role, roles, topology) if text else []

            question = self._words["ask_role"].format(role=role)
            answer = self._ask(role, ", ".join(default), use, question, note=not default)
            if answer:
                roles[role] = answer
                if answer == default:
                    self._remarks[role] = self._words["anyone" if role == "client" else "machines"]
            else:
                self._tell(self._words["no_addresses"].format(role=role))

    def _configs(self, roles: dict[str, list[str]], platform: str, topology: str) -> tuple[Config, ...]:
        from portspec.cluster.discovery.answers import placed
        from portspec.cluster.discovery.draft import Config, place

        made = []
        for one in self._found.candidates:
            config = place(one, roles)
            if config is None and not self._options.yes:

                def use(text: str, one: Candidate = one) -> Config | None:
                    return placed(text, one, roles) if text else None

                config = self._ask(one.path, "", use, self._words["ask_place"].format(path=one.path))
            elif config is not None and one.kind != "balancer":
                self._remarks[one.path] = self._words["guessed_place"]
            if config is None:
                self._tell(self._words["unplaced"].format(path=one.path))
            else:
                made.append(config)
        if made:
            return tuple(made)
        serve = ("api-balancer", "control-plane", *(("worker",) if topology == "ha" else ()))
        # A single node holds the balancer's addresses itself.
        if platform == "none" and topology != "single-node" and all(roles.get(role) for role in serve):
            to_come, kind = Config("lb/haproxy.cfg", "balancer"), "haproxy"
        else:
            role = next((role for role in ("control-plane", "worker", "bootstrap") if roles.get(role)), "")
            if not role:
                raise InputError("no config to check, and no address of a node", self._options.folder)
            to_come, kind = Config(f"firewall/{role}.nft", role), f"nftables --role {role}"
        self.to_come = True
        self._remarks[to_come.path] = self._words["to_come"].format(kind=f"{kind} --output {to_come.path}")
        self._tell(f"{to_come.path}: {self._remarks[to_come.path]}")
        return (to_come,)

    def _ask(
        self, name: str, usual: str, use: Callable[[str], Kept], question: str = "", *, note: bool = False
    ) -> Kept:
        """An answer; with --yes the usual one, told."""
        if self._options.yes:
            if not note:
                self._tell(f"{name}: {usual} ({self._words['assumed']})")
                self._remarks.setdefault(name, self._words["assumed"])
            return use(usual)
        from portspec.cli.asking import ask

        return ask(question or self._words.get(f"ask_{name}", name), usual, use)

    def _tell(self, sentence: str) -> None:
        from portspec.report.printable import printable

        if not self._told:
            print(self._words["open"])
            self._told = True
        print(printable(f"  {sentence}"))
