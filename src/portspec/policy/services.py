"""A site's own services, written like the spec's, merged into a policy.

Only a cluster file that has `services` comes here; the schema library is imported then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portspec.errors import InputError
from portspec.policy.compile import finish, merge_allows, merge_denies, path_hops, service_denies
from portspec.policy.model import Policy, ServiceInfo
from portspec.policy.paths import service_paths
from portspec.policy.resolve import narrow
from portspec.policy.store import snapshot
from portspec.source import Span
from portspec.spec.load import Document, load_document
from portspec.spec.model import Service, Snapshot
from portspec.spec.read import read_service
from portspec.spec.view import Fact
from portspec.yamlsource import MappingNode, plain


def with_services(policy: Policy, paths: Sequence[str], known: Snapshot | None = None) -> Policy:
    """The policy with the services of these files; its digest says so. `known` is the release's spec where it is not
    that of this portspec.

    Raises InputError for what the schema refuses, for roles and balancers that do not exist and for a service whose
    id is taken.
    """
    known = known or snapshot(policy.release)
    allows, denies, services = list(policy.allows), list(policy.denies), dict(policy.services)
    for service in read_services(paths, known, taken=list(services)):
        steps = service_paths(known, policy.profile, service)
        allows += [made for path in steps for made in path_hops(known, path)]
        denies += service_denies(known, policy.profile, service)
        services[service.id] = ServiceInfo(service.id, service.title, service.component, service.sensitivity)
    return finish(
        policy.release,
        policy.spec_version,
        policy.profile,
        merge_allows(allows),
        merge_denies(denies),
        policy.balances,
        services,
    )


def read_services(paths: Sequence[str], known: Snapshot, taken: Sequence[str] = ()) -> Iterator[Service]:
    """The services of files as the snapshot's release has them. Raises InputError."""
    from portspec.spec.validate import check_document

    seen = set(taken)
    for path in paths:
        document = load_document(path, "service")
        for error in check_document(document):
            raise error
        _check_names(document, known, seen)
        record = narrow(plain(document.root), known.release.id)
        if record["ports"]:
            yield read_service(record)


def _check_names(document: Document, known: Snapshot, seen: set[str]) -> None:
    root = document.root
    if not isinstance(root, MappingNode):
        raise InputError("expected a mapping", document.path, 1, 1)
    service = Fact(document, root)
    name = service.text("id") or ""
    if name in seen:
        raise _error(service, root.entries["id"].value.span, f"there is a service {name} already", "choose another id")
    seen.add(name)
    for port in service.parts("ports"):
        _check_range(port)
        for holder in port.parts("held_by"):
            _check_roles(holder, "role", known)
        for flow in port.parts("flows"):
            _check_roles(flow, "from", known)
            _check_roles(flow, "to", known)


def _check_range(port: Fact) -> None:
    for scalar in port.scalars("port"):
        first, dash, last = scalar.text.partition("-")
        if dash and not 1 <= int(first) < int(last) <= 65535:
            raise _error(
                port, scalar.span, f"{scalar.text} is no range of ports", "expected first-last, first before last"
            )


def _check_roles(fact: Fact, key: str, known: Snapshot) -> None:
    from difflib import get_close_matches

    for scalar in fact.scalars(key):
        if scalar.text not in known.roles:
            near = get_close_matches(scalar.text, known.roles, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known.roles)}"
            raise _error(fact, scalar.span, f"unknown role {scalar.text!r}", hint)


def _error(fact: Fact, span: Span, message: str, hint: str) -> InputError:
    return InputError(message, fact.document.path, span.line, span.column, hint)
