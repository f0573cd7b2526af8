"""The spec held against its schemas and then against itself."""

from __future__ import annotations

from portspec.errors import InputError
from portspec.spec.lints import LINTS
from portspec.spec.load import load_spec
from portspec.spec.validate import check_documents
from portspec.spec.view import Problem, SpecView

SCHEMA = "schema"
"""The name under which what the schemas find is reported, and what cannot be read at all."""


def lint(folder: str) -> list[Problem]:
    """Everything that is wrong in a spec folder, in the order of files and lines; empty when it is right.

    The cross-checks run once the schemas are content: before that they could not trust what they read.
    """
    try:
        documents = load_spec(folder)
    except InputError as error:
        return [_problem(error)]
    wrong = check_documents(documents)
    if wrong:
        return sorted(_problem(error) for error in wrong)
    view = SpecView(documents)
    return sorted({problem for check in LINTS.values() for problem in check(view)})


def _problem(error: InputError) -> Problem:
    return Problem(error.path, error.line, error.column, SCHEMA, error.message)
