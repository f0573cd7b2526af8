"""What firewalld refuses to load because parts of a configuration do not go together."""

from __future__ import annotations

from portspec.configs.firewall.firewalld.records import Configuration, PolicyObject, Zone
from portspec.configs.firewall.firewalld.values import nearest, wrong
from portspec.configs.folders import FolderText
from portspec.source import Span

SYMBOLIC = ("ANY", "HOST")


def check(whole: FolderText, configuration: Configuration) -> None:
    """Raise InputError at the first contradiction."""
    _Check(whole, configuration).run()


class _Check:
    def __init__(self, whole: FolderText, configuration: Configuration) -> None:
        self.whole = whole
        self.configuration = configuration

    def fail(self, span: Span, message: str, hint: str = "") -> None:
        raise wrong(self.whole, span, message, hint)

    def run(self) -> None:
        bound: dict[str, Zone] = {}
        for zone in self.configuration.zones.values():
            names = [(word.text, word.span) for word in zone.interfaces]
            names += [(f"{source.kind} {source.text}", source.span) for source in zone.sources]
            for name, span in names:
                if bound.setdefault(name, zone) is not zone:
                    self.fail(span, f"{name} is bound to zone {bound[name].name} already", "firewalld refuses both")
        for policy in self.configuration.policies.values():
            if policy.name in self.configuration.zones:
                self.fail(policy.span, f"the policy {policy.name} has the name of a zone", "firewalld refuses both")
            self.policy(policy)

    def policy(self, policy: PolicyObject) -> None:
        for words in (policy.ingress, policy.egress):
            symbolic = [word for word in words if word.text in SYMBOLIC]
            if symbolic and len({word.text for word in words}) > 1:
                self.fail(symbolic[0].span, f"{symbolic[0].text} stands beside other zones", "it stands alone")
            for word in words:
                if word.text not in SYMBOLIC and word.text not in self.configuration.zones:
                    hint = nearest(word.text, (*SYMBOLIC, *self.configuration.zones))
                    self.fail(word.span, f"no zone {word.text[:60]!r}", hint)
        ingress = {word.text for word in policy.ingress}
        egress = {word.text for word in policy.egress}
        if "HOST" in ingress and "HOST" in egress:
            self.fail(policy.span, "HOST is both ingress and egress zone")
        self.rewriting(policy, ingress, egress)

    def rewriting(self, policy: PolicyObject, ingress: set[str], egress: set[str]) -> None:
        """Masquerading, forward-ports and marks do not go with every way."""
        rules = policy.settings.rules
        masquerades = [rule.span for rule in rules if rule.element is not None and rule.element.name == "masquerade"]
        if policy.settings.masquerade is not None:
            masquerades.append(policy.settings.masquerade)
        if masquerades and "HOST" in ingress | egress:
            self.fail(masquerades[0], "masquerade does not go with HOST")
        routed = [name for name in egress if name not in SYMBOLIC and self.configuration.zones[name].interfaces]
        forwards = [*policy.settings.forward_ports]
        forwards += [rule.element for rule in rules if rule.element is not None and rule.element.name == "forward-port"]
        for element in forwards:
            if "HOST" in egress and element.to_address:
                self.fail(element.span, "a forward-port with to-addr does not go with the egress zone HOST")
            if egress and "HOST" not in egress and not element.to_address:
                self.fail(element.span, "a forward-port to another zone needs to-addr")
            if "HOST" not in egress and routed:
                self.fail(
                    element.span, f"a forward-port does not go with the egress zone {routed[0]}, which has interfaces"
                )
        for rule in rules:
            if rule.action == "mark" and routed:
                self.fail(rule.span, f"mark does not go with the egress zone {routed[0]}, which has interfaces")
