"""The spec held against its schemas and then against itself."""

from __future__ import annotations

import os

from portspec.errors import InputError
from portspec.spec.lints import LINTS
from portspec.spec.load import BESIDE, KINDS, SERVICES, load_spec
from portspec.spec.validate import check_documents
from portspec.spec.view import Problem, SpecView

SCHEMA = "schema"
"""The name under which what the schemas find is reported."""

UNUSED = "unused-file"
"""The name under which a file is reported that no part of the spec reads, as one with a misspelt name."""


def lint(folder: str) -> list[Problem]:
    """Everything that is wrong in a spec folder, in the order of files and lines; empty when it is right.

    The cross-checks run once the schemas are content: before that they could not trust what they read. Raises
    InputError for a file that cannot be read at all.
    """
    documents = load_spec(folder)
    unused = _unused(folder)
    wrong = check_documents(documents)
    if wrong:
        return sorted([*unused, *(_problem(error) for error in wrong)])
    view = SpecView(documents)
    return sorted({*unused, *(problem for check in LINTS.values() for problem in check(view))})


def _problem(error: InputError) -> Problem:
    return Problem(error.path, error.line, error.column, SCHEMA, error.message)


def _unused(folder: str) -> list[Problem]:
    """Files of the folder that `load_spec` passes over. A name that starts with a dot is an editor's own."""
    found = []
    for place, names, files in os.walk(folder):
        names[:] = sorted(name for name in names if not name.startswith("."))
        inside = os.path.relpath(place, folder).replace(os.sep, "/")
        for name in sorted(files):
            known = name in KINDS or name in BESIDE if inside == "." else inside == SERVICES and name.endswith(".yaml")
            if not known and not name.startswith("."):
                path = f"{folder}/{name}" if inside == "." else f"{folder}/{inside}/{name}"
                wanted = f"{SERVICES}/*.yaml, {', '.join(KINDS)}"
                found.append(Problem(path, 0, 0, UNUSED, f"nothing reads this file; the spec is {wanted}"))
    return found
