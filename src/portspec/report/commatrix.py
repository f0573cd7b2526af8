"""What the spec expects to listen on the nodes, in the CSV form of the `oc commatrix` plugin, to be compared with it.

Rows are ordered as the plugin orders them, ranges last. `Namespace` stays empty, because the spec knows components, not
namespaces; `Optional` is true where the spec has no required flow to the port, and false where no source tells.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from portspec.policy.live import Listener

COLUMNS = ("Direction", "Protocol", "Port", "Namespace", "Service", "Pod", "Container", "Node Role", "Optional")
ROLES = {"control-plane": "master"}
"""The plugin's names of roles where they are others."""


def as_commatrix(found: Sequence[Listener]) -> str:
    """A header, and a row per listener and role; the plugin leaves the role of a range empty where all nodes have it."""
    roles = {one.role for one in found}
    single = [one for one in found if one.first == one.last]
    ranges = [one for one in found if one.first != one.last]
    rows = [_row(one, ROLES.get(one.role, one.role)) for one in single]
    rows.sort(key=lambda row: (row[7], row[1], int(row[2])))
    for one in ranges:
        everywhere = {other.role for other in ranges if _range(other) == _range(one)} == roles
        row = _row(one, "" if everywhere else ROLES.get(one.role, one.role))
        if row not in rows:
            rows.append(row)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return stream.getvalue()


def _range(one: Listener) -> tuple[str, str]:
    return one.transport, one.port


def _row(one: Listener, role: str) -> list[str]:
    optional = "true" if one.optional else "false"
    return ["Ingress", one.transport.upper(), one.port, "", one.service, "", "", role, optional]
