"""Build hook: the wheel carries what is compiled of the spec, and the JSON Schemas."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class SnapshotHook(BuildHookInterface):  # type: ignore[type-arg]
    """Compiles spec/ into portspec/_snapshots and takes schema/ along as portspec/_schema."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the files and force them into the wheel. An editable install reads spec/ and schema/ itself."""
        if self.target_name != "wheel" or version == "editable":
            return
        self.made = tempfile.mkdtemp(prefix="portspec-build-")
        sys.path.insert(0, os.path.join(self.root, "src"))
        try:
            from portspec.policy.build import write_files

            write_files(os.path.join(self.root, "spec"), os.path.join(self.made, "snapshots"))
        finally:
            sys.path.pop(0)
        included = build_data["force_include"]
        included[os.path.join(self.made, "snapshots")] = "portspec/_snapshots"
        included[os.path.join(self.root, "schema")] = "portspec/_schema"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove what was made."""
        made = getattr(self, "made", None)
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)
