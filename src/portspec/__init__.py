"""portspec: the OpenShift port matrix as data, and a checker that holds configs against it.

The names in `__all__` are the public API; `portspec.library` says what each does. They are imported when they are first
asked for, so that the command line does not pay for them.
"""

from __future__ import annotations

TYPE_CHECKING = False
"""As `typing` has it, whose import costs a tenth of a small check."""
if TYPE_CHECKING:
    from portspec.library import (
        Balancer,
        Cluster,
        ClusterResult,
        Finding,
        InputError,
        Policy,
        Profile,
        Ruleset,
        Trace,
        check,
        load_cluster,
        load_policy,
        read_config,
        releases,
        trace,
    )

__version__ = "0.1.0"

__all__ = [
    "Balancer",
    "Cluster",
    "ClusterResult",
    "Finding",
    "InputError",
    "Policy",
    "Profile",
    "Ruleset",
    "Trace",
    "__version__",
    "check",
    "load_cluster",
    "load_policy",
    "read_config",
    "releases",
    "trace",
]


def __getattr__(name: str) -> object:
    if name in __all__:
        from importlib import import_module

        return getattr(import_module("portspec.library"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
