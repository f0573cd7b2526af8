"""`portspec schema`: a JSON Schema, or where it lies, for editors on machines without a network."""

from __future__ import annotations

import argparse
import os
import sys

from portspec.errors import InputError

ENDING = ".schema.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.epilog = "The schemas of one folder refer to each other: give an editor the path, not a copy of one file."
    parser.add_argument("name", nargs="?", metavar="NAME", help="cluster, service, check-report, … (default: list all)")
    parser.add_argument("--path", action="store_true", help="print where the file lies instead of what it says")


def run(options: argparse.Namespace) -> int:
    """Print one schema, its path, or the list."""
    folder = schema_folder()
    names = sorted(name.removesuffix(ENDING) for name in os.listdir(folder) if name.endswith(ENDING))
    if options.name is None:
        for name in names:
            print(os.path.join(folder, name + ENDING) if options.path else name)
        return 0
    if options.name not in names:
        raise InputError(f"no schema has the name {options.name!r}", hint="portspec schema lists the names")
    path = os.path.join(folder, options.name + ENDING)
    if options.path:
        print(path)
        return 0
    with open(path, encoding="utf-8") as stream:
        sys.stdout.write(stream.read())
    return 0


def schema_folder() -> str:
    """Where the schemas are: in the package, or in the checkout that it runs from."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    shipped = os.path.join(package, "_schema")
    return shipped if os.path.isdir(shipped) else os.path.join(os.path.dirname(os.path.dirname(package)), "schema")
